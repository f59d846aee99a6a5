#include "exchange/columns.hpp"

#include <cmath>

namespace holdfast::exchange {

void ColumnBuilder::add_integer(std::int64_t value) {
  column_.integers.push_back(value);
  column_.valid.push_back(1);
}

void ColumnBuilder::add_real(double value) {
  const bool is_finite = std::isfinite(value);
  column_.reals.push_back(is_finite ? value : 0);
  column_.valid.push_back(is_finite ? 1 : 0);
}

void ColumnBuilder::add_text(std::string_view value) {
  const auto [found, is_new] =
      codes_.try_emplace(std::string(value), static_cast<std::uint32_t>(codes_.size()));
  if (is_new) column_.categories.emplace_back(value);
  column_.codes.push_back(found->second);
  column_.valid.push_back(1);
}

void ColumnBuilder::add_missing() {
  if (column_.type == tables::ColumnType::Text) {
    column_.codes.push_back(0);
  } else if (column_.type == tables::ColumnType::Real) {
    column_.reals.push_back(0);
  } else {
    column_.integers.push_back(0);
  }
  column_.valid.push_back(0);
}

}  // namespace holdfast::exchange
