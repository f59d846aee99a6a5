#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/hash.hpp"
#include "core/net_amount.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast {
namespace {

// Source: XXH64's published test vectors (github.com/Cyan4973/xxHash, cli/xsum_sanity_check.c gives
// the empty input; the others are quoted in many ports' tests).
TEST(Hash, IsXxh64) {
  EXPECT_EQ(hash64(""), 0xEF46DB3751D8E999ULL);
  EXPECT_EQ(hash64("a"), 0xD24EC4F1A98C6E5BULL);
  EXPECT_EQ(hash64("abc"), 0x44BC2CF5AD770999ULL);
  EXPECT_EQ(hash64("The quick brown fox jumps over the lazy dog"), 0x0B242D361FDA71BCULL);
}

TEST(NetAmount, IsNothingWhereCentsCancel) {
  NetAmount cancels, does_not;
  for (const double amount : {0.1, 0.2, -0.3}) cancels.add(amount);
  EXPECT_NE(0.1 + 0.2 - 0.3, 0);
  EXPECT_EQ(cancels.value(), 0);
  // One cent of a hundred million is kept.
  for (const double amount : {1e8, 0.01, -1e8}) does_not.add(amount);
  EXPECT_NEAR(does_not.value(), 0.01, 1e-7);
}

TEST(Hash, OfAFileIsThatOfItsContents) {
  const testing::TemporaryFolder folder;
  const auto path = folder.write("a.txt", "holdfast");
  EXPECT_EQ(*content_hash_of_file(path), content_hash("holdfast"));
  EXPECT_EQ(content_hash_of_file(folder.path() / "none").error().kind, &errors::kFileMissing);
}

TEST(Random, SameSeedGivesTheSameNumbers) {
  Random a(7);
  Random b(7);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(a.next(), b.next());
  EXPECT_NE(Random(7).split(1).next(), Random(7).split(2).next());
}

TEST(Random, MomentsAreThoseOfTheDistributions) {
  Random random(1);
  const int n = 200'000;
  const auto mean = [&](auto draw) {
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += draw();
    return sum / n;
  };
  EXPECT_NEAR(mean([&] { return random.uniform(); }), 0.5, 0.005);
  EXPECT_NEAR(mean([&] { return random.normal(); }), 0, 0.01);
  EXPECT_NEAR(mean([&] { return std::pow(random.normal(), 2); }), 1, 0.02);
  EXPECT_NEAR(mean([&] { return random.exponential(2); }), 0.5, 0.01);
  EXPECT_NEAR(mean([&] { return random.gamma(0.7); }), 0.7, 0.02);
  EXPECT_NEAR(mean([&] { return static_cast<double>(random.poisson(3)); }), 3, 0.03);
  EXPECT_NEAR(mean([&] { return static_cast<double>(random.below(10)); }), 4.5, 0.05);
}

TEST(Parallel, SumsAreTheSameBitsForAnyThreadCount) {
  std::vector<double> values(100'003);
  Random random(3);
  for (auto& value : values) value = random.normal() * 1e6;
  const auto sum = [&] {
    return parallel_sum(values.size(), 1000, [&](std::size_t begin, std::size_t end) {
      return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                             values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
    });
  };
  set_threads(1);
  const double one = sum();
  set_threads(2);
  EXPECT_EQ(one, sum());
  set_threads(0);
  EXPECT_EQ(one, sum());
}

TEST(Parallel, CoversEveryIndexOnce) {
  std::vector<int> seen(1234);
  parallel_for(seen.size(), 100, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) ++seen[i];
  });
  for (const int count : seen) ASSERT_EQ(count, 1);
}

TEST(File, IsReplacedAsAWhole) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "deep" / "a.json";
  ASSERT_TRUE(write_file_atomically(path, "old").ok());
  ASSERT_TRUE(write_file_atomically(path, "new").ok());
  EXPECT_EQ(*read_file(path), "new");
  // Nothing lies aside afterwards.
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    (void)entry;
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST(File, SaysWhatCouldNotBeWritten) {
  const auto failed = write_file_atomically("/proc/nowhere/a.txt", "x");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, &errors::kFileUnwritable);
}

TEST(ErrorText, IsMadeInTheReadersLanguage) {
  const Error error{errors::kFileMissing, {{"path", "a.csv"}}, {.file = "study.toml", .line = 3}};
  EXPECT_TRUE(render(error, Language::En)
                  .starts_with("study.toml:3: error[core.file_missing]: no such file: a.csv\n  hint: "));
  EXPECT_TRUE(render(error, Language::Zh).starts_with("study.toml:3: 错误[core.file_missing]: 文件不存在: a.csv"));
}

}  // namespace
}  // namespace holdfast
