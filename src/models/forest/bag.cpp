#include "models/forest/bag.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace holdfast::forest {

Bag::Bag(std::span<const double> weight, std::span<const std::uint8_t> y, std::size_t draws,
         bool with_replacement)
    : weight_(weight), y_(y), draws_(draws), with_replacement_(with_replacement),
      is_even_(std::ranges::all_of(weight, [&](double w) { return w == weight[0]; })) {
  if (is_even_ || !with_replacement_) return;
  const double mean =
      std::accumulate(weight.begin(), weight.end(), 0.0) / static_cast<double>(weight.size());
  std::vector<std::uint32_t> small, large;
  alias_.resize(weight.size());
  for (std::uint32_t r = 0; r < weight.size(); ++r) {
    own_share_.push_back(weight[r] / mean);
    alias_[r] = r;
    (own_share_[r] < 1 ? small : large).push_back(r);
  }
  while (!small.empty() && !large.empty()) {
    const auto s = small.back();
    const auto l = large.back();
    small.pop_back();
    alias_[s] = l;
    own_share_[l] -= 1 - own_share_[s];
    if (own_share_[l] >= 1) continue;
    large.pop_back();
    small.push_back(l);
  }
  for (const auto r : small) own_share_[r] = 1;  // Rounding left them over.
  for (const auto r : large) own_share_[r] = 1;
}

std::vector<Draw> Bag::draw(Random& random) const {
  return with_replacement_ ? draw_with(random) : draw_without(random);
}

std::vector<Draw> Bag::draw_with(Random& random) const {
  std::vector<std::uint32_t> counts(weight_.size(), 0);
  for (std::size_t i = 0; i < draws_; ++i) {
    const double at = random.uniform() * static_cast<double>(weight_.size());
    auto row = static_cast<std::size_t>(at);
    if (!is_even_ && !(at - static_cast<double>(row) < own_share_[row])) row = alias_[row];
    ++counts[row];
  }
  std::vector<Draw> result;
  for (std::uint32_t r = 0; r < counts.size(); ++r) {
    if (counts[r] > 0) result.push_back(Draw::of(r, counts[r], y_[r]));
  }
  return result;
}

/// The first `draws_` of exponential races, as if drawn one after another (Efraimidis & Spirakis
/// 2006, Information Processing Letters 97, 181–185).
std::vector<Draw> Bag::draw_without(Random& random) const {
  std::vector<std::pair<double, std::uint32_t>> arrivals;
  for (std::uint32_t r = 0; r < weight_.size(); ++r) {
    arrivals.emplace_back(-std::log1p(-random.uniform()) / weight_[r], r);
  }
  const std::size_t count = std::min(draws_, arrivals.size());
  if (count < arrivals.size()) {
    std::ranges::nth_element(arrivals, arrivals.begin() + static_cast<std::ptrdiff_t>(count));
  }
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(arrivals[i].second);
  std::ranges::sort(rows);
  std::vector<Draw> result;
  for (const auto r : rows) result.push_back(Draw::of(r, 1, y_[r]));
  return result;
}

}  // namespace holdfast::forest
