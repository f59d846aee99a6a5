#include "analyses/groups_words.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "core/text.hpp"
#include "explanation/value_words.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kTraitsTold = 4;
constexpr std::size_t kTraitsInName = 2;
constexpr double kWeak = 0.1;          // Correlations below it are not worth a word.
constexpr double kApart = 0.3;         // Deviations from all customers; nearer is no name.
constexpr double kRatioLeast = 1.25;   // Means nearer than this get no "times".
constexpr double kDaysPerYear = 365.25;
constexpr double kManyDays = 550;      // Means from here on are told in years.
constexpr double kAll = 0.995;         // Shares that read 100 %.

/// "2.1 times", or nothing where means do not compare so.
Text times(const features::FeatureInfo& info, const grouping::Trait& trait) {
  if (info.unit == "calendar year" || info.unit == "date") return {};
  if (!(trait.mean > 0 && trait.others_mean > 0)) return {};
  const double ratio = trait.mean / trait.others_mean;
  if (ratio < kRatioLeast) return {};
  return {fmt::format(", {} times as much", brief(ratio, 2)), fmt::format(",为其 {} 倍", brief(ratio, 2))};
}

Text told(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait) {
  const auto& words = rows.words[trait.input].label;
  if (!rows.categories[trait.input].empty()) {
    const auto level = level_of(trait);
    const auto name = level_name(rows, trait.input, level);
    const auto others = percent_of(trait.others_share[level]);
    if (trait.share[level] >= kAll) {
      return {fmt::format("{}: all {} (others {})", words.en, name.en, others.en),
              fmt::format("{}全部为“{}”(其他 {})", words.zh, name.zh, others.zh)};
    }
    const auto own = percent_of(trait.share[level]);
    return {fmt::format("{}: {} {} (others {})", words.en, own.en, name.en, others.en),
            fmt::format("{}为“{}”者 {}(其他 {})", words.zh, name.zh, own.zh, others.zh)};
  }
  const auto own = mean_in_words(rows, portrayed, trait.input, trait.mean);
  const auto others = mean_in_words(rows, portrayed, trait.input, trait.others_mean);
  if (portrayed.is_flag[trait.input]) {
    return {fmt::format("{}: {} (others {})", words.en, own.en, others.en),
            fmt::format("{}:{}(其他 {})", words.zh, own.zh, others.zh)};
  }
  const auto ratio = times(rows.features[trait.input], trait);
  return {fmt::format("{}: {} on average (others {}{})", words.en, own.en, others.en, ratio.en),
          fmt::format("{}平均 {}(其他 {}{})", words.zh, own.zh, others.zh, ratio.zh)};
}

/// What a label counts, without "number of"; nothing where it counts nothing.
std::optional<std::string> counted(const Text& words) {
  constexpr std::string_view kCounts[] = {"次数", "件数", "人数", "个数", "天数", "笔数"};
  constexpr std::string_view kNumberOf = "number of ";
  if (words.en.starts_with(kNumberOf)) return words.en.substr(kNumberOf.size());
  const bool counts = words.en.starts_with("days ") ||
                      std::ranges::any_of(kCounts, [&](auto end) { return words.zh.ends_with(end); });
  return counts ? std::optional(words.en) : std::nullopt;
}

/// "high premium", "early year of registration", "older".
Text bent(const GroupRows& rows, std::size_t feature, bool is_high) {
  const auto& words = rows.words[feature].label;
  const auto& unit = rows.features[feature].unit;
  if (unit == "calendar year" || unit == "date") {
    return {fmt::format("{} {}", is_high ? "recent" : "early", words.en),
            fmt::format("{}较{}", words.zh, is_high ? "近" : "早")};
  }
  const auto what = counted(words);
  constexpr std::string_view kTimes[] = {"days", "months", "hours", "minutes"};
  if (!what && std::ranges::find(kTimes, unit) != std::end(kTimes)) {
    // "在网时长较长": not one 长 after the other.
    return {fmt::format("{} {}", is_high ? "long" : "short", words.en),
            fmt::format("{}{}{}", words.zh, words.zh.ends_with("长") ? "较" : "", is_high ? "长" : "短")};
  }
  if (what) {
    return {fmt::format("{} {}", is_high ? "many" : "few", *what),
            fmt::format("{}{}", words.zh, is_high ? "多" : "少")};
  }
  if (words.zh.ends_with("龄")) {
    return {fmt::format("{} {}", is_high ? "high" : "low", words.en),
            fmt::format("{}{}", words.zh, is_high ? "大" : "小")};
  }
  return {fmt::format("{} {}", is_high ? "high" : "low", words.en),
          fmt::format("{}{}", words.zh, is_high ? "高" : "低")};
}

Text in_name(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait) {
  if (portrayed.is_flag[trait.input]) {
    const bool is_set = trait.mean > trait.others_mean;
    const auto& words = rows.words[trait.input].label;
    return {fmt::format("{}: {}", words.en, is_set ? "yes" : "no"),
            fmt::format("{}：{}", words.zh, is_set ? "是" : "否")};
  }
  if (rows.categories[trait.input].empty()) {
    return bent(rows, trait.input, trait.mean > trait.others_mean);
  }
  const auto& words = rows.words[trait.input].label;
  const auto name = level_name(rows, trait.input, level_of(trait));
  return {fmt::format("{}: {}", words.en, name.en), fmt::format("{}：{}", words.zh, name.zh)};
}

/// Whether two features are one thing over different times: the second would tell nothing new in a name.
bool are_one(const features::FeatureInfo& a, const features::FeatureInfo& b) {
  return !a.columns.empty() && a.family == b.family && a.table == b.table && a.columns == b.columns &&
         a.unit == b.unit && a.window_days != b.window_days;
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
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& trait = *std::ranges::find(made.portraits.traits[0], i, &grouping::Trait::input);
    const double all = trait.present + trait.others_present;
    const double mean = all > 0 ? (trait.mean * trait.present + trait.others_mean * trait.others_present) / all : 0;
    made.is_in_years.push_back(rows.features[i].unit == "days" && mean >= kManyDays);
  }
  made.order.resize(inputs.size());
  std::iota(made.order.begin(), made.order.end(), std::size_t{0});
  std::ranges::stable_sort(made.order, std::greater(),
                           [&](std::size_t i) { return made.portraits.importance[i]; });
  return made;
}

Text name_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group) {
  std::vector<std::string> en, zh;
  std::vector<std::size_t> told_of;
  for (const auto& trait : portrayed.portraits.traits[group]) {
    if (trait.strength < kWeak || en.size() == kTraitsInName) break;
    if (apart(rows, trait) < kApart) continue;
    const auto is_told = [&](auto input) { return are_one(rows.features[input], rows.features[trait.input]); };
    if (std::ranges::any_of(told_of, is_told)) continue;
    told_of.push_back(trait.input);
    const auto text = in_name(rows, portrayed, trait);
    en.push_back(text.en);
    zh.push_back(text.zh);
  }
  if (en.empty()) en = {"ordinary customers"}, zh = {"普通客户"};
  return {fmt::format("{}. {}", group + 1, join(en, ", ")), fmt::format("{}.{}", group + 1, join(zh, "、"))};
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

Text percent_of(double share) {
  const auto number = fmt::format("{:.0f}", 100 * share);
  return {number + " %", number + "%"};
}

Text level_name(const GroupRows& rows, std::size_t feature, std::size_t level) {
  const auto& levels = rows.words[feature].levels;
  return level < levels.size() ? levels[level] : Text{"unknown", "未知"};
}

Text mean_in_words(const GroupRows& rows, const Portrayed& portrayed, std::size_t feature, double mean) {
  if (portrayed.is_flag[feature]) return percent_of(mean);
  if (portrayed.is_in_years[feature]) {
    const auto years = fmt::format("{:.1f}", mean / kDaysPerYear);
    return {years + " years", years + " 年"};
  }
  if (!rows.currency.empty() && rows.features[feature].unit == rows.currency) {
    const auto amount = in_money(mean, rows.currency);
    return {amount, amount};
  }
  return explanation::value_in_words(rows.features[feature], mean);
}

Text value_of_trait(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait) {
  if (trait.present == 0) return {"–", "–"};
  if (rows.categories[trait.input].empty()) return mean_in_words(rows, portrayed, trait.input, trait.mean);
  const auto level = level_of(trait);
  const auto name = level_name(rows, trait.input, level);
  const auto share = percent_of(trait.share[level]);
  return {name.en + " " + share.en, name.zh + " " + share.zh};
}

}  // namespace holdfast::analyses
