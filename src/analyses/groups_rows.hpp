#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/category_words.hpp"
#include "analyses/inputs.hpp"

namespace holdfast::analyses {

/// What the groups are made of: today's customers by the columns chosen, and past rows whose outcome
/// is known, to see how each group fared.
struct GroupRows {
  std::vector<std::string> names;                    // Features, in the order chosen.
  std::vector<features::FeatureInfo> features;
  std::vector<std::vector<std::string>> categories;  // [features] of today; empty: a number.
  std::vector<CategoryWords> words;                  // [features]
  std::string currency;
  bool is_by_contract = false;
  Text who;                                          // "customers", "contracts": what a row is.
  std::string bare_zh;                               // "客户", "合同": without the word that counts them.
  dataset::Frame today;
  dataset::Frame past;
  std::vector<std::uint8_t> left;                    // [past rows]
  std::vector<std::uint32_t> past_customer;          // [past rows] whose row it is.
  std::vector<double> value;                         // [today rows] at risk; empty: unknown.
  std::vector<Text> notes;
};

/// Errors: kNothingThere where nobody is active or no column says anything of them.
Result<GroupRows> group_rows(const Inputs& inputs, Progress& progress);

}  // namespace holdfast::analyses
