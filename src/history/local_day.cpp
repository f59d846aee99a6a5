#include "history/local_day.hpp"

#include <algorithm>
#include <limits>

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>

#include "history/errors.hpp"

namespace holdfast::history {
namespace {

constexpr std::int64_t kMicrosPerMilli = 1000;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

struct LocalDays::Zone {
  std::unique_ptr<icu::TimeZone> zone;
};

LocalDays::LocalDays(std::unique_ptr<Zone> zone) : zone_(std::move(zone)) {}
LocalDays::LocalDays(LocalDays&&) noexcept = default;
LocalDays& LocalDays::operator=(LocalDays&&) noexcept = default;
LocalDays::~LocalDays() = default;

Result<LocalDays> LocalDays::create(const std::string& time_zone) {
  auto zone = std::make_unique<Zone>();
  zone->zone.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(time_zone)));
  if (!zone->zone || *zone->zone == icu::TimeZone::getUnknown()) {
    return Error{errors::kUnknownTimeZone, {{"zone", time_zone}}, {.key = "time_zone"}};
  }
  return LocalDays(std::move(zone));
}

LocalDays::Span LocalDays::span_at(std::int64_t micros) const {
  const auto millis = static_cast<UDate>(floor_divide(micros, kMicrosPerMilli));
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  UErrorCode failure = U_ZERO_ERROR;
  zone_->zone->getOffset(millis, false, raw, saving, failure);
  Span span{.from = std::numeric_limits<std::int64_t>::min(),
            .to = std::numeric_limits<std::int64_t>::max(),
            .offset = (std::int64_t{raw} + saving) * kMicrosPerMilli};
  const auto* rules = dynamic_cast<const icu::BasicTimeZone*>(zone_->zone.get());
  if (rules == nullptr) return {.from = micros, .to = micros + 1, .offset = span.offset};
  icu::TimeZoneTransition transition;
  if (rules->getPreviousTransition(millis, true, transition)) {
    span.from = static_cast<std::int64_t>(transition.getTime()) * kMicrosPerMilli;
  }
  if (rules->getNextTransition(millis, false, transition)) {
    span.to = static_cast<std::int64_t>(transition.getTime()) * kMicrosPerMilli;
  }
  return span;
}

Day LocalDays::day_of(Instant instant) {
  const auto at = instant.micros;
  if (at < last_.from || at >= last_.to) {
    const auto known = std::ranges::find_if(
        spans_, [&](const Span& span) { return at >= span.from && at < span.to; });
    if (known != spans_.end()) {
      last_ = *known;
    } else {
      last_ = span_at(at);
      spans_.push_back(last_);
    }
  }
  return {static_cast<std::int32_t>(floor_divide(at + last_.offset, kMicrosPerDay))};
}

}  // namespace holdfast::history
