#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"

namespace holdfast::history {

/// Turns instants into calendar days of one time zone. Remembers the zone's transitions as it meets
/// them, so that a run of instants costs one comparison each. Not for several threads at once.
class LocalDays {
 public:
  /// Errors: kUnknownTimeZone.
  static Result<LocalDays> create(const std::string& time_zone);
  LocalDays(LocalDays&&) noexcept;
  LocalDays& operator=(LocalDays&&) noexcept;
  ~LocalDays();

  Day day_of(Instant instant);

 private:
  struct Zone;
  struct Span {  // Between two transitions the offset is the same.
    std::int64_t from = 0, to = 0;  // [from, to) in microseconds UTC.
    std::int64_t offset = 0;        // Microseconds to add.
  };
  explicit LocalDays(std::unique_ptr<Zone> zone);
  Span span_at(std::int64_t micros) const;

  std::unique_ptr<Zone> zone_;
  std::vector<Span> spans_;
  Span last_;
};

}  // namespace holdfast::history
