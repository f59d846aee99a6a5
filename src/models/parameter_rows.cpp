#include "models/parameter_rows.hpp"

namespace holdfast::models {

ParameterRow rare_share_row() {
  return {.name = "rare_share",
          .kind = ParameterRow::Kind::Real,
          .unit = "share",
          .min = 0,
          .max = 0.5,
          .default_value = 0.005,
          .en = "Categories of less than this share of rows are joined into \"other\".",
          .zh = "占比低于此值的取值并入“其他”。"};
}

ParameterRow missing_indicator_row() {
  return {.name = "missing_indicator",
          .kind = ParameterRow::Kind::Boolean,
          .default_value = true,
          .en = "Adds a 0/1 term for \"value is missing\" to each column that has missing values.",
          .zh = "为有缺失值的字段增加“是否缺失”的 0/1 变量。"};
}

ParameterRow outlier_quantile_row() {
  return {.name = "outlier_quantile",
          .kind = ParameterRow::Kind::Real,
          .unit = "share",
          .min = 0,
          .max = 0.4,
          .default_value = 0.001,
          .en = "Values beyond this quantile, at either end, are set to the quantile; 0: none.",
          .zh = "超出两端该分位数的值取为分位数;0 表示不处理。"};
}

}  // namespace holdfast::models
