#include "models/folds.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/random.hpp"

namespace holdfast::models {
namespace {

/// The rows of one customer, and the highest outcome among them.
struct Group {
  std::vector<std::uint32_t> rows;
  std::uint8_t outcome = 0;
};

std::vector<Group> groups_of(const ClassifierTask& task) {
  std::vector<Group> groups;
  std::unordered_map<std::uint32_t, std::size_t> place;
  for (std::uint32_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0)) continue;
    std::size_t at = groups.size();
    if (!task.group.empty()) at = place.try_emplace(task.group[r], at).first->second;
    if (at == groups.size()) groups.emplace_back();
    groups[at].rows.push_back(r);
    groups[at].outcome = std::max(groups[at].outcome, task.y[r]);
  }
  return groups;
}

}  // namespace

std::vector<std::uint32_t> folds_of(const ClassifierTask& task, std::uint32_t folds_count) {
  const auto groups = groups_of(task);
  std::vector<std::vector<std::uint32_t>> by_outcome(task.classes_count());
  for (std::uint32_t g = 0; g < groups.size(); ++g) by_outcome[groups[g].outcome].push_back(g);
  std::size_t least = groups.size();
  for (const auto& of : by_outcome) {
    if (!of.empty()) least = std::min(least, of.size());
  }
  // Two classes in every part: where all groups have churners, rows of theirs must bring the others.
  const auto used = std::ranges::count_if(by_outcome, [](const auto& of) { return !of.empty(); });
  folds_count = std::min(folds_count, static_cast<std::uint32_t>(least));
  if (folds_count < 2 || used < 2) return {};
  Random random(task.seed);
  std::vector<std::uint32_t> folds(task.train.rows, kNoFold);
  std::uint32_t next = 0;
  for (auto& of : by_outcome) {
    random.shuffle(of);
    for (const auto g : of) {
      for (const auto r : groups[g].rows) folds[r] = next;
      next = (next + 1) % folds_count;
    }
  }
  return folds;
}

}  // namespace holdfast::models
