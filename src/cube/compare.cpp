#include "cube/compare.hpp"

#include <algorithm>
#include <cmath>

#include "cube/errors.hpp"

namespace holdfast::cube {
namespace {

Result<std::size_t> check_alike(const Cube& before, const Cube& after, std::string_view measure) {
  const auto same = [](const auto& a, const auto& b, const auto& equal) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  };
  if (!same(before.dimensions(), after.dimensions(), [](const Dimension& a, const Dimension& b) {
        return a.name == b.name && a.categories == b.categories;
      })) {
    return Error(errors::kNotAlike, {{"what", "dimensions"}});
  }
  if (!same(before.measures(), after.measures(), [](const Measure& a, const Measure& b) {
        return a.name == b.name && a.is_rate == b.is_rate;
      })) {
    return Error(errors::kNotAlike, {{"what", "measures"}});
  }
  const auto place = before.measure(measure);
  if (place == before.measures().size())
    return Error(errors::kUnknownName, {{"what", "measure"}, {"name", std::string(measure)}});
  return place;
}

}  // namespace

std::optional<double> CellChange::change(bool is_rate) const {
  if (!is_rate) return after.above - before.above;
  const auto from = before.rate(), to = after.rate();
  if (!from || !to) return std::nullopt;
  return *to - *from;
}

Result<std::vector<CellChange>> compare(const Cube& before, const Cube& after,
                                        std::string_view measure) {
  HOLDFAST_TRY(const auto m, check_alike(before, after, measure));
  std::vector<CellChange> changes;
  for (std::size_t b = 0, a = 0; b < before.cells() || a < after.cells();) {
    const auto order = [&] {
      if (b == before.cells()) return 1;
      if (a == after.cells()) return -1;
      const auto x = before.codes(b), y = after.codes(a);
      if (std::equal(x.begin(), x.end(), y.begin())) return 0;
      return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end()) ? -1 : 1;
    }();
    const auto codes = order <= 0 ? before.codes(b) : after.codes(a);
    CellChange change{.codes = {codes.begin(), codes.end()}, .before = {}, .after = {}};
    if (order <= 0) change.before = before.sums(b++, m);
    if (order >= 0) change.after = after.sums(a++, m);
    changes.push_back(std::move(change));
  }
  return changes;
}

Result<Attribution> attribute(const Cube& before, const Cube& after, std::string_view measure,
                              const AttributionOptions& options) {
  if (!(options.level > 0 && options.level < 1)) {
    return Error(errors::kBadOption,
                 {{"option", "level"}, {"value", options.level}, {"needed", "(0, 1)"}});
  }
  HOLDFAST_TRY(const auto m, check_alike(before, after, measure));
  const auto all_before = before.total(m), all_after = after.total(m);
  if (!all_before.rate() || !all_after.rate()) {
    return Error(errors::kNoRate, {{"measure", std::string(measure)},
                                   {"which", all_before.rate() ? "after" : "before"}});
  }
  Attribution answer{.rate_before = *all_before.rate(),
                     .rate_after = *all_after.rate(),
                     .contributions = {}};
  const double middle = (answer.rate_before + answer.rate_after) / 2;
  HOLDFAST_TRY(const auto changes, compare(before, after, measure));
  for (const auto& change : changes) {
    Contribution own{.codes = change.codes,
                     .share_before = change.before.below / all_before.below,
                     .share_after = change.after.below / all_after.below,
                     .rate_before = change.before.rate(),
                     .rate_after = change.after.rate(),
                     .rate_change = {}};
    if (!own.rate_before && !own.rate_after) continue;
    const double from = own.rate_before ? *own.rate_before : *own.rate_after;
    const double to = own.rate_after ? *own.rate_after : from;
    own.mix = (own.share_after - own.share_before) * ((from + to) / 2 - middle);
    own.rate = (to - from) * (own.share_before + own.share_after) / 2;
    if (options.is_proportion && own.rate_before && own.rate_after) {
      if (change.before.above < 0 || change.before.above > change.before.below ||
          change.after.above < 0 || change.after.above > change.after.below) {
        return Error(errors::kBadOption,
                     {{"option", "is_proportion"}, {"value", "true"}, {"needed", "{false}"}});
      }
      own.rate_change = newcombe_interval(change.after.above, change.after.below,
                                          change.before.above, change.before.below, options.level);
    }
    answer.mix += own.mix;
    answer.rate += own.rate;
    answer.contributions.push_back(std::move(own));
  }
  std::stable_sort(answer.contributions.begin(), answer.contributions.end(),
                   [](const Contribution& a, const Contribution& b) {
                     return std::abs(a.all()) > std::abs(b.all());
                   });
  return answer;
}

}  // namespace holdfast::cube
