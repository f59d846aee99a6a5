#include "tables/column_builder.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <unicode/timezone.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

// Excel counts days from here; its 1900 was a leap year, so days before March 1900 are off by one.
constexpr std::int32_t kExcelEpochDay = -25569;

/// Local wall-clock micros → UTC micros, remembering each day's offset: most days have one.
class ZoneOffsets {
 public:
  explicit ZoneOffsets(const std::string& name)
      : is_utc_(name.empty() || name == "UTC"),
        zone_(is_utc_ ? nullptr : icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name))) {}

  std::int64_t to_utc(std::int64_t local_micros) {
    if (is_utc_) return local_micros;
    const std::int64_t hour = local_micros / 3'600'000'000;
    const auto known = by_hour_.find(hour);
    if (known != by_hour_.end()) return local_micros - known->second;
    std::int32_t raw = 0;
    std::int32_t saving = 0;
    UErrorCode failure = U_ZERO_ERROR;
    zone_->getOffset(static_cast<UDate>(local_micros / 1000), true, raw, saving, failure);
    const std::int64_t offset = static_cast<std::int64_t>(raw + saving) * 1000;
    by_hour_.emplace(hour, offset);
    return local_micros - offset;
  }

 private:
  bool is_utc_;
  std::unique_ptr<icu::TimeZone> zone_;
  std::map<std::int64_t, std::int64_t> by_hour_;
};

/// Distinct texts → codes: open addressing over 64-bit hashes.
class Dictionary {
 public:
  std::uint32_t code_of(std::string_view text) {
    if (slots_.empty() || texts_.size() * 2 >= slots_.size()) grow();
    const std::uint64_t hash = hash64(text);
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      auto& slot = slots_[at];
      if (slot.code == kFree) {
        slot = {hash, static_cast<std::uint32_t>(texts_.size())};
        texts_.emplace_back(text);
        return slot.code;
      }
      if (slot.hash == hash && texts_[slot.code] == text) return slot.code;
    }
  }
  std::vector<std::string> take() {
    slots_.clear();
    return std::exchange(texts_, {});
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t code = kFree;
  };
  void grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(64, slots_.size() * 2)));
    for (const auto& slot : old) {
      if (slot.code == kFree) continue;
      auto at = slot.hash & (slots_.size() - 1);
      while (slots_[at].code != kFree) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }
  std::vector<Slot> slots_;
  std::vector<std::string> texts_;
};

}  // namespace

MissingSpellings::MissingSpellings(const std::vector<std::string>& spellings)
    : spellings_(spellings.empty() ? usual_missing() : spellings) {
  for (const auto& spelling : spellings_) {
    longest_ = std::max(longest_, spelling.size());
    if (!spelling.empty()) begins_[static_cast<unsigned char>(spelling[0])] = true;
  }
}

bool MissingSpellings::contains(std::string_view text) const {
  if (text.empty()) return true;
  if (text.size() > longest_ || !begins_[static_cast<unsigned char>(text[0])]) return false;
  return std::ranges::find(spellings_, text) != spellings_.end();
}

const std::vector<std::string>& usual_missing() {
  static const std::vector<std::string> spellings = {
      "",     "NA",   "N/A", "n/a", "NULL", "null", "Null", "\\N", "NaN", "nan", "None", "none",
      "#N/A", "#NULL!", "无", "空",  "缺失", "未知", "-",    "--",  "—",   "?",   "/"};
  return spellings;
}

struct ColumnBuilder::State {
  ColumnFormat format;
  const MissingSpellings* missing;
  DateFormat date_format;
  ZoneOffsets zone;
  Dictionary dictionary;
  Column column;

  State(const ColumnFormat& f, const MissingSpellings& m, const std::string& time_zone)
      : format(f), missing(&m), date_format(f.date_format.empty() ? "yyyy-MM-dd" : f.date_format),
        zone(time_zone) {
    begin();
  }
  void begin() {
    column = {};
    column.name = format.name;
    column.type = format.type;
  }
  bool put(std::int64_t value) {
    column.integers.push_back(value);
    column.valid.push_back(1);
    return true;
  }
  bool put_real(double value) {
    column.reals.push_back(value);
    column.valid.push_back(1);
    return true;
  }
  bool put_text(std::string_view text) {
    column.codes.push_back(dictionary.code_of(text));
    column.valid.push_back(1);
    return true;
  }
  bool put_date(std::string_view text) {
    if (date_format.is_excel()) {
      ColumnFormat plain;
      const auto serial = parse_real(text, plain);
      return serial && put_serial(*serial);
    }
    DateFormat::Parsed parsed;
    if (date_format.parse(text, parsed) != DateFormat::Failure::None) return false;
    const auto day = *day_from_civil(parsed.year, parsed.month, parsed.day);
    if (format.type == ColumnType::Day) return put(day.number);
    const std::int64_t local = day.number * kMicrosPerDay +
                               (parsed.hour * 60LL + parsed.minute) * 60'000'000LL + parsed.micros;
    if (parsed.offset_minutes) return put(local - *parsed.offset_minutes * 60'000'000LL);
    return put(zone.to_utc(local));
  }
  bool put_serial(double serial) {
    if (!(serial > 0 && serial < 2'958'466)) return false;  // 9999-12-31.
    const double adjusted = serial < 60 ? serial + 1 : serial;
    if (format.type == ColumnType::Day) {
      return put(kExcelEpochDay + static_cast<std::int64_t>(std::floor(adjusted)));
    }
    const auto local = kExcelEpochDay * kMicrosPerDay +
                       std::llround(adjusted * 86'400'000.0) * 1000;
    return put(zone.to_utc(local));
  }
};

ColumnBuilder::ColumnBuilder(const ColumnFormat& format, const MissingSpellings& missing,
                             const std::string& time_zone)
    : state_(std::make_unique<State>(format, missing, time_zone)) {}
ColumnBuilder::~ColumnBuilder() = default;
ColumnBuilder::ColumnBuilder(ColumnBuilder&&) noexcept = default;

bool ColumnBuilder::add(std::string_view text) {
  auto& state = *state_;
  if (state.missing->contains(text)) {
    add_missing();
    return true;
  }
  switch (state.format.type) {
    case ColumnType::Text: return state.put_text(text);
    case ColumnType::Integer: {
      const auto value = parse_integer(text, state.format.thousands);
      if (value) return state.put(*value);
      const auto real = parse_real(text, state.format);  // "3.0" is a whole number too.
      return real && std::abs(*real) < 9e15 && *real == std::floor(*real) &&
             state.put(static_cast<std::int64_t>(*real));
    }
    case ColumnType::Real: {
      const auto value = parse_real(text, state.format);
      return value && state.put_real(*value);
    }
    case ColumnType::Money: {
      const auto value = parse_money(text, state.format);
      return value && state.put(*value);
    }
    case ColumnType::Boolean: {
      const auto value = parse_boolean(text);
      if (value) return state.put(*value ? 1 : 0);
      return (text == "1" || text == "0") && state.put(text == "1" ? 1 : 0);
    }
    case ColumnType::Day:
    case ColumnType::Instant: return state.put_date(text);
  }
  return false;
}

void ColumnBuilder::add_missing() {
  auto& column = state_->column;
  switch (column.type) {
    case ColumnType::Text: column.codes.push_back(0); break;
    case ColumnType::Real: column.reals.push_back(0); break;
    default: column.integers.push_back(0);
  }
  column.valid.push_back(0);
}

bool ColumnBuilder::add_number(double number) {
  auto& state = *state_;
  if (!std::isfinite(number)) {
    add_missing();
    return true;
  }
  switch (state.format.type) {
    case ColumnType::Real: return state.put_real(number);
    case ColumnType::Integer:
      return number == std::floor(number) && std::abs(number) < 9e15 &&
             state.put(static_cast<std::int64_t>(number));
    case ColumnType::Money:
      return std::abs(number) < 9e13 && state.put(std::llround(number * 100));
    case ColumnType::Day:
    case ColumnType::Instant:
      if (state.date_format.is_excel()) return state.put_serial(number);
      return add(brief(number, 15));
    case ColumnType::Boolean: return (number == 0 || number == 1) && state.put(number == 1 ? 1 : 0);
    case ColumnType::Text: return add(brief(number, 15));
  }
  return false;
}

bool ColumnBuilder::add_instant(std::int64_t micros) {
  auto& state = *state_;
  if (state.format.type == ColumnType::Instant) return state.put(micros);
  if (state.format.type == ColumnType::Day) return state.put(utc_day_of({micros}).number);
  return add(to_string(Instant{micros}));
}

void ColumnBuilder::drop_last() {
  auto& column = state_->column;
  if (column.type == ColumnType::Text) {
    column.codes.pop_back();
  } else if (column.type == ColumnType::Real) {
    column.reals.pop_back();
  } else {
    column.integers.pop_back();
  }
  column.valid.pop_back();
}

Error ColumnBuilder::reason_of(std::string_view text) const {
  const auto& format = state_->format;
  switch (format.type) {
    case ColumnType::Boolean:
      return {errors::kBadBoolean, {{"column", format.name}, {"value", text}}};
    case ColumnType::Day:
    case ColumnType::Instant: {
      DateFormat::Parsed parsed;
      const bool is_no_day = !state_->date_format.is_excel() &&
                             state_->date_format.parse(text, parsed) == DateFormat::Failure::NoSuchDay;
      return {is_no_day ? errors::kNoSuchDay : errors::kBadDate,
              {{"column", format.name}, {"value", text}, {"format", format.date_format}}};
    }
    default:
      return {errors::kBadNumber,
              {{"column", format.name}, {"value", text}, {"type", name_of(format.type)}}};
  }
}

Column ColumnBuilder::take() {
  auto column = std::move(state_->column);
  column.categories = state_->dictionary.take();
  if (column.type == ColumnType::Text && column.categories.empty() && !column.codes.empty()) {
    column.categories.emplace_back();  // All missing: codes still index something.
  }
  state_->begin();
  return column;
}

std::size_t ColumnBuilder::size() const { return state_->column.valid.size(); }

}  // namespace holdfast::tables
