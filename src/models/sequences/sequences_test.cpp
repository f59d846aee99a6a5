// Reference: counted by hand; the engine's own are in tests/reference/pattern/SOURCE.md.

#include <gtest/gtest.h>

#include <algorithm>

#include "models/pattern_task.hpp"
#include "pattern/errors.hpp"

namespace holdfast::sequences {
extern const ModelDescriptor descriptor;
namespace {

// Customers: a then b | a then b | a | b then a.
struct Customers {
  std::vector<std::uint32_t> item{0, 1, 0, 1, 0, 1, 0};
  std::vector<std::int64_t> day{1, 5, 1, 9, 1, 1, 2};
  std::vector<std::size_t> starts{0, 2, 4, 5, 7};

  PatternTask task() const {
    return {.items = {"a", "b"}, .item = item, .starts = starts, .day = day, .seed = 1};
  }
};

const forms::SequencePatterns& form_of(const FittedModel& model) {
  return std::get<forms::SequencePatterns>(model.form);
}

TEST(Sequences, CountWhoWentOn) {
  const auto model = descriptor.fit_pattern(Customers().task(), {{"support_min", 0.25}}, silent());
  ASSERT_TRUE(model.ok());
  const auto& form = form_of(*model);
  EXPECT_EQ(form.sequences, 4);
  const std::vector<std::vector<std::uint32_t>> a_then_b{{0}, {1}};
  const auto at = std::ranges::find(form.patterns, a_then_b, &forms::SequencePatterns::Pattern::events);
  ASSERT_NE(at, form.patterns.end());
  EXPECT_EQ(at->count, 2);
  EXPECT_NEAR(*at->confidence, 2.0 / 4, 1e-15);  // Of the four who came to a.
  EXPECT_NEAR(*at->lift, 0.5 / (3.0 / 4), 1e-15);  // Three came to b at all.
}

TEST(Sequences, KeepToTheLimitsOfTime) {
  const auto model = descriptor.fit_pattern(
      Customers().task(), {{"support_min", 0.25}, {"gap_max", std::int64_t{4}}}, silent());
  for (const auto& pattern : form_of(*model).patterns) {
    if (pattern.events == std::vector<std::vector<std::uint32_t>>{{0}, {1}}) {
      EXPECT_EQ(pattern.count, 1);  // The second took eight days.
    }
  }
}

TEST(Sequences, ComeBackFromTheirEnvelope) {
  const auto model = descriptor.fit_pattern(Customers().task(), {{"support_min", 0.25}}, silent());
  const auto again = from_json(to_json(*model, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_json(*again, {}), to_json(*model, {}));
}

TEST(Sequences, SayWhatIsWrong) {
  EXPECT_EQ(descriptor.fit_pattern({}, {}, silent()).error().kind, &pattern::errors::kNoBaskets);
  Customers unsorted;
  unsorted.day[1] = 0;
  EXPECT_EQ(descriptor.fit_pattern(unsorted.task(), {}, silent()).error().kind,
            &pattern::errors::kNotInOrder);
}

}  // namespace
}  // namespace holdfast::sequences
