#include "tables/time_zone.hpp"

#include <algorithm>
#include <vector>

#include <unicode/basictz.h>
#include <unicode/timezone.h>

#include "core/day.hpp"

namespace holdfast::tables {
namespace {

// Offsets are looked up once per wall-clock quarter of an hour of these days: no zone changes its
// clocks more finely, and asking ICU for every cell is 20 times slower than reading the cell.
constexpr std::int64_t kSlotMicros = 900'000'000;
constexpr std::int64_t kSlotsPerDay = 96;
constexpr std::int32_t kFirstDay = 0;      // 1970-01-01.
constexpr std::int32_t kLastDay = 36'524;  // 2069-12-31.

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

struct TimeZone::Zone {
  std::unique_ptr<icu::TimeZone> icu;
  /// Whole days with one offset; kMixed where the clocks change that day.
  std::vector<std::int32_t> by_day_millis;
  static constexpr std::int32_t kMixed = INT32_MIN;

  std::int32_t offset_millis(std::int64_t wall_micros) const {
    UErrorCode failure = U_ZERO_ERROR;
    std::int32_t raw = 0;
    std::int32_t saving = 0;
    const auto millis = static_cast<UDate>(floor_div(wall_micros, 1000));
    if (const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(icu.get())) {
      basic->getOffsetFromLocal(millis, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, saving,
                                failure);
    } else {
      icu->getOffset(millis, true, raw, saving, failure);
    }
    return raw + saving;
  }
};

TimeZone::TimeZone(std::unique_ptr<Zone> zone) : zone_(std::move(zone)) {}
TimeZone::~TimeZone() = default;

std::shared_ptr<const TimeZone> TimeZone::named(const std::string& name) {
  if (name.empty() || name == "UTC") return std::shared_ptr<const TimeZone>(new TimeZone(nullptr));
  auto zone = std::make_unique<Zone>();
  zone->icu.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (zone->icu == nullptr || *zone->icu == icu::TimeZone::getUnknown()) return nullptr;
  zone->by_day_millis.resize(static_cast<std::size_t>(kLastDay - kFirstDay) + 1);
  for (std::int32_t day = kFirstDay; day <= kLastDay; ++day) {
    const std::int64_t start = day * kMicrosPerDay;
    const auto first = zone->offset_millis(start);
    const auto last = zone->offset_millis(start + (kSlotsPerDay - 1) * kSlotMicros);
    zone->by_day_millis[static_cast<std::size_t>(day - kFirstDay)] =
        first == last ? first : Zone::kMixed;
  }
  return std::shared_ptr<const TimeZone>(new TimeZone(std::move(zone)));
}

std::int64_t TimeZone::to_utc(std::int64_t wall_micros) const {
  if (zone_ == nullptr) return wall_micros;
  const auto day = floor_div(wall_micros, kMicrosPerDay);
  std::int32_t millis = Zone::kMixed;
  if (day >= kFirstDay && day <= kLastDay) {
    millis = zone_->by_day_millis[static_cast<std::size_t>(day - kFirstDay)];
  }
  if (millis == Zone::kMixed) millis = zone_->offset_millis(wall_micros);
  return wall_micros - millis * std::int64_t{1000};
}

}  // namespace holdfast::tables
