#include "grouping/errors.hpp"

namespace holdfast::grouping::errors {

const ErrorKind kNoRows{
    "grouping.no_rows",        422, 2, "there are no rows with a weight above 0",
    "没有权重大于 0 的数据行", "",  ""};

const ErrorKind kNoColumns{"grouping.no_columns",
                           422,
                           2,
                           "there are no columns to group by",
                           "没有可用于分群的列",
                           "name at least one column",
                           "请至少指定一列"};

const ErrorKind kShape{"grouping.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kAllMissing{"grouping.all_missing",
                            422,
                            2,
                            "column {column} has no value in any row",
                            "第 {column} 列在所有行中都没有值",
                            "leave the column out",
                            "请去掉该列"};

const ErrorKind kBadValue{
    "grouping.bad_value",
    422,
    2,
    "column {column} of row {row} is {value}, which has no distance to others",
    "第 {row} 行第 {column} 列为 {value},无法计算与其他行的距离",
    "fill in missing values or leave the row out",
    "请填补缺失值或去掉该行"};

const ErrorKind kBadWeight{"grouping.bad_weight",
                           422,
                           2,
                           "row {row} has the weight {value}; it must be a number from 0 on",
                           "第 {row} 行的权重为 {value},必须是不小于 0 的数",
                           "",
                           ""};

const ErrorKind kBadLabel{"grouping.bad_label",
                          422,
                          2,
                          "row {row} is in cluster {label}; there are {clusters}, counted from 0",
                          "第 {row} 行属于群 {label},而群从 0 起共 {clusters} 个",
                          "",
                          ""};

const ErrorKind kBadLevel{
    "grouping.bad_level",
    422,
    2,
    "categorical column {column} of row {row} has the level {level}; there are {levels}, counted "
    "from 0",
    "第 {row} 行分类列 {column} 的水平为 {level},而水平从 0 起共 {levels} 个",
    "",
    ""};

const ErrorKind kBadOption{"grouping.bad_option",
                           422,
                           2,
                           "{option} is {value}; it must be a number from {least} on",
                           "选项 {option} 为 {value},必须是不小于 {least} 的数",
                           "",
                           ""};

const ErrorKind kTooFewDistinct{
    "grouping.too_few_distinct",
    422,
    2,
    "{clusters} clusters need as many different rows; there are {distinct}",
    "{clusters} 个群需要同样多的不同数据行,而只有 {distinct} 个",
    "ask for fewer clusters",
    "请减少群的个数"};

const ErrorKind kNoSilhouette{
    "grouping.no_silhouette",
    422,
    2,
    "silhouettes need 2 clusters with rows or more, and fewer clusters than rows; there are "
    "{clusters} clusters of {rows} rows",
    "轮廓系数需要至少 2 个非空的群,且群数少于行数;现有 {rows} 行、{clusters} 个群",
    "",
    ""};

const ErrorKind kNothingVaries{
    "grouping.nothing_varies",
    422,
    2,
    "no column varies over the {rows} rows: there is nothing to group by",
    "{rows} 行中没有任何一列有变化: 无从分群",
    "add columns in which customers differ",
    "请加入客户之间有差异的列"};

const ErrorKind kNeedsNumbers{
    "grouping.needs_numbers",
    422,
    2,
    "Euclidean distance is for numbers only; there are {columns} categorical columns",
    "欧氏距离只适用于数值列,而有 {columns} 个分类列",
    "use the log-likelihood distance",
    "请使用对数似然距离"};

std::vector<const ErrorKind*> grouping_kinds() {
  return {&kNoRows,       &kNoColumns,     &kShape,       &kAllMissing, &kBadValue,
          &kBadWeight,    &kBadLabel,      &kBadLevel,    &kBadOption,  &kTooFewDistinct,
          &kNoSilhouette, &kNothingVaries, &kNeedsNumbers};
}

}  // namespace holdfast::grouping::errors
