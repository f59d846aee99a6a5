#include "effect/errors.hpp"

namespace holdfast::effect::errors {

const ErrorKind kNoRows{"effect.no_rows", 422, 2, "there are no rows", "没有数据行", "", ""};

const ErrorKind kShape{"effect.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kBadValue{"effect.bad_value",
                          422,
                          2,
                          "{what} of row {row} is {value}, which cannot be used",
                          "第 {row} 行的 {what} 为 {value},无法使用",
                          "",
                          ""};

const ErrorKind kNotBinary{"effect.not_binary",
                           422,
                           2,
                           "the outcome of row {row} is {value}; it must be 0 or 1 here",
                           "第 {row} 行的结果为 {value},此处必须为 0 或 1",
                           "for amounts use the two-model or the doubly robust learner",
                           "若结果是金额,请使用双模型或双重稳健学习器"};

const ErrorKind kNoControl{
    "effect.no_control",
    422,
    2,
    "there is no control group: all {rows} rows were treated, so what would have happened without "
    "the treatment cannot be known",
    "没有对照组: {rows} 行全部接受了处理,无法得知未处理时的结果",
    "leave a random part of the customers untreated next time",
    "下次请随机保留一部分客户不做处理"};

const ErrorKind kNobodyTreated{"effect.nobody_treated",
                               422,
                               2,
                               "nobody of {rows} rows got the treatment {treatment}",
                               "{rows} 行中没有人接受处理 {treatment}",
                               "check which value stands for the treatment",
                               "请检查哪个值表示该处理"};

const ErrorKind kDecided{
    "effect.treatment_decided",
    422,
    2,
    "column {column} decides who was treated: no treated and untreated rows share a value range",
    "列 {column} 决定了谁接受处理: 处理组与对照组没有共同的取值范围",
    "compare only customers who could have been in either group, or draw the control group at "
    "random",
    "请只比较两组都有可能进入的客户,或随机抽取对照组"};

const ErrorKind kNoOverlap{
    "effect.no_overlap",
    422,
    2,
    "where column {column} is from {from} to {to}, {treated} of {rows} rows were treated: nobody "
    "there can be compared",
    "当列 {column} 在 {from} 到 {to} 之间时,{rows} 行中有 {treated} 行接受处理: 该处无人可比较",
    "leave these rows out and say so, or treat there at random",
    "请剔除这些行并加以说明,或在该处随机处理"};

const ErrorKind kPropensity{
    "effect.propensity",
    422,
    2,
    "row {row} has the probability {propensity} of being treated; it must be at least {least} away "
    "from 0 and 1",
    "第 {row} 行接受处理的概率为 {propensity},与 0 和 1 的距离至少应为 {least}",
    "leave out customers who could only have been in one group",
    "请剔除只可能进入其中一组的客户"};

const ErrorKind kTooFew{"effect.too_few",
                        422,
                        2,
                        "there are {found} {what}; at least {expected} are needed",
                        "{what} 只有 {found},至少需要 {expected}",
                        "",
                        ""};

const ErrorKind kBadOption{"effect.bad_option", 422, 2, "{what}", "选项无效: {what}", "", ""};

std::vector<const ErrorKind*> effect_kinds() {
  return {&kNoRows,  &kShape,     &kBadValue,   &kNotBinary, &kNoControl, &kNobodyTreated,
          &kDecided, &kNoOverlap, &kPropensity, &kTooFew,    &kBadOption};
}

}  // namespace holdfast::effect::errors
