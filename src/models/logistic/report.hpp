#pragma once

#include <string>
#include <vector>

#include "models/logistic/logistic.hpp"
#include "models/logistic/selection.hpp"
#include "models/model.hpp"

/// The tables of a fitted model for people, in the data's own units.
namespace holdfast::logistic {

/// A fit of prepared terms with its 95 % intervals and tests.
struct Estimates {
  Fit fit;
  std::vector<double> low, high, p;  // [terms + 1] by profile; empty: by Wald from the errors.
  bool is_firth = false;
};

/// Terms of one input column, which enter and leave together.
struct ColumnTerms {
  std::vector<std::string> names;                // Of the columns.
  std::vector<std::vector<std::size_t>> terms;   // Indices of terms.
};
ColumnTerms by_column(const dataset::Preparation& preparation);

/// `deviations`: [terms] standard deviations of the prepared terms.
ReportTable coefficients_table(const Estimates& estimates,
                               const dataset::Preparation& preparation,
                               const std::vector<double>& deviations);
/// Ready for a plot: the strongest per standard deviation first, without the intercept.
ReportTable odds_ratios_table(const Estimates& estimates, const dataset::Preparation& preparation,
                              const std::vector<double>& deviations);
ReportTable collinearity_table(const Fit& fit, const dataset::Preparation& preparation);
ReportTable selection_table(const Selection& selection, const std::vector<std::string>& columns,
                            Criterion criterion);
ReportTable fit_table(const FitFigures& fit);

}  // namespace holdfast::logistic
