#include "models/boosting/monotone.hpp"

#include <algorithm>

#include "models/errors.hpp"

namespace holdfast::boosting {
namespace {

Place place() { return {.key = "models.boosting.monotone"}; }

Error not_this(const std::string& given, std::string_view range) {
  return {models::errors::kParameterRange,
          {{"model", "boosting"}, {"parameter", "monotone"}, {"value", given}, {"range", range}},
          place()};
}

}  // namespace

Result<std::vector<std::int32_t>> monotone_of(const std::vector<std::string>& signed_names,
                                              const dataset::Columns& columns,
                                              const std::vector<Feature>& features) {
  std::vector<std::int32_t> signs;
  if (signed_names.empty()) return signs;
  signs.assign(features.size(), 0);
  for (const auto& given : signed_names) {
    if (given.size() < 2 || (given[0] != '+' && given[0] != '-')) {
      return not_this(given, "+column / -column (+字段 / -字段)");
    }
    const std::string_view name = std::string_view(given).substr(1);
    const auto column = std::ranges::find(columns.columns, name, &dataset::ColumnView::name);
    if (column == columns.columns.end()) {
      return Error{models::errors::kNoSuchColumn, {{"column", name}}, place()};
    }
    if (column->is_category()) return not_this(given, "columns of numbers (数值字段)");
    const auto at = static_cast<std::uint32_t>(column - columns.columns.begin());
    const std::int32_t sign = given[0] == '+' ? 1 : -1;
    const auto feature = std::ranges::find(features, at, &Feature::column);
    if (feature == features.end()) continue;  // It has no value that could move the score.
    auto& own = signs[static_cast<std::size_t>(feature - features.begin())];
    if (own == -sign) return not_this(given, "one sign a column (每个字段一个方向)");
    own = sign;
  }
  return signs;
}

}  // namespace holdfast::boosting
