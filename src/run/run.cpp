#include "run/run.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "run/analyse.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/kpis.hpp"
#include "run/reveal.hpp"
#include "run/todays_scores.hpp"
#include "run/training.hpp"

namespace holdfast::run {
namespace {

constexpr int kReasonsMax = 5;
constexpr std::size_t kCurvesMax = 9;
constexpr std::size_t kPairedMax = 6;  // Of these, all pairs are looked at.

/// Times the steps of a run.
class Stopwatch {
 public:
  explicit Stopwatch(std::map<std::string, double>& seconds) : seconds_(&seconds) {}
  void lap(const std::string& step) {
    const auto now = std::chrono::steady_clock::now();
    (*seconds_)[step] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::map<std::string, double>* seconds_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Probability limits from the champion's figures on validation rows and those scored today.
warning::Limits limits_from(const study::Study& study, const exchange::RunResults& results,
                            const TodaysScores& scoring) {
  const auto& metrics = exchange::champion_of(results)->metrics;
  auto found = metrics.find(dataset::Split::Validation);
  if (found == metrics.end()) found = metrics.find(dataset::Split::Train);
  if (found == metrics.end()) return warning::limits_of(study, 0.5, 0.5);
  return warning::limits_of(study, found->second.empc.threshold,
                            found->second.maximum_profit.threshold, scoring.scores.probability,
                            scoring.matrix.value_cents);
}

/// How the champion's answer hangs on its strongest inputs, over the rows it was judged on.
void explore_champion(const dataset::Dataset& data, exchange::RunResults& results) {
  const auto* champion = exchange::champion_of(results);
  auto rows = data.rows_of(dataset::Split::Test);
  if (rows.empty()) rows = data.rows_of(dataset::Split::Train);
  const auto frame = dataset::Frame::gather(data, rows);
  std::vector<std::string> strongest;
  for (const auto& [name, size] : champion->importance) {
    if (strongest.size() < kCurvesMax && size > 0) strongest.push_back(name);
  }
  results.dependence = explanation::dependence_of(*champion->model, frame.view(), strongest);
  if (strongest.size() > kPairedMax) strongest.resize(kPairedMax);
  results.interactions = explanation::interactions_of(*champion->model, frame.view(), strongest);
}

Result<void> train_and_evaluate(const study::Study& study, const dataset::Dataset& data,
                                const Artifacts& artifacts, const std::string& program_hash,
                                bool is_forced, bool with_backtest, Finished& finished,
                                Progress& progress) {
  auto& results = finished.results;
  const auto key = training_key(study, results.manifest_number);
  Earlier earlier;
  if (!is_forced) earlier = {artifacts.load_search(key), artifacts.load_models(key)};
  HOLDFAST_TRY(auto trained, train_models(study, data, earlier, progress));
  results.models = std::move(trained.models);
  results.search = std::move(trained.search);
  const auto choice = choose_champion(study, results.models);
  results.champion = choice.id;
  results.champion_because = choice.because;
  const auto train_rows = data.rows_of(dataset::Split::Train);
  HOLDFAST_TRY_VOID(artifacts.save_models(key, results, data, train_rows, program_hash,
                                          finished.written));
  if (!with_backtest) return {};
  HOLDFAST_TRY(results.backtest, backtest(study, data, results.search.specs, results.champion, progress));
  results.feature_stability = evaluation::feature_stability(data);
  std::ranges::stable_sort(results.feature_stability, std::greater{},
                           &evaluation::Stability::psi_max);
  results.score_stability = evaluation::score_stability(exchange::champion_of(results)->probability, data);
  results.contrasts = evaluation::leavers_against_stayers(data);
  explore_champion(data, results);
  const auto path = artifacts.out() / "predictions.parquet";
  HOLDFAST_TRY_VOID(exchange::write_predictions(path, data, results.models,
                                                halve_validation(data, study.seed).tuning,
                                                results.key_mask));
  finished.written.push_back(path);
  return {};
}

/// Everything about data and rows that the results carry.
void describe(const study::Study& study, const features::FeatureMatrix& matrix,
              const dataset::Dataset& data, exchange::RunResults& results) {
  results.study_name = study.name;
  results.version = HOLDFAST_VERSION;
  results.language = study.language;
  results.seed = study.seed;
  results.costs = study.profit;
  results.study_explained = study::explain(study);
  results.cutoffs = features::counts_by_cutoff(matrix);
  results.features = matrix.features;
  for (const auto split : data.split) ++results.split_rows[split];
  results.notes = data.notes;
}

/// The analyses the study asks for, on the same rows. One that cannot be done leaves the rest as it is.
Result<void> analyse_more(const study::Study& study, const history::Store& store,
                          const dataset::Dataset& data, Finished& finished, Progress& progress) {
  analyses::Inputs inputs(study, store, finished.results.as_of);
  inputs.know(data);
  const auto context = context_of(study, store, finished.results.as_of, finished.results.key_mask);
  for (const auto* one : analyses::all_analyses()) {
    if (!one->is_asked(study.analyses)) continue;
    const auto analysis = one->run(inputs, progress);
    if (!analysis.ok()) {
      finished.warnings.push_back(analysis.error());
      continue;
    }
    HOLDFAST_TRY(const auto written, write_analysis(study, *analysis, context));
    finished.written.insert(finished.written.end(), written.begin(), written.end());
  }
  return {};
}

}  // namespace

Day default_as_of(const study::Study& study, const history::Store& store) {
  std::optional<Day> latest;
  for (const auto& table : store.tables()) {
    const auto* spec = study.find(table.name);
    if (spec == nullptr || spec->role == study::Role::Context) continue;
    if (table.complete_until.number == history::kNeverDay) continue;
    if (!latest || *latest < table.complete_until) latest = table.complete_until;
  }
  return latest.value_or(Day{0}) + 1;
}

Result<Finished> run(const study::Study& given, const Options& options, Progress& progress) {
  const auto study = with_ready_made_rules(given);
  if (!study.churn && options.until != Step::Import) {
    return Error{errors::kNoChurnDefinition, {}, {.file = study.file.string()}};
  }
  Finished finished;
  auto& results = finished.results;
  Stopwatch watch(finished.seconds);
  if (options.manifest_number == 0) {
    HOLDFAST_TRY(finished.import,
                 history::import(study, {.is_forced = options.is_forced, .now = options.now}, progress));
    results.imports = finished.import.tables;
  }
  watch.lap("import");
  if (options.until == Step::Import) return finished;

  HOLDFAST_TRY(const auto store, history::Store::open(study, options.manifest_number));
  results.manifest_number = store.manifest_number();
  results.as_of = options.as_of.value_or(default_as_of(study, store));
  const Artifacts artifacts(study);
  HOLDFAST_TRY(results.key_mask.masks,
               masks_keys(study, options.reveals_keys,
                          fmt::format("run as of {}", to_string(results.as_of))));
  const auto run_key = artifacts.run_key(results.manifest_number, results.as_of, options.until,
                                         results.key_mask.masks);
  if (!options.is_forced && artifacts.is_up_to_date(run_key)) {
    finished.was_up_to_date = true;
    return finished;
  }
  HOLDFAST_TRY(results.key_mask,
               key_mask_of(study, results.manifest_number, results.key_mask.masks));

  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  HOLDFAST_TRY(auto matrix, features::compute(program, store, {}, progress));
  watch.lap("features");
  if (options.until == Step::Features) {
    const auto path = artifacts.out() / "features.parquet";
    HOLDFAST_TRY_VOID(artifacts.prepare());
    for (auto* keys : {&matrix.customer_keys, &matrix.contract_keys}) {
      for (auto& key : *keys) key = results.key_mask(key);
    }
    HOLDFAST_TRY_VOID(features::write_parquet(matrix, path));
    finished.written.push_back(path);
    describe(study, matrix, {}, results);
    return finished;
  }

  HOLDFAST_TRY(matrix.value_cents, scoring::values_at_risk(study, matrix));
  HOLDFAST_TRY(auto data, dataset::make_dataset(std::move(matrix), study));
  if (const auto& level = study.selection.keep; level != "all") {
    HOLDFAST_TRY(auto choice, choose_kpis(study, data, level, progress));
    keep_columns(data, choice, level);
    results.kpis = std::move(choice.kpis);
    watch.lap("select");
  }
  HOLDFAST_TRY_VOID(artifacts.prepare());
  describe(study, data.matrix, data, results);
  HOLDFAST_TRY_VOID(train_and_evaluate(study, data, artifacts, program.hash(), options.is_forced,
                                       options.until != Step::Train, finished, progress));
  watch.lap("train");
  if (options.until == Step::Train) return finished;

  if (options.until >= Step::Score) {
    HOLDFAST_TRY(const auto scoring, score_all(study, program, store,
                                               *exchange::champion_of(results)->model, results.as_of,
                                               {.reasons_max = kReasonsMax}, progress));
    HOLDFAST_TRY(results.watch_list,
                 warning::raise_warnings(study, scoring.matrix, scoring.scores,
                                         limits_from(study, results, scoring), scoring.reasons,
                                         results.as_of));
    results.levels = exchange::summary_of(results.watch_list);
    const auto path = artifacts.out() / "scores.parquet";
    HOLDFAST_TRY_VOID(exchange::write_scores(path, scoring.matrix, scoring.scores,
                                             results.watch_list, scoring.reasons, results.as_of,
                                             results.key_mask));
    finished.written.push_back(path);
    watch.lap("score");
  }
  HOLDFAST_TRY_VOID(artifacts.publish(study, results, options.until, finished.written));
  watch.lap("report");
  if (options.until == Step::Report) {
    HOLDFAST_TRY_VOID(analyse_more(study, store, data, finished, progress));
    watch.lap("analyses");
  }
  HOLDFAST_TRY_VOID(artifacts.remember(run_key, finished.written));
  return finished;
}

}  // namespace holdfast::run
