#include "pattern/errors.hpp"

namespace holdfast::pattern::errors {

const ErrorKind kNoBaskets{"pattern.no_baskets",
                           422,
                           2,
                           "there are no baskets",
                           "没有任何购物篮",
                           "check the period and the filter of the purchases",
                           "请检查购买记录的期间和筛选条件"};

const ErrorKind kShape{"pattern.shape",
                       500,
                       1,
                       "{what} must ascend from 0 to the number of items, {items}",
                       "{what} 必须从 0 递增到商品条目数 {items}",
                       "",
                       ""};

const ErrorKind kItemTooLarge{"pattern.item_too_large",
                              422,
                              2,
                              "item number {item} is above {largest}",
                              "商品编号 {item} 超过上限 {largest}",
                              "number the items from 0 on without gaps",
                              "请从 0 开始连续编号"};

const ErrorKind kBadOption{"pattern.bad_option",
                           422,
                           2,
                           "{option} is {value}; it must be within {needed}",
                           "{option} 为 {value},必须在 {needed} 之内",
                           "",
                           ""};

const ErrorKind kTooMany{"pattern.too_many",
                         422,
                         2,
                         "more than {limit} patterns occur at least {count_min} times",
                         "出现至少 {count_min} 次的模式超过 {limit} 个",
                         "raise the minimum support, limit the length, or leave out giant baskets",
                         "请提高最小支持度、限制长度,或排除超大购物篮"};

const ErrorKind kSubsetMissing{"pattern.subset_missing",
                               422,
                               2,
                               "rules need the item sets of every length from 1 on",
                               "生成规则需要从长度 1 开始的全部项集",
                               "mine the item sets with a least length of 1",
                               "请以最小长度 1 挖掘项集"};

const ErrorKind kNotInOrder{"pattern.not_in_order",
                            422,
                            2,
                            "the entries of sequence {sequence} are not in order of time",
                            "序列 {sequence} 的条目未按时间排序",
                            "sort each customer's entries by time",
                            "请将每位客户的条目按时间排序"};

std::vector<const ErrorKind*> pattern_kinds() {
  return {&kNoBaskets, &kShape,         &kItemTooLarge, &kBadOption,
          &kTooMany,   &kSubsetMissing, &kNotInOrder};
}

}  // namespace holdfast::pattern::errors
