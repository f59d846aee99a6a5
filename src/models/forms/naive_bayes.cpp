#include "models/forms/naive_bayes.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"

namespace holdfast::forms {
namespace {

double log_normal(double x, double mean, double variance) {
  return -0.5 * std::log(variance) - (x - mean) * (x - mean) / (2 * variance);
}

}  // namespace

double log_ratio(const NaiveBayes::Factor& factor, const Cell& cell, std::size_t output) {
  const std::size_t k = output + 1;
  if (!factor.mean.empty()) {
    if (cell.is_missing) return 0;
    // A value far from both classes would outvote all others; no single one may say more than this.
    constexpr double kRatioMax = 50;
    return std::clamp(log_normal(cell.value, factor.mean[k], factor.variance[k]) -
                          log_normal(cell.value, factor.mean[0], factor.variance[0]),
                      -kRatioMax, kRatioMax);
  }
  const auto state = factor.states.state_of(cell);
  if (state < 0) return 0;
  const auto states = static_cast<std::size_t>(factor.states.states_count);
  const auto at = static_cast<std::size_t>(state);
  return factor.log_probability[k * states + at] - factor.log_probability[at];
}

void NaiveBayesScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = form_->outputs_count();
  HOLDFAST_CHECK(out.size() == rows.count * outputs);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const Cell* row = rows.cells.data() + r * rows.width;
    for (std::size_t k = 0; k < outputs; ++k) {
      double sum = form_->log_prior[k + 1] - form_->log_prior[0];
      for (const auto& factor : form_->factors) sum += log_ratio(factor, row[factor.states.column], k);
      out[r * outputs + k] = sum;
    }
  }
}

void NaiveBayesScorer::contributions(const Rows& rows, std::size_t output,
                                     std::span<double> out) const {
  const std::size_t width = rows.width + 1;
  std::ranges::fill(out, 0.0);
  double base = form_->log_prior[output + 1] - form_->log_prior[0];
  for (const auto& factor : form_->factors) base += factor.mean_ratio[output];
  for (std::size_t r = 0; r < rows.count; ++r) {
    const Cell* row = rows.cells.data() + r * rows.width;
    for (const auto& factor : form_->factors) {
      out[r * width + static_cast<std::size_t>(factor.states.column)] +=
          log_ratio(factor, row[factor.states.column], output) - factor.mean_ratio[output];
    }
    out[r * width + rows.width] = base;
  }
}

}  // namespace holdfast::forms
