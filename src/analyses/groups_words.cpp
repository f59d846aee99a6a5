#include "analyses/groups_words.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kTraitsTold = 4;
constexpr std::size_t kTraitsInName = 2;
constexpr double kWeak = 0.1;          // Correlations below it are not worth a word.
constexpr double kApart = 0.3;         // Deviations from all customers; nearer is no name.
constexpr double kRatioLeast = 1.25;   // Means nearer than this get no "times".

std::string number(double value) {
  if (std::abs(value) >= 1000) return with_thousands(std::llround(value));
  return brief(value, 3);
}

std::string percent(double share) { return fmt::format("{:.0f}", 100 * share); }

Text level_name(const GroupRows& rows, std::size_t feature, std::size_t level) {
  const auto& categories = rows.categories[feature];
  if (level >= categories.size()) return {"unknown", "未知"};
  return {categories[level], categories[level]};
}

/// "2.1 times", or nothing where means do not compare so.
Text times(const grouping::Trait& trait) {
  if (!(trait.mean > 0 && trait.others_mean > 0)) return {};
  const double ratio = trait.mean / trait.others_mean;
  if (ratio < kRatioLeast) return {};
  return {fmt::format(" ({} times)", brief(ratio, 2)), fmt::format(",为 {} 倍", brief(ratio, 2))};
}

Text told(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait) {
  const auto& words = rows.words[trait.input];
  if (!rows.categories[trait.input].empty()) {
    const auto level = level_of(trait);
    const auto name = level_name(rows, trait.input, level);
    const auto own = percent(trait.share[level]), others = percent(trait.others_share[level]);
    return {fmt::format("{} is {} for {} % against {} %", words.en, name.en, own, others),
            fmt::format("{}为“{}”者占 {}%(其他客户 {}%)", words.zh, name.zh, own, others)};
  }
  if (portrayed.is_flag[trait.input]) {
    return {fmt::format("{}: {} % against {} %", words.en, percent(trait.mean), percent(trait.others_mean)),
            fmt::format("{}:{}%(其他客户 {}%)", words.zh, percent(trait.mean), percent(trait.others_mean))};
  }
  const auto ratio = times(trait);
  return {fmt::format("{} {} on average against {}{}", words.en, number(trait.mean), number(trait.others_mean), ratio.en),
          fmt::format("{}平均 {}(其他客户 {}{})", words.zh, number(trait.mean), number(trait.others_mean), ratio.zh)};
}

Text in_name(const GroupRows& rows, const grouping::Trait& trait) {
  const auto& words = rows.words[trait.input];
  if (!rows.categories[trait.input].empty()) {
    const auto name = level_name(rows, trait.input, level_of(trait));
    return {fmt::format("{} = {}", words.en, name.en), fmt::format("{}={}", words.zh, name.zh)};
  }
  const bool is_high = trait.mean > trait.others_mean;
  return {fmt::format("{} {}", is_high ? "high" : "low", words.en),
          fmt::format("{}{}", words.zh, is_high ? "高" : "低")};
}

/// How far a group is from all customers, itself among them, in standard deviations: what most
/// customers are is no name for them, however much a few others differ.
double apart(const GroupRows& rows, const grouping::Trait& trait) {
  const double all = trait.present + trait.others_present;
  if (!(trait.present > 0)) return 0;
  const double others = trait.others_present / all;
  if (rows.categories[trait.input].empty()) {
    return trait.deviation > 0 ? others * std::abs(trait.mean - trait.others_mean) / trait.deviation : 0;
  }
  const auto level = level_of(trait);
  const double gap = trait.share[level] - trait.others_share[level];
  const double share = trait.share[level] - others * gap;
  return share > 0 && share < 1 ? others * gap / std::sqrt(share * (1 - share)) : 0;
}

}  // namespace

std::size_t level_of(const grouping::Trait& trait) {
  std::size_t best = 0;
  for (std::size_t l = 1; l < trait.share.size(); ++l) {
    if (trait.share[l] - trait.others_share[l] > trait.share[best] - trait.others_share[best]) best = l;
  }
  return best;
}

Result<Portrayed> portrayed(const GroupRows& rows, std::span<const std::int32_t> label,
                            std::size_t groups) {
  const auto view = rows.today.view();
  std::vector<grouping::PortraitInput> inputs;
  Portrayed made;
  for (const auto& column : view.columns) {
    if (column.is_category()) {
      inputs.push_back({.levels = column.codes, .levels_count = column.categories.size(), .valid = column.valid});
      made.is_flag.push_back(false);
      continue;
    }
    inputs.push_back({.values = column.values, .valid = column.valid});
    bool is_flag = true;
    for (std::size_t r = 0; r < view.rows && is_flag; ++r) {
      is_flag = column.valid[r] == 0 || column.values[r] == 0 || column.values[r] == 1;
    }
    made.is_flag.push_back(is_flag);
  }
  HOLDFAST_TRY(made.portraits, grouping::portraits(inputs, label, groups));
  made.order.resize(inputs.size());
  std::iota(made.order.begin(), made.order.end(), std::size_t{0});
  std::ranges::stable_sort(made.order, std::greater(),
                           [&](std::size_t i) { return made.portraits.importance[i]; });
  return made;
}

Text name_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group) {
  std::vector<std::string> en, zh;
  for (const auto& trait : portrayed.portraits.traits[group]) {
    if (trait.strength < kWeak || en.size() == kTraitsInName) break;
    if (apart(rows, trait) < kApart) continue;
    const auto text = in_name(rows, trait);
    en.push_back(text.en);
    zh.push_back(text.zh);
  }
  if (en.empty()) en = {"ordinary customers"}, zh = {"普通客户"};
  return {fmt::format("{}: {}", group + 1, join(en, ", ")), fmt::format("{}：{}", group + 1, join(zh, "、"))};
}

Text sentence_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group) {
  std::vector<std::string> en, zh;
  for (const auto& trait : portrayed.portraits.traits[group]) {
    if (trait.strength < kWeak || en.size() == kTraitsTold) break;
    const auto text = told(rows, portrayed, trait);
    en.push_back(text.en);
    zh.push_back(text.zh);
  }
  if (en.empty()) return {"In nothing far from the others.", "各项均与其他客户相近。"};
  return {join(en, "; ") + ".", join(zh, ";") + "。"};
}

Text value_of_trait(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait) {
  if (trait.present == 0) return {"–", "–"};
  if (!rows.categories[trait.input].empty()) {
    const auto level = level_of(trait);
    const auto name = level_name(rows, trait.input, level);
    return {fmt::format("{} {} %", name.en, percent(trait.share[level])),
            fmt::format("{} {}%", name.zh, percent(trait.share[level]))};
  }
  if (portrayed.is_flag[trait.input]) {
    return {percent(trait.mean) + " %", percent(trait.mean) + "%"};
  }
  return {number(trait.mean), number(trait.mean)};
}

}  // namespace holdfast::analyses
