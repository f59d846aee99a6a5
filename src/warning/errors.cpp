#include "warning/errors.hpp"

namespace holdfast::warning::errors {

const ErrorKind kRuleNotCondition{
    "warning.rule_not_condition", 422, 2, "rule {rule} is no condition, but a {type}",
    "规则 {rule} 不是条件,而是 {type}", "write a comparison, such as claims_count_365d >= 2",
    "请写成比较式,例如 claims_count_365d >= 2"};
const ErrorKind kRuleUnusable{
    "warning.rule_unusable", 422, 2, "rule {rule} was left out: {why}", "规则 {rule} 未使用: {why}",
    "correct it in the study file, under warning.rules", "请在研究文件的 warning.rules 中改正"};

std::vector<const ErrorKind*> warning_kinds() { return {&kRuleNotCondition, &kRuleUnusable}; }

}  // namespace holdfast::warning::errors
