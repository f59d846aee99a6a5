#include "features/outcomes_errors.hpp"

namespace holdfast::features::errors {

const ErrorKind kChurnMissing{
    "features.churn_missing", 422, 2, "the study defines no churn", "研究未给出流失定义",
    "add a [churn] section to the study, or let holdfast init propose one",
    "请在研究文件中加入 [churn] 一节,或用 holdfast init 生成"};
const ErrorKind kChurnTable{
    "features.churn_table", 422, 2,
    "the churn definition {definition} reads a table that is not in the store: {table}",
    "流失定义 {definition} 所用的表不在历史库中: {table}",
    "set churn.table to one of the study's tables and import it",
    "请将 churn.table 设为研究中的一个表并重新导入"};
const ErrorKind kChurnColumn{
    "features.churn_column", 422, 2,
    "the churn definition {definition} needs a column that table {table} has not: {column}",
    "流失定义 {definition} 需要的列不在表 {table} 中: {column}",
    "name an existing column, and see that it is not ignored",
    "请填写已有的列名,并确认该列未被忽略"};
const ErrorKind kChurnNeeds{
    "features.churn_needs", 422, 2, "the churn definition {definition} cannot be used: {what}",
    "流失定义 {definition} 无法使用: {what}", "", ""};
const ErrorKind kNoCutoffs{
    "features.no_cutoffs", 422, 2,
    "no cutoff lies between the first and last day the study allows: {first} to {last}",
    "研究允许的日期范围内没有观察点: {first} 至 {last}",
    "shorten the observation windows or give cutoffs.days",
    "请缩短观察期,或直接给出 cutoffs.days"};

std::vector<const ErrorKind*> outcome_kinds() {
  return {&kChurnMissing, &kChurnTable, &kChurnColumn, &kChurnNeeds, &kNoCutoffs};
}

}  // namespace holdfast::features::errors
