#include "survival/errors.hpp"

namespace holdfast::survival::errors {

const ErrorKind kNoRows{
    "survival.no_rows",        422, 2, "there are no rows with a weight above 0",
    "没有权重大于 0 的数据行", "",  ""};

const ErrorKind kShape{"survival.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kBadDuration{"survival.bad_duration",
                             422,
                             2,
                             "row {row} has the duration {exit}; it must be a number from 0 on",
                             "第 {row} 行的持续时间为 {exit},必须是不小于 0 的数",
                             "an end before its beginning is often two columns exchanged",
                             "结束早于开始通常是两列颠倒所致"};

const ErrorKind kBadEntry{
    "survival.bad_entry",
    422,
    2,
    "row {row} enters at {entry} and leaves at {exit}; it must enter before it leaves",
    "第 {row} 行进入时间为 {entry},退出时间为 {exit};进入必须早于退出",
    "",
    ""};

const ErrorKind kBadWeight{"survival.bad_weight",
                           422,
                           2,
                           "row {row} has the weight {value}; it must be a number from 0 on",
                           "第 {row} 行的权重为 {value},必须是不小于 0 的数",
                           "",
                           ""};

const ErrorKind kBadValue{"survival.bad_value",
                          422,
                          2,
                          "{what} of row {row} is {value}, which cannot be used",
                          "第 {row} 行的 {what} 为 {value},无法使用",
                          "",
                          ""};

const ErrorKind kNoEvents{"survival.no_events",
                          422,
                          2,
                          "nobody left: none of the {rows} rows ends with an event",
                          "没有人离开: {rows} 行中没有一行以事件结束",
                          "observe for longer, or check which value stands for leaving",
                          "请延长观察期,或检查哪个值表示离开"};

const ErrorKind kRunsAway{
    "survival.runs_away",
    422,
    2,
    "column {column} separates who leaves next perfectly: its coefficient grows without end "
    "({coefficient} when stopped)",
    "列 {column} 完全区分了下一个离开的人: 其系数无限增大(停止时为 {coefficient})",
    "leave the column out, join its rare values, or set a ridge penalty",
    "请去掉该列、合并其稀有取值,或设置岭惩罚"};

const ErrorKind kCollinear{
    "survival.collinear",
    422,
    2,
    "column {column} follows from the columns before it, or never varies among those at risk",
    "列 {column} 可由前面的列推出,或在处于风险中的人之间从不变化",
    "leave it out, or set a ridge penalty",
    "请去掉该列,或设置岭惩罚"};

const ErrorKind kNotConverged{"survival.not_converged",
                              422,
                              2,
                              "no convergence after {iterations} iterations",
                              "迭代 {iterations} 次后仍未收敛",
                              "bring the columns to similar scales or allow more iterations",
                              "请将各列调整到相近的尺度,或允许更多迭代"};

const ErrorKind kTiesTooMany{
    "survival.ties_too_many",
    422,
    2,
    "{events} of {at_risk} at risk leave at the same time: too many for exact ties",
    "同一时刻有 {at_risk} 人处于风险中、{events} 人离开: 超出精确处理并列的范围",
    "use Efron's approximation",
    "请使用 Efron 近似"};

const ErrorKind kOneGroup{"survival.one_group",
                          422,
                          2,
                          "a comparison needs two groups with people at risk",
                          "比较至少需要两个有人处于风险中的组",
                          "",
                          ""};

const ErrorKind kBadOption{"survival.bad_option", 422, 2, "{what}", "选项无效: {what}", "", ""};

const ErrorKind kNoPairs{"survival.no_pairs",
                         422,
                         2,
                         "no two rows can be ordered by who left first",
                         "没有任何两行可以判定谁先离开",
                         "",
                         ""};

std::vector<const ErrorKind*> survival_kinds() {
  return {&kNoRows,      &kShape,    &kBadDuration, &kBadEntry,  &kBadWeight,
          &kBadValue,    &kNoEvents, &kRunsAway,    &kCollinear, &kNotConverged,
          &kTiesTooMany, &kOneGroup, &kBadOption,   &kNoPairs};
}

}  // namespace holdfast::survival::errors
