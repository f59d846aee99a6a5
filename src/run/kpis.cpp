#include "run/kpis.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "automodel/fit.hpp"
#include "run/errors.hpp"
#include "run/training.hpp"

namespace holdfast::run {
namespace {

constexpr std::size_t kMrmrMax = 50;
constexpr int kPermutations = 2;

bool is_on_shelf(std::string_view id) { return find_model(id).ok(); }

/// A model fitted as the study would, or nothing where it cannot be.
std::optional<FittedModel> fitted(const study::Study& study, const std::string& id,
                                  const dataset::Dataset& data, automodel::FitRows rows,
                                  Progress& progress) {
  const auto own = std::ranges::find(study.models.compare, id, &study::ModelSpec::id);
  auto spec = own != study.models.compare.end() ? *own : study::ModelSpec{.id = id};
  if (id == "network") spec.parameters["kpi_share"] = 1.0;  // The choice is made here, on all it sees.
  if (id == "elastic_net") spec.parameters.try_emplace("folds", std::int64_t{5});  // Enough to choose.
  auto model = automodel::fit(study, spec, {}, data, rows, progress);
  if (!model.ok()) return std::nullopt;
  return std::move(*model);
}

std::set<std::string> reaching(const std::vector<selection::Kpi>& kpis, std::string_view level) {
  std::set<std::string> names;
  for (const auto& kpi : kpis) {
    const bool is_in = level == "named"   ? kpi.is_named
                       : level == "found" ? kpi.is_found
                                          : kpi.is_computed;
    if (is_in) names.insert(kpi.name);
  }
  return names;
}

void keep_only(dataset::Dataset& data, const std::set<std::string>& names) {
  std::erase_if(data.modelled, [&](std::uint32_t column) {
    return !names.contains(data.matrix.features[column].name);
  });
}

/// Narrows what models may use while columns are chosen; a copy of the matrix would be its whole size.
class Narrowed {
 public:
  explicit Narrowed(dataset::Dataset& data) : data_(&data), modelled_(data.modelled) {}
  ~Narrowed() { data_->modelled = std::move(modelled_); }
  Narrowed(const Narrowed&) = delete;
  Narrowed& operator=(const Narrowed&) = delete;

 private:
  dataset::Dataset* data_;
  std::vector<std::uint32_t> modelled_;
};

/// Leaves the columns of at least `least`; all, and no evidence, where none has it.
void keep_strong(dataset::Dataset& data, std::vector<selection::Strength>& strengths,
                 double least) {
  std::set<std::string> kept;
  for (const auto& one : strengths) {
    if (one.value >= least) kept.insert(one.name);
  }
  if (kept.empty()) strengths.clear();
  else keep_only(data, kept);
}

/// What models make of the columns of `data`, each asked only of those the one before leaves, to which
/// `data` is narrowed: most columns that were found say again what others say.
Result<void> ask_models(const study::Study& study, dataset::Dataset& data, automodel::FitRows rows,
                        selection::Evidence& evidence, std::vector<std::string>& measured_with,
                        Progress& progress) {
  if (is_on_shelf("elastic_net")) {
    if (const auto lasso = fitted(study, "elastic_net", data, rows, progress)) {
      const auto frame = dataset::Frame::gather(data, rows.train);
      evidence.lasso = selection::linear_strengths(*lasso, frame.view());
      measured_with.emplace_back("elastic_net");
      keep_strong(data, evidence.lasso, std::numeric_limits<double>::min());
    }
  }
  if (const auto boosted = fitted(study, "boosting", data, rows, progress)) {
    const auto judged = dataset::Frame::gather(data, rows.tuning);
    evidence.permutation = selection::permutation_strengths(*boosted, judged.view(), judged.y(),
                                                            kPermutations, study.seed);
    measured_with.emplace_back("boosting");
    keep_strong(data, evidence.permutation, selection::kAucFallMin);
  }
  // The documents' own way asks a network; where it cannot be fitted the logistic answers.
  const auto frame = dataset::Frame::gather(data, rows.train);
  for (const std::string id : {"network", "logistic"}) {
    if (!evidence.sensitivity.empty() || !is_on_shelf(id)) continue;
    if (const auto model = fitted(study, id, data, rows, progress)) {
      evidence.sensitivity =
          selection::sensitivity_strengths(*model, frame.view(), frame.weight());
      measured_with.push_back(id);
    }
  }
  if (evidence.sensitivity.empty()) {
    return Error{errors::kNoModelFitted, {{"why", "network, logistic"}}};
  }
  return {};
}

/// Every column by itself.
selection::Evidence measured_alone(const dataset::Dataset& data,
                                   std::span<const std::uint32_t> train) {
  const auto frame = dataset::Frame::gather(data, train);
  const auto columns = frame.view();
  const auto discrete = selection::discretised(columns, frame.weight());
  return {.univariate = selection::univariate(columns, discrete, frame.y(), frame.weight()),
          .mrmr = selection::mrmr(discrete, frame.y(), frame.weight(), kMrmrMax)};
}

}  // namespace

Result<KpiChoice> choose_kpis(const study::Study& study, dataset::Dataset& data,
                              std::string_view level, Progress& progress) {
  const auto train = data.rows_of(dataset::Split::Train);
  KpiChoice choice;
  auto evidence = measured_alone(data, train);
  choice.kpis = selection::choose_kpis(evidence, study.selection);
  if (level != "computed") return choice;
  const auto tuning = halve_validation(data, study.seed).tuning;
  const Narrowed narrowed(data);
  const auto names = reaching(choice.kpis, "found");
  if (!names.empty()) keep_only(data, names);
  HOLDFAST_TRY_VOID(ask_models(study, data, {.train = train, .tuning = tuning}, evidence,
                               choice.measured_with, progress));
  choice.kpis = selection::choose_kpis(evidence, study.selection);
  return choice;
}

void keep_columns(dataset::Dataset& data, const KpiChoice& choice, std::string_view level) {
  const auto names = reaching(choice.kpis, level);
  const auto before = data.modelled.size();
  if (names.empty()) {
    data.notes.push_back({fmt::format("no column is {}: models learn from all", level),
                          fmt::format("没有特征达到 {} 级,模型使用全部特征", level)});
    return;
  }
  keep_only(data, names);
  data.notes.push_back({fmt::format("models learn from {} of {} columns, those that are {}",
                                    names.size(), before, level),
                        fmt::format("模型使用 {1} 个特征中的 {0} 个({2} 级)", names.size(), before,
                                    level)});
}

}  // namespace holdfast::run
