// Oracle: every query asked of the rows themselves.

#include "cube/cube.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/parallel.hpp"
#include "cube/errors.hpp"
#include "cube/made_portfolio.hpp"

namespace holdfast::cube {
namespace {

Sums from_rows(const Portfolio& made, std::span<const double> above, std::span<const double> below,
               const std::vector<std::pair<std::size_t, Code>>& where) {
  Sums sums;
  for (std::size_t row = 0; row < made.left.size(); ++row) {
    bool is_in = true;
    for (const auto& [dimension, code] : where) is_in &= made.codes[dimension][row] == code;
    if (!is_in) continue;
    sums.above += above.empty() ? 1 : above[row];
    sums.below += below.empty() ? 0 : below[row];
  }
  return sums;
}

void expect_equal(const Sums& found, const Sums& wanted) {
  EXPECT_EQ(found.above, wanted.above);
  EXPECT_EQ(found.below, wanted.below);
}

TEST(Cube, HoldsWhatItsRowsAddUpTo) {
  for (const auto& sizes : {std::vector<std::size_t>{3, 4, 2}, {300, 400, 300}}) {
    const Portfolio made(1, 2000, sizes);  // The second has too many combinations for a table.
    const auto cube = made.cube();
    ASSERT_TRUE(cube.ok());
    const auto measures = made.measures();
    for (std::size_t cell = 0; cell < cube->cells(); cell += 7) {
      const std::vector<std::pair<std::size_t, Code>> where{
          {0, cube->code(cell, 0)}, {1, cube->code(cell, 1)}, {2, cube->code(cell, 2)}};
      for (std::size_t m = 0; m < measures.size(); ++m)
        expect_equal(cube->sums(cell, m),
                     from_rows(made, measures[m].above, measures[m].below, where));
      EXPECT_EQ(static_cast<double>(cube->rows(cell)), cube->sums(cell, 0).above);
    }
    EXPECT_EQ(cube->rows_total(), 2000);
  }
}

TEST(Cube, RolledUpEqualsOneBuiltSo) {
  const Portfolio made(2, 5000, {3, 4, 2, 5});
  const auto cube = made.cube();
  const auto columns = made.dimensions();
  for (const auto& kept : {std::vector<std::size_t>{2, 0}, {3}, {1, 2, 3}}) {
    std::vector<std::string> names;
    std::vector<DimensionColumn> own;
    for (const auto d : kept) {
      names.push_back(columns[d].name);
      own.push_back(columns[d]);
    }
    const auto rolled = cube->roll_up(names);
    const auto built = build_cube(own, made.measures());
    ASSERT_TRUE(rolled.ok());
    ASSERT_EQ(rolled->cells(), built->cells());
    for (std::size_t cell = 0; cell < built->cells(); ++cell) {
      EXPECT_TRUE(std::ranges::equal(rolled->codes(cell), built->codes(cell)));
      EXPECT_EQ(rolled->rows(cell), built->rows(cell));
      for (std::size_t m = 0; m < 4; ++m) expect_equal(rolled->sums(cell, m), built->sums(cell, m));
    }
  }
  const auto whole = cube->roll_up({});
  ASSERT_EQ(whole->cells(), 1);
  expect_equal(whole->sums(0, 1), cube->total(1));
}

TEST(Cube, SlicedAndDicedHoldsThoseRows) {
  const Portfolio made(3, 3000, {3, 4, 2});
  const auto cube = made.cube();
  const auto slice = cube->slice("b", 2);
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(slice->dimensions().size(), 2);
  expect_equal(slice->total(1), from_rows(made, made.left, made.could_leave, {{1, 2}}));
  const std::vector<Code> codes{0, 3};
  const auto diced = cube->dice("b", codes);
  EXPECT_EQ(diced->dimensions().size(), 3);
  expect_equal({diced->total(3).above, 0},
               {from_rows(made, made.value, {}, {{1, 0}}).above +
                    from_rows(made, made.value, {}, {{1, 3}}).above,
                0});
}

TEST(Cube, FindsItsCellsByTheirCodes) {
  const auto cube = Portfolio(4, 40, {3, 4, 2}).cube();
  ASSERT_LT(cube->cells(), 24U);  // Some combinations do not occur.
  for (Code a = 0; a < 3; ++a) {
    std::size_t before = 0;
    while (before < cube->cells() && cube->code(before, 0) < a) ++before;
    EXPECT_EQ(cube->first_cell(std::vector{a}), before);
    for (Code b = 0; b < 4; ++b) {
      for (Code c = 0; c < 2; ++c) {
        const std::vector codes{a, b, c};
        std::size_t cell = 0;
        while (cell < cube->cells() && !std::ranges::equal(cube->codes(cell), codes)) ++cell;
        EXPECT_EQ(cube->find(codes), cell);
      }
    }
  }
  EXPECT_EQ(cube->first_cell({}), 0);
  EXPECT_EQ(cube->first_cell(std::vector<Code>{9}), cube->cells());
}

TEST(Cube, OfAnEmptySliceHasNoRateAndNoCells) {
  const std::vector<Code> code{0, 0, 1};
  const std::vector<double> above{1, 0, 0}, below{1, 1, 0};
  const std::vector<DimensionColumn> dimensions{{"tier", code, 3}};
  const std::vector<MeasureColumn> measures{{"churn", above, below}};
  const auto cube = build_cube(dimensions, measures);
  EXPECT_EQ(*cube->sums(0, 0).rate(), 0.5);
  EXPECT_FALSE(cube->sums(1, 0).rate().has_value());  // A row, but it could not leave.
  const auto nobody = cube->slice("tier", 2);
  ASSERT_TRUE(nobody.ok());
  EXPECT_EQ(nobody->cells(), 0);
  EXPECT_EQ(nobody->roll_up({})->cells(), 0);
  EXPECT_FALSE(nobody->total(0).rate().has_value());
}

TEST(Cube, IsTheSameBytesOnOneThread) {
  const Portfolio made(4, 200'000, {20, 30, 5});
  const auto many = made.cube();
  set_threads(1);
  const auto one = made.cube();
  set_threads(0);
  ASSERT_EQ(many->cells(), one->cells());
  for (std::size_t cell = 0; cell < one->cells(); ++cell)
    expect_equal(many->sums(cell, 2), one->sums(cell, 2));
}

TEST(Cube, SaysWhatIsWrong) {
  const std::vector<Code> code{0, 1}, large(2, 3);
  const std::vector<double> number{1, std::nan("")}, negative{1, -1};
  const std::vector<DimensionColumn> dimensions{{"tier", code, 2}};
  EXPECT_EQ(build_cube({}, {}).error().kind, &errors::kNoRows);
  const std::vector<DimensionColumn> bad{{"tier", large, 2}};
  EXPECT_EQ(build_cube(bad, {}).error().kind, &errors::kBadCode);
  const std::vector<MeasureColumn> no_number{{"m", number, {}}}, below{{"m", {}, negative}};
  EXPECT_EQ(build_cube(dimensions, no_number).error().kind, &errors::kBadNumber);
  EXPECT_EQ(build_cube(dimensions, below).error().kind, &errors::kBadNumber);
  const std::vector<MeasureColumn> short_one{{"m", std::span(negative).first(1), {}}};
  EXPECT_EQ(build_cube(dimensions, short_one).error().kind, &errors::kShape);
  const std::vector<DimensionColumn> huge(3, {"tier", code, std::size_t{1} << 30});
  EXPECT_EQ(build_cube(huge, {}).error().kind, &errors::kTooLarge);
  const auto cube = build_cube(dimensions, {});
  EXPECT_EQ(cube->roll_up({"brand"}).error().kind, &errors::kUnknownName);
  EXPECT_EQ(cube->roll_up({"tier", "tier"}).error().kind, &errors::kNotAlike);
  EXPECT_EQ(cube->slice("tier", 2).error().kind, &errors::kBadCode);
  std::set<std::string_view> names;
  for (const auto* kind : errors::cube_kinds()) {
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_FALSE(kind->zh.empty()) << kind->name;
  }
}

}  // namespace
}  // namespace holdfast::cube
