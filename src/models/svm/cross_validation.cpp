#include "models/svm/cross_validation.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "models/calibration.hpp"
#include "models/folds.hpp"

namespace holdfast::svm {
namespace {

/// The task's weights, 0 for rows without copies.
std::vector<double> weights_of(const ClassifierTask& task, std::span<const std::uint32_t> copies) {
  std::vector<double> weight(copies.size());
  for (std::size_t r = 0; r < weight.size(); ++r) weight[r] = copies[r] > 0 ? task.weight[r] : 0;
  return weight;
}

Result<Machine> fit_terms(const Setup& setup, const Trial& trial, MatrixView x,
                          std::span<const std::uint32_t> copies) {
  Options options = setup.options;
  options.c = trial.c;
  options.gamma = trial.gamma;
  const Sample sample{.x = x,
                      .y = setup.task->y,
                      .copies = copies,
                      .unit = {setup.multiples.unit[0], setup.multiples.unit[1]}};
  return setup.is_linear ? fit_linear(sample, options) : fit_kernel(sample, options);
}

/// How many folds are held out one after another.
std::uint32_t folds_used(std::span<const std::uint32_t> folds) {
  std::uint32_t count = 0;
  std::size_t rows = 0;
  for (const auto fold : folds) {
    if (fold == models::kNoFold) continue;
    count = std::max(count, fold + 1);
    ++rows;
  }
  std::uint32_t used = 0;
  for (std::size_t held_out = 0; used < count && held_out < kRowsEnough; ++used) {
    held_out += rows / count;
  }
  return used;
}

/// Scores the rows of one fold by machines fitted on the others. values: [trials][rows].
Result<void> score_fold(const Setup& setup, std::span<const Trial> trials,
                        std::span<const std::uint32_t> folds, std::uint32_t fold,
                        std::vector<std::vector<double>>& values) {
  const auto& task = *setup.task;
  auto copies = setup.multiples.copies;
  for (std::size_t r = 0; r < copies.size(); ++r) {
    if (folds[r] == fold) copies[r] = 0;
  }
  const auto preparation = dataset::fit_preparation(task.train, task.y, weights_of(task, copies),
                                                    setup.preparation);
  const std::size_t terms = preparation.terms.size();
  if (terms == 0) return {};  // Nothing to tell them apart by: all stay at 0.
  const auto x = dataset::apply(preparation, task.train);
  for (std::size_t t = 0; t < trials.size(); ++t) {
    if (cancel_requested()) return Error{errors::kCancelled};
    const MatrixView rows{x.data(), task.train.rows, terms};
    HOLDFAST_TRY(const Machine machine, fit_terms(setup, trials[t], rows, copies));
    std::vector<double> held_out;
    for (std::size_t r = 0; r < folds.size(); ++r) {
      if (folds[r] == fold) held_out.insert(held_out.end(), rows.row(r).begin(), rows.row(r).end());
    }
    const auto scores = decision_values(machine, {held_out.data(), held_out.size() / terms, terms});
    std::size_t next = 0;
    for (std::size_t r = 0; r < folds.size(); ++r) {
      if (folds[r] == fold) values[t][r] = scores[next++];
    }
  }
  return {};
}

struct HeldOut {
  std::vector<double> scores;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
};

HeldOut gathered(const ClassifierTask& task, std::span<const double> values,
                 std::span<const std::uint32_t> folds, std::uint32_t used) {
  HeldOut result;
  for (std::size_t r = 0; r < folds.size(); ++r) {
    if (folds[r] >= used) continue;
    result.scores.push_back(values[r]);
    result.y.push_back(task.y[r]);
    result.weight.push_back(task.weight[r]);
  }
  return result;
}

/// Platt's curve, never falling: where held-out rows say that higher scores leave less often, the
/// scores mean nothing.
forms::Calibration rising_platt(const HeldOut& rows) {
  const auto fitted = models::fit_platt(rows.scores, rows.y, rows.weight);
  if (fitted.slope >= 0) return fitted;
  return models::fit_platt(std::vector<double>(rows.scores.size()), rows.y, rows.weight);
}

void judge(const HeldOut& rows, Trial& trial) {
  trial.platt = rising_platt(rows);
  double total = 0;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    const double p = forms::calibrated(trial.platt, rows.scores[i]);
    const bool is_churner = rows.y[i] == 1;
    trial.log_loss -= rows.weight[i] * std::log(std::max(is_churner ? p : 1 - p, 1e-300));
    if ((rows.scores[i] > 0) != is_churner) trial.error_share += rows.weight[i];
    total += rows.weight[i];
  }
  trial.log_loss /= total;
  trial.error_share /= total;
}

}  // namespace

Result<std::optional<Fitted>> fit_rows(const Setup& setup, const Trial& trial,
                                       std::span<const std::uint32_t> copies) {
  const auto& task = *setup.task;
  Fitted fitted{.preparation = dataset::fit_preparation(
                    task.train, task.y, weights_of(task, copies), setup.preparation)};
  const std::size_t terms = fitted.preparation.terms.size();
  if (terms == 0) return std::optional<Fitted>();
  fitted.terms = dataset::apply(fitted.preparation, task.train);
  HOLDFAST_TRY(fitted.machine,
               fit_terms(setup, trial, {fitted.terms.data(), task.train.rows, terms}, copies));
  return std::optional(std::move(fitted));
}

Result<Search> search(const Setup& setup, std::vector<Trial> trials,
                      std::span<const std::uint32_t> folds, Progress& progress) {
  Search result{.trials = std::move(trials)};
  const std::uint32_t used = folds_used(folds);
  std::vector<std::vector<double>> values(
      result.trials.size(), std::vector<double>(used > 0 ? folds.size() : 0));
  std::vector<std::optional<Error>> failures(used + 1);
  const auto fit_whole = [&]() -> Result<void> {
    if (cancel_requested()) return Error{errors::kCancelled};
    HOLDFAST_TRY(result.whole,
                 fit_rows(setup, result.trials[result.best], setup.multiples.copies));
    return {};
  };
  // The last job is the fit on all rows, where there is nothing to choose.
  const bool has_choice = result.trials.size() > 1 && used > 0;
  parallel_for(used + (has_choice ? 0 : 1), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t job = begin; job < end; ++job) {
      const auto fold = static_cast<std::uint32_t>(job);
      const auto answer = job < used ? score_fold(setup, result.trials, folds, fold, values)
                                     : fit_whole();
      if (!answer.ok()) failures[job] = answer.error();
      progress.advance(1);
    }
  });
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  for (std::size_t t = 0; used > 0 && t < result.trials.size(); ++t) {
    judge(gathered(*setup.task, values[t], folds, used), result.trials[t]);
    if (result.trials[t].log_loss < result.trials[result.best].log_loss) result.best = t;
  }
  if (has_choice) {
    HOLDFAST_TRY_VOID(fit_whole());
  }
  return result;
}

}  // namespace holdfast::svm
