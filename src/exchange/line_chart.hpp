#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/evaluation.hpp"

namespace holdfast::exchange {

struct Axis {
  Text label;
  std::function<std::string(double)> format;      // Empty: plain numbers.
  std::optional<double> low, high;                // Empty: from the data, rounded.
  std::vector<Text> categories;                   // x only: positions 0, 1, 2 … have names.
  bool is_log = false;
  bool is_whole = false;                          // Counts: no ticks between whole numbers.
};

struct Series {
  Text name;
  std::vector<evaluation::Point> points;
  std::vector<evaluation::Interval> intervals;    // [points] of y; or empty.
  std::string css_class = "c1";
  bool is_bold = false;
  bool is_line = true;                            // False: dots only.
  bool has_dots = false;
  bool is_filled = false;                         // Area below, faintly.
  bool has_band = false;                          // Intervals as an area along the line, not as whiskers.
};

/// A mark worth naming: the best fraction to contact, a limit.
struct Mark {
  double x = 0;
  std::optional<double> y;                        // Empty: a line over the whole height.
  Text label;
};

struct LineChart {
  Text title, description;
  Axis x, y;
  std::vector<Series> series;
  std::vector<evaluation::Point> reference;       // A dashed line: chance, perfect calibration.
  Text reference_name;
  std::vector<Mark> marks;
  std::vector<double> horizontals;                // Dashed limits, as PSI 0.1 and 0.25.
  double width = 560, height = 320;
};
std::string draw(const LineChart& chart);
/// Legend of the series and the reference; nothing where one series speaks for itself.
std::string legend_of(const LineChart& chart);

}  // namespace holdfast::exchange
