// Reference: scikit-learn 1.9.1 (tests/reference/grouping/SOURCE.md).
#include "grouping/silhouette.hpp"

#include "grouping/errors.hpp"
#include "grouping/reference_values.hpp"

namespace holdfast::grouping {
namespace {

TEST(SilhouettesReference, EqualScikitLearn) {
  for (const auto& [name, count, cols] :
       {std::tuple{"small", 300U, 3U}, std::tuple{"wide", 400U, 7U}}) {
    const auto made = reference_rows(count, cols);
    const auto at = std::string(name) + ".plain";
    std::vector<std::uint32_t> labels;
    for (const double label : reference(at + ".labels")) {
      labels.push_back(static_cast<std::uint32_t>(label));
    }
    const auto found = silhouettes({made.cells.data(), count, cols}, labels);
    ASSERT_TRUE(found.ok());
    expect_near(found->each, at + ".silhouettes", 1e-12);
    expect_near({found->mean}, at + ".silhouette", 1e-12);
  }
}

TEST(Silhouettes, ByHand) {
  const std::vector<double> cells = {0, 1, 5, 20};
  const std::vector<std::uint32_t> labels = {0, 0, 2, 3};  // Nobody is in cluster 1.
  const auto exact = silhouettes({cells.data(), 4, 1}, labels);
  EXPECT_EQ(exact->each, (std::vector<double>{0.8, 0.75, 0, 0}));
  EXPECT_EQ(exact->cluster, (std::vector<double>{0.775, 0, 0, 0}));
  const std::vector<double> centers = {0.5, 100, 5, 20};
  const auto simple = simplified_silhouettes({cells.data(), 4, 1}, centers, labels);
  EXPECT_EQ(simple->each, (std::vector<double>{0.9, 0.875, 0, 0}));
}

TEST(Silhouettes, RefuseWhatHasNone) {
  const std::vector<double> cells = {0, 1, 5};
  const MatrixView rows{cells.data(), 3, 1};
  const std::vector<std::uint32_t> one = {0, 0, 0};
  const std::vector<std::uint32_t> all = {0, 1, 2};
  const std::vector<std::uint32_t> wild = {0, 1, 4'000'000'000U};
  const std::vector<std::uint32_t> few = {0, 1};
  EXPECT_EQ(silhouettes(rows, one).error().kind, &errors::kNoSilhouette);
  EXPECT_EQ(silhouettes(rows, all).error().kind, &errors::kNoSilhouette);
  EXPECT_EQ(silhouettes(rows, wild).error().kind, &errors::kBadLabel);
  EXPECT_EQ(silhouettes(rows, few).error().kind, &errors::kShape);
  EXPECT_EQ(silhouettes({nullptr, 0, 1}, {}).error().kind, &errors::kNoRows);
}

}  // namespace
}  // namespace holdfast::grouping
