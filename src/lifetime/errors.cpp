#include "lifetime/errors.hpp"

namespace holdfast::lifetime::errors {

const ErrorKind kShape{"lifetime.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kTooFew{"lifetime.too_few",
                        422,
                        2,
                        "too few customers: {found}, where at least {expected} are needed",
                        "客户太少: 只有 {found} 个,至少需要 {expected} 个",
                        "give data of more customers",
                        "请提供更多客户的数据"};

const ErrorKind kBadValue{"lifetime.bad_value",
                          422,
                          2,
                          "{what} of row {row} is {value}, which cannot be used",
                          "第 {row} 行的 {what} 为 {value},无法使用",
                          "",
                          ""};

const ErrorKind kBadRecency{
    "lifetime.bad_recency",
    422,
    2,
    "row {row} bought {frequency} times again, last at {recency} of {age}; the last purchase must "
    "come after the first and before the end, and be 0 where nothing was bought again",
    "第 {row} 行复购 {frequency} 次,最后一次在 {recency}(观察期 "
    "{age});末次购买须晚于首次购买且不晚于观察期末,没有复购时应为 0",
    "an end before its beginning is often two columns exchanged",
    "结束早于开始通常是两列颠倒所致"};

const ErrorKind kBadSpend{"lifetime.bad_spend",
                          422,
                          2,
                          "row {row} spends {value} a purchase; it must be above 0",
                          "第 {row} 行的平均消费额为 {value},必须大于 0",
                          "take returns and free items out before averaging",
                          "求平均前请先剔除退货和赠品"};

const ErrorKind kNoRepeat{"lifetime.no_repeat",
                          422,
                          2,
                          "nobody bought again: none of the {customers} customers has a second "
                          "purchase",
                          "没有人复购: {customers} 个客户中没有一个有第二次购买",
                          "observe for longer, or check that customer numbers repeat",
                          "请延长观察期,或检查客户编号是否会重复出现"};

const ErrorKind kNobodyLost{"lifetime.nobody_lost",
                            422,
                            2,
                            "nobody left: none of the {customers} contracts ended",
                            "没有人离开: {customers} 份合同中没有一份终止",
                            "observe for longer",
                            "请延长观察期"};

const ErrorKind kNobodyStays{"lifetime.nobody_stays",
                             422,
                             2,
                             "all {customers} contracts ended in their first period",
                             "全部 {customers} 份合同都在第一期终止",
                             "",
                             ""};

const ErrorKind kRatesAlike{
    "lifetime.rates_alike",
    422,
    2,
    "purchase rates differ between customers by no more than chance: no finite estimate",
    "客户之间的购买频率差异不超过随机波动: 不存在有限的估计值",
    "use more customers or a longer time",
    "请使用更多客户或更长的观察期"};

const ErrorKind kNobodyLeaves{
    "lifetime.nobody_leaves",
    422,
    2,
    "nothing points to customers leaving: the chance to leave is estimated as 0",
    "没有客户流失的迹象: 流失概率的估计值为 0",
    "observe for longer, or treat all as active",
    "请延长观察期,或将所有客户视为活跃"};

const ErrorKind kLeavingAlike{
    "lifetime.leaving_alike",
    422,
    2,
    "the chance to leave differs between customers by no more than chance: no finite estimate",
    "客户之间的流失概率差异不超过随机波动: 不存在有限的估计值",
    "use more customers or a longer time",
    "请使用更多客户或更长的观察期"};

const ErrorKind kLeavingApart{
    "lifetime.leaving_apart",
    422,
    2,
    "likeliest is that some customers leave at once and all others never: no finite estimate",
    "最可能的情形是一部分客户立即流失、其余客户永不流失: 不存在有限的估计值",
    "use more customers or a longer time",
    "请使用更多客户或更长的观察期"};

const ErrorKind kRunsAway{"lifetime.runs_away",
                          422,
                          2,
                          "the data do not determine {parameter}: no finite estimate ({value} when "
                          "stopped)",
                          "数据不足以确定参数 {parameter}: 不存在有限的估计值(停止时为 {value})",
                          "use more customers or a longer time",
                          "请使用更多客户或更长的观察期"};

const ErrorKind kNotConverged{"lifetime.not_converged",
                              422,
                              2,
                              "no convergence after {iterations} iterations",
                              "迭代 {iterations} 次后仍未收敛",
                              "allow more iterations",
                              "请允许更多迭代"};

const ErrorKind kNoMean{"lifetime.no_mean",
                        422,
                        2,
                        "there is no finite mean: {parameter} is {value}, not above 1",
                        "均值不是有限的: {parameter} 为 {value},不大于 1",
                        "give a horizon or a discount rate, or leave new customers out",
                        "请给出时间范围或折现率,或排除新客户"};

const ErrorKind kBadOption{"lifetime.bad_option", 422, 2, "{what}", "选项无效: {what}", "", ""};

std::vector<const ErrorKind*> lifetime_kinds() {
  return {&kShape,        &kTooFew,     &kBadValue,     &kBadRecency, &kBadSpend,
          &kNoRepeat,     &kNobodyLost, &kNobodyStays,  &kRatesAlike, &kNobodyLeaves,
          &kLeavingAlike, &kLeavingApart, &kRunsAway,   &kNotConverged, &kNoMean,     &kBadOption};
}

}  // namespace holdfast::lifetime::errors
