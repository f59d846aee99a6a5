#include "models/logistic/selection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include <Eigen/Dense>

#include "core/parallel.hpp"
#include "models/logistic/independent.hpp"
#include "models/logistic/newton.hpp"

namespace holdfast::logistic {
namespace {

using Sets = std::vector<std::vector<std::size_t>>;
using Chosen = std::vector<std::size_t>;  // Ascending.

constexpr double kBetterBy = 1e-7;  // What a change must lower AIC or BIC by, as in R.

struct Test {
  double statistic = 0;
  int df = 0;
  double p = 1;
};

Test tested(double statistic, int df) {
  return {statistic, df, df > 0 ? chi_squared_p(statistic, df) : 1};
}

/// A model of some sets.
struct Candidate {
  Chosen sets;
  std::vector<std::size_t> columns;
  Fit fit;
};

/// A change that may be made.
struct Change {
  std::size_t set = 0;
  bool enters = false;
  std::optional<Candidate> after;  // Where its fit was needed to judge it.
  Test test;
};

class Selector {
 public:
  Selector(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
           const Sets& sets, const SelectionOptions& options)
      : x_(x), y_(y), weight_(weight), sets_(sets), options_(options) {}

  Result<Selection> run() {
    Chosen start;
    if (options_.direction == Direction::Backward) {
      for (std::size_t s = 0; s < sets_.size(); ++s) start.push_back(s);
    }
    HOLDFAST_TRY(now_, fitted(std::move(start)));
    result_.steps.push_back({.deviance = now_.fit.deviance, .criterion = criterion(now_.fit)});
    seen_.insert(now_.sets);
    while (true) {
      HOLDFAST_TRY(const bool has_changed, is_by_p() ? step_by_p() : step_by_criterion());
      if (!has_changed) break;
    }
    result_.sets = now_.sets;
    return std::move(result_);
  }

 private:
  bool is_by_p() const {
    return options_.criterion == Criterion::Wald ||
           options_.criterion == Criterion::LikelihoodRatio;
  }
  bool may_enter() const { return options_.direction != Direction::Backward; }
  bool may_leave() const { return options_.direction != Direction::Forward; }
  bool is_in(std::size_t set) const { return std::ranges::binary_search(now_.sets, set); }

  double criterion(const Fit& fit) const {
    const double each = options_.criterion == Criterion::Bic
                            ? std::log(static_cast<double>(fit.rows_count))
                            : 2;
    return fit.deviance + each * fit.rank;
  }

  Result<Candidate> fitted(Chosen sets) const {
    Candidate candidate{.sets = std::move(sets)};
    candidate.columns = columns_of(sets_, candidate.sets);
    const auto cells = gathered(x_, candidate.columns);
    HOLDFAST_TRY(candidate.fit, fit({cells.data(), x_.rows, candidate.columns.size()}, y_, weight_,
                                    options_.fit));
    return candidate;
  }

  Chosen changed(std::size_t set) const {
    Chosen sets = now_.sets;
    const auto at = std::ranges::lower_bound(sets, set);
    if (at != sets.end() && *at == set) sets.erase(at);
    else sets.insert(at, set);
    return sets;
  }

  /// Sets that may enter or leave, each with its fit and likelihood ratio.
  Result<std::vector<Change>> refitted(bool entering, bool leaving) const {
    std::vector<Change> changes;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      if (is_in(s) ? leaving : entering) changes.push_back({.set = s, .enters = !is_in(s)});
    }
    std::vector<std::optional<Error>> failures(changes.size());
    parallel_for(changes.size(), 1, [&](std::size_t i, std::size_t) {
      auto& change = changes[i];
      auto candidate = fitted(changed(change.set));
      if (!candidate.ok()) {
        failures[i] = candidate.error();
        return;
      }
      change.after = std::move(*candidate);
      const Fit& after = change.after->fit;
      change.test = tested(std::abs(now_.fit.deviance - after.deviance),
                           std::abs(after.rank - now_.fit.rank));
    });
    for (auto& failure : failures) {
      if (failure) return std::move(*failure);
    }
    return changes;
  }

  Result<bool> step_by_criterion() {
    HOLDFAST_TRY(auto changes, refitted(may_enter(), may_leave()));
    if (changes.empty()) return false;
    const auto best = std::ranges::min_element(
        changes, {}, [&](const Change& change) { return criterion(change.after->fit); });
    if (criterion(best->after->fit) >= criterion(now_.fit) - kBetterBy) return false;
    return make(std::move(*best));
  }

  Result<bool> step_by_p() {
    if (may_leave()) {
      HOLDFAST_TRY(auto leaving, options_.criterion == Criterion::Wald
                                     ? Result<std::vector<Change>>(by_wald())
                                     : refitted(false, true));
      const auto worst = std::ranges::max_element(
          leaving, {}, [](const Change& change) { return change.test.p; });
      if (worst != leaving.end() && worst->test.p > options_.p_remove) {
        HOLDFAST_TRY(const bool has_left, make(std::move(*worst)));
        if (has_left) return true;
      }
    }
    if (!may_enter()) return false;
    HOLDFAST_TRY(auto entering, options_.criterion == Criterion::Wald
                                    ? Result<std::vector<Change>>(by_score())
                                    : refitted(true, false));
    const auto best = std::ranges::min_element(entering, {}, [](const Change& change) {
      // Where p is too small to tell, the larger statistic for its degrees of freedom.
      return std::pair(change.test.p, -change.test.statistic / std::max(1, change.test.df));
    });
    if (best == entering.end() || best->test.p >= options_.p_enter) return false;
    return make(std::move(*best));
  }

  /// Makes a change unless that model was there before: then steps would go in circles.
  Result<bool> make(Change change) {
    Chosen sets = changed(change.set);
    if (!seen_.insert(sets).second) return false;
    if (!change.after) {
      HOLDFAST_TRY(change.after, fitted(std::move(sets)));
    }
    now_ = std::move(*change.after);
    result_.steps.push_back({.set = change.set,
                             .has_entered = change.enters,
                             .df = change.test.df,
                             .statistic = change.test.statistic,
                             .p = change.test.p,
                             .deviance = now_.fit.deviance,
                             .criterion = criterion(now_.fit)});
    return true;
  }

  /// Wald's test of every set in the model.
  std::vector<Change> by_wald() const {
    std::vector<Change> changes;
    const std::size_t k = now_.fit.beta.size();
    for (const auto s : now_.sets) {
      std::vector<std::size_t> at;
      for (const auto column : sets_[s]) {
        const auto found = std::ranges::lower_bound(now_.columns, column);
        const auto j = static_cast<std::size_t>(found - now_.columns.begin()) + 1;
        if (now_.fit.errors[j] > 0) at.push_back(j);
      }
      const auto size = static_cast<Eigen::Index>(at.size());
      Eigen::VectorXd beta(size);
      Eigen::MatrixXd covariance(size, size);
      for (Eigen::Index a = 0; a < size; ++a) {
        const std::size_t i = at[static_cast<std::size_t>(a)];
        beta[a] = now_.fit.beta[i];
        for (Eigen::Index b = 0; b < size; ++b) {
          covariance(a, b) = now_.fit.covariance[i * k + at[static_cast<std::size_t>(b)]];
        }
      }
      const double statistic = size > 0 ? beta.dot(covariance.ldlt().solve(beta)) : 0;
      changes.push_back({.set = s, .test = tested(statistic, static_cast<int>(size))});
    }
    return changes;
  }

  /// The score test of every set outside the model: one pass over the rows for all.
  std::vector<Change> by_score() {
    if (!sample_) sample_ = standardised(x_, y_, weight_);
    const std::size_t k = x_.cols + 1;
    std::vector<double> beta(k, 0.0);
    beta[0] = now_.fit.beta[0];
    for (std::size_t c = 0; c < now_.columns.size(); ++c) {
      const std::size_t j = now_.columns[c];
      beta[j + 1] = now_.fit.beta[c + 1] * sample_->scale[j];
      beta[0] += now_.fit.beta[c + 1] * sample_->mean[j];
    }
    const Pass pass = evaluate(*sample_, beta, true);
    std::vector<Change> changes;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      if (!is_in(s)) changes.push_back({.set = s, .enters = true, .test = score_test(pass, k, s)});
    }
    return changes;
  }

  Test score_test(const Pass& pass, std::size_t k, std::size_t set) const {
    // Those in the model first, so that only what a set adds to them counts.
    std::vector<std::size_t> order = {0};
    for (const auto column : now_.columns) order.push_back(column + 1);
    const std::size_t in_model = order.size();
    for (const auto column : sets_[set]) order.push_back(column + 1);
    std::vector<double> gram(order.size() * order.size());
    for (std::size_t a = 0; a < order.size(); ++a) {
      for (std::size_t b = 0; b < order.size(); ++b) {
        gram[a * order.size() + b] = pass.hessian[order[a] * k + order[b]];
      }
    }
    const auto kept = independent(gram, order.size());
    const auto size = static_cast<Eigen::Index>(kept.size());
    Eigen::MatrixXd information(size, size);
    Eigen::VectorXd score(size);
    int df = 0;
    for (Eigen::Index a = 0; a < size; ++a) {
      const std::size_t i = kept[static_cast<std::size_t>(a)];
      // At the model's own estimate its scores are zero but for rounding.
      score[a] = i < in_model ? 0 : pass.gradient[order[i]];
      df += i < in_model ? 0 : 1;
      for (Eigen::Index b = 0; b < size; ++b) {
        information(a, b) = gram[i * order.size() + kept[static_cast<std::size_t>(b)]];
      }
    }
    return tested(score.dot(information.ldlt().solve(score)), df);
  }

  MatrixView x_;
  std::span<const std::uint8_t> y_;
  std::span<const double> weight_;
  const Sets& sets_;
  const SelectionOptions& options_;
  Candidate now_;
  Selection result_;
  std::set<Chosen> seen_;
  std::optional<Sample> sample_;
};

template <std::size_t n>
std::size_t place_of(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

}  // namespace

Direction direction_of(std::string_view name) {
  constexpr std::array<std::string_view, 3> kNames = {"forward", "backward", "stepwise"};
  return static_cast<Direction>(place_of(kNames, name));
}

Criterion criterion_of(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"aic", "bic", "wald", "likelihood_ratio"};
  return static_cast<Criterion>(place_of(kNames, name));
}

Result<Selection> select(MatrixView x, std::span<const std::uint8_t> y,
                         std::span<const double> weight, const Sets& sets,
                         const SelectionOptions& options) {
  return Selector(x, y, weight, sets, options).run();
}

std::vector<std::size_t> columns_of(const Sets& sets, const Chosen& chosen) {
  std::vector<std::size_t> columns;
  for (const auto s : chosen) columns.insert(columns.end(), sets[s].begin(), sets[s].end());
  std::ranges::sort(columns);
  return columns;
}

std::vector<double> gathered(MatrixView x, const std::vector<std::size_t>& columns) {
  std::vector<double> cells(x.rows * columns.size());
  parallel_for(x.rows, 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        cells[r * columns.size() + c] = x(r, columns[c]);
      }
    }
  });
  return cells;
}

}  // namespace holdfast::logistic
