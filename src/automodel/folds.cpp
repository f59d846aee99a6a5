#include "automodel/folds.hpp"

#include "core/hash.hpp"

namespace holdfast::automodel {

std::vector<Fold> folds_of(const dataset::Dataset& data, std::span<const std::uint32_t> rows,
                           int folds_count, std::uint64_t seed) {
  std::vector<Fold> folds(static_cast<std::size_t>(folds_count));
  for (const auto row : rows) {
    const auto& key = data.matrix.customer_keys[data.matrix.customer[row]];
    const auto own = hash64(key, seed ^ 0x666f6c64ULL) % folds.size();
    for (std::size_t f = 0; f < folds.size(); ++f) {
      (f == own ? folds[f].held_out : folds[f].train).push_back(row);
    }
  }
  return folds;
}

}  // namespace holdfast::automodel
