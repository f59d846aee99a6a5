#include "study/functions.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace holdfast::study {

const std::vector<Function>& function_table() {
  static const std::vector<Function> kFunctions = {
      {{"count", "count(table, 365 days where …)", true,
        "number of rows; of a column: cells present", "行数;对列则为非缺失个数"},
       ">N",
       Target::Rows,
       Window::Optional},
      {{"sum", "sum(table.column, 90 days where …)", true, "sum of a column", "列的合计"},
       ">N",
       Target::Number,
       Window::Optional},
      {{"mean", "mean(table.column, 90 days where …)", true, "mean of a column (also avg)",
        "列的平均值(也可写 avg)"},
       ">N",
       Target::Number,
       Window::Optional},
      {{"min", "min(table.column, 90 days where …)", true, "smallest value", "最小值"},
       ">S",
       Target::Ordered,
       Window::Optional},
      {{"max", "max(table.column, 90 days where …)", true, "largest value", "最大值"},
       ">S",
       Target::Ordered,
       Window::Optional},
      {{"sd", "sd(table.column, 90 days where …)", true, "sample standard deviation", "样本标准差"},
       ">N",
       Target::Number,
       Window::Optional},
      {{"distinct", "distinct(table.column, 90 days where …)", true, "number of different values",
        "不同取值个数"},
       ">N",
       Target::Any,
       Window::Optional},
      {{"first", "first(table.column, 90 days where …)", true, "earliest value", "最早的值"},
       ">S",
       Target::Any,
       Window::Optional},
      {{"last", "last(table.column, 90 days where …)", true, "latest value", "最近的值"},
       ">S",
       Target::Any,
       Window::Optional},
      {{"days_since_last", "days_since_last(table where …)", true, "days since the latest row",
        "距最近一次的天数"},
       ">N",
       Target::Rows,
       Window::Optional},
      {{"days_since_first", "days_since_first(table where …)", true, "days since the earliest row",
        "距最早一次的天数"},
       ">N",
       Target::Rows,
       Window::Optional},
      {{"falling", "falling(table.column, 3 months)", true,
        "monthly sums fell in each of the last complete months", "最近几个完整月的月合计逐月下降"},
       ">B",
       Target::Series,
       Window::Months},
      {{"months_falling", "months_falling(table.column)", true,
        "for how many complete months in a row monthly sums have fallen", "月合计已连续下降的月数"},
       ">N",
       Target::Series,
       Window::None},
      {{"months_below", "months_below(table.column, 100)", true,
        "for how many complete months in a row monthly sums have been below a limit",
        "月合计连续低于界限的月数"},
       ">N",
       Target::Series,
       Window::None,
       1},
      {{"slope", "slope(table.column, 180 days)", true, "least-squares change a day",
        "最小二乘斜率(每天)"},
       ">N",
       Target::Number,
       Window::Optional},
      {{"change", "change(table.column, 90 days)", true,
        "sum of this window over that of the one before, less 1", "本窗口合计与前一窗口之比减 1"},
       ">N",
       Target::Number,
       Window::Required},

      {{"abs", "abs(number)", false, "without its sign", "绝对值"}, "N>N"},
      {{"round", "round(number, digits)", false, "rounded, half away from zero", "四舍五入"},
       "NN?>N"},
      {{"floor", "floor(number)", false, "whole number below", "向下取整"}, "N>N"},
      {{"ceil", "ceil(number)", false, "whole number above", "向上取整"}, "N>N"},
      {{"ln", "ln(number)", false, "natural logarithm; null for 0 and below",
        "自然对数;非正数为空"},
       "N>N"},
      {{"exp", "exp(number)", false, "e to the power of it", "e 的幂"}, "N>N"},
      {{"sqrt", "sqrt(number)", false, "square root; null below 0", "平方根;负数为空"}, "N>N"},
      {{"least", "least(a, b, …)", false, "smallest that is not null", "最小的非空值"}, "S+>S"},
      {{"greatest", "greatest(a, b, …)", false, "largest that is not null", "最大的非空值"},
       "S+>S"},
      {{"coalesce", "coalesce(a, b, …)", false, "first that is not null", "第一个非空值"}, "S+>S"},
      {{"nullif", "nullif(a, b)", false, "null where both are equal, else a",
        "两者相等为空,否则为 a"},
       "SS>S"},
      {{"if", "if(condition, a, b)", false, "a where the condition holds, else b",
        "条件成立取 a,否则取 b"},
       "BSS>S"},
      {{"lower", "lower(text)", false, "in small letters", "转为小写"}, "T>T"},
      {{"upper", "upper(text)", false, "in capitals", "转为大写"}, "T>T"},
      {{"length", "length(text)", false, "number of characters", "字符数"}, "T>N"},
      {{"substr", "substr(text, from, count)", false, "characters from a position, 1 the first",
        "从第几个字符起取若干个"},
       "TNN?>T"},
      {{"concat", "concat(text, text, …)", false, "one after the other, null as nothing",
        "依次连接,空值视为无"},
       "T+>T"},
      {{"contains", "contains(text, part)", false, "whether the part is in it", "是否包含"},
       "TT>B"},
      {{"starts_with", "starts_with(text, part)", false, "whether it begins so", "是否以此开头"},
       "TT>B"},
      {{"year", "year(day)", false, "year", "年"}, "D>N"},
      {{"month", "month(day)", false, "month, 1 to 12", "月,1 至 12"}, "D>N"},
      {{"day", "day(day)", false, "day of the month", "日"}, "D>N"},
      {{"weekday", "weekday(day)", false, "Monday 1 … Sunday 7", "星期一为 1,星期日为 7"}, "D>N"},
      {{"days_between", "days_between(from, to)", false, "days from one to the other", "相隔天数"},
       "DD>N"},
      {{"age_years", "age_years(birth, at)", false, "full years from one day to the other", "周岁"},
       "DD>N"},
      {{"cutoff", "cutoff()", false, "the day the row stands at", "该行的观察点"}, ">D"},
  };
  return kFunctions;
}

const Function* function_named(std::string_view name) {
  const auto wanted = lower(name) == "avg" ? std::string("mean") : lower(name);
  const auto& table = function_table();
  const auto found =
      std::ranges::find(table, wanted, [](const Function& f) { return f.info.name; });
  return found == table.end() ? nullptr : &*found;
}

const std::vector<FunctionInfo>& functions() {
  static const auto kInfos = [] {
    std::vector<FunctionInfo> infos;
    for (const auto& function : function_table()) infos.push_back(function.info);
    return infos;
  }();
  return kInfos;
}

}  // namespace holdfast::study
