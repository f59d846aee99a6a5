#pragma once

#include <functional>
#include <string>
#include <vector>

namespace holdfast::exchange {

/// Maps numbers to a stretch of the drawing.
struct Scale {
  double low = 0, high = 1;      // Data.
  double from = 0, to = 1;       // Drawing.
  bool is_log = false;

  double operator()(double value) const;
};

/// Round numbers that cover [low, high]: steps of 1, 2, 2.5 or 5 × 10^k, about `count` of them; of counts
/// whole ones, with 3 for 2.5.
std::vector<double> round_ticks(double low, double high, int count = 5, bool is_whole = false);
/// 1, 10, 100 …, with 2 and 5 between where the range is short. low > 0.
std::vector<double> log_ticks(double low, double high);

}  // namespace holdfast::exchange
