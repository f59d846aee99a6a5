#include "core/cells.hpp"

#include <cstdint>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Cells, ColumnsOfAllSizesKeepTheirValuesApart) {
  std::vector<Cells<std::uint64_t>> columns;
  for (const std::size_t rows : {1, 100, 9'000, 300'000, 2'000'000, 3'000'000, 20'000}) {
    auto& column = columns.emplace_back();
    column.resize(rows);
    std::iota(column.begin(), column.end(), rows);
  }
  columns.erase(columns.begin() + 3);
  columns.emplace_back(500'000, 7);
  for (std::size_t c = 0; c + 1 < columns.size(); ++c) {
    const auto& column = columns[c];
    for (std::size_t row = 0; row < column.size(); row += 999) ASSERT_EQ(column[row], column.size() + row);
    ASSERT_EQ(column.back(), 2 * column.size() - 1);
  }
}

TEST(Cells, AColumnOutlivesTheThreadThatMadeIt) {
  Cells<double> column;
  std::thread([&] {
    Cells<double> other(200'000, 1.0);
    column.assign(200'000, 2.0);
  }).join();
  Cells<double> next(200'000, 3.0);
  EXPECT_EQ(std::accumulate(column.begin(), column.end(), 0.0), 400'000);
}

TEST(Cells, CopiesAndGrowthKeepValues) {
  Cells<std::uint32_t> column;
  for (std::uint32_t i = 0; i < 100'000; ++i) column.push_back(i);
  auto copy = column;
  copy[0] = 9;
  EXPECT_EQ(column[0], 0U);
  EXPECT_EQ(copy[99'999], 99'999U);
  column.resize(100'001, 5);
  EXPECT_EQ(column.back(), 5U);
}

}  // namespace
}  // namespace holdfast
