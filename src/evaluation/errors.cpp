#include "evaluation/errors.hpp"

namespace holdfast::evaluation::errors {

const ErrorKind kNoRows{"evaluation.no_rows",
                        422,
                        2,
                        "there are no rows to judge a model on",
                        "没有可用于评估模型的数据行",
                        "check the splits: `holdfast check` says how many rows each has",
                        "请检查数据划分:`holdfast check` 会列出每一部分的行数"};

const ErrorKind kOneClass{
    "evaluation.one_class",
    422,
    2,
    "a model cannot be judged on one class only: {churners} churners in {rows} rows",
    "只有一个类别时无法评估模型: {rows} 行中流失 {churners} 行",
    "use a longer test period or split by customer, so that churners and stayers are both in it",
    "请延长测试期或按客户划分,使其中同时包含流失与未流失客户"};

const ErrorKind kBadProbability{"evaluation.bad_probability",
                                500,
                                1,
                                "a model gave something that is no probability, row {row}: {value}",
                                "模型给出的不是概率值,第 {row} 行: {value}",
                                "",
                                ""};

std::vector<const ErrorKind*> evaluation_kinds() {
  return {&kNoRows, &kOneClass, &kBadProbability};
}

}  // namespace holdfast::evaluation::errors
