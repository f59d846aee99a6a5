#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace holdfast::tables {

/// Wall-clock time of one zone → UTC. Immutable, so that threads may share it.
class TimeZone {
 public:
  /// Nothing where ICU knows no such zone.
  static std::shared_ptr<const TimeZone> named(const std::string& name);
  ~TimeZone();

  /// Microseconds since 1970-01-01T00:00 on the wall → since 1970-01-01T00:00 UTC. A time that the
  /// clocks skip counts as if they had not yet gone forward; one they repeat is the first.
  std::int64_t to_utc(std::int64_t wall_micros) const;

 private:
  struct Zone;
  explicit TimeZone(std::unique_ptr<Zone> zone);
  std::unique_ptr<Zone> zone_;  // Empty: UTC.
};

}  // namespace holdfast::tables
