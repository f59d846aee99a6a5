#include "grouping/portrait.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

Error shape(std::string_view what, std::size_t found, std::size_t expected) {
  return {errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}}};
}

Result<void> check(std::span<const PortraitInput> inputs, std::span<const std::int32_t> labels,
                   std::size_t clusters) {
  if (labels.empty()) return Error(errors::kNoRows);
  for (const auto label : labels) {
    if (label >= static_cast<std::int32_t>(clusters)) {
      return shape("labels", static_cast<std::size_t>(label) + 1, clusters);
    }
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& input = inputs[i];
    const auto rows = input.levels_count > 0 ? input.levels.size() : input.values.size();
    if (rows != labels.size()) return shape("inputs", rows, labels.size());
    if (!input.valid.empty() && input.valid.size() != labels.size()) {
      return shape("valid", input.valid.size(), labels.size());
    }
    for (std::size_t r = 0; r < input.levels.size() && input.levels_count > 0; ++r) {
      if (input.levels[r] < input.levels_count) continue;
      if (!input.valid.empty() && input.valid[r] == 0) continue;
      return Error(errors::kBadLevel, {{"row", r + 1},
                                       {"column", i + 1},
                                       {"level", input.levels[r]},
                                       {"levels", input.levels_count}});
    }
  }
  return {};
}

template <typename Visit>
void each_row(const PortraitInput& input, std::span<const std::int32_t> labels,
              const Visit& visit) {
  for (std::size_t r = 0; r < labels.size(); ++r) {
    if (labels[r] < 0 || (!input.valid.empty() && input.valid[r] == 0)) continue;
    if (input.levels_count == 0 && !std::isfinite(input.values[r])) continue;
    visit(r, static_cast<std::size_t>(labels[r]));
  }
}

struct Sums {
  double rows = 0;
  double mean = 0;
  double squares = 0;  // Of deviations from the mean.

  void add(double x) {
    rows += 1;
    const double gap = x - mean;
    mean += gap / rows;
    squares += gap * (x - mean);
  }
  void add(const Sums& other) {
    if (other.rows == 0) return;
    const double all = rows + other.rows;
    const double gap = other.mean - mean;
    squares += other.squares + gap * gap * rows * other.rows / all;
    mean += gap * other.rows / all;
    rows = all;
  }
};

Trait number_trait(const Sums& own, const Sums& others) {
  Trait trait{.present = own.rows, .others_present = others.rows};
  trait.mean = own.mean;
  trait.others_mean = others.mean;
  auto all = own;
  all.add(others);
  if (all.rows > 0) trait.deviation = std::sqrt(all.squares / all.rows);
  if (own.rows == 0 || others.rows == 0 || all.squares <= 0) return trait;
  const double within = (own.squares + others.squares) / all.rows;
  const double gap = own.mean - others.mean;
  const double between = std::max(0.0, all.squares / all.rows - within);
  trait.strength = std::sqrt(std::min(1.0, between / (between + within)));
  // Where no row of either differs from its mean, the gap in overall deviations.
  trait.difference = gap / (within > 0 ? std::sqrt(within) : trait.deviation);
  return trait;
}

/// Traits by cluster, and the importance.
double number_traits(const PortraitInput& input, std::span<const std::int32_t> labels,
                     std::vector<Trait>& traits) {
  std::vector<Sums> sums(traits.size());
  each_row(input, labels, [&](std::size_t r, std::size_t k) { sums[k].add(input.values[r]); });
  Sums all;
  double within = 0;
  for (const auto& one : sums) {
    all.add(one);
    within += one.squares;
  }
  for (std::size_t k = 0; k < sums.size(); ++k) {
    Sums others;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      if (j != k) others.add(sums[j]);
    }
    traits[k] = number_trait(sums[k], others);
  }
  return all.squares > 0 ? std::sqrt(std::max(0.0, 1 - within / all.squares)) : 0;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double chi_squared(const std::vector<const std::vector<double>*>& counts) {
  const auto levels = counts.front()->size();
  std::vector<double> of_level(levels);
  double all = 0;
  for (const auto* one : counts) {
    for (std::size_t l = 0; l < levels; ++l) of_level[l] += (*one)[l];
    all += sum(*one);
  }
  double found = 0;
  for (const auto* one : counts) {
    const double rows = sum(*one);
    for (std::size_t l = 0; l < levels; ++l) {
      const double expected = rows * of_level[l] / all;
      if (expected > 0) found += ((*one)[l] - expected) * ((*one)[l] - expected) / expected;
    }
  }
  return found;
}

Trait level_trait(const std::vector<double>& own, const std::vector<double>& others) {
  Trait trait{.present = sum(own), .others_present = sum(others)};
  trait.share.resize(own.size());
  trait.others_share.resize(own.size());
  double most = -1;
  for (std::size_t l = 0; l < own.size(); ++l) {
    if (trait.present > 0) trait.share[l] = own[l] / trait.present;
    if (trait.others_present > 0) trait.others_share[l] = others[l] / trait.others_present;
    const double gap = std::abs(trait.share[l] - trait.others_share[l]);
    if (gap <= most) continue;
    most = gap;
    trait.level = l;
  }
  if (trait.present > 0 && trait.others_present > 0) {
    const double all = trait.present + trait.others_present;
    trait.strength = std::sqrt(std::min(1.0, chi_squared({&own, &others}) / all));
  }
  return trait;
}

double level_traits(const PortraitInput& input, std::span<const std::int32_t> labels,
                    std::vector<Trait>& traits) {
  std::vector<std::vector<double>> counts(traits.size(), std::vector<double>(input.levels_count));
  each_row(input, labels, [&](std::size_t r, std::size_t k) { ++counts[k][input.levels[r]]; });
  std::vector<double> all(input.levels_count);
  std::vector<const std::vector<double>*> each;
  for (const auto& one : counts) {
    std::ranges::transform(all, one, all.begin(), std::plus());
    if (sum(one) > 0) each.push_back(&one);
  }
  for (std::size_t k = 0; k < counts.size(); ++k) {
    auto others = all;
    std::ranges::transform(others, counts[k], others.begin(), std::minus());
    traits[k] = level_trait(counts[k], others);
  }
  const auto levels = static_cast<double>(
      std::ranges::count_if(all, [](double count) { return count > 0; }));
  const double freedom = std::min(levels, static_cast<double>(each.size())) - 1;
  return freedom > 0 ? std::sqrt(chi_squared(each) / (sum(all) * freedom)) : 0;
}

}  // namespace

Result<Portraits> portraits(std::span<const PortraitInput> inputs,
                            std::span<const std::int32_t> labels, std::size_t clusters) {
  HOLDFAST_TRY_VOID(check(inputs, labels, clusters));
  Portraits found{std::vector<std::vector<Trait>>(clusters), std::vector<double>(inputs.size())};
  for (auto& traits : found.traits) traits.resize(inputs.size());
  parallel_for(inputs.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::vector<Trait> traits(clusters);
      found.importance[i] = inputs[i].levels_count > 0 ? level_traits(inputs[i], labels, traits)
                                                       : number_traits(inputs[i], labels, traits);
      for (std::size_t k = 0; k < clusters; ++k) {
        traits[k].input = i;
        found.traits[k][i] = std::move(traits[k]);
      }
    }
  });
  for (auto& traits : found.traits) {
    std::ranges::stable_sort(traits, std::greater(), &Trait::strength);
  }
  return found;
}

}  // namespace holdfast::grouping
