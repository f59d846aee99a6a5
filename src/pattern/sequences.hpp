#pragma once

#include <cstdint>
#include <optional>

#include "pattern/baskets.hpp"

namespace holdfast::pattern {

/// Dated items of many customers, one customer behind the other: sequence s is the entries from
/// starts[s] up to starts[s + 1], in order of time. Items of one time are one event; an item twice
/// in an event counts once.
struct Sequences {
  std::span<const Item> items;
  std::span<const std::int64_t> times;  // [items], in any one unit, within ±2⁶¹.
  std::span<const std::size_t> starts;  // [sequences + 1].

  std::size_t size() const { return starts.empty() ? 0 : starts.size() - 1; }
};

struct SequenceOptions {
  double support_min = 0.01;   // Share of the sequences, in (0, 1]; see count_min().
  std::size_t length_min = 1;  // Items over all events of a pattern.
  std::size_t length_max = 10;
  std::int64_t gap_min = 1;                // Least time from one event to the next, from 1 on.
  std::optional<std::int64_t> gap_max;     // Most time from one event to the next.
  std::optional<std::int64_t> window_max;  // Most time from the first event to the last.
  std::size_t patterns_max = 1'000'000;    // More are an error.
};

/// Events in order that this many customers went through, other events between them or not.
struct SequencePattern {
  std::vector<std::vector<Item>> events;  // Items within an event ascend.
  std::size_t count = 0;                  // Sequences that hold it at least once.
  double support = 0;

  std::size_t length() const {
    std::size_t items = 0;
    for (const auto& event : events) items += event.size();
    return items;
  }
};

/// Finds all sequential patterns that reach the minimum count, by length, then event by event. The
/// same bytes for any thread count. Nothing frequent is an empty answer.
/// Errors: kNoBaskets, kShape, kItemTooLarge, kNotInOrder, kBadOption, kTooMany.
/// Cost: for each pattern, the events within reach of its last event, over the sequences that hold
/// it.
/// Source: Pei et al. 2001, "PrefixSpan"; limits on gap and window as Zaki 2000, "Sequence mining
/// in categorical domains": all ends of a pattern are kept, not the first alone, as with a largest
/// gap a later end may be the one that goes on.
Result<std::vector<SequencePattern>> sequential_patterns(const Sequences& sequences,
                                                         const SequenceOptions& options = {});

}  // namespace holdfast::pattern
