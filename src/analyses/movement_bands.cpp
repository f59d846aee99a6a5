#include "analyses/movement_bands.hpp"

#include <algorithm>
#include <cmath>

#include "core/net_amount.hpp"
#include "core/text.hpp"

namespace holdfast::analyses::movement {
namespace {

// To two significant digits: limits people can remember.
double rounded(double number) {
  if (!(number > 0)) return 0;
  const double scale = std::pow(10.0, std::floor(std::log10(number)) - 1);
  return std::round(number / scale) * scale;
}

std::string written(double number) {
  return number >= 1000 ? with_thousands(static_cast<std::int64_t>(std::llround(number)))
                        : brief(number, 6);
}

}  // namespace

std::uint16_t Bands::of(double amount) const {
  if (!(amount > 0)) return 0;
  // Cents that add up to a limit may lie a rounding below it in binary.
  const auto at = std::upper_bound(limits.begin(), limits.end(), amount * (1 + NetAmount::kRounding)) -
                  limits.begin();
  return static_cast<std::uint16_t>(at + 1);
}

Bands bands_of(std::span<const double> given, std::vector<double> amounts, const Text& nothing) {
  Bands bands{.limits = {given.begin(), given.end()}, .names = {nothing}};
  if (given.empty()) {
    std::erase_if(amounts, [](double amount) { return !(amount > 0); });
    std::ranges::sort(amounts);
    for (std::size_t quarter = 1; quarter < 4 && !amounts.empty(); ++quarter) {
      const double limit = rounded(amounts[quarter * amounts.size() / 4]);
      if (limit > amounts.front() && (bands.limits.empty() || limit > bands.limits.back()))
        bands.limits.push_back(limit);
    }
  }
  std::erase_if(bands.limits, [](double limit) { return !(limit > 0); });
  const auto& limits = bands.limits;
  for (std::size_t band = 0; band <= limits.size(); ++band) {
    if (limits.empty()) {
      bands.names.push_back({"something", "有"});
    } else if (band == 0) {
      bands.names.push_back({"below " + written(limits[0]), written(limits[0]) + " 以下"});
    } else if (band == limits.size()) {
      bands.names.push_back({written(limits.back()) + " and more", written(limits.back()) + " 及以上"});
    } else {
      const auto both = written(limits[band - 1]) + "–" + written(limits[band]);
      bands.names.push_back({both, both});
    }
  }
  return bands;
}

}  // namespace holdfast::analyses::movement
