#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "exchange/results.hpp"
#include "explanation/contrast.hpp"
#include "study/study.hpp"

/// The main job: import → features → train → evaluate → score → warn → report, in this order, each
/// step from the ones before. The command line, the server and Python call it; nothing else knows
/// the whole order.
namespace holdfast::run {

/// How far to go. Each step includes the ones above it.
enum class Step { Import, Features, Train, Evaluate, Score, Warn, Report };

struct Options {
  Step until = Step::Report;
  std::optional<Day> as_of;      // Score as of this day; nothing: the day after the data end.
  bool is_forced = false;        // Do everything again, even what is up to date.
  bool reveals_keys = false;     // Show keys that tell who somebody is; logged.
  std::optional<Instant> now;    // Of a later import; nothing: the clock.
  std::int64_t manifest_number = 0;  // Read this revision of the store; 0: import, then the newest.
};

struct Finished {
  exchange::RunResults results;               // Empty where everything was up to date.
  history::ImportReport import;
  std::vector<std::filesystem::path> written; // Files published, in order.
  std::vector<Error> warnings;                // Analyses the study asks for that could not be done.
  bool was_up_to_date = false;                // Same study, data, day and program as the last run.
  std::map<std::string, double> seconds;      // By step.
};

/// Runs the steps. Errors leave the outputs of the last good run as they were.
Result<Finished> run(const study::Study& study, const Options& options, Progress& progress);

/// Everything known about one customer's score.
struct CustomerStory {
  std::string customer_key;
  Day as_of;
  struct Row {
    std::string contract_key;
    double churn_probability = 0;
    double raw_score = 0, base = 0;  // base: the score of nobody in particular.
    std::int64_t value_cents = 0, expected_loss_cents = 0;
    std::vector<explanation::Reason> reasons;  // All of them; raising ones first, each by strength.
    study::Level level = study::Level::None;
    std::vector<std::string> raised_by;
    std::vector<Text> raised_by_text;
    std::vector<explanation::Contrast> contrasts;  // What would have to change; where asked for.

    /// What is left of the score beside the base and the first `count` reasons. Of all reasons: what
    /// was too small to be one.
    double rest_after(std::size_t count) const;
  };
  std::vector<Row> rows;
  /// Another customer beside this one, each by the row most likely to leave.
  struct Against {
    std::string customer_key;
    double churn_probability = 0;
    double raw_score_difference = 0;               // This one's minus the other's.
    std::vector<explanation::Difference> differences;  // Add up to it; strongest first.
  };
  std::optional<Against> against;
};

struct ExplainOptions {
  std::optional<Day> as_of;             // Nothing: the day after the data end.
  bool wants_contrasts = false;
  std::optional<double> target;         // Probability a contrast must reach; nothing: the lowest
                                        // limit that warns.
  std::optional<std::string> against;   // Key of another customer.
  bool reveals_keys = false;            // Show keys that tell who somebody is; logged.
};

/// Keys of the story are as an output may show them. Who knows a customer only by a masked key, as the
/// watch list or scores.parquet show it, may ask by that. Errors: nobody has that key, several are
/// masked alike, not active on the day, no model fitted yet.
Result<CustomerStory> explain(const study::Study& study, std::string_view customer_key,
                              const ExplainOptions& options, Progress& progress);

/// The day a study is scored as of when nobody says: the day after its data end.
Day default_as_of(const study::Study& study, const history::Store& store);

}  // namespace holdfast::run
