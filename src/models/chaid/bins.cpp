#include "models/chaid/bins.hpp"

#include <numeric>

namespace holdfast::chaid {

Bins bins_of(const growing::Sample& sample, std::size_t column, std::size_t most) {
  const auto& numeric = sample.numeric(column);
  Bins bins;
  if (numeric.distinct.size() <= most) {
    bins.tops = numeric.distinct;
    bins.of_rank.resize(numeric.distinct.size());
    std::iota(bins.of_rank.begin(), bins.of_rank.end(), 0);
    return bins;
  }
  std::vector<double> weight(numeric.distinct.size());
  const auto& rows = sample.rows();
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const auto rank = numeric.rank[rows.row[i]];
    if (rank != growing::NumericColumn::kNoRank) weight[rank] += rows.weight[i];
  }
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  double below = 0;
  for (std::size_t rank = 0; rank < weight.size(); ++rank) {
    below += weight[rank];
    bins.of_rank.push_back(static_cast<std::uint32_t>(bins.tops.size()));
    const double reached = below / total * static_cast<double>(most);
    // Rounding must not put off a border that is reached exactly.
    if (reached >= static_cast<double>(bins.tops.size() + 1) * (1 - 1e-12) ||
        rank + 1 == weight.size()) {
      bins.tops.push_back(numeric.distinct[rank]);
    }
  }
  return bins;
}

}  // namespace holdfast::chaid
