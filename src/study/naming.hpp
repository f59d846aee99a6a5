#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "study/study.hpp"

/// What a column's or table's name lets one guess, in English and Chinese. Inner header of study/.
namespace holdfast::study {

/// A name cut into lower-case words: "Date_last_renewal", "CustomerID", "起保日期".
class NameWords {
 public:
  explicit NameWords(std::string_view name);
  /// True where one of the words stands in it: whole words (or their plural) in English, from six
  /// letters on also as a part; any part in Chinese.
  bool has(std::initializer_list<std::string_view> words) const;
  bool is(std::string_view whole) const { return whole_ == whole; }
  std::size_t size() const { return words_.size(); }
  bool ends_with(std::string_view end) const { return whole_.ends_with(end); }

 private:
  std::string whole_;  // Lower case, as written.
  std::vector<std::string> words_;
};

/// 0: no; higher: surer. Of columns that could tell customers apart.
int customer_key_strength(const NameWords& name);
/// The same for the two ends of a contract's term.
int term_start_strength(const NameWords& name);
int term_end_strength(const NameWords& name);
/// And for the money of a contract or event.
int premium_strength(const NameWords& name);
int amount_strength(const NameWords& name);

bool is_cancellation(const NameWords& name);
/// Recorded when or after a customer left: "Lapse", "Churn Reason", "流失原因".
bool tells_of_leaving(const NameWords& name);
/// A state of those who left: "Churned", "Attrited Customer", "已流失".
bool is_gone(const NameWords& name);
/// Whether the name has any of them.
bool has_one_of(const NameWords& name, const std::vector<std::string_view>& words);
/// Says whether a customer left: "Churn", "Exited", "是否流失".
bool is_outcome(const NameWords& name);
/// A total over all time as of the extract: "N_claims_history", "Max_policies", "累计赔款".
bool sums_up_history(const NameWords& name);
/// Builds up during a term: claims, calls, visits.
bool builds_up_in_a_term(const NameWords& name);
bool is_policy_key(const NameWords& name);
bool is_birth(const NameWords& name);
bool is_recording_time(const NameWords& name);
/// What holds all life long: birth, sex.
bool never_changes(const NameWords& name);
bool is_code(const NameWords& name);
bool is_join_column(const NameWords& name);
bool is_quantity(const NameWords& name);
bool is_unit_price(const NameWords& name);

Mark mark_of(const NameWords& name);
Topic topic_of(const NameWords& name);
/// A name as expressions like it: "Motor data (1).csv" → "motor_data_1".
std::string tidy_name(std::string_view name);

}  // namespace holdfast::study
