#include "run/errors.hpp"

namespace holdfast::run::errors {

const ErrorKind kNoChurnDefinition{
    "run.no_churn_definition", 422, 2, "the study does not say what churn is",
    "研究文件没有流失定义", "add a [churn] section, or let `holdfast init` propose one",
    "请添加 [churn] 一节,或用 `holdfast init` 生成建议"};
const ErrorKind kNoModelFitted{"run.no_model_fitted", 422, 2, "no model could be fitted: {why}",
                               "没有模型拟合成功: {why}", "`holdfast check` shows what the data lack",
                               "`holdfast check` 会指出数据缺少什么"};
const ErrorKind kNothingToScore{
    "run.nothing_to_score", 422, 2, "nobody is active as of {as_of}", "截至 {as_of} 没有在册客户",
    "choose another day with --as-of, within the time the data cover",
    "请用 --as-of 选择数据覆盖期内的另一天"};
const ErrorKind kNotTrainedYet{"run.not_trained_yet", 404, 2, "no fitted model in {folder}",
                               "{folder} 中没有已拟合的模型", "run `holdfast run` first",
                               "请先执行 `holdfast run`"};
const ErrorKind kNoSuchFittedModel{"run.no_such_fitted_model", 404, 2,
                                   "no fitted model {model}", "没有已拟合的模型 {model}",
                                   "fitted are {models}", "已拟合的有 {models}"};
const ErrorKind kNoSuchAnalysis{"run.no_such_analysis", 404, 2, "no such analysis: {analysis}",
                                "没有这种分析: {analysis}", "`holdfast --help` lists them",
                                "用 `holdfast --help` 查看"};
const ErrorKind kNoSuchCustomer{"run.no_such_customer", 404, 2,
                                "no active customer with the key: {key}", "没有该键值的在册客户: {key}",
                                "keys are those of the customer_key column, compared without spaces around",
                                "键值取自 customer_key 列,比较时忽略首尾空格"};
const ErrorKind kSeveralMaskedAlike{"run.several_masked_alike", 409, 2,
                                    "{count} customers are shown as {key}", "有 {count} 位客户均显示为 {key}",
                                    "give the key as scores.parquet holds it, with ~ and what follows, or the key itself",
                                    "请给出 scores.parquet 中的键值(含 ~ 及其后部分),或原始键值"};

std::vector<const ErrorKind*> run_kinds() {
  return {&kNoChurnDefinition, &kNoModelFitted, &kNothingToScore, &kNotTrainedYet,
          &kNoSuchFittedModel, &kNoSuchAnalysis, &kNoSuchCustomer,
          &kSeveralMaskedAlike};
}

}  // namespace holdfast::run::errors
