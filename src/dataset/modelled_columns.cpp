#include "dataset/modelled_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/text.hpp"

namespace holdfast::dataset {
namespace {

constexpr std::size_t kCategoriesMax = 1000;
// With fewer training rows a two-valued column can equal the outcome by chance.
constexpr std::size_t kCopyRowsMin = 30;

enum class Verdict { Use, Guarded, Excluded, Empty, Constant, OutcomeCopy, ManyCategories };
constexpr std::size_t kVerdictsCount = 7;

bool is_guarded(const features::FeatureInfo& info, const study::Study& study) {
  const auto* table = study.find(info.table);
  if (table == nullptr) return false;
  return std::ranges::any_of(info.columns, [&](const std::string& name) {
    const auto* column = table->find(name);
    if (column == nullptr) return false;
    if (column->is_ignored || column->mark == study::Mark::Identifier) return true;
    return column->mark != study::Mark::None && column->use_because.empty();
  });
}

// A cell as something that can be compared: missing is a value of its own.
struct Cell {
  bool is_present = false;
  double number = 0;
  bool operator==(const Cell&) const = default;
};

Cell cell_of(const features::FeatureColumn& column, std::uint32_t row) {
  if (!column.valid[row]) return {};
  return {true,
          column.values.empty() ? static_cast<double>(column.codes[row]) : column.values[row]};
}

// The first two distinct cells, and whether there is a third.
struct Spread {
  std::vector<Cell> distinct;
  bool has_more = false;
  bool follows_outcome = true;  // One cell for each class.
};

Spread spread_of(const features::FeatureColumn& column, std::span<const std::uint32_t> train,
                 std::span<const std::uint8_t> y) {
  Spread spread;
  std::array<std::optional<Cell>, 2> of_class;
  for (const auto row : train) {
    const Cell cell = cell_of(column, row);
    auto& expected = of_class[y[row]];
    if (!expected) expected = cell;
    if (*expected != cell) spread.follows_outcome = false;
    if (std::ranges::find(spread.distinct, cell) != spread.distinct.end()) continue;
    if (spread.distinct.size() == 2) {
      spread.has_more = true;
      spread.follows_outcome = false;
      return spread;
    }
    spread.distinct.push_back(cell);
  }
  return spread;
}

std::size_t categories_count(const features::FeatureColumn& column,
                             std::span<const std::uint32_t> train) {
  std::vector<std::uint8_t> seen(column.categories.size(), 0);
  for (const auto row : train) {
    if (column.valid[row]) seen[column.codes[row]] = 1;
  }
  return static_cast<std::size_t>(std::ranges::count(seen, 1));
}

Verdict judge(const features::FeatureInfo& info, const features::FeatureColumn& column,
              std::span<const std::uint32_t> train, std::span<const std::uint8_t> y,
              const study::Study& study) {
  if (is_guarded(info, study)) return Verdict::Guarded;
  // There all the same where an analysis needs it: survival follows the time spent.
  const auto is_meant = [&](const auto& pattern) { return matches_pattern(pattern, info.name); };
  if (std::ranges::any_of(study.features.exclude, is_meant)) return Verdict::Excluded;
  const auto spread = spread_of(column, train, y);
  if (spread.distinct.size() == 1 && !spread.has_more) {
    return spread.distinct.front().is_present ? Verdict::Constant : Verdict::Empty;
  }
  if (spread.follows_outcome && spread.distinct.size() == 2 && train.size() >= kCopyRowsMin) {
    return Verdict::OutcomeCopy;
  }
  if (column.values.empty() && column.categories.size() > kCategoriesMax &&
      categories_count(column, train) > kCategoriesMax) {
    return Verdict::ManyCategories;
  }
  return Verdict::Use;
}

// "a, b, c … (12)": enough names to act on, not a page of them.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShownMax = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShownMax); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kShownMax) text += fmt::format(" … ({})", names.size());
  return text;
}

Text note_of(Verdict verdict, const std::string& names) {
  switch (verdict) {
    case Verdict::Guarded:
      return {"left out, guarded columns without a stated reason: " + names,
              "未使用(受保护列,且未说明使用理由):" + names};
    case Verdict::Excluded:
      return {"left out by features.exclude: " + names,
              "未使用(features.exclude 排除):" + names};
    case Verdict::Empty:
      return {"left out, no value in any training row: " + names,
              "未使用(训练数据中全部缺失):" + names};
    case Verdict::Constant:
      return {"left out, the same value in every training row: " + names,
              "未使用(训练数据中取值全部相同):" + names};
    case Verdict::OutcomeCopy:
      return {"left out, a copy of the outcome and so a leak: " + names,
              "未使用(与结果完全一致,属于信息泄漏):" + names};
    case Verdict::ManyCategories:
      return {fmt::format("left out, more than {} categories: {}", kCategoriesMax, names),
              fmt::format("未使用(类别超过 {} 个):{}", kCategoriesMax, names)};
    case Verdict::Use:
      break;
  }
  return {};
}

}  // namespace

std::vector<std::uint32_t> modelled_columns(const features::FeatureMatrix& matrix,
                                            std::span<const std::uint32_t> train,
                                            std::span<const std::uint8_t> y,
                                            const study::Study& study, std::vector<Text>& notes) {
  std::vector<std::uint32_t> modelled;
  std::array<std::vector<std::string>, kVerdictsCount> left_out;
  for (std::uint32_t index = 0; index < matrix.columns.size(); ++index) {
    const auto& info = matrix.features[index];
    const auto verdict = judge(info, matrix.columns[index], train, y, study);
    if (verdict == Verdict::Use) {
      modelled.push_back(index);
    } else {
      left_out[static_cast<std::size_t>(verdict)].push_back(info.name);
    }
  }
  for (std::size_t verdict = 0; verdict < kVerdictsCount; ++verdict) {
    if (left_out[verdict].empty()) continue;
    notes.push_back(note_of(static_cast<Verdict>(verdict), listed(left_out[verdict])));
  }
  return modelled;
}

}  // namespace holdfast::dataset
