#include "pattern/sequences.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <utility>

#include "core/parallel.hpp"
#include "pattern/errors.hpp"

namespace holdfast::pattern {
namespace {

constexpr auto kNever = std::numeric_limits<std::int64_t>::min();

// Sequences as events of frequent items.
struct Events {
  std::vector<Item> items;                  // Ascending within an event.
  std::vector<std::size_t> item_starts{0};  // [events + 1].
  std::vector<std::int64_t> times;          // [events].
  std::vector<std::size_t> starts{0};       // [sequences + 1] of events.
  std::size_t count_min = 0;
  std::size_t items_count = 0;

  std::span<const Item> items_of(std::size_t event) const {
    return std::span(items).subspan(item_starts[event],
                                    item_starts[event + 1] - item_starts[event]);
  }
};

// One way a pattern can end: at this event, having begun at the latest possible time.
struct End {
  std::uint32_t sequence = 0;
  std::size_t event = 0;
  std::int64_t begin = 0;
};

Result<void> check_options(const SequenceOptions& options) {
  const auto bad = [](const char* name, auto value, const char* needed) {
    return Error(errors::kBadOption, {{"option", name}, {"value", value}, {"needed", needed}});
  };
  if (!(options.support_min > 0 && options.support_min <= 1)) {
    return bad("support_min", options.support_min, "(0, 1]");
  }
  if (options.length_min < 1 || options.length_max < options.length_min) {
    return bad("length_min", options.length_min, "1 … length_max");
  }
  if (options.gap_min < 1) return bad("gap_min", options.gap_min, "1 …");
  if (options.gap_max && *options.gap_max < options.gap_min) {
    return bad("gap_max", *options.gap_max, "gap_min …");
  }
  if (options.window_max && *options.window_max < 0) {
    return bad("window_max", *options.window_max, "0 …");
  }
  return {};
}

Result<Events> events_of(const Sequences& sequences, const SequenceOptions& options) {
  HOLDFAST_TRY_VOID(check({sequences.items, sequences.starts}));
  HOLDFAST_TRY_VOID(check_options(options));
  if (sequences.times.size() != sequences.items.size()) {
    return Error(errors::kShape, {{"what", "times"}, {"items", sequences.items.size()}});
  }
  Events events;
  events.count_min = count_min(options.support_min, sequences.size());
  for (const Item item : sequences.items) {
    events.items_count = std::max<std::size_t>(events.items_count, item + std::size_t{1});
  }
  std::vector<std::size_t> count(events.items_count), last(events.items_count);
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    for (std::size_t i = sequences.starts[s]; i < sequences.starts[s + 1]; ++i) {
      if (i > sequences.starts[s] && sequences.times[i] < sequences.times[i - 1]) {
        return Error(errors::kNotInOrder, {{"sequence", s}});
      }
      if (std::exchange(last[sequences.items[i]], s + 1) != s + 1) ++count[sequences.items[i]];
    }
  }
  std::vector<Item> event;
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    for (std::size_t i = sequences.starts[s]; i < sequences.starts[s + 1];) {
      const auto time = sequences.times[i];
      event.clear();
      for (; i < sequences.starts[s + 1] && sequences.times[i] == time; ++i) {
        if (count[sequences.items[i]] >= events.count_min) event.push_back(sequences.items[i]);
      }
      if (event.empty()) continue;
      std::sort(event.begin(), event.end());
      event.erase(std::unique(event.begin(), event.end()), event.end());
      events.items.insert(events.items.end(), event.begin(), event.end());
      events.item_starts.push_back(events.items.size());
      events.times.push_back(time);
    }
    events.starts.push_back(events.times.size());
  }
  return events;
}

class Grower {
 public:
  Grower(const Events& events, const SequenceOptions& options, std::size_t total,
         std::atomic<std::size_t>& patterns)
      : events_(events),
        options_(options),
        total_(total),
        patterns_(patterns),
        count_(events.items_count),
        last_(events.items_count),
        place_(events.items_count) {}

  /// All patterns that begin with the pattern, whose ends are given by sequence and event.
  void grow(SequencePattern& pattern, std::size_t length, const std::vector<End>& ends,
            std::vector<SequencePattern>& out) {
    pattern.support = static_cast<double>(pattern.count) / static_cast<double>(total_);
    if (patterns_.fetch_add(1, std::memory_order_relaxed) >= options_.patterns_max) return;
    if (length >= options_.length_min) out.push_back(pattern);
    if (length >= options_.length_max) return;
    const Item last = pattern.events.back().back();
    const auto count = pattern.count;
    extend(
        [&](const auto& take) {
          for (const auto& end : ends) {
            for (const Item item : events_.items_of(end.event)) {
              if (item > last) take(item, end);
            }
          }
        },
        [&](Item item, std::size_t found, const std::vector<End>& longer) {
          pattern.events.back().push_back(item);
          pattern.count = found;
          grow(pattern, length + 1, longer, out);
          pattern.events.back().pop_back();
        });
    const auto next = later(ends);
    extend(
        [&](const auto& take) {
          for (const auto& end : next) {
            for (const Item item : events_.items_of(end.event)) take(item, end);
          }
        },
        [&](Item item, std::size_t found, const std::vector<End>& longer) {
          pattern.events.push_back({item});
          pattern.count = found;
          grow(pattern, length + 1, longer, out);
          pattern.events.pop_back();
        });
    pattern.count = count;
  }

  /// Every frequent item with all its ends.
  template <typename Use>
  void first_items(const Use& use) {
    extend(
        [&](const auto& take) {
          for (std::size_t s = 0; s + 1 < events_.starts.size(); ++s) {
            for (std::size_t e = events_.starts[s]; e < events_.starts[s + 1]; ++e) {
              const End end{static_cast<std::uint32_t>(s), e, events_.times[e]};
              for (const Item item : events_.items_of(e)) take(item, end);
            }
          }
        },
        use);
  }

 private:
  // The events that may follow, each once with the latest begin that reaches it.
  std::vector<End> later(const std::vector<End>& ends) const {
    std::vector<End> next;
    for (std::size_t first = 0; first < ends.size();) {
      std::size_t past = first;
      while (past < ends.size() && ends[past].sequence == ends[first].sequence) ++past;
      const auto sequence = ends[first].sequence;
      std::size_t reached = first;   // Ends before it are at least gap_min before the event.
      std::int64_t latest = kNever;  // Begin of those, where there is no largest gap.
      std::size_t near = first;      // Ends before it are more than gap_max before.
      for (std::size_t e = ends[first].event + 1; e < events_.starts[sequence + 1]; ++e) {
        const auto time = events_.times[e];
        while (reached < past && events_.times[ends[reached].event] <= time - options_.gap_min) {
          latest = std::max(latest, ends[reached++].begin);
        }
        auto begin = latest;
        if (options_.gap_max) {
          while (near < reached && events_.times[ends[near].event] < time - *options_.gap_max)
            ++near;
          begin = kNever;
          for (std::size_t i = near; i < reached; ++i) begin = std::max(begin, ends[i].begin);
        }
        if (begin == kNever || (options_.window_max && time - begin > *options_.window_max))
          continue;
        next.push_back({sequence, e, begin});
      }
      first = past;
    }
    return next;
  }

  // each(take) offers (item, end) by sequence and event; use(item, sequences, ends) gets the
  // frequent ones by item.
  template <typename Each, typename Use>
  void extend(const Each& each, const Use& use) {
    constexpr auto kNobody = std::numeric_limits<std::uint32_t>::max();
    std::vector<Item> seen;
    each([&](Item item, const End& end) {
      if (count_[item] == 0) {
        seen.push_back(item);
        last_[item] = kNobody;
      }
      if (std::exchange(last_[item], end.sequence) != end.sequence) ++count_[item];
    });
    std::sort(seen.begin(), seen.end());
    std::vector<Item> frequent;
    std::vector<std::size_t> counts;
    for (const Item item : seen) {
      if (count_[item] >= events_.count_min) {
        frequent.push_back(item);
        counts.push_back(count_[item]);
        place_[item] = frequent.size();
      }
      count_[item] = 0;
    }
    std::vector<std::vector<End>> ends(frequent.size());
    if (!frequent.empty()) {
      each([&](Item item, const End& end) {
        if (place_[item] != 0) ends[place_[item] - 1].push_back(end);
      });
    }
    for (const Item item : frequent) place_[item] = 0;
    for (std::size_t f = 0; f < frequent.size(); ++f) {
      use(frequent[f], counts[f], ends[f]);
      ends[f] = {};
    }
  }

  const Events& events_;
  const SequenceOptions& options_;
  std::size_t total_;
  std::atomic<std::size_t>& patterns_;
  // By item; 0 between calls of extend().
  std::vector<std::size_t> count_;
  std::vector<std::uint32_t> last_;
  std::vector<std::size_t> place_;
};

}  // namespace

Result<std::vector<SequencePattern>> sequential_patterns(const Sequences& sequences,
                                                         const SequenceOptions& options) {
  HOLDFAST_TRY(const Events events, events_of(sequences, options));
  std::atomic<std::size_t> found{0};
  struct Start {
    Item item = 0;
    std::size_t count = 0;
    std::vector<End> ends;
  };
  std::vector<Start> starts;
  Grower(events, options, sequences.size(), found)
      .first_items([&](Item item, std::size_t count, const std::vector<End>& ends) {
        starts.push_back({item, count, ends});
      });
  std::vector<std::vector<SequencePattern>> parts(starts.size());
  parallel_for(starts.size(), 1, [&](std::size_t begin, std::size_t end) {
    Grower grower(events, options, sequences.size(), found);
    for (std::size_t i = begin; i < end; ++i) {
      SequencePattern pattern{{{starts[i].item}}, starts[i].count, 0};
      grower.grow(pattern, 1, starts[i].ends, parts[i]);
    }
  });
  if (found > options.patterns_max) {
    return Error(errors::kTooMany,
                 {{"limit", options.patterns_max}, {"count_min", events.count_min}});
  }
  std::vector<SequencePattern> patterns;
  for (auto& part : parts) {
    std::move(part.begin(), part.end(), std::back_inserter(patterns));
  }
  std::sort(patterns.begin(), patterns.end(),
            [](const SequencePattern& x, const SequencePattern& y) {
              if (x.length() != y.length()) return x.length() < y.length();
              return x.events < y.events;
            });
  return patterns;
}

}  // namespace holdfast::pattern
