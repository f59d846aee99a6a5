#include "exchange/key_mask.hpp"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exchange/results.hpp"

namespace holdfast::exchange {
namespace {

TEST(KeyMask, ShowsKeysWhereNothingIsMasked) { EXPECT_EQ(KeyMask{}("13812348000"), "13812348000"); }

TEST(KeyMask, TellsApartWhomTheMaskMakesAlike) {
  const KeyMask mask{.masks = true, .secret = "of the data"};
  std::set<std::string> shown;
  for (int i = 0; i < 10'000; ++i) {
    const auto key = fmt::format("138{:04}8000", i);
    EXPECT_EQ(masked(key), "138****8000");
    const auto text = mask(key);
    EXPECT_TRUE(text.starts_with("138****8000~")) << text;
    EXPECT_EQ(text.find(key), std::string::npos);
    shown.insert(text);
  }
  EXPECT_EQ(shown.size(), 10'000U);
}

TEST(KeyMask, IsTheSameForTheSameDataOnly) {
  const KeyMask mask{.masks = true, .secret = "a"}, again{.masks = true, .secret = "a"},
      other{.masks = true, .secret = "b"};
  EXPECT_EQ(mask("13812348000"), again("13812348000"));
  EXPECT_NE(mask("13812348000"), other("13812348000"));
}

TEST(KeyMask, LeavesWhatIsEmptyEmpty) { EXPECT_EQ((KeyMask{.masks = true, .secret = "a"}("")), ""); }

}  // namespace
}  // namespace holdfast::exchange
