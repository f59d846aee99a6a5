#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "models/logistic/logistic.hpp"

/// Which columns stay in the model, step by step.
///
/// Source: Akaike (1974), IEEE Trans. Automatic Control 19, 716–723; Schwarz (1978), Annals of
/// Statistics 6, 461–464; R `step`. By p: Hosmer, Lemeshow & Sturdivant, Applied Logistic Regression
/// (3rd ed. 2013), section 4.3.
namespace holdfast::logistic {

enum class Direction : std::uint8_t { Forward, Backward, Stepwise };  // Stepwise starts with none.
/// Aic, Bic: the change that lowers it most. Wald: entry by the score test, removal by Wald's.
/// LikelihoodRatio: both by twice the difference in ln likelihood.
enum class Criterion : std::uint8_t { Aic, Bic, Wald, LikelihoodRatio };
Direction direction_of(std::string_view name);
Criterion criterion_of(std::string_view name);

struct SelectionOptions {
  Direction direction = Direction::Stepwise;
  Criterion criterion = Criterion::Aic;
  double p_enter = 0.05, p_remove = 0.1;  // Wald, LikelihoodRatio.
  Options fit;
};

/// One change; the first of a selection is its start.
struct SelectionStep {
  static constexpr std::size_t kStart = static_cast<std::size_t>(-1);
  std::size_t set = kStart;   // Which set entered or left.
  bool has_entered = false;
  int df = 0;
  double statistic = 0, p = 1;  // Of the change: chi-squared. Aic, Bic: likelihood ratio.
  double deviance = 0;          // After it.
  double criterion = 0;         // After it: AIC, or BIC under Bic.
};

struct Selection {
  std::vector<std::size_t> sets;  // In the model at the end, ascending.
  std::vector<SelectionStep> steps;
};

/// Shapes     x, y, weight as in `fit`; sets: columns of x that enter and leave together (the dummies
///            of a category).
/// Errors     those of `fit`.
/// Cost       a fit for each candidate at each step; Wald: a fit a step.
Result<Selection> select(MatrixView x, std::span<const std::uint8_t> y,
                         std::span<const double> weight,
                         const std::vector<std::vector<std::size_t>>& sets,
                         const SelectionOptions& options);

/// Columns of the sets, ascending.
std::vector<std::size_t> columns_of(const std::vector<std::vector<std::size_t>>& sets,
                                    const std::vector<std::size_t>& chosen);
/// Those columns, row-major.
std::vector<double> gathered(MatrixView x, const std::vector<std::size_t>& columns);

}  // namespace holdfast::logistic
