#include "run/run.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/hash.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/training.hpp"

namespace holdfast::run {
namespace {

constexpr int kReasonsMax = 5;

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

/// Scores, reasons and limits of everyone active on a day.
struct Scoring {
  features::FeatureMatrix matrix;
  scoring::Scores scores;
  std::vector<std::vector<explanation::Reason>> reasons;
};

Result<Scoring> score_all(const study::Study& study, const features::Program& program, const history::Store& store,
                          const FittedModel& model, Day as_of, int reasons_max,
                          Progress& progress) {
  Scoring scoring;
  const features::RowPlan plan{.is_scoring = true, .as_of = as_of, .cutoffs = {}};
  HOLDFAST_TRY(scoring.matrix, features::compute(program, store, plan, progress));
  if (scoring.matrix.rows == 0) {
    return Error{errors::kNothingToScore, {{"as_of", to_string(as_of)}}};
  }
  HOLDFAST_TRY(scoring.matrix.value_cents, scoring::values_at_risk(study, scoring.matrix));
  HOLDFAST_TRY(scoring.scores, scoring::score(model, scoring.matrix));
  HOLDFAST_TRY(const auto frame,
               dataset::Frame::align(scoring.matrix, model.column_names, model.categories));
  std::vector<features::FeatureInfo> infos;
  for (const auto& name : model.column_names) {
    infos.push_back(*std::ranges::find(scoring.matrix.features, name, &features::FeatureInfo::name));
  }
  const auto columns = frame.view();
  scoring.reasons =
      explanation::reasons_of(infos, columns, scoring.scores.contributions,
                              explanation::compare_population(columns), reasons_max);
  return scoring;
}

/// Probability limits from the champion's figures on validation rows and those scored today.
warning::Limits limits_from(const study::Study& study, const exchange::RunResults& results,
                            const Scoring& scoring) {
  const auto& metrics = exchange::champion_of(results)->metrics;
  auto found = metrics.find(dataset::Split::Validation);
  if (found == metrics.end()) found = metrics.find(dataset::Split::Train);
  if (found == metrics.end()) return warning::limits_of(study, 0.5, 0.5);
  return warning::limits_of(study, found->second.empc.threshold,
                            found->second.maximum_profit.threshold, scoring.scores.probability,
                            scoring.matrix.value_cents);
}

/// The study as it runs: the ready-made rules stand beside its own.
study::Study with_ready_made_rules(study::Study study) {
  const auto rules = warning::ready_made_rules(study);
  study.warning.rules.insert(study.warning.rules.end(), rules.begin(), rules.end());
  return study;
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
  const auto path = artifacts.out() / "predictions.parquet";
  HOLDFAST_TRY_VOID(exchange::write_predictions(path, data, results.models));
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
  const auto run_key = artifacts.run_key(results.manifest_number, results.as_of, options.until);
  if (!options.is_forced && artifacts.is_up_to_date(run_key)) {
    finished.was_up_to_date = true;
    return finished;
  }

  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  HOLDFAST_TRY(auto matrix, features::compute(program, store, {}, progress));
  watch.lap("features");
  if (options.until == Step::Features) {
    const auto path = artifacts.out() / "features.parquet";
    HOLDFAST_TRY_VOID(artifacts.prepare());
    HOLDFAST_TRY_VOID(features::write_parquet(matrix, path));
    finished.written.push_back(path);
    describe(study, matrix, {}, results);
    return finished;
  }

  HOLDFAST_TRY(matrix.value_cents, scoring::values_at_risk(study, matrix));
  HOLDFAST_TRY(const auto data, dataset::make_dataset(std::move(matrix), study));
  HOLDFAST_TRY_VOID(artifacts.prepare());
  describe(study, data.matrix, data, results);
  HOLDFAST_TRY_VOID(train_and_evaluate(study, data, artifacts, program.hash(), options.is_forced,
                                       options.until != Step::Train, finished, progress));
  watch.lap("train");
  if (options.until == Step::Train) return finished;

  if (options.until >= Step::Score) {
    HOLDFAST_TRY(const auto scoring, score_all(study, program, store, *exchange::champion_of(results)->model,
                                               results.as_of, kReasonsMax, progress));
    HOLDFAST_TRY(results.watch_list,
                 warning::raise_warnings(study, scoring.matrix, scoring.scores,
                                         limits_from(study, results, scoring), scoring.reasons,
                                         results.as_of));
    results.levels = exchange::summary_of(results.watch_list);
    const auto path = artifacts.out() / "scores.parquet";
    HOLDFAST_TRY_VOID(exchange::write_scores(path, scoring.matrix, scoring.scores,
                                             results.watch_list, scoring.reasons, results.as_of));
    finished.written.push_back(path);
    watch.lap("score");
  }
  HOLDFAST_TRY_VOID(artifacts.publish(study, results, options.until, finished.written));
  HOLDFAST_TRY_VOID(artifacts.remember(run_key, finished.written));
  watch.lap("report");
  return finished;
}

Result<CustomerStory> explain(const study::Study& given, std::string_view customer_key,
                              std::optional<Day> as_of, Progress& progress) {
  const auto study = with_ready_made_rules(given);
  const Artifacts artifacts(study);
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto champion, artifacts.load_champion());
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  CustomerStory story{.customer_key = std::string(customer_key),
                      .as_of = as_of.value_or(default_as_of(study, store)),
                      .rows = {}};
  HOLDFAST_TRY(const auto scoring, score_all(study, program, store, champion.model, story.as_of,
                                             static_cast<int>(champion.model.column_names.size()),
                                             progress));
  HOLDFAST_TRY(const auto list,
               warning::raise_warnings(study, scoring.matrix, scoring.scores, champion.limits,
                                       scoring.reasons, story.as_of));
  const auto width = champion.model.column_names.size() + 1;
  for (std::size_t row = 0; row < scoring.matrix.rows; ++row) {
    if (scoring.matrix.customer_keys[scoring.matrix.customer[row]] != customer_key) continue;
    CustomerStory::Row told{.contract_key = scoring.matrix.contract_keys[scoring.matrix.contract[row]],
                            .churn_probability = scoring.scores.probability[row],
                            .raw_score = scoring.scores.raw[row],
                            .base = scoring.scores.contributions[row * width + width - 1],
                            .value_cents = scoring.matrix.value_cents[row],
                            .expected_loss_cents = scoring.scores.expected_loss_cents[row],
                            .reasons = scoring.reasons[row]};
    const auto warned = std::ranges::find(list.warnings, row, &warning::Warning::row);
    if (warned != list.warnings.end()) {
      told.level = warned->level;
      told.raised_by = warned->raised_by;
      told.raised_by_text = warned->raised_by_text;
    }
    story.rows.push_back(std::move(told));
  }
  if (story.rows.empty()) return Error{errors::kNoSuchCustomer, {{"key", customer_key}}};
  return story;
}

}  // namespace holdfast::run
