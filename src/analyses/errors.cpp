#include "analyses/errors.hpp"

namespace holdfast::analyses::errors {

const ErrorKind kNoTableFor{"analyses.no_table_for", 422, 2,
                            "the study has no table for {analysis}: it needs {wanted}",
                            "研究中没有可用于 {analysis} 的表: 需要 {wanted}",
                            "name one as `{key}`", "请用 `{key}` 指明一张表"};
const ErrorKind kNoColumnFor{"analyses.no_column_for", 422, 2,
                             "table {table} has no column for {analysis}: it needs {wanted}",
                             "表 {table} 没有可用于 {analysis} 的列: 需要 {wanted}",
                             "name one as `{key}`", "请用 `{key}` 指明一列"};
const ErrorKind kNothingThere{"analyses.nothing_there", 422, 2,
                              "{analysis} has nothing to look at: {what}", "{analysis} 没有可分析的数据: {what}",
                              "look at the tables with `holdfast profile`", "用 `holdfast profile` 查看各表"};

const ErrorKind kNobodyLeaves{"analyses.nobody_leaves", 422, 2,
                              "{analysis} has nothing to look at: none of {rows} customers leaves",
                              "{analysis} 没有可分析的数据: {rows} 位客户中没有人离开",
                              "give data of a longer time, or check what [churn] takes for leaving",
                              "请提供更长时间的数据,或检查 [churn] 对离开的定义"};

const ErrorKind kAllAtOnce{"analyses.all_at_once", 422, 2,
                           "all {rows} customers leave after {time}: nothing tells who leaves sooner",
                           "全部 {rows} 位客户都在 {time} 后离开: 无法判断谁更早离开",
                           "check that `survival.duration` names the time each customer was there",
                           "请检查 `survival.duration` 是否为每位客户的在册时长"};

const ErrorKind kNoDuration{"analyses.no_duration", 422, 2,
                            "no customer has a time in {column}: {negative} are below 0, {missing} are not known",
                            "没有客户的 {column} 可用: {negative} 个为负数,{missing} 个缺失",
                            "an end before its beginning is often two columns exchanged; another column can be named as "
                            "`survival.duration`",
                            "结束早于开始通常是两列颠倒所致; 也可用 `survival.duration` 指明另一列"};

const ErrorKind kTooFew{"analyses.too_few", 422, 2,
                        "{rows} rows are too few for {analysis}: {held_back} are held back to judge by, {needed} are needed",
                        "{rows} 行数据不足以进行 {analysis} 分析: 留出检验 {held_back} 行,至少需要 {needed} 行",
                        "give data of some 150 customers or more", "请提供约 150 位以上客户的数据"};

const ErrorKind kNoInput{"analyses.no_input", 422, 2,
                         "{analysis} has nothing to tell customers apart by: no feature may be used",
                         "{analysis} 无法区分客户: 没有可用特征",
                         "add columns that differ among customers; those with one value, and those that grow with the time "
                         "spent, say nothing",
                         "请加入在客户间有差异的列; 只有一个取值的列和随时间增长的列没有信息"};

const ErrorKind kModelOfOtherKind{"analyses.model_of_other_kind", 422, 2,
                                  "model {model} is of kind {kind}: {analysis} has no use for it",
                                  "模型 {model} 的类型是 {kind}: {analysis} 无法使用",
                                  "see `holdfast models` for those that fit", "用 `holdfast models` 查看可用的模型"};

const ErrorKind kMeaningUnknown{"analyses.meaning_unknown", 422, 2,
                                "column {column} has the values {values}: which of them mean yes is not said",
                                "列 {column} 的取值为 {values}: 未说明哪些表示“是”",
                                "name them in `{key}`", "请在 `{key}` 中列出"};

const ErrorKind kBadQuestion{"analyses.bad_question", 400, 2, "cannot ask for {what}: {why}",
                             "无法查询 {what}: {why}",
                             "`holdfast cube --help` shows how it is asked",
                             "`holdfast cube --help` 显示用法"};

const ErrorKind kNoDimension{"analyses.no_dimension", 422, 2,
                             "no feature or column is called {name}: there is {names}",
                             "没有名为 {name} 的特征或列: 可用的有 {names}",
                             "name a feature, a column or its label", "请写特征、列名或其标签"};

const ErrorKind kNoLevels{"analyses.no_levels", 422, 2,
                          "column {name} does not part customers into groups: it has one value only, a value of its own "
                          "for nearly every row, more than 1,000 values, or may not be used",
                          "列 {name} 无法将客户分组: 它只有一个取值、几乎每行一个值、取值超过 1,000 个,或不允许使用",
                          "name a column with a few values; `holdfast profile` shows them",
                          "请选择取值不多的列; 可用 `holdfast profile` 查看"};

std::vector<const ErrorKind*> analyses_kinds() {
  return {&kNoTableFor, &kNoColumnFor, &kNothingThere, &kNobodyLeaves, &kAllAtOnce,
          &kNoDuration, &kTooFew, &kNoInput, &kModelOfOtherKind, &kMeaningUnknown, &kBadQuestion, &kNoDimension, &kNoLevels};
}

}  // namespace holdfast::analyses::errors
