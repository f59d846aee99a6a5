#include "tables/column_guess.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.hpp"
#include "tables/cell_parser.hpp"
#include "tables/date_pattern.hpp"
#include "tables/decimal.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

// Days of years no table of customers holds are not days.
constexpr std::int32_t kFirstDay = -135'140;  // 1600-01-01.
constexpr std::int32_t kLastDay = 376'199;    // 2999-12-31.
constexpr std::size_t kLongDigits = 15;       // Longer digit strings are names, not numbers.
constexpr std::int64_t kFewCells = 20;

/// One way of writing numbers.
struct NumberCandidate {
  NumberStyle style;
  bool is_whole = false;
  std::int64_t misfits = 0;
  bool is_out = false;

  bool fits(std::string_view text) const {
    if (!is_whole) return parse_real(text, style).has_value();
    // "3.0" and "1e3" can be read as whole numbers, but whoever wrote them meant real ones.
    if (text.find_first_of(".eE") != std::string_view::npos) return false;
    return parse_integer(text, style).has_value();
  }
};

/// One way of writing days or instants.
struct DateCandidate {
  const std::string* format = nullptr;
  const DatePattern* pattern = nullptr;
  bool is_compact = false;  // Digits only: may as well be numbers.
  std::int64_t misfits = 0;
  std::int64_t no_such_days = 0;

  std::int64_t failures() const { return misfits + no_such_days; }
};

const std::vector<DateCandidate>& all_dates() {
  static const auto patterns = [] {
    std::vector<DatePattern> compiled;
    for (const auto& format : usual_date_formats()) compiled.push_back(*DatePattern::compile(format));
    return compiled;
  }();
  static const auto candidates = [] {
    std::vector<DateCandidate> all;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const auto& format = usual_date_formats()[i];
      const bool is_compact = format == "yyyyMMdd" || format == "yyMMdd" || format == "yyyyMMddHHmmss";
      all.push_back({&format, &patterns[i], is_compact, 0, 0});
    }
    return all;
  }();
  return candidates;
}

/// In order of preference: of equally good candidates the first is taken.
constexpr std::array<NumberCandidate, 9> kNumbers = {{
    {{'.', '\0', false}, true},
    {{'.', '\0', false}, false},
    {{'.', ',', false}, true},
    {{'.', ',', false}, false},
    {{',', '\0', false}, false},
    {{',', '.', false}, false},
    {{'.', ' ', false}, false},
    {{',', ' ', false}, false},
    {{'.', '\0', true}, false},
}};
constexpr NumberCandidate kPercentComma = {{',', '\0', true}, false};

/// Words of a header: "DateOfBirth" and "date_of_birth" are date, of, birth.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  char before = 'a';
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_letter = is_upper || (c >= 'a' && c <= 'z');
    if (!is_letter || (is_upper && before >= 'a' && before <= 'z')) words.emplace_back();
    if (is_letter) words.back() += static_cast<char>(is_upper ? c + 32 : c);
    before = c;
  }
  return words;
}

/// Headers whose numbers may be dates: 20240305, Excel serials.
bool sounds_like_date(std::string_view name) {
  for (const auto* part : {"日期", "时间", "生日", "起保", "终保", "止期", "起期"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  if (name.ends_with("日")) return true;
  return std::ranges::any_of(words_of(name), [](const std::string& word) {
    for (const auto* known : {"date", "day", "dt", "datum", "fecha", "birthday", "dob", "timestamp",
                              "datetime", "issued", "at", "time"}) {
      if (word == known) return true;
    }
    return word.starts_with("date") || word.ends_with("date");
  });
}

/// "dd/MM/yyyy" as "d/M/yyyy" where cells leave out zeros.
std::string with_short_fields(std::string format) {
  for (const auto* field : {"dd", "MM"}) {
    const auto at = format.find(field);
    if (at != std::string::npos && format.compare(at, 3, "MMM") != 0) format.erase(at, 1);
  }
  return format;
}

bool is_all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned>(c) - '0' < 10; });
}

}  // namespace

struct ColumnGuess::State {
  std::string name;
  std::vector<NumberCandidate> numbers{kNumbers.begin(), kNumbers.end()};
  std::vector<DateCandidate> dates = all_dates();
  std::int64_t seen = 0;
  std::int64_t leading_zeros = 0;
  std::int64_t long_digits = 0;
  std::int64_t not_booleans = 0;
  std::int64_t trues = 0;
  std::int64_t falses = 0;
  bool has_single_letter = false;
  std::size_t shortest = SIZE_MAX;
  std::int64_t sheet_numbers = 0;  // Cells of a spreadsheet that are numbers or dates there.
  std::int64_t sheet_dates = 0;
  std::int64_t sheet_times = 0;    // With a time of day.
  double min = 0;
  double max = 0;

  /// So many cells may misfit before a candidate is given up.
  std::int64_t allowed() const { return kFewCells + seen / 100; }

  void note_value(double value) {
    min = seen == 1 ? value : std::min(min, value);
    max = seen == 1 ? value : std::max(max, value);
  }

  void look_for_numbers(std::string_view text, bool digits) {
    if (digits) {
      leading_zeros += text.size() > 1 && text[0] == '0' ? 1 : 0;
      long_digits += text.size() > kLongDigits ? 1 : 0;
      note_value(parse_real(text, {}).value_or(0));
      for (auto& candidate : numbers) {  // Without a mark, all but percent fit.
        if (candidate.style.is_percent) ++candidate.misfits;
      }
      return;
    }
    bool all_out = true;
    for (auto& candidate : numbers) {
      if (candidate.is_out) continue;
      if (!candidate.fits(text) && ++candidate.misfits > allowed()) candidate.is_out = true;
      all_out &= candidate.is_out;
    }
    if (all_out || numbers[1].is_out) return;
    if (const auto value = parse_real(text, {})) note_value(*value);
  }

  void look_for_dates(std::string_view text, bool digits) {
    WrittenTime time;
    for (std::size_t i = 0; i < dates.size();) {
      auto& candidate = dates[i];
      auto fit = Fit::Misfit;
      if (digits == candidate.is_compact) fit = candidate.pattern->parse(text, time);
      if (fit == Fit::Value && (time.day < kFirstDay || time.day > kLastDay)) fit = Fit::Misfit;
      if (fit == Fit::Misfit) ++candidate.misfits;
      if (fit == Fit::NoSuchDay) ++candidate.no_such_days;
      const bool is_out = candidate.misfits > allowed() || candidate.no_such_days > kFewCells + seen / 2;
      if (is_out) {
        dates.erase(dates.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  void look_for_booleans(std::string_view text) {
    if (not_booleans > 0) return;
    const auto value = parse_boolean(text);
    if (!value) {
      ++not_booleans;
      return;
    }
    has_single_letter |= text.size() == 1;
    ++(*value ? trues : falses);
  }

  const DateCandidate* best_date(bool dated) const {
    const DateCandidate* best = nullptr;
    for (const auto& candidate : dates) {
      if (candidate.misfits * 200 > seen || candidate.no_such_days * 2 > seen) continue;
      if (candidate.is_compact) {
        if (candidate.failures() * 100 > seen) continue;
        const bool is_plausible = *candidate.format != "yyMMdd" && seen >= kFewCells &&
                                  candidate.failures() == 0 && min >= 19e6 && max < 21e6;
        if (!dated && !is_plausible) continue;
      }
      if (best == nullptr || candidate.failures() < best->failures()) best = &candidate;
    }
    return best;
  }

  const NumberCandidate* best_number() const {
    const NumberCandidate* best = nullptr;
    for (const auto& candidate : numbers) {
      // A letter among whole numbers is more likely a code than a slip: no row is worth losing.
      const auto marked = numbers[0].misfits - candidate.misfits;  // "1.5" and not "15".
      const bool are_measures = !candidate.is_whole && (numbers[0].is_out || marked * 10 > seen);
      const auto allowed_misfits = are_measures ? seen / 500 : 0;
      if (candidate.is_out || candidate.misfits > allowed_misfits) continue;
      if (best == nullptr || candidate.misfits < best->misfits) best = &candidate;
    }
    return best;
  }

  /// Another reading that fits every cell as well and would give other numbers.
  bool is_ambiguous(const NumberCandidate& chosen) const {
    if (chosen.style.decimal != '.' || chosen.style.is_percent) return false;
    const auto other = [&](char decimal, char thousands) {
      return std::ranges::any_of(numbers, [&](const auto& candidate) {
        return !candidate.is_out && !candidate.is_whole && candidate.style.decimal == decimal &&
               candidate.style.thousands == thousands && candidate.misfits == chosen.misfits;
      });
    };
    if (chosen.style.thousands == ',') return other(',', '\0');
    return !chosen.is_whole && chosen.style.thousands == '\0' && other(',', '.');
  }
};

ColumnGuess::ColumnGuess(std::string name) : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
  state_->numbers.push_back(kPercentComma);
}
ColumnGuess::~ColumnGuess() = default;
ColumnGuess::ColumnGuess(ColumnGuess&&) noexcept = default;

void ColumnGuess::add(std::string_view text, const MissingSpellings& missing) {
  if (missing.contains(text)) return;
  auto& state = *state_;
  ++state.seen;
  const bool digits = is_all_digits(text);
  state.shortest = std::min(state.shortest, text.size());
  state.look_for_numbers(text, digits);
  if (!state.dates.empty()) state.look_for_dates(text, digits);
  state.look_for_booleans(text);
}

void ColumnGuess::add_number(double number, bool is_date) {
  auto& state = *state_;
  ++state.seen;
  ++state.sheet_numbers;
  ++state.not_booleans;
  state.sheet_dates += is_date ? 1 : 0;
  state.sheet_times += is_date && number != std::floor(number) ? 1 : 0;
  state.note_value(number);
  const bool is_whole = number == std::floor(number);
  for (auto& candidate : state.numbers) {
    if ((candidate.is_whole && !is_whole) || candidate.style.is_percent) ++candidate.misfits;
  }
  const auto text = is_whole && std::abs(number) < 1e15
                        ? std::to_string(static_cast<std::int64_t>(number))
                        : std::string();
  if (!is_date) state.look_for_dates(text, !text.empty() && is_all_digits(text));
}

ColumnFormat ColumnGuess::decide(const std::string& path, std::vector<Error>& notes) const {
  const auto& state = *state_;
  ColumnFormat format;
  format.name = state.name;
  if (state.seen == 0) return format;
  const auto note = [&](const ErrorKind& kind, std::vector<Argument> arguments) {
    arguments.emplace_back("column", state.name);
    notes.push_back({kind, std::move(arguments), {.file = path, .line = 0, .column = 0, .key = state.name}});
  };
  const auto as_date = [&](bool has_time, const std::string& written) {
    format.type = has_time ? ColumnType::Instant : ColumnType::Day;
    format.date_format = written;
    return format;
  };
  const auto note_misfits = [&](std::int64_t count) {
    if (count > 0) note(errors::kSomeMisfits, {{"count", count}, {"type", name_of(format.type)}});
  };
  if (state.sheet_dates * 100 >= state.seen * 95) return as_date(state.sheet_times > 0, "excel");
  if (state.not_booleans == 0 &&
      (!state.has_single_letter || (state.trues > 0 && state.falses > 0))) {
    format.type = ColumnType::Boolean;
    return format;
  }
  const bool dated = sounds_like_date(state.name);
  if (const auto* date = state.best_date(dated)) {
    auto written = *date->format;
    const auto swapped = with_day_and_month_swapped(written);
    const bool is_short = state.shortest < written.size() && written != "iso";
    if (is_short) written = with_short_fields(written);
    as_date(date->pattern->has_time(), written);
    const auto twin = std::ranges::find_if(
        state.dates, [&](const auto& other) { return *other.format == swapped; });
    if (!swapped.empty() && twin != state.dates.end() && twin->failures() == date->failures()) {
      note(errors::kAmbiguousDates, {{"format", written}});
    }
    note_misfits(date->failures());
    return format;
  }
  const auto* number = state.best_number();
  const bool is_code = state.leading_zeros > 0 || (number != nullptr && number->is_whole && state.long_digits > 0);
  if (number == nullptr || is_code) return format;
  // Serials of 1954 to 2119.
  const bool are_serials = dated && number->misfits == 0 && state.sheet_numbers == 0 &&
                           number->style.decimal == '.' && state.min > 20'000 && state.max < 80'000;
  if (are_serials) return as_date(!number->is_whole, "excel");
  format.type = number->is_whole ? ColumnType::Integer : ColumnType::Real;
  format.decimal = number->style.decimal;
  format.thousands = number->style.thousands;
  format.is_percent = number->style.is_percent;
  if (state.is_ambiguous(*number)) {
    const std::string shown = format.thousands == ',' ? "1,234 = 1234" : "1.234 = 1.234";
    note(errors::kAmbiguousNumbers, {{"format", shown}});
  }
  note_misfits(number->misfits);
  return format;
}

}  // namespace holdfast::tables
