#include "features/errors.hpp"

namespace holdfast::features::errors {

const ErrorKind kColumnNotStored{
    .name = "features.column_not_stored",
    .en = "the store has no column {column} in table {table}",
    .zh = "历史库的表 {table} 中没有列 {column}",
    .hint_en = "check the name in the study, then run `holdfast import`",
    .hint_zh = "检查研究文件中的列名，然后运行 `holdfast import`"};

const ErrorKind kColumnGuarded{
    .name = "features.column_guarded",
    .en = "column {column} of table {table} may not be used in a feature",
    .zh = "表 {table} 的列 {column} 不得用于特征",
    .hint_en = "identifiers are never used; personal columns need use_because in the study",
    .hint_zh = "标识列不可使用；个人信息列须在研究文件中写明 use_because"};

const ErrorKind kNoSuchFeature{
    .name = "features.no_such_feature",
    .en = "no feature of that name: {name}",
    .zh = "没有名为 {name} 的特征",
    .hint_en = "`holdfast features` lists all names",
    .hint_zh = "`holdfast features` 列出所有特征名"};

const ErrorKind kFeatureNameTaken{
    .name = "features.name_taken",
    .en = "a feature of that name exists already: {name}",
    .zh = "特征名已被占用: {name}",
    .hint_en = "give your own feature another name",
    .hint_zh = "给自定义特征另取一个名字"};

const ErrorKind kNoFeatures{
    .name = "features.none",
    .en = "the study leaves no feature to compute",
    .zh = "按此研究没有任何可计算的特征",
    .hint_en = "look at features.families, features.exclude and the marks of the columns",
    .hint_zh = "检查 features.families、features.exclude 以及各列的标记"};

std::vector<const ErrorKind*> features_kinds() {
  return {&kColumnNotStored, &kColumnGuarded, &kNoSuchFeature, &kFeatureNameTaken, &kNoFeatures};
}

}  // namespace holdfast::features::errors
