#include "dataset/errors.hpp"

namespace holdfast::dataset::errors {

const ErrorKind kNoRows{
    "dataset.no_rows",
    422,
    2,
    "no row has a known outcome (immature {immature}, unknown {unknown}, competing exits "
    "{competing})",
    "没有任何一行的结果已知(未成熟 {immature} 行,未知 {unknown} 行,竞争性退出 {competing} 行)",
    "use earlier cutoffs or a shorter outcome window, or load later data: a row counts once its "
    "outcome window has passed before the tables' complete_until day",
    "请使用更早的截止日或更短的结果窗口,或导入更新的数据:结果窗口须在各表 complete_until 之前结束"};

const ErrorKind kTooFewRows{"dataset.too_few_rows",
                            422,
                            2,
                            "too few rows with a known outcome: {rows}, needed {needed}",
                            "结果已知的行太少: {rows} 行,至少需要 {needed} 行",
                            "add cutoffs to [cutoffs] or load more history",
                            "请在 [cutoffs] 中增加截止日,或导入更多历史数据"};

const ErrorKind kNoChurner{
    "dataset.no_churner",
    422,
    2,
    "no churner at all among {rows} rows with a known outcome",
    "{rows} 行已知结果中没有任何流失客户",
    "check the churn definition: `holdfast definitions` compares candidates; for a label column, "
    "list the values that mean churned under churn.positive",
    "请检查流失定义:`holdfast definitions` 可比较多个候选定义;若使用标签列,请在 churn.positive "
    "中写明代表流失的取值"};

const ErrorKind kAllChurners{
    "dataset.all_churners",
    422,
    2,
    "all {rows} rows with a known outcome are churners",
    "{rows} 行已知结果全部为流失",
    "check the churn definition and that the tables also hold customers who stayed",
    "请检查流失定义,并确认数据中也包含未流失的客户"};

const ErrorKind kEmptySplit{
    "dataset.empty_split",
    422,
    2,
    "the {split} split has no rows; {rows} rows have a known outcome",
    "{split} 部分没有数据;结果已知的共 {rows} 行",
    "move split.validation_from and split.test_from, shorten split.embargo_days, add cutoffs, or "
    "split by customer (split.kind = \"customer\")",
    "请调整 split.validation_from 与 split.test_from、缩短 "
    "split.embargo_days、增加截止日,或按客户划分"
    "(split.kind = \"customer\")"};

const ErrorKind kOneClassSplit{
    "dataset.one_class_split",
    422,
    2,
    "the {split} split needs both churners and stayers; it has {churners} churners in {rows} rows",
    "{split} 部分必须同时包含流失与未流失客户;现有 {rows} 行,其中流失 {churners} 行",
    "enlarge that split (split.validation_share, split.test_share or the dates), or split by "
    "customer (split.kind = \"customer\")",
    "请扩大该部分(split.validation_share、split.test_share 或日期),或按客户划分"
    "(split.kind = \"customer\")"};

const ErrorKind kColumnMissing{"dataset.column_missing",
                               422,
                               2,
                               "the model needs a column that is absent: {column}",
                               "模型需要的列不存在: {column}",
                               "score with the study the model was trained with, or train again",
                               "请使用训练该模型时的研究文件进行评分,或重新训练"};

const ErrorKind kColumnType{
    "dataset.column_type",
    422,
    2,
    "column {column} is not {expected} as it was in training",
    "列 {column} 的类型与训练时不同,训练时为{expected_zh}",
    "train again, or give the column the type it had under [tables.*.columns]",
    "请重新训练,或在 [tables.*.columns] 中恢复该列原来的类型"};

std::vector<const ErrorKind*> dataset_kinds() {
  return {&kNoRows,     &kTooFewRows,    &kNoChurner,     &kAllChurners,
          &kEmptySplit, &kOneClassSplit, &kColumnMissing, &kColumnType};
}

}  // namespace holdfast::dataset::errors
