#include "scoring/errors.hpp"

namespace holdfast::scoring::errors {

const ErrorKind kNothingToScore{
    "scoring.nothing_to_score", 422, 2, "nobody is active on the day to score",
    "在评分日没有在册客户", "choose a day on which customers have running contracts or events",
    "请选择有有效合同或事件的日期"};
const ErrorKind kAggregateAbsent{
    "scoring.aggregate_absent", 422, 2, "the features do not hold this value: {aggregate}",
    "特征矩阵中没有该值: {aggregate}",
    "compute the features again: the study's rules changed after they were made",
    "研究文件中的规则在特征计算之后有改动,请重新计算特征"};
const ErrorKind kBadProbability{"scoring.bad_probability", 500, 1,
                                "the model gave no probability between 0 and 1 in row {row}",
                                "模型在第 {row} 行给出的不是 0 到 1 之间的概率", "", ""};

std::vector<const ErrorKind*> scoring_kinds() {
  return {&kNothingToScore, &kAggregateAbsent, &kBadProbability};
}

}  // namespace holdfast::scoring::errors
