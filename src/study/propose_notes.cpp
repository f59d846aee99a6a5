#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/proposal.hpp"

/// What a proposal tells of columns.
namespace holdfast::study {
namespace {

constexpr std::size_t kNamedMax = 8;  // Columns that one note names; the study file has them all.

/// A sentence around the names of its columns, in English after "is" or "are".
struct Sentence {
  Text before, after;
  bool operator==(const Sentence& other) const {
    return before.zh == other.before.zh && after.en == other.after.en && after.zh == other.after.zh;
  }
};

/// Empty where a column is as any other.
Sentence sentence_on(const ColumnSpec& column) {
  if (column.is_ignored) {
    return {{"", "未使用 "}, {" left out: " + column.note + ".", ": " + column.note + "。"}};
  }
  if (!column.known_at.empty()) {
    return {{}, {fmt::format(" known from {} on.", column.known_at),
                 fmt::format(" 自 {} 起视为已知。", column.known_at)}};
  }
  if (column.mark == Mark::Identifier || column.mark == Mark::Sensitive) {
    const auto mark = text_of(column.mark);
    return {{}, {fmt::format(" marked {}: never in a model.", mark.en),
                 fmt::format(" 标记为{}: 不进入模型。", mark.zh)}};
  }
  if (column.mark == Mark::Personal) {
    return {{}, {" personal: confirm why it is used, or take use_because out.",
                 " 为个人信息: 请确认用途,或去掉 use_because。"}};
  }
  return {};
}

Text said_of(const std::string& table, std::vector<std::string> names, const Sentence& sentence) {
  const std::size_t count = names.size();
  Text rest;
  if (count > kNamedMax) {
    names.resize(kNamedMax);
    rest = {fmt::format(" … ({} columns)", count), fmt::format(" 等 {} 列", count)};
  }
  const auto places = table + "." + join(names, ", ");
  return {places + rest.en + (count == 1 ? " is" : " are") + sentence.after.en,
          sentence.before.zh + places + rest.zh + sentence.after.zh};
}

}  // namespace

void note_columns(const TableSpec& table, std::vector<Text>& notes) {
  std::vector<std::pair<Sentence, std::vector<std::string>>> told;
  for (const auto& column : table.columns) {
    auto sentence = sentence_on(column);
    if (sentence.after.en.empty()) continue;
    auto found = std::ranges::find(told, sentence, &decltype(told)::value_type::first);
    if (found == told.end()) {
      told.push_back({std::move(sentence), {}});
      found = std::prev(told.end());
    }
    found->second.push_back(column.format.name);
  }
  for (auto& [sentence, names] : told) notes.push_back(said_of(table.name, std::move(names), sentence));
}

}  // namespace holdfast::study
