#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/file.hpp"
#include "core/text.hpp"
#include "lifetime/purchases.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::lifetime {

/// The CDNOW purchase log of Fader & Hardie. For tests only.
inline std::vector<Transaction> cdnow(const std::string& path) {
  const auto text = read_file(path);
  EXPECT_TRUE(text.ok());
  const std::string all(*text);
  std::vector<Transaction> log;
  bool is_head = true;
  for (const auto line : split(all, '\n')) {
    if (is_head || line.empty()) {
      is_head = false;
      continue;
    }
    const auto cells = split(line, ',');
    const int date = std::atoi(std::string(cells[2]).c_str());
    const auto day = day_from_civil(date / 10000, date / 100 % 100, date % 100);
    log.push_back({static_cast<std::uint32_t>(std::atoi(std::string(cells[1]).c_str())),
                   static_cast<double>(day->number), std::atof(std::string(cells[4]).c_str())});
  }
  return log;
}

/// Weeks 1–39 of 1997 as the history, weeks 40–78 as the holdout.
class Cdnow : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = testing::shared_data("cdnow/BTYD_cdnowElog.csv");
    if (!path) GTEST_SKIP() << "shared data are absent";
    const double begin = day_from_civil(1997, 1, 1)->number;
    auto made = summarise(cdnow(path->string()),
                          {.end = begin + 272, .holdout_end = begin + 545, .unit = 7});
    ASSERT_TRUE(made.ok());
    summary_ = std::move(*made);
  }
  PurchaseSummary summary_;
};

}  // namespace holdfast::lifetime
