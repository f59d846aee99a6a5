#include "effect/binned.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"

namespace holdfast::effect {
namespace {

constexpr std::size_t kRowsDrawn = 30'000;
constexpr std::size_t kRowsBlock = 4096;

std::vector<std::size_t> draw_rows(std::size_t rows) {
  std::vector<std::size_t> drawn;
  if (rows <= kRowsDrawn) {
    for (std::size_t row = 0; row < rows; ++row) drawn.push_back(row);
    return drawn;
  }
  Random random(20120801);
  for (std::size_t i = 0; i < kRowsDrawn; ++i) drawn.push_back(random.below(rows));
  return drawn;
}

double between(double below, double above) {
  const double middle = below / 2 + above / 2;
  return middle < above ? middle : below;
}

std::vector<double> cuts_of(std::vector<double> values, std::size_t bins) {
  std::sort(values.begin(), values.end());
  auto distinct = values;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<double> cuts;
  if (distinct.size() <= bins) {
    for (std::size_t i = 1; i < distinct.size(); ++i) {
      cuts.push_back(between(distinct[i - 1], distinct[i]));
    }
    return cuts;
  }
  for (std::size_t b = 1; b < bins; ++b) {
    const double below = values[b * values.size() / bins];
    const auto above = std::upper_bound(distinct.begin(), distinct.end(), below);
    if (above == distinct.end()) break;
    const double cut = between(below, *above);
    if (cuts.empty() || cut > cuts.back()) cuts.push_back(cut);
  }
  return cuts;
}

}  // namespace

BinnedColumns bin(MatrixView x, std::size_t bins) {
  HOLDFAST_CHECK(bins >= 2 && bins <= 256);
  BinnedColumns binned;
  binned.cuts.resize(x.cols);
  binned.codes.resize(x.cols);
  const auto drawn = draw_rows(x.rows);
  parallel_for(x.cols, 1, [&](std::size_t begin, std::size_t end) {
    for (auto col = begin; col < end; ++col) {
      std::vector<double> values;
      for (const auto row : drawn) values.push_back(x(row, col));
      binned.cuts[col] = cuts_of(std::move(values), bins);
      binned.codes[col].resize(x.rows);
    }
  });
  parallel_for(x.rows, kRowsBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t col = 0; col < x.cols; ++col) {
      const auto& cuts = binned.cuts[col];
      auto& codes = binned.codes[col];
      for (auto row = begin; row < end; ++row) {
        const auto at = std::lower_bound(cuts.begin(), cuts.end(), x(row, col));
        codes[row] = static_cast<std::uint8_t>(at - cuts.begin());
      }
    }
  });
  return binned;
}

}  // namespace holdfast::effect
