#include "exchange/results.hpp"

namespace holdfast::exchange {

std::vector<LevelSummary> summary_of(const warning::WatchList& watch_list) {
  std::vector<LevelSummary> levels;
  for (const auto level : {study::Level::Red, study::Level::Orange, study::Level::Yellow}) {
    LevelSummary summary{.level = level};
    for (const auto& warning : watch_list.warnings) {
      if (warning.level != level) continue;
      ++summary.warnings_count;
      summary.value_cents += warning.value_cents;
      summary.expected_loss_cents += warning.expected_loss_cents;
    }
    levels.push_back(summary);
  }
  return levels;
}

const evaluation::Metrics* judged_on(const ModelResult& model, dataset::Split* split) {
  for (const auto candidate :
       {dataset::Split::Test, dataset::Split::Validation, dataset::Split::Train}) {
    const auto found = model.metrics.find(candidate);
    if (found == model.metrics.end()) continue;
    if (split != nullptr) *split = candidate;
    return &found->second;
  }
  return nullptr;
}

const ModelResult* champion_of(const RunResults& results) {
  for (const auto& model : results.models) {
    if (model.id == results.champion) return &model;
  }
  return nullptr;
}

}  // namespace holdfast::exchange
