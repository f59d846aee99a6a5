#include "automodel/search.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "automodel/criterion.hpp"
#include "automodel/fit.hpp"
#include "automodel/folds.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"

namespace holdfast::automodel {
namespace {

using dataset::Dataset;
using dataset::Frame;


std::vector<const ParameterRow*> searched_rows(const ModelDescriptor& model,
                                               const study::ModelSpec& given) {
  std::vector<const ParameterRow*> rows;
  for (const auto& row : model.parameters) {
    const bool is_set = given.parameters.contains(std::string(row.name));
    if (!row.tries.empty() && !is_set) rows.push_back(&row);
  }
  return rows;
}

study::ModelSpec combination(const study::ModelSpec& given,
                             const std::vector<const ParameterRow*>& rows, std::uint64_t index) {
  auto spec = given;
  for (const auto* row : rows) {
    const auto& value = row->tries[index % row->tries.size()];
    index /= row->tries.size();
    if (value != row->default_value) spec.parameters[std::string(row->name)] = value;
  }
  return spec;
}

/// Criterion on each held-out fold. Errors: the model cannot be fitted on one of them.
Result<std::vector<double>> judge(const study::Study& study, const study::ModelSpec& spec,
                                  const Dataset& data, const std::vector<Fold>& folds,
                                  std::span<const std::uint32_t> tuning, Progress& progress) {
  std::vector<double> values;
  for (const auto& fold : folds) {
    HOLDFAST_TRY(const auto model, fit(study, spec, {}, data,
                                       {.train = fold.train, .tuning = tuning}, progress));
    const auto frame = Frame::gather(data, fold.held_out);
    const auto p = predict(model, frame.view());
    HOLDFAST_TRY(const auto metrics, metrics_of(study, data, fold.held_out, p));
    values.push_back(criterion(study.models, metrics, nullptr));
  }
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return values.size() < 2 ? 0 : std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// The models of a search with the sets that wait for them.
struct Line {
  std::vector<study::ModelSpec> waiting;
  std::size_t next = 0;
  double best = 0;
  std::ptrdiff_t best_tried = -1;
};

}  // namespace

std::vector<study::ModelSpec> candidates(const ModelDescriptor& model, const study::ModelSpec& given,
                                         int tries, std::uint64_t seed) {
  std::vector<study::ModelSpec> specs = {given};
  const auto rows = searched_rows(model, given);
  std::uint64_t all = rows.empty() ? 0 : 1;
  for (const auto* row : rows) all = std::min<std::uint64_t>(all * row->tries.size(), 1ULL << 40);
  const auto wanted = static_cast<std::size_t>(std::max(tries, 1));
  const auto add = [&](study::ModelSpec spec) {
    const auto same = [&](const auto& other) { return other.parameters == spec.parameters; };
    if (std::ranges::none_of(specs, same)) specs.push_back(std::move(spec));
  };
  if (all <= wanted) {
    for (std::uint64_t i = 0; i < all; ++i) add(combination(given, rows, i));
    if (specs.size() > wanted) specs.resize(wanted);
    return specs;
  }
  Random random(hash64(model.id, seed));
  std::set<std::uint64_t> drawn;
  while (specs.size() < wanted && drawn.size() < all) {
    const auto index = random.below(all);
    if (drawn.insert(index).second) add(combination(given, rows, index));
  }
  return specs;
}

Result<SearchResult> search(const study::Study& given, const Dataset& data,
                            std::span<const std::uint32_t> train,
                            std::span<const std::uint32_t> tuning, Progress& progress) {
  auto study = given;
  if (study.models.choose_by == "size") study.models.choose_by = "profit";
  const auto begin = std::chrono::steady_clock::now();
  const auto folds = folds_of(data, train, study.models.search_folds, study.seed);
  SearchResult result;
  result.specs = models_to_compare(study);
  std::vector<Line> lines;
  std::int64_t total = 0;
  for (const auto& spec : result.specs) {
    HOLDFAST_TRY(const auto* model, find_model(spec.id));
    lines.push_back({.waiting = candidates(*model, spec, study.models.search_tries, study.seed)});
    total += static_cast<std::int64_t>(lines.back().waiting.size());
  }
  progress.begin({"search over parameters", "参数搜索"}, total);
  const auto is_late = [&] {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    return study.models.time_budget_seconds > 0 && spent.count() > study.models.time_budget_seconds;
  };
  for (bool is_going = true; is_going && !result.is_out_of_time;) {
    is_going = false;
    for (std::size_t m = 0; m < lines.size(); ++m) {
      auto& line = lines[m];
      if (line.next == line.waiting.size()) continue;
      if (cancel_requested()) return Error{holdfast::errors::kCancelled};
      // Every model gets its first set, whatever the time.
      if (line.next > 0 && is_late()) {
        result.is_out_of_time = true;
        break;
      }
      is_going = true;
      const auto& spec = line.waiting[line.next++];
      Tried tried{.model_id = spec.id, .spec = spec};
      const auto values = judge(study, spec, data, folds, tuning, silent());
      if (values.ok()) {
        const double mean = mean_of(*values);
        tried.mean = shown(study.models, mean);
        tried.deviation = deviation_of(*values);
        if (line.best_tried < 0 || mean > line.best) {
          line.best = mean;
          line.best_tried = static_cast<std::ptrdiff_t>(result.tried.size());
          result.specs[m] = spec;
        }
      } else {
        tried.failed = message_of(values.error(), study.language);
      }
      result.tried.push_back(std::move(tried));
      progress.advance(1);
    }
  }
  for (const auto& line : lines) {
    if (line.best_tried >= 0) result.tried[static_cast<std::size_t>(line.best_tried)].is_chosen = true;
  }
  progress.end();
  return result;
}

}  // namespace holdfast::automodel
