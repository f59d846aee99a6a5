#pragma once

#include <algorithm>
#include <cstdint>

#include "core/day.hpp"
#include "history/bucket.hpp"

namespace holdfast::history {

/// One customer as the company knew them at the start of a day. The only way features read history:
/// a row is visible when it happened before the cutoff, was known before it, and no correction known
/// before it replaced it.
class HistoryView {
 public:
  HistoryView(const Bucket& bucket, std::uint32_t customer, Day cutoff)
      : bucket_(&bucket), customer_(customer), cutoff_(cutoff.number) {}

  Day cutoff() const { return {cutoff_}; }

  /// Rows [first, last) of a table that happened before the cutoff; is_known() must still be asked
  /// of each where the table has known or superseded days.
  struct Rows {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  Rows happened(std::size_t table) const {
    const auto& data = bucket_->tables[table];
    const auto from = data.event_day.begin() + data.begin[customer_];
    const auto to = data.event_day.begin() + data.begin[customer_ + 1];
    const auto end = std::lower_bound(from, to, cutoff_);
    return {data.begin[customer_], static_cast<std::uint32_t>(end - data.event_day.begin())};
  }
  bool is_known(std::size_t table, std::uint32_t row) const {
    const auto& data = bucket_->tables[table];
    return data.known_day_of(row) < cutoff_ &&
           (data.superseded_day.empty() || data.superseded_day[row] >= cutoff_);
  }

 private:
  const Bucket* bucket_;
  std::uint32_t customer_;
  std::int32_t cutoff_;
};

}  // namespace holdfast::history
