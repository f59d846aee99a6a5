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

std::size_t blocks_of(std::size_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }

// Turns what each block of groups adds (at 1 + block) into what the sums are where it begins.
void add_beginnings(const CoxDesign& design, std::size_t width, std::vector<double>& sums) {
  for (std::size_t b = 0; b + 1 < design.blocks.size(); ++b) {
    bool restarts = false;
    for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
      restarts = restarts || design.groups[g].is_first;
    }
    if (!restarts) {
      add_scaled(1, sums.data() + b * width, width, sums.data() + (b + 1) * width);
    }
  }
}

// Σ over the tied events of (S1 − share T1)(S1 − share T1)ᵀ each/below², as one outer product and
// another: below = S0 − share T0, T of those who leave together.
struct TiedMeans {
  double all = 0;         // Of S1 in the first.
  double tied = 0;        // Of T1 in the first, to be taken off.
  double tied_again = 0;  // Of T1 in the second.
};

TiedMeans tied_means(const EventGroup& group, double all, double tied) {
  const auto parts = static_cast<double>(group.events);
  double sum = 0, crossed = 0, squared = 0;
  for (std::uint32_t k = 0; k < group.events; ++k) {
    const double share = static_cast<double>(k) / parts;
    const double below = all - share * tied;
    const double each = 1 / (below * below);
    sum += each;
    crossed += share * each;
    squared += share * share * each;
  }
  const double root = std::sqrt(group.event_weight / parts);
  return {root * std::sqrt(sum), root * crossed / std::sqrt(sum),
          root * std::sqrt(std::max(0.0, squared - crossed * crossed / sum))};
}

}  // namespace

CoxLikelihood::CoxLikelihood(const CoxDesign& design, Ties ties) : design_(design), ties_(ties) {
  const auto groups = design.groups.size();
  risk_.assign(design.rows, 0);
  below_.resize(groups);
  hazard_.resize(groups + 1);
  excess_.resize(groups + 1);
  hazard_[groups] = excess_[groups] = 0;
}

double CoxLikelihood::log_risk_of(std::size_t place) const {
  return design_.offset[place] + dot(design_.row(place), coefficients_.data(), design_.cols);
}

// Risks of all rows, by the largest.
void CoxLikelihood::take_shifted_risks() {
  const auto n = design_.rows;
  std::vector<double> largest(blocks_of(n), -1e300);
  parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
    double top = -1e300;
    for (std::size_t i = begin; i < end; ++i) {
      risk_[i] = log_risk_of(i);
      top = std::max(top, risk_[i]);
    }
    largest[begin / kBlockRows] = top;
  });
  shift_ = *std::max_element(largest.begin(), largest.end());
  logliks_.assign(blocks_of(n), 0);
  parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
    double loglik = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double log_risk = risk_[i] - shift_;
      if (design_.event[i] != 0) loglik += design_.weight[i] * log_risk;
      risk_[i] = design_.weight[i] * std::exp(log_risk);
    }
    logliks_[begin / kBlockRows] = loglik;
  });
}

// What every block of groups adds to the sums; risks too, without a shift, while the rows are at
// hand. False where those need one.
bool CoxLikelihood::take_sums(bool has_risks) {
  const auto p = design_.cols;
  const auto blocks = design_.blocks.size() - 1;
  std::vector<std::uint8_t> is_far(blocks);
  risk_sums_.assign(blocks + 1, 0);
  sums_.assign(with_information_ ? (blocks + 1) * p : 0, 0);
  if (!has_risks) {
    shift_ = 0;
    logliks_.assign(blocks, 0);
  }
  parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
    double* sum = with_information_ ? sums_.data() + (b + 1) * p : nullptr;
    double all = 0, loglik = 0, top = -1e300;
    for (auto g = design_.blocks[b]; g < design_.blocks[b + 1]; ++g) {
      const auto& group = design_.groups[g];
      if (group.is_first) {
        all = 0;
        if (sum != nullptr) std::fill_n(sum, p, 0.0);
      }
      for (std::size_t i = group.row_begin; i < group.row_end; ++i) {
        if (!has_risks) {
          const double log_risk = log_risk_of(i);
          top = std::max(top, log_risk);
          if (design_.event[i] != 0) loglik += design_.weight[i] * log_risk;
          risk_[i] = design_.weight[i] * std::exp(log_risk);
        }
        all += risk_[i];
        if (sum != nullptr) add_scaled(risk_[i], design_.row(i), p, sum);
      }
      for (auto e = group.entry_begin; e < group.entry_end; ++e) {
        const auto i = design_.by_entry[e];
        all -= risk_[i];
        if (sum != nullptr) add_scaled(-risk_[i], design_.row(i), p, sum);
      }
      below_[g] = all;
    }
    risk_sums_[b + 1] = all;
    if (has_risks) return;
    logliks_[b] = loglik;
    is_far[b] = std::abs(top) > kSafeExponent ? 1 : 0;
  });
  add_beginnings(design_, 1, risk_sums_);
  if (with_information_) add_beginnings(design_, p, sums_);
  return std::find(is_far.begin(), is_far.end(), 1) == is_far.end();
}

// Every group's sum of risks, its hazard and its part of the log likelihood.
void CoxLikelihood::close_groups() {
  const auto blocks = design_.blocks.size() - 1;
  std::vector<double> logliks(blocks);
  parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
    double before = risk_sums_[b];
    double loglik = 0;
    for (auto g = design_.blocks[b]; g < design_.blocks[b + 1]; ++g) {
      const auto& group = design_.groups[g];
      if (group.is_first) before = 0;
      const double all = below_[g] += before;
      const bool is_efron = ties_ == Ties::Efron && group.events > 1;
      double tied = 0;
      for (auto i = group.tie_begin; is_efron && i < group.row_end; ++i) {
        if (design_.event[i] != 0) tied += risk_[i];
      }
      const auto parts = is_efron ? group.events : 1;
      const double each = group.event_weight / parts;
      hazard_[g] = excess_[g] = 0;
      for (std::uint32_t k = 0; k < parts; ++k) {
        const double share = static_cast<double>(k) / parts;
        const double below = all - share * tied;
        hazard_[g] += each / below;
        excess_[g] += share * each / below;
        loglik -= each * std::log(below);
      }
    }
    logliks[b] = loglik;
  });
  logliks_.insert(logliks_.end(), logliks.begin(), logliks.end());
  // Over strata, what has come together until each group's time.
  for (auto g = design_.groups.size(); g-- > 0;) {
    const bool is_last = g + 1 == design_.groups.size() || design_.groups[g + 1].is_first;
    if (!is_last) hazard_[g] += hazard_[g + 1];
  }
}

// Takes Σ d x̄ x̄ᵀ off the information.
void CoxLikelihood::take_means(Slope& slope) const {
  const auto p = design_.cols;
  const auto blocks = design_.blocks.size() - 1;
  std::vector<std::vector<double>> taken(blocks);
  parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
    const auto* begin = sums_.data() + b * p;
    std::vector<double> sum(begin, begin + p), tied(p);
    OuterSum outer(p);
    for (auto g = design_.blocks[b]; g < design_.blocks[b + 1]; ++g) {
      const auto& group = design_.groups[g];
      if (group.is_first) std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t i = group.row_begin; i < group.row_end; ++i) {
        add_scaled(risk_[i], design_.row(i), p, sum.data());
      }
      for (auto e = group.entry_begin; e < group.entry_end; ++e) {
        const auto i = design_.by_entry[e];
        add_scaled(-risk_[i], design_.row(i), p, sum.data());
      }
      if (ties_ != Ties::Efron || group.events == 1) {
        scale_into(std::sqrt(group.event_weight) / below_[g], sum.data(), p, outer.next());
        continue;
      }
      std::fill(tied.begin(), tied.end(), 0.0);
      double tied_risk = 0;
      for (std::size_t i = group.tie_begin; i < group.row_end; ++i) {
        if (design_.event[i] == 0) continue;
        tied_risk += risk_[i];
        add_scaled(risk_[i], design_.row(i), p, tied.data());
      }
      const auto means = tied_means(group, below_[g], tied_risk);
      double* mean = outer.next();
      scale_into(means.all, sum.data(), p, mean);
      add_scaled(-means.tied, tied.data(), p, mean);
      scale_into(means.tied_again, tied.data(), p, outer.next());
    }
    taken[b] = outer.total();
  });
  for (const auto& part : taken) add_scaled(-1, part.data(), p * p, slope.information.data());
}

// Every row's residual times its columns, and Σ expected x xᵀ.
void CoxLikelihood::take_rows(Slope& slope) const {
  const auto p = design_.cols;
  std::vector<std::vector<double>> given(blocks_of(design_.rows)), gradients(given.size());
  parallel_for(design_.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    OuterSum outer(with_information_ ? p : 0);
    std::vector<double> gradient(p);
    for (std::size_t i = begin; i < end; ++i) {
      double expected = hazard_[design_.exit_group[i]];
      if (!design_.entry_group.empty()) expected -= hazard_[design_.entry_group[i]];
      if (design_.event[i] != 0) expected -= excess_[design_.exit_group[i]];
      expected = std::max(0.0, expected * risk_[i]);
      const double residual = (design_.event[i] != 0 ? design_.weight[i] : 0) - expected;
      add_scaled(residual, design_.row(i), p, gradient.data());
      if (expected > 0 && with_information_) {
        scale_into(std::sqrt(expected), design_.row(i), p, outer.next());
      }
    }
    if (with_information_) given[begin / kBlockRows] = outer.total();
    gradients[begin / kBlockRows] = std::move(gradient);
  });
  for (const auto& part : gradients) add_scaled(1, part.data(), p, slope.gradient.data());
  if (!with_information_) return;
  for (const auto& part : given) add_scaled(1, part.data(), p * p, slope.information.data());
}

Slope CoxLikelihood::at(const std::vector<double>& coefficients, bool with_information) {
  const auto p = design_.cols;
  coefficients_ = coefficients;
  with_information_ = with_information;
  if (!design_.by_entry.empty() || !take_sums(false)) {
    take_shifted_risks();
    take_sums(true);
  }
  close_groups();
  Slope slope{0, std::vector<double>(p), std::vector<double>(with_information ? p * p : 0)};
  take_rows(slope);
  if (with_information) take_means(slope);
  for (const double part : logliks_) slope.loglik += part;
  return slope;
}

Slope slope_of(const CoxDesign& design, const std::vector<double>& coefficients, Ties ties,
               bool with_information) {
  return CoxLikelihood(design, ties).at(coefficients, with_information);
}

}  // namespace holdfast::survival
