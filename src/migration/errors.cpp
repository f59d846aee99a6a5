#include "migration/errors.hpp"

#include <string>

namespace holdfast::migration::errors {

const ErrorKind kNoRows{"migration.no_rows",
                        422,
                        2,
                        "there are no rows",
                        "没有任何数据行",
                        "check the period and the filter",
                        "请检查期间和筛选条件"};

const ErrorKind kShape{"migration.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kBadState{"migration.bad_state",
                          422,
                          2,
                          "row {row} has the number {state}; it must be below {states}",
                          "第 {row} 行的编号为 {state},必须小于 {states}",
                          "",
                          ""};

const ErrorKind kTwice{"migration.twice",
                       422,
                       2,
                       "customer {customer} has two states in period {period}",
                       "客户 {customer} 在期间 {period} 有两个状态",
                       "keep one row a customer and period",
                       "每位客户每个期间请只保留一行"};

const ErrorKind kLeavesAbsorbing{
    "migration.leaves_absorbing",
    422,
    2,
    "state {state} is said to be final, but {count} moves lead out of it",
    "状态 {state} 被声明为终止状态,但有 {count} 次从中离开",
    "do not declare it final where customers come back",
    "若有客户回流,请不要将其声明为终止状态"};

const ErrorKind kUnknownRow{
    "migration.unknown_row",
    422,
    2,
    "customers come into state {state}, but none was seen one period later",
    "有客户进入状态 {state},但没有任何客户在下一期间被观察到",
    "declare the state final, join it with another, or observe for longer",
    "请将该状态声明为终止状态、与其他状态合并,或延长观察期"};

const ErrorKind kNothingToTest{
    "migration.nothing_to_test",
    422,
    2,
    "a comparison needs a state left in two periods or groups, to two states at least",
    "比较至少需要一个状态在两个期间或两个组中被离开,且去往两个以上的状态",
    "",
    ""};

const ErrorKind kBadAmount{"migration.bad_amount",
                           422,
                           2,
                           "row {row} has the amount {amount}; it must be a number from 0 on",
                           "第 {row} 行的金额为 {amount},必须是不小于 0 的数",
                           "",
                           ""};

const ErrorKind kNotInOrder{"migration.not_in_order",
                            422,
                            2,
                            "the {what} of customer {customer} are not in order of time",
                            "客户 {customer} 的 {what} 未按时间排序",
                            "sort each customer's rows by day",
                            "请将每位客户的行按日期排序"};

const ErrorKind kNoMoments{
    "migration.no_moments",
    422,
    2,
    "none of the {moments} steps has a balance above 0 and is observed for long enough after it",
    "{moments} 个步骤中没有一个既有大于 0 的余额、之后又被观察足够长的时间",
    "shorten the days after a step, or check the days of the balances",
    "请缩短步骤之后的天数,或检查余额的日期"};

const ErrorKind kBadOption{"migration.bad_option",
                           422,
                           2,
                           "{option} is {value}; it must be within {needed}",
                           "{option} 为 {value},必须在 {needed} 之内",
                           "",
                           ""};

const ErrorKind kTooLarge{"migration.too_large",
                          422,
                          2,
                          "states, segments and periods make {cells} cells, more than {largest}",
                          "状态、分群和期间共构成 {cells} 个单元,超过 {largest}",
                          "join rare states or segments",
                          "请合并稀少的状态或分群"};

Error not_a_state(const char* option, std::size_t value, std::size_t states) {
  return Error(kBadOption, {{"option", option},
                            {"value", value},
                            {"needed", "[0, " + std::to_string(states) + ")"}});
}

std::vector<const ErrorKind*> migration_kinds() {
  return {&kNoRows,        &kShape,     &kBadState,   &kTwice,     &kLeavesAbsorbing, &kUnknownRow,
          &kNothingToTest, &kBadAmount, &kNotInOrder, &kNoMoments, &kBadOption,       &kTooLarge};
}

}  // namespace holdfast::migration::errors
