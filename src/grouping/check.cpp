#include "grouping/check.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

constexpr std::size_t kBlock = 16384;

// Squares of what is larger overflow; NaN compares as false.
bool usable(double value) { return std::abs(value) <= 1e140; }

Error bad_cell(const MatrixView& rows, std::size_t row) {
  std::size_t col = 0;
  while (usable(rows(row, col))) ++col;
  bool any = false;
  for (std::size_t r = 0; r < rows.rows && !any; ++r) any = !std::isnan(rows(r, col));
  if (!any) return {errors::kAllMissing, {{"column", col + 1}}};
  return {errors::kBadValue, {{"row", row + 1}, {"column", col + 1}, {"value", rows(row, col)}}};
}

bool all_finite(const MatrixView& rows, std::size_t begin, std::size_t end) {
  bool fine = true;
  for (std::size_t i = begin * rows.cols; i < end * rows.cols; ++i) fine &= usable(rows.data[i]);
  return fine;
}

}  // namespace

Result<void> check_rows(const MatrixView& rows) {
  if (rows.rows == 0) return Error(errors::kNoRows);
  if (rows.cols == 0) return Error(errors::kNoColumns);
  std::vector<std::uint8_t> fine((rows.rows + kBlock - 1) / kBlock);
  parallel_for(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
    fine[begin / kBlock] = all_finite(rows, begin, end) ? 1 : 0;
  });
  for (std::size_t b = 0; b < fine.size(); ++b) {
    if (fine[b] != 0) continue;
    std::size_t row = b * kBlock;
    while (all_finite(rows, row, row + 1)) ++row;
    return bad_cell(rows, row);
  }
  return {};
}

Result<void> check_weights(std::span<const double> weight, std::size_t rows) {
  if (weight.empty()) return {};
  if (weight.size() != rows) {
    return Error(errors::kShape,
                 {{"what", "weight"}, {"found", weight.size()}, {"expected", rows}});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (!std::isfinite(weight[row]) || weight[row] < 0) {
      return Error(errors::kBadWeight, {{"row", row + 1}, {"value", weight[row]}});
    }
  }
  if (std::ranges::all_of(weight, [](double w) { return w == 0; })) return Error(errors::kNoRows);
  return {};
}

Result<void> check_least(std::string_view option, double value, double least) {
  if (std::isfinite(value) && value >= least) return {};
  return Error(errors::kBadOption, {{"option", option}, {"value", value}, {"least", least}});
}

}  // namespace holdfast::grouping
