#include "models/errors.hpp"

namespace holdfast::models::errors {

const ErrorKind kNoSuchModel{
    "models.no_such_model", 404, 2,
    "no such model: {model}{nearest}", "没有这个模型:{model}{nearest}",
    "`holdfast models` lists the shelf", "用 `holdfast models` 查看全部模型"};
const ErrorKind kNoSuchParameter{
    "models.no_such_parameter", 422, 2,
    "model {model} has no parameter {parameter}{nearest}",
    "模型 {model} 没有参数 {parameter}{nearest}",
    "`holdfast models` lists every parameter with its range and default",
    "用 `holdfast models` 查看每个参数的范围和默认值"};
const ErrorKind kParameterType{
    "models.parameter_type", 422, 2,
    "parameter {parameter} of model {model} takes {expected}",
    "模型 {model} 的参数 {parameter} 应为 {expected}", "", ""};
const ErrorKind kParameterRange{
    "models.parameter_range", 422, 2,
    "parameter {parameter} of model {model} is out of range {range}: {value}",
    "模型 {model} 的参数 {parameter} 超出范围 {range}:{value}", "", ""};
const ErrorKind kNoRows{
    "models.no_rows", 422, 2,
    "model {model} has no training row of weight above zero",
    "模型 {model} 没有权重大于零的训练样本",
    "check the splits and the weights of the study", "请检查分析方案中的样本划分和权重"};
const ErrorKind kOneClass{
    "models.one_class", 422, 2,
    "model {model} needs both outcomes in training, all rows are: {outcome}",
    "模型 {model} 的训练样本需要两类结果,现在全部是:{outcome}",
    "widen the training span or change the churn definition", "请扩大训练时段或修改流失定义"};
const ErrorKind kNoUsableColumn{
    "models.no_usable_column", 422, 2,
    "model {model} has no column that varies",
    "模型 {model} 没有取值有变化的字段",
    "all columns are constant or missing in training; check the features",
    "训练样本中所有字段都是常数或缺失;请检查特征"};
const ErrorKind kTooManyClasses{
    "models.too_many_classes", 422, 2,
    "model {model} tells {most} classes apart, the outcome has {classes}",
    "模型 {model} 最多区分 {most} 类结果,现在有 {classes} 类",
    "choose a model that takes several classes (`holdfast models`), or join classes",
    "请选择支持多分类的模型(见 `holdfast models`),或合并类别"};
const ErrorKind kFractionalWeights{
    "models.fractional_weights", 422, 2,
    "model {model} takes weights that are small whole multiples of one number within each outcome, "
    "these are not",
    "模型 {model} 要求同一类结果的样本权重都是某个数的较小整数倍,现有权重不满足",
    "round the weights to whole numbers, or choose a model that takes any (logistic, boosting, "
    "network)",
    "请把权重取整,或选择可用任意权重的模型(如 logistic、boosting、network)"};
const ErrorKind kRanAway{
    "models.ran_away", 422, 2,
    "training of model {model} ran away: its weights are no longer finite",
    "模型 {model} 训练发散:权重不再是有限值",
    "lower `learning_rate`", "请降低 `learning_rate`"};
const ErrorKind kNoEstimate{
    "models.no_estimate", 422, 2,
    "model {model} has no finite estimate: {why}", "模型 {model} 没有有限的估计:{why}",
    "set a positive `ridge`, or leave out the columns named", "请设置正的 `ridge`,或去掉所列字段"};
const ErrorKind kLibraryFailed{
    "models.library_failed", 500, 1,
    "{library} failed: {why}", "{library} 出错:{why}", "", ""};
const ErrorKind kNotAnEnvelope{
    "models.not_an_envelope", 422, 2,
    "not a saved model: {why}", "不是保存的模型文件:{why}",
    "give a file from out/models", "请使用 out/models 下的文件"};
const ErrorKind kNewerEnvelope{
    "models.newer_envelope", 422, 2,
    "saved model is of a newer version: {version}, this program knows up to {known}",
    "模型文件的版本较新:{version},本程序最高支持 {known}",
    "update holdfast", "请升级 holdfast"};
const ErrorKind kHashMismatch{
    "models.hash_mismatch", 422, 2,
    "saved model was altered: states hash {stated}, its contents have {found}",
    "模型文件被改动:记录的校验值为 {stated},实际为 {found}",
    "train again, or restore the file", "请重新训练,或恢复该文件"};
const ErrorKind kNotATree{
    "models.not_a_tree", 422, 2,
    "model {model} is not a single tree", "模型 {model} 不是单棵决策树",
    "only single decision trees can be changed by hand", "只有单棵决策树可以人工修改"};
const ErrorKind kNoSuchNode{
    "models.no_such_node", 404, 2,
    "the tree has no node {node}; its nodes are 0 to below {nodes}",
    "决策树没有节点 {node};节点编号从 0 起,共 {nodes} 个", "", ""};
const ErrorKind kNoSuchColumn{
    "models.no_such_column", 422, 2,
    "the model was not trained on a column named {column}", "模型的训练数据中没有字段 {column}",
    "", ""};
const ErrorKind kNoSuchCategory{
    "models.no_such_category", 422, 2,
    "column {column} has no value {category}", "字段 {column} 没有取值 {category}", "", ""};
const ErrorKind kPartsNothing{
    "models.parts_nothing", 422, 2,
    "a split on {column} does not part the rows of this node",
    "按 {column} 划分不能把该节点的样本分开",
    "choose another column, cut or grouping; each of at least two children must get rows",
    "请选择其他字段、切分点或分组;至少两个分支要有样本"};
const ErrorKind kPriors{
    "models.priors", 422, 2,
    "model {model} takes {classes} prior probabilities, one a class and not all 0; given: {given}",
    "模型 {model} 需要 {classes} 个先验概率(每类一个,不全为 0),给出了 {given} 个", "", ""};
const ErrorKind kNoExits{
    "models.no_exits", 422, 2,
    "model {model} cannot learn when customers leave: nobody leaves by exit {exit}",
    "模型 {model} 无法学习离开时间:没有客户以 {exit} 方式离开",
    "observe for longer, or join rare exits", "请延长观察期,或合并少见的离开方式"};
const ErrorKind kNoDuration{
    "models.no_duration", 422, 2,
    "model {model} needs a time above 0 for every row; row {row} has {duration}",
    "模型 {model} 的每一行都需要大于 0 的时间;第 {row} 行为 {duration}",
    "check the column with the time spent so far", "请检查记录已用时间的字段"};
const ErrorKind kConstantOutcome{
    "models.constant_outcome", 422, 2,
    "model {model}: the outcome is {value} in all {rows} rows, so no treatment can have changed it",
    "模型 {model}:全部 {rows} 行的结果都是 {value},看不出任何措施的作用",
    "check which values mean that the outcome was achieved", "请检查哪些取值表示达成结果"};
const ErrorKind kOneOutcomeInGroup{
    "models.one_outcome_in_group", 422, 2,
    "model {model} needs both outcomes in each group; in all {rows} rows of the group {group} it is "
    "{value}",
    "模型 {model} 要求每组都有两种结果;{group} 的 {rows} 行结果全部为 {value}",
    "choose uplift_tree or uplift_forest, which need no model of each group",
    "请选择 uplift_tree 或 uplift_forest,它们不需要对每组分别建模"};

std::vector<const ErrorKind*> models_kinds() {
  return {&kNoSuchModel, &kNoSuchParameter, &kParameterType, &kParameterRange,
          &kNoRows,      &kOneClass,        &kNoUsableColumn, &kTooManyClasses,
          &kFractionalWeights, &kRanAway, &kNoEstimate, &kLibraryFailed, &kNotAnEnvelope,
          &kNewerEnvelope, &kHashMismatch,  &kNotATree,
          &kNoSuchNode,    &kNoSuchColumn,  &kNoSuchCategory, &kPartsNothing, &kPriors,
          &kNoExits, &kNoDuration,
          &kConstantOutcome, &kOneOutcomeInGroup};
}

}  // namespace holdfast::models::errors
