#include "run/select.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "automodel/fit.hpp"
#include "core/file.hpp"
#include "dataset/dataset.hpp"
#include "features/program.hpp"
#include "history/store.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/training.hpp"

namespace holdfast::run {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMrmrMax = 50;
constexpr int kPermutations = 2;

bool is_on_shelf(std::string_view id) { return find_model(id).ok(); }

/// A model fitted as the study would, or nothing where it cannot be.
std::optional<FittedModel> fitted(const study::Study& study, const study::ModelSpec& spec,
                                  const dataset::Dataset& data, automodel::FitRows rows,
                                  Progress& progress) {
  auto model = automodel::fit(study, spec, {}, data, rows, progress);
  if (!model.ok()) return std::nullopt;
  return std::move(*model);
}

std::string json_of(const Selected& selected) {
  auto rows = ordered_json::array();
  for (const auto& kpi : selected.kpis) {
    rows.push_back({{"name", kpi.name},
                    {"is_named", kpi.is_named},
                    {"is_found", kpi.is_found},
                    {"is_computed", kpi.is_computed},
                    {"chi_squared", kpi.measures.chi_squared},
                    {"p_value", kpi.measures.p_value},
                    {"cramers_v", kpi.measures.cramers_v},
                    {"information_value", kpi.measures.information_value},
                    {"gain_ratio", kpi.measures.gain_ratio},
                    {"correlation", kpi.measures.correlation},
                    {"mrmr_rank", kpi.mrmr_rank},
                    {"lasso", kpi.lasso},
                    {"permutation", kpi.permutation},
                    {"contribution", kpi.contribution}});
  }
  return ordered_json{{"columns", rows}, {"measured_with", selected.measured_with}}.dump(1) + "\n";
}

}  // namespace

Result<Selected> select(const study::Study& study, Progress& progress) {
  if (!study.churn) return Error{errors::kNoChurnDefinition, {}, {.file = study.file.string()}};
  HOLDFAST_TRY_VOID(history::import(study, {}, progress));
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  HOLDFAST_TRY(auto matrix, features::compute(program, store, {}, progress));
  HOLDFAST_TRY(const auto data, dataset::make_dataset(std::move(matrix), study));
  const auto train = data.rows_of(dataset::Split::Train);
  const auto tuning = halve_validation(data, study.seed).tuning;
  const automodel::FitRows rows{.train = train, .tuning = tuning};
  const auto frame = dataset::Frame::gather(data, train);
  const auto judged = dataset::Frame::gather(data, tuning);
  const auto columns = frame.view();
  const auto discrete = selection::discretised(columns, frame.weight());

  Selected selected;
  selection::Evidence evidence{
      .univariate = selection::univariate(columns, discrete, frame.y(), frame.weight()),
      .mrmr = selection::mrmr(discrete, frame.y(), frame.weight(), kMrmrMax)};
  if (is_on_shelf("elastic_net")) {
    if (const auto lasso = fitted(study, {.id = "elastic_net"}, data, rows, progress)) {
      evidence.lasso = selection::linear_strengths(*lasso, columns);
      selected.measured_with.emplace_back("elastic_net");
    }
  }
  if (const auto boosted = fitted(study, {.id = "boosting"}, data, rows, progress)) {
    evidence.permutation = selection::permutation_strengths(*boosted, judged.view(), judged.y(),
                                                            kPermutations, study.seed);
    selected.measured_with.emplace_back("boosting");
  }
  // The documents' own way asks a network; without one on the shelf the logistic answers.
  for (const std::string id : {"network", "logistic"}) {
    if (!evidence.sensitivity.empty() || !is_on_shelf(id)) continue;
    if (const auto model = fitted(study, {.id = id}, data, rows, progress)) {
      evidence.sensitivity = selection::sensitivity_strengths(*model, columns);
      selected.measured_with.push_back(id);
    }
  }
  if (evidence.sensitivity.empty()) return Error{errors::kNoModelFitted, {{"why", "network, logistic"}}};
  selected.kpis = selection::choose_kpis(evidence, study.selection);
  const Artifacts artifacts(study);
  HOLDFAST_TRY_VOID(artifacts.prepare());
  selected.path = artifacts.out() / "selection.json";
  HOLDFAST_TRY_VOID(write_file_atomically(selected.path, json_of(selected)));
  return selected;
}

}  // namespace holdfast::run
