#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/model.hpp"
#include "survival/spells.hpp"

/// What models of when customers leave learn from.
namespace holdfast {

/// One row a customer (or a customer at a cutoff), followed from time 0 until an exit or being lost
/// from sight. Everything fitted is fitted inside these rows.
struct SurvivalTask {
  dataset::Columns train;
  std::span<const double> duration;        // [train.rows] days, > 0.
  std::span<const double> entry;           // [train.rows] day from which a row was watched, < its
                                           // duration; empty: from 0.
  std::span<const std::uint8_t> exit;      // [train.rows] 0: there when last seen; else 1 + its place
                                           // in `exits`.
  std::span<const double> weight;          // [train.rows] ≥ 0; a weight of 0 is no row.
  std::span<const std::uint32_t> group;    // [train.rows] whose row it is, for folds and clustered
                                           // errors; empty: each row its own.
  std::vector<std::string> exits;          // Names: "lapsed", "died".
  std::vector<double> times;               // Ascending: where models that keep whole curves keep
                                           // them; empty: the model chooses.
  std::uint64_t seed = 0;

  survival::Spells spells() const { return {entry, duration, exit, weight, {}}; }
};

}  // namespace holdfast

namespace holdfast::models {

/// Errors: kNoRows, kNoUsableColumn; kNoExits where nobody leaves by one of the exits, kNoDuration
/// where a row's is no number above 0.
Result<void> check_survival_task(std::string_view model_id, const SurvivalTask& task);

/// A fitted model with kind, names, categories, reference, parameters and seed filled in.
FittedModel started_survival(std::string_view model_id, const SurvivalTask& task,
                             const Parameters& parameters);

/// The rows that leave by one exit; others are lost from sight when they leave.
std::vector<std::uint8_t> events_of(const SurvivalTask& task, std::size_t exit);

/// Columns as numbers, standardised, categories as dummies. Errors: kNoUsableColumn.
Result<std::vector<double>> survival_terms(const SurvivalTask& task, double rare_share,
                                           bool adds_missing_indicator, FittedModel& model);

/// A term without which a model is fitted.
struct LeftOut {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t term = 0;
  std::size_t by = kNone;     // A term that says nearly the same; kNone: it separates perfectly, or
                              // several together say it.
  double explained = 1;       // Share of its spread that the terms in the model take up.
};

/// Terms that the lasso of a Cox regression lets in first, at most `terms_max`, ascending, without
/// those that others in it all but say (nine tenths of their spread; of "not known" a half), which go
/// into `left_out`. Of two alike the one stays that the lasso holds stronger, "not known" the last.
/// terms_max 0: all. Of many rows, some are looked at. Errors: those of survival::cox_path.
Result<std::vector<std::size_t>> chosen_terms(const survival::Spells& spells, MatrixView x,
                                              const dataset::Preparation& preparation,
                                              std::size_t terms_max, std::vector<LeftOut>& left_out);
/// Those columns, row-major.
std::vector<double> gathered_terms(MatrixView x, const std::vector<std::size_t>& terms);
/// The column an engine's error names (kCollinear, kRunsAway), from 0.
std::size_t column_of(const Error& error);

/// Weighted means of the terms, the reference of contributions. terms: [rows x columns].
std::vector<double> means_of(MatrixView terms, std::span<const double> weight);

}  // namespace holdfast::models
