#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/check.hpp"
#include "models/scorecard/scorecard.hpp"

namespace holdfast::scorecard {
namespace {

forms::DiscreteColumn states_of(const BinnedColumn& column,
                                const std::vector<std::string>& categories) {
  forms::DiscreteColumn states{.column = static_cast<std::int32_t>(column.column),
                               .states_count = static_cast<std::int32_t>(column.bins.size())};
  if (!categories.empty()) states.state_of_category.assign(categories.size(), -1);
  for (std::size_t s = 0; s < column.bins.size(); ++s) {
    const auto& bin = column.bins[s];
    const auto state = static_cast<std::int32_t>(s);
    if (bin.is_missing) {
      states.missing_state = state;
    } else if (categories.empty()) {
      if (std::isfinite(bin.upper)) states.cuts.push_back(bin.upper);
    } else {
      for (const auto& name : bin.categories) {
        const auto found = std::ranges::find(categories, name);
        HOLDFAST_CHECK(found != categories.end());
        states.state_of_category[static_cast<std::size_t>(found - categories.begin())] = state;
      }
    }
  }
  return states;
}

double rounded(double points, int decimals) {
  const double unit = std::pow(10.0, decimals);
  const double whole = std::round(points * unit) / unit;
  return std::isfinite(whole) ? whole : points;
}

}  // namespace

double Scaling::factor() const { return doubling / std::numbers::ln2; }
double Scaling::offset() const { return points - factor() * std::log(odds); }

forms::PointsTable points_table(const std::vector<BinnedColumn>& columns,
                                std::span<const double> beta, const Scaling& scaling,
                                const std::vector<std::vector<std::string>>& categories) {
  HOLDFAST_CHECK(beta.size() == columns.size() + 1);
  const double sign = scaling.counts_leaving ? 1 : -1;
  const double per_logit = sign * scaling.factor();
  const double everybody = scaling.offset() + per_logit * beta[0];
  const bool is_spread = scaling.spreads_base && !columns.empty();
  const double share = is_spread ? everybody / static_cast<double>(columns.size()) : 0;
  forms::PointsTable form{.base = is_spread ? 0 : rounded(everybody, scaling.decimals),
                          .slope = 1 / per_logit,
                          .intercept = -scaling.offset() / per_logit};
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto points = [&](double evidence) {
      return rounded(share + per_logit * beta[j + 1] * evidence, scaling.decimals);
    };
    forms::PointsTable::Entry entry{.states = states_of(columns[j], categories[columns[j].column]),
                                    .neutral = points(0)};
    double sum = columns[j].missing_weight * entry.neutral;
    double total = columns[j].missing_weight;
    for (const auto& bin : columns[j].bins) {
      entry.points.push_back(points(bin.weight_of_evidence));
      sum += (bin.events + bin.non_events) * entry.points.back();
      total += bin.events + bin.non_events;
    }
    entry.mean = sum / total;
    form.entries.push_back(std::move(entry));
  }
  return form;
}

}  // namespace holdfast::scorecard
