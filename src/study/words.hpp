#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "study/study.hpp"

/// The words the study file uses for enumerators. Inner header of study/.
namespace holdfast::study {

template <typename Enum>
using Word = std::pair<Enum, std::string_view>;

template <typename Enum>
inline constexpr int kWords = 0;  // Specialised below for every enumeration of the file.

template <>
inline constexpr Word<Language> kWords<Language>[] = {{Language::En, "en"}, {Language::Zh, "zh"}};
template <>
inline constexpr Word<Entity> kWords<Entity>[] = {{Entity::Customer, "customer"},
                                                  {Entity::Contract, "contract"}};
template <>
inline constexpr Word<Role> kWords<Role>[] = {
    {Role::Customer, "customer"},   {Role::Contract, "contract"}, {Role::Event, "event"},
    {Role::Attribute, "attribute"}, {Role::Outcome, "outcome"},   {Role::Context, "context"}};
template <>
inline constexpr Word<Topic> kWords<Topic>[] = {
    {Topic::None, "none"},       {Topic::Payment, "payment"},     {Topic::Claim, "claim"},
    {Topic::Contact, "contact"}, {Topic::Complaint, "complaint"}, {Topic::Purchase, "purchase"},
    {Topic::Visit, "visit"},     {Topic::Balance, "balance"},     {Topic::Reminder, "reminder"}};
template <>
inline constexpr Word<Mark> kWords<Mark>[] = {{Mark::None, "none"},
                                              {Mark::Identifier, "identifier"},
                                              {Mark::Personal, "personal"},
                                              {Mark::Sensitive, "sensitive"}};
template <>
inline constexpr Word<ChurnKind> kWords<ChurnKind>[] = {
    {ChurnKind::Contractual, "contractual"},      {ChurnKind::Inactivity, "inactivity"},
    {ChurnKind::ExpectedSpend, "expected_spend"}, {ChurnKind::Partial, "partial"},
    {ChurnKind::RevenueRule, "revenue_rule"},     {ChurnKind::Label, "label"}};
template <>
inline constexpr Word<SplitKind> kWords<SplitKind>[] = {{SplitKind::Time, "time"},
                                                        {SplitKind::Customer, "customer"}};
template <>
inline constexpr Word<Level> kWords<Level>[] = {{Level::None, "none"},
                                                {Level::Yellow, "yellow"},
                                                {Level::Orange, "orange"},
                                                {Level::Red, "red"}};
template <>
inline constexpr Word<tables::ColumnType> kWords<tables::ColumnType>[] = {
    {tables::ColumnType::Boolean, "boolean"}, {tables::ColumnType::Integer, "integer"},
    {tables::ColumnType::Real, "real"},       {tables::ColumnType::Money, "money"},
    {tables::ColumnType::Day, "day"},         {tables::ColumnType::Instant, "instant"},
    {tables::ColumnType::Text, "text"}};
template <>
inline constexpr Word<Encoding> kWords<Encoding>[] = {{Encoding::Utf8, "utf-8"},
                                                      {Encoding::Gb18030, "gb18030"},
                                                      {Encoding::Utf16Le, "utf-16le"},
                                                      {Encoding::Utf16Be, "utf-16be"},
                                                      {Encoding::Windows1252, "windows-1252"}};

template <typename Enum>
std::string_view word_of(Enum value) {
  for (const auto& [known, word] : kWords<Enum>) {
    if (known == value) return word;
  }
  return "";
}

template <typename Enum>
bool from_word(std::string_view word, Enum& value) {
  for (const auto& [known, name] : kWords<Enum>) {
    if (name != word) continue;
    value = known;
    return true;
  }
  return false;
}

template <typename Enum>
std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (const auto& entry : kWords<Enum>) words.emplace_back(entry.second);
  return words;
}

}  // namespace holdfast::study
