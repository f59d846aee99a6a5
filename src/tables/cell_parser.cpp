#include "tables/cell_parser.hpp"

#include <algorithm>
#include <array>

#include "core/day.hpp"
#include "core/text.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {

const std::vector<std::string>& usual_missing() {
  static const std::vector<std::string> spellings = {
      "",     "NA",   "N/A",  "n/a",  "na",    "<NA>",    "NULL",    "null",  "Null",  "\\N",
      "NaN",  "nan",  "NAN",  "None", "none",  "NONE",    "nil",     "NaT",   "#N/A",  "#N/A N/A",
      "#NA",  "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "无", "空",  "空值",
      "缺失", "未知", "不详", "-",    "--",    "—",       "——",      "?",     "??",    "/",   "."};
  return spellings;
}

MissingSpellings::MissingSpellings(const std::vector<std::string>& spellings)
    : spellings_(spellings.empty() ? usual_missing() : spellings) {
  for (const auto& spelling : spellings_) {
    longest_ = std::max(longest_, spelling.size());
    may_be_value_ |= std::ranges::any_of(spelling, [](char c) { return c >= '1' && c <= '9'; });
    if (spelling.empty()) {
      has_empty_ = true;
    } else {
      begins_[static_cast<unsigned char>(spelling[0])] = true;
    }
  }
  may_be_value_ &= !spellings.empty();
}

bool MissingSpellings::is_listed(std::string_view text) const {
  return std::ranges::find(spellings_, text) != spellings_.end();
}

std::optional<bool> parse_boolean(std::string_view text) {
  struct Word {
    std::string_view text;
    bool value;
  };
  static constexpr std::array kWords = {Word{"yes", true},  Word{"no", false},    Word{"true", true},
                                        Word{"false", false}, Word{"y", true},    Word{"n", false},
                                        Word{"t", true},    Word{"f", false},     Word{"是", true},
                                        Word{"否", false}};
  if (text.size() > 5) return std::nullopt;
  for (const auto& word : kWords) {
    if (word.text.size() != text.size()) continue;
    const bool same = std::equal(text.begin(), text.end(), word.text.begin(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
    if (same) return word.value;
  }
  return std::nullopt;
}

std::string_view trimmed_cell(std::string_view text) {
  const auto needs = [](char c) { return static_cast<unsigned char>(c - 0x21) > 0x5D; };
  if (text.empty() || !(needs(text.front()) || needs(text.back()))) return text;
  return trimmed(text);
}

Result<CellParser> CellParser::create(const ColumnFormat& format,
                                      std::shared_ptr<const MissingSpellings> missing,
                                      std::shared_ptr<const TimeZone> zone,
                                      const std::string& zone_name) {
  if (zone == nullptr) return Error{errors::kUnknownTimeZone, {{"zone", zone_name}}};
  CellParser parser;
  parser.format_ = format;
  parser.numbers_ = {format.decimal, format.thousands, format.is_percent};
  parser.missing_ = std::move(missing);
  if (format.type == ColumnType::Day || format.type == ColumnType::Instant) {
    auto& written = parser.format_.date_format;
    if (written.empty()) written = "iso";
    const auto pattern = DatePattern::compile(written);
    if (!pattern) {
      return Error{errors::kBadDateFormat, {{"column", format.name}, {"format", written}}};
    }
    parser.dates_ = *pattern;
  }
  parser.zone_ = std::move(zone);
  return parser;
}

Result<std::vector<CellParser>> parsers_for(const ReadOptions& options) {
  const auto missing = std::make_shared<const MissingSpellings>(options.missing);
  const auto zone = TimeZone::named(options.time_zone);
  std::vector<CellParser> parsers;
  for (const auto& format : options.columns) {
    HOLDFAST_TRY(auto parser, CellParser::create(format, missing, zone, options.time_zone));
    parsers.push_back(std::move(parser));
  }
  return parsers;
}

std::int64_t CellParser::value_of(const WrittenTime& time) const {
  if (format_.type == ColumnType::Day) return time.day;  // As written, where it happened.
  const auto micros = time.day * kMicrosPerDay + time.micros;
  if (time.has_offset) return micros - time.offset_seconds * std::int64_t{1'000'000};
  return zone_->to_utc(micros);
}

bool CellParser::read_integer(std::string_view text, std::int64_t& value, Fit& fit) const {
  const auto take = [&](const auto& found) {
    if (found) value = static_cast<std::int64_t>(*found);
    return found.has_value();
  };
  fit = Fit::Misfit;
  switch (format_.type) {
    case ColumnType::Integer: return take(parse_integer(text, numbers_));
    case ColumnType::Money: return take(parse_cents(text, numbers_));
    case ColumnType::Boolean:
      if (take(parse_boolean(text))) return true;
      if (text != "1" && text != "0") return false;
      value = text == "1" ? 1 : 0;
      return true;
    default: {
      WrittenTime time;
      fit = dates_.parse(text, time);
      if (fit == Fit::Value) value = value_of(time);
      return fit == Fit::Value;
    }
  }
}

Fit CellParser::integer(std::string_view text, std::int64_t& value) const {
  if (missing_->may_be_value() && missing_->contains(text)) return Fit::Missing;
  Fit fit = Fit::Misfit;
  if (!text.empty() && read_integer(text, value, fit)) return Fit::Value;
  return missing_->contains(text) ? Fit::Missing : fit;
}

Fit CellParser::real(std::string_view text, double& value) const {
  if (missing_->may_be_value() && missing_->contains(text)) return Fit::Missing;
  if (!text.empty()) {
    if (const auto found = parse_real(text, numbers_)) {
      value = *found;
      return Fit::Value;
    }
  }
  return missing_->contains(text) ? Fit::Missing : Fit::Misfit;
}

Error CellParser::reason(std::string_view text, Fit fit) const {
  const auto shown = text.substr(0, 200);
  switch (format_.type) {
    case ColumnType::Boolean:
      return {errors::kBadBoolean, {{"column", format_.name}, {"value", shown}}};
    case ColumnType::Day:
    case ColumnType::Instant:
      return {fit == Fit::NoSuchDay ? errors::kNoSuchDay : errors::kBadDate,
              {{"column", format_.name}, {"value", shown}, {"format", format_.date_format}}};
    case ColumnType::Text:
      return {errors::kBadText, {{"column", format_.name}, {"value", shown}}};
    default:
      return {errors::kBadNumber,
              {{"column", format_.name}, {"value", shown}, {"type", name_of(format_.type)}}};
  }
}

}  // namespace holdfast::tables
