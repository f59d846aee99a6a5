#include "models/forms/hazard_model.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::forms {
namespace {

constexpr double kHazardMost = 1e6;  // Nobody stays; beyond it exponentials would overflow.

// Σ over periods until t of ln(1 + exp(baseline + score)), part of the last.
double periods_until(const HazardModel::Baseline& baseline, double score, double time) {
  double sum = 0;
  double begin = 0;
  for (std::size_t k = 0; k < baseline.time.size() && begin < time; ++k) {
    const double end = baseline.time[k];
    const double logit = baseline.hazard[k] + score;
    const double whole = logit > 0 ? logit + std::log1p(std::exp(-logit)) : std::log1p(std::exp(logit));
    sum += whole * std::min(1.0, (time - begin) / (end - begin));
    begin = end;
  }
  return sum;
}

double accelerated(HazardModel::Family family, double z) {
  switch (family) {
    case HazardModel::Family::LogNormal:
      // ln of the upper tail; beyond 37 it rounds to 0.
      return -std::log(std::max(std::erfc(z / std::sqrt(2.0)) / 2, 1e-300));
    case HazardModel::Family::LogLogistic:
      return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
    default: return std::exp(std::min(z, 14.0));
  }
}

}  // namespace

double cumulative_hazard(const HazardModel& form, std::size_t exit, double score, double time) {
  if (!(time > 0)) return 0;
  const auto& baseline = form.baselines[exit];
  double hazard = 0;
  switch (form.law) {
    case HazardModel::Law::Discrete: hazard = periods_until(baseline, score, time); break;
    case HazardModel::Law::Accelerated:
      hazard = accelerated(form.family, std::log(time) / baseline.scale + score);
      break;
    default: {
      const auto after = std::ranges::upper_bound(baseline.time, time) - baseline.time.begin();
      const double steps = after == 0 ? 0 : baseline.hazard[static_cast<std::size_t>(after - 1)];
      hazard = steps * std::exp(std::min(score, 700.0));
    }
  }
  return std::min(hazard, kHazardMost);
}

std::string_view name_of(HazardModel::Law law) {
  switch (law) {
    case HazardModel::Law::Subdistribution: return "subdistribution";
    case HazardModel::Law::Accelerated: return "accelerated";
    case HazardModel::Law::Discrete: return "discrete";
    default: return "proportional";
  }
}

std::string_view name_of(HazardModel::Family family) {
  switch (family) {
    case HazardModel::Family::Exponential: return "exponential";
    case HazardModel::Family::LogNormal: return "log_normal";
    case HazardModel::Family::LogLogistic: return "log_logistic";
    default: return "weibull";
  }
}

}  // namespace holdfast::forms
