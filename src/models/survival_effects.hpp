#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/survival_task.hpp"

/// What models of when customers leave share in presenting themselves.
namespace holdfast::models {

/// Parameters of the terms: terms_max, rare_share, missing_indicator.
std::vector<ParameterRow> with_term_parameters(std::vector<ParameterRow> own);

/// One exit's coefficients beside the others, on all terms. `form.predictor.term_means` is set.
void add_exit(const std::string& name, const std::vector<std::size_t>& terms,
              std::span<const double> coefficients, double intercept,
              forms::HazardModel::Baseline baseline, forms::HazardModel& form);

/// A coefficient of a term; an error below 0: there is none.
struct Effect {
  std::size_t term = 0;
  double coefficient = 0;
  double error = -1;
};

/// A table of exp(coefficient) with intervals: `ratio` is the id of that column.
ReportTable effects_table(std::string id, Text title, std::string ratio, Text header,
                          bool has_errors = true);
/// One exit's rows, the surest first; without errors the largest.
void add_effects(const std::string& exit, std::vector<Effect> effects,
                 const dataset::Preparation& preparation, ReportTable& table);

/// Which terms exits go without, and which terms say it instead: a table "left_out".
ReportTable left_out_table();
void add_left_out(const std::string& exit, const std::vector<LeftOut>& left_out,
                  const dataset::Preparation& preparation, ReportTable& table);

/// Fits exit `exit` on the terms x and adds it to the form; gives the terms it goes without.
using FitExit = std::function<Result<std::vector<LeftOut>>(std::size_t exit, MatrixView x,
                                                           FittedModel& model, forms::HazardModel& form)>;

/// A model that explains every exit by the same terms, one after the other. `form` says its law. Which
/// terms are left out is its table; those of effects are the caller's.
Result<FittedModel> fit_exits(const ModelDescriptor& descriptor, const SurvivalTask& task,
                              const Parameters& parameters, forms::HazardModel form,
                              const FitExit& fit_exit, Progress& progress);

/// At most a thousand steps of a cumulative hazard, the last among them.
forms::HazardModel::Baseline thinned(const std::vector<double>& time,
                                     const std::vector<double>& hazard);

}  // namespace holdfast::models
