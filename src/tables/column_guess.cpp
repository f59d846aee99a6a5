#include "tables/column_guess.hpp"

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "tables/cells.hpp"
#include "tables/column_builder.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

/// One way of writing a column.
struct Candidate {
  ColumnFormat format;
  DateFormat date;
  std::int64_t failures = 0;
  bool is_out = false;

  explicit Candidate(ColumnFormat f) : format(std::move(f)), date(format.date_format) {}

  bool fits(std::string_view text) const {
    switch (format.type) {
      case ColumnType::Integer: return parse_integer(text, format.thousands).has_value();
      case ColumnType::Real: return parse_real(text, format).has_value();
      case ColumnType::Boolean: return parse_boolean(text).has_value();
      case ColumnType::Day:
      case ColumnType::Instant: {
        DateFormat::Parsed parsed;
        if (date.parse(text, parsed) != DateFormat::Failure::None) return false;
        return parsed.year >= 1600 || format.date_format.find("yyyy") == std::string::npos;
      }
      default: return false;
    }
  }
};

ColumnFormat number_format(ColumnType type, char decimal, char thousands, bool is_percent) {
  ColumnFormat format;
  format.type = type;
  format.decimal = decimal;
  format.thousands = thousands;
  format.is_percent = is_percent;
  return format;
}

/// In order of preference: of equally good candidates the first is taken.
std::vector<Candidate> all_candidates() {
  std::vector<Candidate> candidates;
  candidates.emplace_back(number_format(ColumnType::Integer, '.', '\0', false));
  candidates.emplace_back(number_format(ColumnType::Real, '.', '\0', false));
  candidates.emplace_back(number_format(ColumnType::Integer, '.', ',', false));
  candidates.emplace_back(number_format(ColumnType::Real, '.', ',', false));
  candidates.emplace_back(number_format(ColumnType::Real, ',', '\0', false));
  candidates.emplace_back(number_format(ColumnType::Real, ',', '.', false));
  candidates.emplace_back(number_format(ColumnType::Real, '.', '\0', true));
  candidates.emplace_back(number_format(ColumnType::Real, ',', '\0', true));
  for (const auto& pattern : usual_date_formats()) {
    ColumnFormat format;
    format.type = pattern.find('H') == std::string::npos && pattern != "iso" ? ColumnType::Day
                                                                           : ColumnType::Instant;
    format.date_format = pattern;
    candidates.emplace_back(format);
  }
  ColumnFormat boolean;
  boolean.type = ColumnType::Boolean;
  candidates.emplace_back(boolean);
  return candidates;
}

/// Headers whose numbers may be dates: 20240305, Excel serials.
bool sounds_like_date(std::string_view name) {
  const auto word = lower(name);
  for (const auto* part : {"date", "day", "日期", "时间", "time", "_dt", "dob", "birth", "起保", "终保", "生日"}) {
    if (word.find(part) != std::string::npos) return true;
  }
  return false;
}

bool is_day_first(const std::string& pattern) { return pattern.starts_with("d/M/"); }

std::string swapped(const std::string& pattern) { return "M/d/" + pattern.substr(4); }

}  // namespace

struct ColumnGuess::State {
  std::string name;
  std::vector<Candidate> candidates = all_candidates();
  std::int64_t seen = 0;
  std::int64_t leading_zeros = 0;
  std::int64_t long_digits = 0;
  std::int64_t percents = 0;
  std::int64_t numbers = 0;       // Spreadsheet cells.
  std::int64_t whole_numbers = 0;
  std::int64_t date_numbers = 0;
  std::int64_t times_of_day = 0;
  std::int64_t digits8 = 0;       // 19000101 … 29991231.
  double min = 0, max = 0;

  std::int64_t allowed() const { return 20 + seen / 100; }
  void note_number(double value) {
    min = seen == 1 ? value : std::min(min, value);
    max = seen == 1 ? value : std::max(max, value);
  }
};

ColumnGuess::ColumnGuess(std::string name) : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
}
ColumnGuess::~ColumnGuess() = default;
ColumnGuess::ColumnGuess(ColumnGuess&&) noexcept = default;

void ColumnGuess::add(std::string_view text, const MissingSpellings& missing) {
  auto& state = *state_;
  if (missing.contains(text)) return;
  ++state.seen;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    state.leading_zeros += text.size() > 1 && text[0] == '0' ? 1 : 0;
    state.long_digits += text.size() > 15 ? 1 : 0;
    if (text.size() == 8 && text >= "19000101" && text <= "29991231") ++state.digits8;
  }
  if (text.ends_with('%')) ++state.percents;
  for (auto& candidate : state.candidates) {
    if (candidate.is_out || candidate.fits(text)) continue;
    if (++candidate.failures > state.allowed()) candidate.is_out = true;
  }
  if (!state.candidates[1].is_out) {
    ColumnFormat plain;
    if (const auto value = parse_real(text, plain)) state.note_number(*value);
  }
}

void ColumnGuess::add_number(double number, bool is_date) {
  auto& state = *state_;
  ++state.seen;
  ++state.numbers;
  state.whole_numbers += number == std::floor(number) ? 1 : 0;
  state.date_numbers += is_date ? 1 : 0;
  state.times_of_day += is_date && number != std::floor(number) ? 1 : 0;
  state.note_number(number);
  if (number >= 19000101 && number <= 29991231 && number == std::floor(number)) ++state.digits8;
  const bool is_whole = number == std::floor(number);
  for (auto& candidate : state.candidates) {
    const bool fits = candidate.format.type == ColumnType::Real ||
                      (candidate.format.type == ColumnType::Integer && is_whole);
    if (!candidate.is_out && !fits && ++candidate.failures > state.allowed()) candidate.is_out = true;
  }
}

ColumnFormat ColumnGuess::decide(const std::string& path, std::vector<Error>& notes) const {
  const auto& state = *state_;
  ColumnFormat text;
  text.name = state.name;
  text.type = ColumnType::Text;
  if (state.seen == 0) return text;
  const auto excel = [&](bool has_time) {
    auto format = text;
    format.type = has_time ? ColumnType::Instant : ColumnType::Day;
    format.date_format = "excel";
    return format;
  };
  if (state.date_numbers * 100 >= state.seen * 95) return excel(state.times_of_day > 0);
  if (state.leading_zeros > 0 || state.long_digits > 0) return text;

  const bool dated = sounds_like_date(state.name);
  const Candidate* best = nullptr;
  for (const auto& candidate : state.candidates) {
    if (candidate.is_out || candidate.failures * 50 > state.seen) continue;
    const bool is_number =
        candidate.format.type == ColumnType::Integer || candidate.format.type == ColumnType::Real;
    // Bad cells are forgiven in dates (no such day); a word among numbers is more likely a meaning.
    if (is_number && candidate.failures * 200 > state.seen) continue;
    if (candidate.format.is_percent && state.percents == 0) continue;
    if (candidate.format.date_format == "yyyyMMdd" && !dated) continue;
    if (best == nullptr || candidate.failures < best->failures) best = &candidate;
  }
  if (best == nullptr) return text;
  const bool is_number = best->format.type == ColumnType::Integer || best->format.type == ColumnType::Real;
  if (is_number && dated) {
    if (state.digits8 * 100 >= state.seen * 98) {
      auto format = text;
      format.type = ColumnType::Day;
      format.date_format = "yyyyMMdd";
      return format;
    }
    // Serials of 1954 to 2119.
    if (state.numbers == 0 && state.min > 20000 && state.max < 80000) return excel(best->format.type == ColumnType::Real);
  }
  auto format = best->format;
  format.name = state.name;
  if (is_day_first(format.date_format)) {
    const auto other = std::ranges::find(state.candidates, swapped(format.date_format),
                                         [](const auto& c) { return c.format.date_format; });
    if (other != state.candidates.end() && !other->is_out && other->failures == best->failures) {
      notes.push_back({errors::kAmbiguousDates,
                       {{"column", state.name}, {"format", format.date_format}},
                       {.file = path, .line = 0, .column = 0, .key = state.name}});
    }
  }
  return format;
}

}  // namespace holdfast::tables
