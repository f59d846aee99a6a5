#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "automodel/search.hpp"
#include "evaluation/evaluation.hpp"
#include "exchange/key_mask.hpp"
#include "explanation/dependence.hpp"
#include "features/program.hpp"
#include "models/model.hpp"
#include "selection/kpi.hpp"
#include "study/study.hpp"
#include "tables/profile.hpp"
#include "warning/watch_list.hpp"

/// Everything a run found out, as one value; from it come evaluation.json, report.html, the watch
/// list files, predictions.parquet and scores.parquet.
namespace holdfast::exchange {

/// One fitted model and its figures.
struct ModelResult {
  std::string id;
  Text name;
  std::string failed;                      // Message where it could not be fitted; empty: fitted.
  std::map<dataset::Split, evaluation::Metrics> metrics;
  std::optional<FittedModel> model;
  std::vector<double> probability;         // [matrix rows]
  std::vector<std::pair<std::string, double>> importance;  // Mean |contribution| on test, falling.
  double fit_seconds = 0;
};

/// One origin of the backtest for the champion.
struct BacktestRow {
  Day test_from, test_to;
  std::int64_t train_rows = 0, test_rows = 0;
  evaluation::Interval auc;
  double top_decile_lift = 0, empc = 0, brier = 0, churn_rate = 0;
};

/// A level's share of the watch list.
struct LevelSummary { study::Level level; std::int64_t warnings_count = 0; std::int64_t value_cents = 0, expected_loss_cents = 0; };

struct RunResults {
  std::string study_name;
  std::string version;                     // Of the program.
  Language language = Language::En;
  Day as_of;
  std::int64_t manifest_number = 0;
  std::uint64_t seed = 0;
  study::ProfitSpec costs;
  std::vector<Text> study_explained;       // study::explain.
  std::vector<history::ImportCounts> imports;
  std::vector<features::CutoffCounts> cutoffs;
  std::map<dataset::Split, std::int64_t> split_rows;
  std::vector<Text> notes;
  std::vector<features::FeatureInfo> features;
  std::vector<selection::Kpi> kpis;        // The three-level choice; empty where all columns are kept.
  automodel::SearchResult search;          // Empty where none was asked for.
  std::vector<ModelResult> models;
  std::string champion;                    // Id.
  Text champion_because;
  std::vector<evaluation::Stability> feature_stability;  // Least stable first.
  evaluation::Stability score_stability;
  std::vector<explanation::Dependence> dependence;      // Of the champion, strongest inputs first.
  std::vector<explanation::Interaction> interactions;   // Between them, strongest first.
  std::vector<BacktestRow> backtest;
  std::vector<evaluation::Contrast> contrasts;
  warning::WatchList watch_list;
  std::vector<LevelSummary> levels;
  KeyMask key_mask = {};                   // Masks where keys tell who somebody is (their column is
                                           // marked): then every export shows them masked.
};

/// The warnings of a list by level, red first; levels without a warning are listed with 0.
std::vector<LevelSummary> summary_of(const warning::WatchList& watch_list);

/// A model's figures on the rows that count: test, else validation, else train; null where it has
/// none. `split` says which.
const evaluation::Metrics* judged_on(const ModelResult& model, dataset::Split* split = nullptr);
const ModelResult* champion_of(const RunResults& results);

/// evaluation.json: every figure with its name. Deterministic bytes (no clock).
std::string evaluation_json(const RunResults& results);

/// selection.json: columns on three levels with every measure, and the models that were asked.
std::string selection_json(const std::vector<selection::Kpi>& kpis,
                           const std::vector<std::string>& measured_with);

/// One self-contained HTML file: inline CSS, SVG charts, a language switch (both languages inside);
/// opens without a network; no script needed to read it. Every text from the data is escaped.
std::string render_report(const RunResults& results, const study::Study& study);

/// Columns of a customer that identify a person are masked ("138****8000").
std::string masked(const std::string& value);
/// A key as an output may show it.
std::string shown_key(const std::string& key, bool masks_keys);

/// watchlist.xlsx: frozen header, filters, number and percent formats, level colours, a sheet of
/// notes. Text cells are strings, never formulas. watchlist.csv: the same rows.
Result<void> write_watch_list_xlsx(const std::filesystem::path& path, const RunResults& results);
Result<void> write_watch_list_csv(const std::filesystem::path& path, const RunResults& results);

/// `key`, `contract_key` (where masked, still one for each customer), `cutoff`, `split`, `is_tuning`
/// (a validation row the models were tuned on, which no figure counts), `outcome` (1, 0; missing
/// where immature, unknown or a competing exit), `outcome_state`, `weight`, `value`, `p_<model>` for
/// each model: enough to recompute every figure.
Result<void> write_predictions(const std::filesystem::path& path, const dataset::Dataset& dataset,
                               const std::vector<ModelResult>& models,
                               std::span<const std::uint32_t> tuning_rows,
                               const KeyMask& key_mask = {});
/// `key`, `contract_key`, `as_of`, `cutoff`, `churn_probability`, `value`, `expected_loss`, `level`,
/// `rank`, `raised_by`, and for each reason `reason_<n>_feature`, `_contribution`, `_en`, `_zh`.
Result<void> write_scores(const std::filesystem::path& path, const features::FeatureMatrix& matrix,
                          const scoring::Scores& scores, const warning::WatchList& watch_list,
                          const std::vector<std::vector<explanation::Reason>>& reasons, Day as_of,
                          const KeyMask& key_mask = {});

}  // namespace holdfast::exchange
