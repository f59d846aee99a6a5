// Reference: Zaki 2001, "SPADE", Figure 1 (the 18 frequent sequences of its database, as
// arulesSequences prints them too); Pei et al. 2001, "PrefixSpan", Table 1; the prefixspan package
// (tests/reference/pattern/SOURCE.md).
#include "pattern/sequences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/parallel.hpp"
#include "pattern/baskets_for_tests.hpp"
#include "pattern/errors.hpp"
#include "pattern/reference_values.hpp"

namespace holdfast::pattern {
namespace {

using Event = std::pair<std::int64_t, std::vector<Item>>;

struct OwnedSequences {
  std::vector<Item> items;
  std::vector<std::int64_t> times;
  std::vector<std::size_t> starts{0};

  explicit OwnedSequences(const std::vector<std::vector<Event>>& sequences) {
    for (const auto& events : sequences) {
      for (const auto& [time, event] : events) {
        items.insert(items.end(), event.begin(), event.end());
        times.insert(times.end(), event.size(), time);
      }
      starts.push_back(items.size());
    }
  }
  Sequences view() const { return {items, times, starts}; }
};

// "D>BF 2" for patterns of items that stand for letters.
std::set<std::string> written(const std::vector<SequencePattern>& patterns) {
  std::set<std::string> lines;
  for (const auto& pattern : patterns) {
    std::string line;
    for (const auto& event : pattern.events) {
      if (!line.empty()) line += '>';
      for (const Item item : event) line += static_cast<char>(item);
    }
    lines.insert(line + " " + std::to_string(pattern.count));
  }
  return lines;
}

std::vector<Item> letters(std::string_view text) { return {text.begin(), text.end()}; }

TEST(SequencesReference, ZakisDatabase) {
  const OwnedSequences data(
      {{{10, letters("CD")}, {15, letters("ABC")}, {20, letters("ABF")}, {25, letters("ACDF")}},
       {{15, letters("ABF")}, {20, letters("E")}},
       {{10, letters("ABF")}},
       {{10, letters("DGH")}, {20, letters("BF")}, {25, letters("AGH")}}});
  const auto patterns = sequential_patterns(data.view(), {.support_min = 0.5});
  ASSERT_TRUE(patterns.ok());
  const std::set<std::string> wanted = {
      "A 4",   "B 4",   "D 2",   "F 4",   "AB 3",   "AF 3",   "BF 4",    "ABF 3",   "D>A 2",
      "D>B 2", "D>F 2", "B>A 2", "F>A 2", "BF>A 2", "D>BF 2", "D>B>A 2", "D>F>A 2", "D>BF>A 2"};
  EXPECT_EQ(written(*patterns), wanted);
  // Zaki 2000: within a window of 10 the patterns that start with D at 10 and end at 25 are gone.
  const auto near = sequential_patterns(data.view(), {.support_min = 0.5, .window_max = 10});
  const std::set<std::string> gone = {"D>BF>A 2", "D>B>A 2", "D>F>A 2", "D>A 2"};
  const auto found = written(*near);
  for (const auto& line : wanted) EXPECT_EQ(found.contains(line), !gone.contains(line)) << line;
}

TEST(SequencesReference, ProjectedDatabaseOfPrefixSpan) {
  const OwnedSequences data(
      {{{1, letters("a")},
        {2, letters("abc")},
        {3, letters("ac")},
        {4, letters("d")},
        {5, letters("cf")}},
       {{1, letters("ad")}, {2, letters("c")}, {3, letters("bc")}, {4, letters("ae")}},
       {{1, letters("ef")},
        {2, letters("ab")},
        {3, letters("df")},
        {4, letters("c")},
        {5, letters("b")}},
       {{1, letters("e")},
        {2, letters("g")},
        {3, letters("af")},
        {4, letters("c")},
        {5, letters("b")},
        {6, letters("c")}}});
  const auto patterns = sequential_patterns(data.view(), {.support_min = 0.5});
  ASSERT_TRUE(patterns.ok());
  const auto found = written(*patterns);
  // The length-1 patterns and those with prefix <a>, as the paper lists them (Table 2).
  for (const auto* line :
       {"a 4",    "b 4",    "c 4",    "d 3",      "e 3",     "f 3",      "a>a 2",   "a>b 4",
        "ab 2",   "a>c 4",  "a>d 2",  "a>f 2",    "a>bc 2",  "a>bc>a 2", "a>b>a 2", "a>b>c 2",
        "ab>c 2", "ab>d 2", "ab>f 2", "ab>d>c 2", "a>c>a 2", "a>c>b 3",  "a>c>c 3", "a>d>c 2"}) {
    EXPECT_TRUE(found.contains(line)) << line;
  }
  EXPECT_EQ(std::ranges::count_if(found, [](const auto& line) { return line[0] == 'a'; }), 19);
}

TEST(SequencesReference, EqualThePrefixspanPackage) {
  std::vector<std::vector<Event>> sequences;
  for (const auto& row : reference_rows("sequences.csv")) {
    auto& events = sequences.emplace_back();
    for (const Item item : numbers_in(row[0])) {
      events.push_back({static_cast<std::int64_t>(events.size()), {item}});
    }
  }
  const OwnedSequences data(sequences);
  const auto patterns = sequential_patterns(data.view(), {.support_min = 12.0 / 200});
  ASSERT_TRUE(patterns.ok());
  std::map<std::vector<Item>, std::string> found;
  for (const auto& pattern : *patterns) {
    std::vector<Item> items;
    for (const auto& event : pattern.events) items.push_back(event.at(0));
    found[items] = std::to_string(pattern.count);
  }
  const auto wanted = reference_rows("sequence_patterns.csv");
  EXPECT_EQ(found.size(), wanted.size());
  for (const auto& row : wanted) EXPECT_EQ(found[numbers_in(row[0])], row[1]) << row[0];
}

// Whether the pattern's events from `next` on fit into a sequence, trying every event.
bool fits(const std::vector<Event>& events, const std::vector<std::vector<Item>>& pattern,
          const SequenceOptions& options, std::size_t next, std::size_t from, std::int64_t begin,
          std::int64_t before) {
  if (next == pattern.size()) return true;
  for (std::size_t e = from; e < events.size(); ++e) {
    const auto& [time, items] = events[e];
    if (next > 0) {
      if (time - before < options.gap_min) continue;
      if (options.gap_max && time - before > *options.gap_max) continue;
      if (options.window_max && time - begin > *options.window_max) continue;
    }
    const std::set<Item> held(items.begin(), items.end());
    if (!std::ranges::includes(held, pattern[next])) continue;
    if (fits(events, pattern, options, next + 1, e + 1, next == 0 ? time : begin, time))
      return true;
  }
  return false;
}

TEST(SequencesOracle, LimitsEqualTryingEverything) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    Random random(seed);
    const Item items = static_cast<Item>(2 + random.below(3));
    std::vector<std::vector<Event>> sequences(2 + random.below(10));
    for (auto& events : sequences) {
      std::int64_t time = 0;
      for (std::size_t e = random.below(6); e > 0; --e) {
        time += static_cast<std::int64_t>(1 + random.below(4));
        events.push_back({time, {}});
        for (std::size_t i = 1 + random.below(3); i > 0; --i) {
          events.back().second.push_back(static_cast<Item>(random.below(items)));
        }
      }
    }
    SequenceOptions options;
    options.support_min = 0.1 + 0.3 * random.uniform();
    options.length_max = 4;
    options.gap_min = static_cast<std::int64_t>(1 + random.below(3));
    if (random.chance(0.6))
      options.gap_max = options.gap_min + static_cast<std::int64_t>(random.below(5));
    if (random.chance(0.6)) options.window_max = static_cast<std::int64_t>(random.below(10));
    const OwnedSequences data(sequences);
    const auto found = sequential_patterns(data.view(), options);
    ASSERT_TRUE(found.ok());
    // Every pattern of up to four items, by growing all.
    std::map<std::vector<std::vector<Item>>, std::size_t> wanted;
    const std::function<void(std::vector<std::vector<Item>>, std::size_t)> grow =
        [&](const std::vector<std::vector<Item>>& pattern, std::size_t length) {
          if (length > 0) {
            const auto count = static_cast<std::size_t>(
                std::ranges::count_if(sequences, [&](const std::vector<Event>& events) {
                  return fits(events, pattern, options, 0, 0, 0, 0);
                }));
            if (count >= count_min(options.support_min, sequences.size())) wanted[pattern] = count;
          }
          if (length == 4) return;
          for (Item item = 0; item < items; ++item) {
            auto longer = pattern;
            longer.push_back({item});
            grow(longer, length + 1);
            if (pattern.empty() || item <= pattern.back().back()) continue;
            longer = pattern;
            longer.back().push_back(item);
            grow(longer, length + 1);
          }
        };
    grow({}, 0);
    ASSERT_EQ(found->size(), wanted.size()) << seed;
    for (const auto& pattern : *found) {
      ASSERT_EQ(wanted[pattern.events], pattern.count) << seed;
    }
    compared += wanted.size();
  }
  EXPECT_GT(compared, 2000u);
}

TEST(Sequences, ThreadsAndShiftedTimesChangeNothing) {
  Random random(5);
  std::vector<std::vector<Event>> sequences(300);
  for (auto& events : sequences) {
    for (std::int64_t e = 0; e < 8; ++e)
      events.push_back({3 * e, {static_cast<Item>(random.below(9))}});
  }
  OwnedSequences data(sequences);
  const SequenceOptions options{.support_min = 0.05, .gap_max = 6, .window_max = 15};
  const auto first = sequential_patterns(data.view(), options);
  for (auto& time : data.times) time -= 1'000'000;
  set_threads(1);
  const auto second = sequential_patterns(data.view(), options);
  set_threads(0);
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_GT(first->size(), 50u);
  EXPECT_EQ(written(*first), written(*second));
}

TEST(Sequences, HardInput) {
  EXPECT_EQ(sequential_patterns({}).error().kind, &errors::kNoBaskets);
  const OwnedSequences blank(std::vector<std::vector<Event>>{{}, {}});
  EXPECT_TRUE(sequential_patterns(blank.view())->empty());
  const OwnedSequences twice({{{1, {7, 7}}, {2, {7}}}, {{1, {7}}}});
  const auto patterns = sequential_patterns(twice.view(), {.support_min = 0.5});
  ASSERT_EQ(patterns->size(), 2u);
  EXPECT_EQ((*patterns)[0].count, 2u);
  EXPECT_EQ((*patterns)[1].events, (std::vector<std::vector<Item>>{{7}, {7}}));
  EXPECT_EQ((*patterns)[1].count, 1u);
  const OwnedSequences backwards({{{2, {1}}, {1, {2}}}});
  EXPECT_EQ(sequential_patterns(backwards.view()).error().kind, &errors::kNotInOrder);
  for (const auto& options :
       {SequenceOptions{.support_min = 0}, SequenceOptions{.gap_min = 0},
        SequenceOptions{.gap_min = 3, .gap_max = 2}, SequenceOptions{.window_max = -1},
        SequenceOptions{.length_max = 0}}) {
    EXPECT_EQ(sequential_patterns(twice.view(), options).error().kind, &errors::kBadOption);
  }
  EXPECT_EQ(sequential_patterns(twice.view(), {.patterns_max = 1}).error().kind, &errors::kTooMany);
  EXPECT_EQ(sequential_patterns({twice.items, {}, twice.starts}).error().kind, &errors::kShape);
}

}  // namespace
}  // namespace holdfast::pattern
