#include "analyses/groups_rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "core/text.hpp"
#include "selection/mrmr.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Split;

constexpr std::size_t kColumns = 12;
constexpr double kPresentLeast = 0.5;   // Share of customers with a value.
constexpr double kSameMost = 0.98;      // Share of customers with the most frequent one.
constexpr double kRareMost = 0.5;       // Share of customers whose category is rare.
constexpr double kRare = 0.02;

Error nothing(std::string_view en, std::string_view zh) {
  return {errors::kNothingThere, {{"analysis", "groups"}, {"what", fmt::format("{} ({})", en, zh)}}};
}

/// Whether a column parts today's customers at all.
bool says_something(const features::FeatureColumn& column, std::size_t rows) {
  std::size_t present = 0;
  for (std::size_t r = 0; r < rows; ++r) present += column.valid[r] != 0;
  const auto all = static_cast<double>(rows);
  if (static_cast<double>(present) < kPresentLeast * all) return false;
  if (!column.categories.empty()) {
    std::vector<std::size_t> counts(column.categories.size());
    for (std::size_t r = 0; r < rows; ++r) {
      if (column.valid[r] != 0) ++counts[column.codes[r]];
    }
    double rare = 0;
    for (const auto count : counts) {
      const double share = static_cast<double>(count) / all;
      if (share > kSameMost) return false;
      if (share < kRare) rare += share;
    }
    return rare <= kRareMost;
  }
  std::vector<double> values;
  for (std::size_t r = 0; r < rows; ++r) {
    if (column.valid[r] != 0 && std::isfinite(column.values[r])) values.push_back(column.values[r]);
  }
  if (values.empty()) return false;
  std::ranges::sort(values);
  std::size_t most = 0;
  for (std::size_t i = 0, same = 0; i < values.size(); ++i) {
    same = i > 0 && values[i] == values[i - 1] ? same + 1 : 1;
    most = std::max(most, same);
  }
  return static_cast<double>(most) <= kSameMost * static_cast<double>(values.size());
}

std::vector<std::uint32_t> rows_with_outcome(const dataset::Dataset& data) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < data.split.size(); ++r) {
    const auto split = data.split[r];
    if (split == Split::Train || split == Split::Validation || split == Split::Test) rows.push_back(r);
  }
  return rows;
}

/// Those that say most of who leaves, and least of the same: groups that differ in what matters.
std::vector<std::string> telling(const dataset::Dataset& data, const std::vector<std::string>& usable) {
  const auto rows = data.rows_of(Split::Train);
  const auto frame = dataset::Frame::gather(data, rows);
  auto columns = frame.view();
  std::erase_if(columns.columns, [&](const auto& column) {
    return std::ranges::find(usable, column.name) == usable.end();
  });
  const auto discrete = selection::discretised(columns, frame.weight());
  std::vector<std::string> names;
  for (auto& one : selection::mrmr(discrete, frame.y(), frame.weight(), kColumns)) {
    names.push_back(std::move(one.name));
  }
  return names;
}

std::vector<std::string> asked_for(const std::vector<std::string>& patterns,
                                   const features::FeatureMatrix& today) {
  std::vector<std::string> names;
  for (const auto& pattern : patterns) {
    for (const auto& feature : today.features) {
      if (!matches_pattern(pattern, feature.name)) continue;
      if (std::ranges::find(names, feature.name) == names.end()) names.push_back(feature.name);
    }
  }
  return names;
}

Result<std::vector<std::string>> chosen(const Inputs& inputs, const dataset::Dataset& data,
                                        const features::FeatureMatrix& today, std::vector<Text>& notes) {
  std::vector<std::string> usable;
  std::vector<std::string> left_out;
  const auto& spec = inputs.study().analyses.groups;
  const bool is_asked = spec && !spec->columns.empty();
  std::vector<std::string> candidates;
  if (is_asked) {
    candidates = asked_for(spec->columns, today);
  } else {
    for (const auto c : data.modelled) candidates.push_back(data.matrix.features[c].name);
  }
  for (const auto& name : candidates) {
    const auto found = std::ranges::find(today.features, name, &features::FeatureInfo::name);
    if (found == today.features.end()) continue;
    const auto at = static_cast<std::size_t>(found - today.features.begin());
    (says_something(today.columns[at], today.rows) ? usable : left_out).push_back(name);
  }
  if (usable.empty()) {
    return nothing("no column parts today's customers", "没有能区分当前客户的字段");
  }
  if (is_asked) {
    if (!left_out.empty()) {
      notes.push_back({"Left out, as nearly all customers have the same value, a rare one or none: " +
                           join(left_out, ", "),
                       "未使用(几乎所有客户取值相同、罕见或缺失):" + join(left_out, "、")});
    }
    return usable;
  }
  notes.push_back({fmt::format("The study names no columns for groups: of {} those that say most of who leaves, "
                               "without repeating each other, were taken.", usable.size()),
                   fmt::format("方案未指定分群字段:从 {} 个可用字段中选取与流失最相关且互不重复者。", usable.size())});
  auto names = telling(data, usable);
  return names.empty() ? usable : names;
}

}  // namespace

Result<GroupRows> group_rows(const Inputs& inputs, Progress& progress) {
  HOLDFAST_TRY(const auto* data, inputs.dataset(progress));
  HOLDFAST_TRY(const auto* today, inputs.today(progress));
  if (today->rows == 0) return nothing("nobody is active on this day", "该日没有在册客户");
  GroupRows rows;
  HOLDFAST_TRY(rows.names, chosen(inputs, *data, *today, rows.notes));
  for (const auto& name : rows.names) {
    const auto found = std::ranges::find(today->features, name, &features::FeatureInfo::name);
    const auto at = static_cast<std::size_t>(found - today->features.begin());
    rows.categories.push_back(today->columns[at].categories);
    rows.words.push_back(inputs.words_of(*found));
  }
  HOLDFAST_TRY(rows.today, dataset::Frame::align(*today, rows.names, rows.categories));
  const auto past = rows_with_outcome(*data);
  rows.past = dataset::Frame::gather(*data, past);
  for (const auto r : past) rows.left.push_back(data->y[r]);
  for (const auto cents : today->value_cents) rows.value.push_back(static_cast<double>(cents) / 100);
  if (std::ranges::all_of(rows.value, [](double value) { return value == 0; })) rows.value.clear();
  return rows;
}

}  // namespace holdfast::analyses
