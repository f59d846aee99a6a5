#include "effect/learners.hpp"

#include <cmath>

#include "core/random.hpp"
#include "effect/errors.hpp"
#include "effect/overlap.hpp"

namespace holdfast::effect {
namespace {

constexpr double kNormal975 = 1.959963984540054;

Result<void> check_all(const Trial& trial, MatrixView x, std::span<const std::string> names,
                       const LearnerOptions& options) {
  HOLDFAST_TRY_VOID(options.check_overlap ? check_overlap(trial, x, names)
                                          : check_columns(trial, x, names));
  if (!(options.propensity_least > 0 && options.propensity_least < 0.5)) {
    return Error(errors::kBadOption, {{"what", "the least propensity must lie between 0 and 0.5"}});
  }
  if (options.propensity.empty()) return {};
  return check_propensities(options.propensity, trial.rows(), options.propensity_least);
}

// Chosen rows, copied.
struct Sample {
  std::vector<double> x, y, weight;
  std::size_t cols = 0;

  MatrixView view() const { return {x.data(), y.size(), cols}; }
  void add(std::span<const double> row, double value) {
    x.insert(x.end(), row.begin(), row.end());
    y.push_back(value);
    weight.push_back(1);
  }
};

Result<Predictor> fit(const BaseLearner& learner, const Sample& sample) {
  return learner(sample.view(), sample.y, sample.weight);
}

// Of a learner's answer: as many values as rows, all finite.
Result<std::vector<double>> predict(const Predictor& predictor, MatrixView x) {
  auto values = predictor(x);
  if (values.size() != x.rows) {
    return Error(errors::kShape,
                 {{"what", "a base learner"}, {"found", values.size()}, {"expected", x.rows}});
  }
  for (std::size_t row = 0; row < x.rows; ++row) {
    if (std::isfinite(values[row])) continue;
    return Error(
        errors::kBadValue,
        {{"what", "a base learner's prediction"}, {"row", row + 1}, {"value", values[row]}});
  }
  return values;
}

struct Folds {
  std::vector<int> of_row;
  int count = 0;
};

Result<Folds> draw_folds(const Trial& trial, const LearnerOptions& options) {
  if (options.folds < 2) return Error(errors::kBadOption, {{"what", "folds must be 2 or more"}});
  Folds folds{std::vector<int>(trial.rows()), options.folds};
  Random random(options.seed);
  for (const int group : {0, 1}) {
    std::vector<std::size_t> members;
    for (std::size_t row = 0; row < trial.rows(); ++row) {
      if (trial.treated[row] == group) members.push_back(row);
    }
    if (members.size() < 2 * static_cast<std::size_t>(options.folds)) {
      return Error(errors::kTooFew, {{"what", group == 1 ? "treated rows" : "control rows"},
                                     {"found", members.size()},
                                     {"expected", 2 * options.folds}});
    }
    random.shuffle(members);
    for (std::size_t i = 0; i < members.size(); ++i) {
      folds.of_row[members[i]] = static_cast<int>(i % static_cast<std::size_t>(options.folds));
    }
  }
  return folds;
}

// Predictions for each row by models that have not seen it.
struct Nuisances {
  std::vector<double> treated_mean, control_mean, propensity;
};

struct Learners {
  const BaseLearner& outcome;
  const BaseLearner& propensity;
};

Result<void> cross_fit(const Trial& trial, MatrixView x, const Folds& folds, int fold,
                       const Learners& learners, bool is_propensity_known, Nuisances& found) {
  Sample arms[2], all, held_out;
  for (auto* sample : {&arms[0], &arms[1], &all, &held_out}) sample->cols = x.cols;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < x.rows; ++row) {
    if (folds.of_row[row] == fold) {
      held_out.add(x.row(row), 0);
      rows.push_back(row);
      continue;
    }
    arms[trial.treated[row]].add(x.row(row), trial.outcome[row]);
    if (!is_propensity_known) all.add(x.row(row), trial.treated[row]);
  }
  HOLDFAST_TRY(const auto control, fit(learners.outcome, arms[0]));
  HOLDFAST_TRY(const auto treated, fit(learners.outcome, arms[1]));
  HOLDFAST_TRY(const auto control_mean, predict(control, held_out.view()));
  HOLDFAST_TRY(const auto treated_mean, predict(treated, held_out.view()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.control_mean[rows[i]] = control_mean[i];
    found.treated_mean[rows[i]] = treated_mean[i];
  }
  if (is_propensity_known) return {};
  HOLDFAST_TRY(const auto propensity, fit(learners.propensity, all));
  HOLDFAST_TRY(const auto chance, predict(propensity, held_out.view()));
  for (std::size_t i = 0; i < rows.size(); ++i) found.propensity[rows[i]] = chance[i];
  return {};
}

// Both groups' means as if all rows had been in each.
AverageEffect average_of(const Trial& trial, const Nuisances& of,
                         const std::vector<double>& pseudo) {
  AverageEffect found;
  found.treatment = "treated";
  const auto rows = static_cast<double>(trial.rows());
  for (std::size_t row = 0; row < trial.rows(); ++row) {
    const bool is_treated = trial.treated[row] != 0;
    const double y = trial.outcome[row];
    (is_treated ? found.treated_count : found.control_count) += 1;
    found.treated_mean += of.treated_mean[row] / rows;
    found.control_mean += of.control_mean[row] / rows;
    if (is_treated) found.treated_mean += (y - of.treated_mean[row]) / of.propensity[row] / rows;
    if (!is_treated) {
      found.control_mean += (y - of.control_mean[row]) / (1 - of.propensity[row]) / rows;
    }
  }
  found.effect = found.treated_mean - found.control_mean;
  double squares = 0;
  for (const double psi : pseudo) squares += (psi - found.effect) * (psi - found.effect);
  found.standard_error = std::sqrt(squares / (rows - 1) / rows);
  found.lower = found.effect - kNormal975 * found.standard_error;
  found.upper = found.effect + kNormal975 * found.standard_error;
  return found;
}

}  // namespace

Result<Predictor> two_model(const Trial& trial, MatrixView x, std::span<const std::string> names,
                            const BaseLearner& learner, const LearnerOptions& options) {
  HOLDFAST_TRY_VOID(check_all(trial, x, names, options));
  Sample arms[2];
  arms[0].cols = arms[1].cols = x.cols;
  for (std::size_t row = 0; row < x.rows; ++row) {
    arms[trial.treated[row]].add(x.row(row), trial.outcome[row]);
  }
  HOLDFAST_TRY(auto control, fit(learner, arms[0]));
  HOLDFAST_TRY(auto treated, fit(learner, arms[1]));
  return Predictor([control, treated](MatrixView rows) {
    auto effects = treated(rows);
    const auto without = control(rows);
    for (std::size_t row = 0; row < effects.size(); ++row) effects[row] -= without[row];
    return effects;
  });
}

Result<Predictor> class_transformation(const Trial& trial, MatrixView x,
                                       std::span<const std::string> names,
                                       const BaseLearner& learner, const LearnerOptions& options) {
  HOLDFAST_TRY_VOID(check_binary(trial));
  HOLDFAST_TRY_VOID(check_all(trial, x, names, options));
  double share = 0;
  for (const auto treated : trial.treated) share += treated;
  share /= static_cast<double>(trial.rows());
  std::vector<double> is_as_treated(x.rows), weight(x.rows);
  for (std::size_t row = 0; row < x.rows; ++row) {
    const double chance = options.propensity.empty() ? share : options.propensity[row];
    const bool is_treated = trial.treated[row] != 0;
    is_as_treated[row] = (trial.outcome[row] != 0) == is_treated ? 1 : 0;
    weight[row] = 0.5 / (is_treated ? chance : 1 - chance);
  }
  HOLDFAST_TRY(auto fitted, learner(x, is_as_treated, weight));
  return Predictor([fitted](MatrixView rows) {
    auto effects = fitted(rows);
    for (auto& effect : effects) effect = 2 * effect - 1;
    return effects;
  });
}

Result<DoublyRobust> doubly_robust(const Trial& trial, MatrixView x,
                                   std::span<const std::string> names, const BaseLearner& outcome,
                                   const BaseLearner& propensity, const BaseLearner& effect,
                                   const LearnerOptions& options) {
  HOLDFAST_TRY_VOID(check_all(trial, x, names, options));
  HOLDFAST_TRY(const auto folds, draw_folds(trial, options));
  const bool is_known = !options.propensity.empty();
  Nuisances of{std::vector<double>(x.rows),
               std::vector<double>(x.rows),
               {options.propensity.begin(), options.propensity.end()}};
  of.propensity.resize(x.rows);
  for (int fold = 0; fold < folds.count; ++fold) {
    HOLDFAST_TRY_VOID(cross_fit(trial, x, folds, fold, {outcome, propensity}, is_known, of));
  }
  HOLDFAST_TRY_VOID(check_propensities(of.propensity, x.rows, options.propensity_least));
  DoublyRobust found;
  found.pseudo_outcomes.resize(x.rows);
  for (std::size_t row = 0; row < x.rows; ++row) {
    const double y = trial.outcome[row];
    const double chance = of.propensity[row];
    found.pseudo_outcomes[row] =
        of.treated_mean[row] - of.control_mean[row] +
        (trial.treated[row] != 0 ? (y - of.treated_mean[row]) / chance
                                 : -(y - of.control_mean[row]) / (1 - chance));
  }
  found.average = average_of(trial, of, found.pseudo_outcomes);
  const std::vector<double> weight(x.rows, 1.0);
  HOLDFAST_TRY(found.effect, effect(x, found.pseudo_outcomes, weight));
  found.propensities = std::move(of.propensity);
  return found;
}

}  // namespace holdfast::effect
