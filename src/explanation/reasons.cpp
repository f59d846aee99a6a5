#include "explanation/reasons.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "explanation/value_words.hpp"

namespace holdfast::explanation {
namespace {

// A reason below this share of all that moved the score is not worth a manager's time.
constexpr double kWorthSaying = 0.01;
// Of one event table and family; more would say the same thing again.
constexpr int kPerFamilyMax = 2;

/// Columns that say nearly the same: one table, the same columns and filter, another window or
/// statistic.
struct Groups {
  std::vector<std::uint32_t> group_of;    // [columns]
  std::vector<std::uint32_t> family_of;   // [groups]; kNoFamily: no limit.
  std::size_t families_count = 0;
  static constexpr std::uint32_t kNoFamily = 0xFFFFFFFFU;
};

/// Lineage of each column, with a sentence even where lineage has none.
std::vector<features::FeatureInfo> described(const std::vector<features::FeatureInfo>& features,
                                             const dataset::Columns& columns) {
  std::map<std::string_view, const features::FeatureInfo*> by_name;
  for (const auto& feature : features) by_name.emplace(feature.name, &feature);
  std::vector<features::FeatureInfo> infos;
  infos.reserve(columns.columns.size());
  for (const auto& column : columns.columns) {
    const auto found = by_name.find(column.name);
    features::FeatureInfo info;
    if (found != by_name.end()) info = *found->second;
    info.name = std::string(column.name);
    if (info.sentence.en.empty()) info.sentence.en = info.name;
    if (info.sentence.zh.empty()) info.sentence.zh = info.sentence.en;
    infos.push_back(std::move(info));
  }
  return infos;
}

bool repeats_itself(std::string_view family) {
  return family == "window" || family == "trend" || family == "interval" || family == "recency" ||
         family == "rfm";
}

Groups groups_of(const std::vector<features::FeatureInfo>& infos) {
  Groups groups;
  std::map<std::string, std::uint32_t> ids;
  std::map<std::string, std::uint32_t> families;
  for (const auto& info : infos) {
    // Without lineage a column stands for itself.
    std::string key = "\x1f" + info.name;
    if (!info.table.empty()) {
      auto columns = info.columns;
      std::ranges::sort(columns);
      key = info.table + '\x1f' + info.filter;
      // The user's own expressions and terms without a column differ in what they mean.
      if (columns.empty() || info.family == "own") key += '\x1f' + info.family + '\x1f';
      if (info.family == "own") key += info.name;
      for (const auto& column : columns) key += '\x1f' + column;
    }
    const auto [group, is_new] = ids.try_emplace(key, static_cast<std::uint32_t>(ids.size()));
    groups.group_of.push_back(group->second);
    if (!is_new) continue;
    if (!repeats_itself(info.family)) {
      groups.family_of.push_back(Groups::kNoFamily);
      continue;
    }
    const auto family = families.try_emplace(info.table + '\x1f' + info.family,
                                             static_cast<std::uint32_t>(families.size()));
    groups.family_of.push_back(family.first->second);
  }
  groups.families_count = families.size();
  return groups;
}

/// A group's part in one row's score, and the column that speaks for it.
struct Candidate {
  double contribution = 0;
  std::uint32_t group = 0;
  std::uint32_t column = 0;
};

std::vector<Candidate> candidates_of(std::span<const double> parts, const Groups& groups) {
  std::vector<Candidate> candidates(groups.family_of.size());
  for (std::uint32_t group = 0; group < candidates.size(); ++group) candidates[group].group = group;
  double moved = 0;
  for (std::size_t column = 0; column < groups.group_of.size(); ++column) {
    candidates[groups.group_of[column]].contribution += parts[column];
    moved += std::abs(parts[column]);
  }
  std::vector<double> strongest(candidates.size(), 0);
  for (std::uint32_t column = 0; column < groups.group_of.size(); ++column) {
    const auto group = groups.group_of[column];
    // The strongest column that pulls the way the group does.
    const double pull = candidates[group].contribution >= 0 ? parts[column] : -parts[column];
    if (pull > strongest[group]) strongest[group] = pull, candidates[group].column = column;
  }
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !(std::abs(candidate.contribution) > kWorthSaying * moved);
  });
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    const bool a_raises = a.contribution > 0, b_raises = b.contribution > 0;
    if (a_raises != b_raises) return a_raises;
    const double a_size = std::abs(a.contribution), b_size = std::abs(b.contribution);
    return a_size != b_size ? a_size > b_size : a.column < b.column;
  });
  return candidates;
}

/// Takes the strongest, at most kPerFamilyMax of a family; where places stay free of raising
/// reasons, the ones left out for that come after all.
std::vector<Candidate> chosen(const std::vector<Candidate>& candidates, const Groups& groups,
                              std::size_t reasons_max) {
  std::vector<Candidate> taken;
  for (const bool raises : {true, false}) {
    std::vector<int> of_family(groups.families_count, 0);
    std::vector<Candidate> left_out;
    const auto first = taken.size();
    for (const auto& candidate : candidates) {
      if ((candidate.contribution > 0) != raises) continue;
      const auto family = groups.family_of[candidate.group];
      const bool is_repetition =
          family != Groups::kNoFamily && ++of_family[family] > kPerFamilyMax;
      (is_repetition ? left_out : taken).push_back(candidate);
    }
    if (taken.size() > reasons_max) taken.resize(reasons_max);
    for (const auto& candidate : left_out) {
      if (taken.size() < reasons_max) taken.push_back(candidate);
    }
    std::stable_sort(taken.begin() + static_cast<std::ptrdiff_t>(std::min(first, taken.size())),
                     taken.end(), [](const Candidate& a, const Candidate& b) {
                       return std::abs(a.contribution) > std::abs(b.contribution);
                     });
  }
  return taken;
}

/// "18" of 0.18; never 0 or 100 for what is not nobody or everybody.
int percent_of(double share) {
  const int percent = static_cast<int>(std::lround(share * 100));
  return share > 0 && share < 1 ? std::clamp(percent, 1, 99) : percent;
}

Text of_customers(double share) {
  const int percent = percent_of(share);
  return {fmt::format(" ({} % of customers)", percent), fmt::format("（{}%的客户）", percent)};
}

Reason say(const features::FeatureInfo& info, const dataset::ColumnView& column, std::size_t row,
           const Comparison& population) {
  Reason reason;
  reason.feature = info.name;
  const auto& [en, zh] = info.sentence;
  if (column.valid[row] == 0) {
    const auto share = of_customers(population.missing_share);
    reason.sentence = {fmt::format("no {} on record{}", en, share.en),
                       fmt::format("没有“{}”的记录{}", zh, share.zh)};
    return reason;
  }
  if (column.is_category()) {
    const auto code = column.codes[row];
    reason.value = column.categories[code];
    const double share = code < population.shares.size() ? population.shares[code].second : 0;
    const auto of = of_customers(share);
    reason.sentence = {fmt::format("{}: {}{}", en, reason.value, of.en),
                       fmt::format("{}：{}{}", zh, reason.value, of.zh)};
    return reason;
  }
  const double value = column.values[row];
  reason.value = plain_value(info, value);
  const auto words = value_in_words(info, value);
  const auto standing = standing_of(population, value);
  reason.sentence = {fmt::format("{}: {}{}{}", en, words.en, standing.en.empty() ? "" : " — ",
                                 standing.en),
                     fmt::format("{}：{}{}{}", zh, words.zh, standing.zh.empty() ? "" : "，",
                                 standing.zh)};
  return reason;
}

}  // namespace

std::vector<std::vector<Reason>> reasons_of(const std::vector<features::FeatureInfo>& features,
                                            const dataset::Columns& columns,
                                            const std::vector<double>& contributions,
                                            const std::vector<Comparison>& population,
                                            int reasons_max) {
  const auto width = columns.columns.size();
  HOLDFAST_CHECK(contributions.size() == columns.rows * (width + 1));
  HOLDFAST_CHECK(population.size() == width);
  const auto infos = described(features, columns);
  const auto groups = groups_of(infos);
  const auto wanted = static_cast<std::size_t>(std::max(0, reasons_max));
  std::vector<std::vector<Reason>> reasons(columns.rows);
  parallel_for(columns.rows, 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const std::span parts(contributions.data() + row * (width + 1), width);
      for (const auto& candidate : chosen(candidates_of(parts, groups), groups, wanted)) {
        const auto at = candidate.column;
        auto reason = say(infos[at], columns.columns[at], row, population[at]);
        reason.contribution = candidate.contribution;
        reasons[row].push_back(std::move(reason));
      }
    }
  });
  return reasons;
}

}  // namespace holdfast::explanation
