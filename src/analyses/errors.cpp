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

std::vector<const ErrorKind*> analyses_kinds() {
  return {&kBadQuestion, &kNoTableFor, &kNoColumnFor, &kNothingThere, &kModelOfOtherKind, &kMeaningUnknown};
}

}  // namespace holdfast::analyses::errors
