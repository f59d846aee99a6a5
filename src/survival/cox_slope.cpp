#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/cox_design.hpp"
#include "survival/lanes.hpp"
#include "survival/outer_sum.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 8192;
constexpr double kSafeExponent = 500;  // Its exponential times any weights and columns is finite.

struct Sweep {
  const CoxDesign& design;
  Ties ties;
  bool with_information;
  std::vector<double> log_risk;
  std::vector<double> risk;          // 0 of rows at risk in no group.
  double shift = 0;
  std::vector<double> hazard;        // By group; one more, 0, for "none".
  std::vector<double> event_excess;  // What those who leave have less.

  std::size_t width() const { return design.cols + 1; }

  double log_risk_of(std::size_t place, const std::vector<double>& coefficients) const {
    return design.offset[place] + dot(design.row(place), coefficients.data(), design.cols);
  }

  // Risks of all rows, by the largest.
  void make_shifted_risks(const std::vector<double>& coefficients) {
    const auto n = design.rows;
    std::vector<double> largest((n + kBlockRows - 1) / kBlockRows, -1e300);
    parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
      double top = -1e300;
      for (std::size_t i = begin; i < end; ++i) {
        log_risk[i] = log_risk_of(i, coefficients);
        top = std::max(top, log_risk[i]);
      }
      largest[begin / kBlockRows] = top;
    });
    shift = *std::max_element(largest.begin(), largest.end());
    parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        risk[i] = design.weight[i] * std::exp(log_risk[i] - shift);
      }
    });
  }

  void add_row(std::size_t place, double sign, double* sum) const {
    const double r = sign * risk[place];
    sum[0] += r;
    add_scaled(r, design.row(place), design.cols, sum + 1);
  }

  void add_group(const EventGroup& group, double* sum) const {
    if (group.is_first) std::fill_n(sum, width(), 0.0);
    for (std::size_t i = group.row_begin; i < group.row_end; ++i) add_row(i, 1, sum);
    for (std::size_t e = group.entry_begin; e < group.entry_end; ++e) {
      add_row(design.by_entry[e], -1, sum);
    }
  }

  // Risks and, while the rows are at hand, what every block of groups adds to the sums. Without a
  // shift; false where one is needed.
  bool make_risks_and_sums(const std::vector<double>& coefficients, std::vector<double>& sums) {
    const auto blocks = design.blocks.size() - 1;
    std::vector<std::uint8_t> is_far(blocks);
    parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
      double* sum = sums.data() + (b + 1) * width();
      double top = -1e300;
      for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
        const auto& group = design.groups[g];
        if (group.is_first) std::fill_n(sum, width(), 0.0);
        for (std::size_t i = group.row_begin; i < group.row_end; ++i) {
          log_risk[i] = log_risk_of(i, coefficients);
          top = std::max(top, log_risk[i]);
          risk[i] = design.weight[i] * std::exp(log_risk[i]);
          add_row(i, 1, sum);
        }
      }
      is_far[b] = std::abs(top) > kSafeExponent ? 1 : 0;
    });
    return std::find(is_far.begin(), is_far.end(), 1) == is_far.end();
  }

  // The sums with which every block of groups begins.
  std::vector<double> beginnings(const std::vector<double>& coefficients) {
    const auto blocks = design.blocks.size() - 1;
    std::vector<double> sums((blocks + 1) * width());
    log_risk.assign(design.rows, 0);
    risk.assign(design.rows, 0);
    const bool is_done = design.by_entry.empty() && make_risks_and_sums(coefficients, sums);
    if (!is_done) {
      make_shifted_risks(coefficients);
      std::fill(sums.begin(), sums.end(), 0.0);
      parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
        for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
          add_group(design.groups[g], sums.data() + (b + 1) * width());
        }
      });
    }
    for (std::size_t b = 0; b < blocks; ++b) {
      bool restarts = false;
      for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
        restarts = restarts || design.groups[g].is_first;
      }
      if (!restarts) add_scaled(1, sums.data() + b * width(), width(), sums.data() + (b + 1) * width());
    }
    return sums;
  }

  // One group: its hazard, its part of the log likelihood and of Σ d x̄ x̄ᵀ.
  double close_group(std::size_t g, const std::vector<double>& sum, std::vector<double>& tied,
                     OuterSum& outer) {
    const auto& group = design.groups[g];
    const bool is_efron = ties == Ties::Efron && group.events > 1;
    double loglik = 0;
    if (is_efron) std::fill(tied.begin(), tied.end(), 0.0);
    for (auto i = group.tie_begin; i < group.row_end; ++i) {
      if (design.event[i] == 0) continue;
      loglik += design.weight[i] * (log_risk[i] - shift);
      if (is_efron) add_row(i, 1, tied.data());
    }
    const auto parts = is_efron ? group.events : 1;
    const double each = group.event_weight / static_cast<double>(parts);
    const double root = std::sqrt(each);
    for (std::size_t k = 0; k < parts; ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(parts);
      const double below = sum[0] - share * tied[0];
      hazard[g] += each / below;
      event_excess[g] += share * each / below;
      loglik -= each * std::log(below);
      if (!with_information) continue;
      double* mean = outer.next();
      scale_into(root / below, sum.data() + 1, design.cols, mean);
      if (k > 0) add_scaled(-share * root / below, tied.data() + 1, design.cols, mean);
    }
    return loglik;
  }
};

// Σ over strata of what has come together until each group's time.
std::vector<double> cumulated(const CoxDesign& design, const std::vector<double>& step) {
  std::vector<double> sum(step.size());
  for (std::size_t g = design.groups.size(); g-- > 0;) {
    const bool is_last = g + 1 == design.groups.size() || design.groups[g + 1].is_first;
    sum[g] = step[g] + (is_last ? 0 : sum[g + 1]);
  }
  return sum;
}

}  // namespace

Slope slope_of(const CoxDesign& design, const std::vector<double>& coefficients, Ties ties,
                  bool with_information) {
  const auto p = design.cols;
  Sweep sweep{design, ties, with_information, {}, {}, 0, {}, {}};
  const auto beginnings = sweep.beginnings(coefficients);
  sweep.hazard.assign(design.groups.size() + 1, 0);
  sweep.event_excess.assign(design.groups.size() + 1, 0);
  const auto group_blocks = design.blocks.size() - 1;
  std::vector<std::vector<double>> taken(group_blocks);
  std::vector<double> loglik(group_blocks);
  parallel_for(group_blocks, 1, [&](std::size_t b, std::size_t) {
    const auto* begin = beginnings.data() + b * sweep.width();
    std::vector<double> sum(begin, begin + sweep.width());
    std::vector<double> tied(sweep.width());
    OuterSum outer(p);
    for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
      sweep.add_group(design.groups[g], sum.data());
      loglik[b] += sweep.close_group(g, sum, tied, outer);
    }
    taken[b] = outer.total();
  });
  const auto hazard = cumulated(design, sweep.hazard);
  const auto row_blocks = (design.rows + kBlockRows - 1) / kBlockRows;
  std::vector<std::vector<double>> given(row_blocks);
  std::vector<std::vector<double>> gradients(row_blocks);
  parallel_for(design.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    OuterSum outer(p);
    std::vector<double> gradient(p);
    for (std::size_t i = begin; i < end; ++i) {
      double expected = hazard[design.exit_group[i]];
      if (!design.entry_group.empty()) expected -= hazard[design.entry_group[i]];
      if (design.event[i] != 0) expected -= sweep.event_excess[design.exit_group[i]];
      expected = std::max(0.0, expected * sweep.risk[i]);
      const double residual = (design.event[i] != 0 ? design.weight[i] : 0) - expected;
      add_scaled(residual, design.row(i), p, gradient.data());
      if (expected > 0 && with_information) {
        scale_into(std::sqrt(expected), design.row(i), p, outer.next());
      }
    }
    given[begin / kBlockRows] = outer.total();
    gradients[begin / kBlockRows] = std::move(gradient);
  });
  Slope slope{0, std::vector<double>(p), std::vector<double>(p * p)};
  for (const auto& part : given) add_scaled(1, part.data(), p * p, slope.information.data());
  for (const auto& part : taken) add_scaled(-1, part.data(), p * p, slope.information.data());
  for (const auto& part : gradients) add_scaled(1, part.data(), p, slope.gradient.data());
  for (const double part : loglik) slope.loglik += part;
  return slope;
}

}  // namespace holdfast::survival
