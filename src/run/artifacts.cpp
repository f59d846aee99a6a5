#include "run/artifacts.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "core/hash.hpp"
#include "models/json_parts.hpp"
#include "run/errors.hpp"

namespace holdfast::run {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kStateFile = ".run.json";
constexpr const char* kModelsIndex = "models/index.json";

/// A JSON object from a file; an empty one where the file is absent or not JSON.
json read_json(const fs::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return json::object();
  auto parsed = json::parse(*text, nullptr, false);
  return parsed.is_object() ? parsed : json::object();
}

EnvelopeContext envelope_of(const exchange::ModelResult& result, const dataset::Dataset& data,
                            const std::vector<std::uint32_t>& train_rows,
                            const std::string& program_hash) {
  EnvelopeContext context{.feature_program_hash = program_hash};
  if (!train_rows.empty()) {
    const auto day = [&](std::uint32_t row) { return data.matrix.cutoff_day[row]; };
    const auto [from, to] = std::ranges::minmax_element(train_rows, {}, day);
    context.trained_from = to_string(Day{day(*from)});
    context.trained_to = to_string(Day{day(*to)});
  }
  for (const auto& [split, metrics] : result.metrics) {
    const auto name = std::string(dataset::name_of(split));
    context.metrics[name + "_auc"] = metrics.auc.estimate;
    context.metrics[name + "_brier"] = metrics.brier;
    context.metrics[name + "_empc"] = metrics.empc.per_customer;
  }
  return context;
}

json search_json(const automodel::SearchResult& search) {
  json tried = json::array();
  for (const auto& one : search.tried) {
    tried.push_back({{"model", one.model_id},
                     {"parameters", json(models::parameters_json(one.spec.parameters))},
                     {"mean", one.mean},
                     {"deviation", one.deviation},
                     {"is_chosen", one.is_chosen},
                     {"failed", one.failed}});
  }
  return {{"is_out_of_time", search.is_out_of_time}, {"tried", tried}};
}

}  // namespace

std::string training_key(const study::Study& study, std::int64_t manifest_number) {
  auto core = study;
  core.name.clear();
  core.language = Language::En;
  core.warning = {};
  core.profit = {};
  core.candidates.clear();
  core.analyses = {};
  if (core.models.search_tries == 0) core.models.choose_by = "profit";
  return content_hash(fmt::format("{} {} {}", HOLDFAST_VERSION, manifest_number, study::write(core)));
}

Artifacts::Artifacts(const study::Study& study)
    : out_(study.folder / study.out), study_hash_(content_hash(study::write(study))) {}

Result<void> Artifacts::prepare() const {
  std::error_code failure;
  fs::create_directories(out_ / "models", failure);
  if (failure) {
    return Error{holdfast::errors::kFileUnwritable,
                 {{"path", out_.string()}, {"why", failure.message()}}};
  }
  return {};
}

std::string Artifacts::run_key(std::int64_t manifest_number, Day as_of, Step until,
                               bool masks_keys) const {
  return content_hash(fmt::format("{} {} {} {} {} {}", HOLDFAST_VERSION, study_hash_, manifest_number,
                                  to_string(as_of), static_cast<int>(until), masks_keys));
}

bool Artifacts::is_up_to_date(const std::string& run_key) const {
  const auto state = read_json(out_ / kStateFile);
  if (state.value("run_key", "") != run_key || !state.contains("files")) return false;
  return std::ranges::all_of(state["files"].items(), [&](const auto& file) {
    const auto hash = content_hash_of_file(out_ / file.key());
    return hash.ok() && file.value() == *hash;
  });
}

Result<void> Artifacts::remember(const std::string& run_key,
                                 const std::vector<fs::path>& written) const {
  json files = json::object();
  for (const auto& path : written) {
    HOLDFAST_TRY(files[fs::relative(path, out_).string()], content_hash_of_file(path));
  }
  const json state = {{"run_key", run_key}, {"files", files}};
  return write_file_atomically(out_ / kStateFile, state.dump(1) + "\n");
}

std::vector<FittedModel> Artifacts::load_models(const std::string& training_key) const {
  const auto index = read_json(out_ / kModelsIndex);
  std::vector<FittedModel> models;
  if (index.value("training_key", "") != training_key || !index.contains("models")) return models;
  for (const auto& id : index["models"]) {
    const auto text = read_file(out_ / "models" / (id.get<std::string>() + ".json"));
    if (!text.ok()) continue;
    auto model = from_json(*text);
    if (model.ok()) models.push_back(std::move(*model));
  }
  return models;
}

Result<void> Artifacts::save_models(const std::string& training_key,
                                    const exchange::RunResults& results,
                                    const dataset::Dataset& data,
                                    const std::vector<std::uint32_t>& train_rows,
                                    const std::string& program_hash,
                                    std::vector<fs::path>& written) const {
  json ids = json::array();
  for (const auto& result : results.models) {
    if (!result.model) continue;
    const auto path = out_ / "models" / (result.id + ".json");
    HOLDFAST_TRY_VOID(write_file_atomically(
        path, to_json(*result.model, envelope_of(result, data, train_rows, program_hash))));
    written.push_back(path);
    ids.push_back(result.id);
  }
  const json index = {{"training_key", training_key},
                      {"champion", results.champion},
                      {"models", ids},
                      {"search", search_json(results.search)}};
  // Last, so that it never names a model that is not there.
  HOLDFAST_TRY_VOID(write_file_atomically(out_ / kModelsIndex, index.dump(1) + "\n"));
  written.push_back(out_ / kModelsIndex);
  return {};
}

automodel::SearchResult Artifacts::load_search(const std::string& training_key) const {
  const auto index = read_json(out_ / kModelsIndex);
  automodel::SearchResult search;
  if (index.value("training_key", "") != training_key) return search;
  try {
    search.is_out_of_time = index.at("search").at("is_out_of_time").get<bool>();
    for (const auto& one : index.at("search").at("tried")) {
      automodel::Tried tried{.model_id = one.at("model").get<std::string>(),
                             .mean = one.at("mean").get<double>(),
                             .deviation = one.at("deviation").get<double>(),
                             .is_chosen = one.at("is_chosen").get<bool>(),
                             .failed = one.at("failed").get<std::string>()};
      tried.spec.id = tried.model_id;
      tried.spec.parameters = models::parameters_from(one.at("parameters"));
      search.tried.push_back(std::move(tried));
    }
  } catch (const std::exception&) {
    return {};
  }
  return search;
}

Result<FittedModel> Artifacts::load_model(const std::string& wanted) const {
  const auto index = read_json(out_ / kModelsIndex);
  const auto champion = index.value("champion", "");
  const auto ids = index.value("models", std::vector<std::string>{});
  const auto& id = wanted.empty() ? champion : wanted;
  // Models of the analyses are not compared, so the index does not name them; they may be all there is.
  const bool is_there = fs::exists(out_ / "models" / (id + ".json")) && id.find('/') == std::string::npos;
  if (champion.empty() && !is_there) {
    return Error{errors::kNotTrainedYet, {{"folder", (out_ / "models").string()}}};
  }
  if (std::ranges::find(ids, id) == ids.end() && !is_there) {
    return Error{errors::kNoSuchFittedModel,
                 {{"model", id}, {"models", fmt::format("{}", fmt::join(ids, ", "))}}};
  }
  HOLDFAST_TRY(const auto text, read_file(out_ / "models" / (id + ".json")));
  return from_json(text);
}

Result<Champion> Artifacts::load_champion() const {
  Champion champion;
  HOLDFAST_TRY(champion.model, load_model(""));
  const auto limits = read_json(out_ / "limits.json");
  champion.limits = {.red = limits.value("red", 0.5),
                     .orange = limits.value("orange", 0.5),
                     .yellow = limits.value("yellow", 0.5),
                     .is_by_profit = limits.value("is_by_profit", false)};
  return champion;
}

Result<void> Artifacts::publish(const study::Study& study, const exchange::RunResults& results,
                                Step until, std::vector<fs::path>& written) const {
  const auto put = [&](const char* name, const std::string& contents) -> Result<void> {
    HOLDFAST_TRY_VOID(write_file_atomically(out_ / name, contents));
    written.push_back(out_ / name);
    return {};
  };
  HOLDFAST_TRY_VOID(put("evaluation.json", exchange::evaluation_json(results)));
  if (until >= Step::Score) {
    const auto& limits = results.watch_list.limits;
    const json body = {{"red", limits.red},
                       {"orange", limits.orange},
                       {"yellow", limits.yellow},
                       {"is_by_profit", limits.is_by_profit}};
    HOLDFAST_TRY_VOID(put("limits.json", body.dump(1) + "\n"));
  }
  if (until >= Step::Warn) {
    HOLDFAST_TRY_VOID(exchange::write_watch_list_csv(out_ / "watchlist.csv", results));
    written.push_back(out_ / "watchlist.csv");
    HOLDFAST_TRY_VOID(exchange::write_watch_list_xlsx(out_ / "watchlist.xlsx", results));
    written.push_back(out_ / "watchlist.xlsx");
  }
  if (until >= Step::Report) {
    HOLDFAST_TRY_VOID(put("report.html", exchange::render_report(results, study)));
  }
  return {};
}

}  // namespace holdfast::run
