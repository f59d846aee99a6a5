#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/evaluation.hpp"

namespace holdfast::exchange {

/// Horizontal bars, the name above each: long names in both languages stay readable.
struct Bar {
  Text label;
  double value = 0;
  std::string shown;                       // The value as written at its end.
  std::string css_class = "c1";
  Text tooltip;
  std::optional<evaluation::Interval> interval;
};
struct BarChart {
  Text title, description;
  std::vector<Bar> bars;
  bool is_centered = false;                // Values of both signs around a zero line.
  double width = 560;
};
std::string draw(const BarChart& chart);

/// Upright bars in groups side by side, or stacked.
struct ColumnChart {
  Text title, description;
  std::vector<Text> groups;                // Along x.
  struct Part {
    Text name;
    std::string css_class;
    std::vector<double> values;            // [groups]
  };
  std::vector<Part> parts;
  bool is_stacked = false;
  bool is_sequence = false;                // Names follow each other: where they crowd, some are left out.
  Text y_label;
  std::function<std::string(double)> format;
  double width = 560, height = 300;
};
std::string draw(const ColumnChart& chart);
std::string legend_of(const ColumnChart& chart);

/// Rows × columns of shaded cells.
struct HeatMap {
  Text title, description;
  std::vector<Text> rows;
  std::vector<Text> columns;
  std::vector<std::vector<double>> values;   // [rows][columns]
  std::function<std::string(double)> format;
  std::function<std::string(double)> css_class;  // Of a cell.
  double width = 1120;
  std::vector<std::vector<Text>> shown{};    // [rows][columns] in place of the values; or empty.
};
std::string draw(const HeatMap& chart);

}  // namespace holdfast::exchange
