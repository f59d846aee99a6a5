#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "analyses/analyses.hpp"
#include "history/store.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::analyses {

/// A study over tables written for a test. For tests only.
class MadeStudy {
 public:
  void table(const std::string& name, std::string_view csv) { folder_.write(name, csv); }

  /// Imports and runs an analysis as of a day.
  Result<Analysis> run(std::string_view id, std::string_view toml, Day as_of) {
    const auto checked = study::parse(toml, folder_.path() / "study.toml");
    for (const auto& error : checked.errors) ADD_FAILURE() << render(error, Language::En);
    study_ = checked.study;
    study_.folder = folder_.path();
    const auto report = history::import(study_, {}, silent());
    if (!report.ok()) return report.error();
    auto store = history::Store::open(study_);
    if (!store.ok()) return store.error();
    const Inputs inputs(study_, *store, as_of);
    const auto all = all_analyses();
    const auto found = std::ranges::find(all, id, [](const auto* one) { return one->id; });
    if (found == all.end()) throw std::runtime_error("no such analysis");
    return (*found)->run(inputs, silent());
  }

 private:
  testing::TemporaryFolder folder_;
  study::Study study_;
};

inline Day day(int year, int month, int day) { return *day_from_civil(year, month, day); }

/// A block by its id, whatever section it is in; null where there is none.
template <typename Block>
const Block* block_of(const Analysis& analysis, std::string_view id) {
  for (const auto& section : analysis.sections) {
    for (const auto& block : section.blocks) {
      const auto* held = std::get_if<Block>(&block);
      if (held != nullptr && held->id == id) return held;
    }
  }
  return nullptr;
}

inline const CustomerColumns::Column* column_of(const Analysis& analysis, std::string_view id) {
  const auto& columns = analysis.customers.columns;
  const auto found = std::ranges::find(columns, id, &CustomerColumns::Column::id);
  return found == columns.end() ? nullptr : &*found;
}

/// What a column says of a customer.
inline double of_customer(const Analysis& analysis, std::string_view column, std::string_view key) {
  const auto at = std::ranges::find(analysis.customers.customer_keys, key);
  if (at == analysis.customers.customer_keys.end()) throw std::runtime_error("no such customer");
  return column_of(analysis, column)
      ->values[static_cast<std::size_t>(at - analysis.customers.customer_keys.begin())];
}

inline double number_in(const Cell& cell) { return std::get<double>(cell); }

/// Findings, titles and notes stand in both languages; no number is written as "nan".
inline void expect_readable(const Analysis& analysis) {
  const auto check = [](const Text& text) {
    EXPECT_FALSE(text.en.empty());
    EXPECT_FALSE(text.zh.empty());
    for (const auto& one : {text.en, text.zh}) {
      EXPECT_EQ(one.find("nan"), std::string::npos) << one;
      EXPECT_EQ(one.find("inf%"), std::string::npos) << one;
    }
  };
  check(analysis.title);
  for (const auto& finding : analysis.findings) check(finding);
  for (const auto& note : analysis.notes) check(note);
  for (const auto& section : analysis.sections) check(section.title);
}

}  // namespace holdfast::analyses
