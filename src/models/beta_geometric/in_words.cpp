#include "models/beta_geometric/in_words.hpp"

#include <fmt/format.h>

namespace holdfast::models {

Text in_words(const lifetime::ContractFit& fit) {
  const double first = 100 * fit.retention(1), fifth = 100 * fit.retention(5);
  return {fmt::format("of new contracts {:.1f} % run on after the first period, of those that "
                      "reached the fifth "
                      "{:.1f} % after it",
                      first, fifth),
          fmt::format("新合同有 {:.1f} % 在第一期后继续,到达第五期的合同有 {:.1f} % 继续", first,
                      fifth)};
}

}  // namespace holdfast::models
