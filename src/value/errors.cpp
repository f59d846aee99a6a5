#include "value/errors.hpp"

namespace holdfast::value::errors {

const ErrorKind kShape{"value.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kBadValue{"value.bad_value",
                          422,
                          2,
                          "{what} of row {row} is {value}, which cannot be used",
                          "第 {row} 行的 {what} 为 {value},无法使用",
                          "",
                          ""};

const ErrorKind kBadCustomer{
    "value.bad_customer",
    422,
    2,
    "{what} of row {row} is customer {customer}, but there are {customers}",
    "第 {row} 行的 {what} 是第 {customer} 个客户,但总共只有 {customers} 个",
    "",
    ""};

const ErrorKind kNoCustomers{
    "value.no_customers",      422,        2,
    "there are no customers",  "没有客户", "check the filter and the period",
    "请检查筛选条件和时间范围"};

const ErrorKind kNoProfit{"value.no_profit",
                          422,
                          2,
                          "the profit of all {customers} customers is 0: there is nothing to order",
                          "全部 {customers} 个客户的利润都为 0: 无法排序",
                          "check the column of profit",
                          "请检查利润列"};

const ErrorKind kBadPeriod{"value.bad_period",
                           422,
                           2,
                           "row {row} is of period {period}, but its customer has been watched for "
                           "{watched} periods",
                           "第 {row} 行属于第 {period} 期,但该客户只观察了 {watched} 期",
                           "periods count from 1, the first after the customer was won",
                           "期数从 1 开始,第 1 期是获得客户之后的第一期"};

const ErrorKind kOnePeriod{
    "value.one_period",         422, 2, "a change needs at least two periods",
    "比较变化至少需要两个时期",  "give data of a longer time, or choose shorter periods",
    "请提供更长时间的数据,或选择更短的期间"};

const ErrorKind kBadStep{"value.bad_step",
                         422,
                         2,
                         "row {row} is of step {step}, but the funnel has {steps} steps",
                         "第 {row} 行属于第 {step} 步,但漏斗只有 {steps} 步",
                         "",
                         ""};

const ErrorKind kFewSteps{"value.few_steps",
                          422,
                          2,
                          "a funnel needs at least two steps, not {steps}",
                          "漏斗至少需要两步,现在是 {steps} 步",
                          "",
                          ""};

const ErrorKind kRisingSteps{
    "value.rising_steps",
    422,
    2,
    "step {step} has {count} customers, more than the {before} of the step before",
    "第 {step} 步有 {count} 个客户,多于前一步的 {before} 个",
    "order the steps from the first contact to the purchase",
    "请按从首次接触到购买的顺序排列各步"};

const ErrorKind kOwnReferrer{
    "value.own_referrer",          422, 2, "the customer of row {row} is his own referrer",
    "第 {row} 行的客户推荐了自己", "",  ""};

const ErrorKind kReferredEarlier{"value.referred_earlier",
                                 422,
                                 2,
                                 "the customer of row {row} joined before the one who referred him",
                                 "第 {row} 行的客户早于其推荐人加入",
                                 "check which column is the referrer and which the referred",
                                 "请检查哪一列是推荐人,哪一列是被推荐人"};

const ErrorKind kReferralCircle{"value.referral_circle",
                                422,
                                2,
                                "the referrals of row {row} lead back to it",
                                "第 {row} 行的推荐关系绕回到自身",
                                "give the days on which customers joined, or correct the referrers",
                                "请提供客户加入的日期,或更正推荐人"};

const ErrorKind kBadOption{"value.bad_option", 422, 2, "{what}", "选项无效: {what}", "", ""};

std::vector<const ErrorKind*> value_kinds() {
  return {&kShape,       &kBadValue,        &kBadCustomer,    &kNoCustomers, &kNoProfit,
          &kBadPeriod,   &kOnePeriod,       &kBadStep,        &kFewSteps,    &kRisingSteps,
          &kOwnReferrer, &kReferredEarlier, &kReferralCircle, &kBadOption};
}

}  // namespace holdfast::value::errors
