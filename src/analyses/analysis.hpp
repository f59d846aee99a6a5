#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/day.hpp"
#include "core/language.hpp"
#include "models/model.hpp"

/// What an analysis found out, as one value made of plain blocks. The page, the JSON, the Excel
/// sheets and the terminal are made from it by exchange/, which knows blocks and no analysis; so a
/// figure stands in one place and reads the same everywhere.
namespace holdfast::analyses {

/// How a number is written.
enum class Format : std::uint8_t {
  Number,   // 1,234.5
  Count,    // 1,234
  Share,    // 0.123 → 12.3%
  Money,    // In the study's currency.
  Days,     // 12.3
  Factor,   // 2.1×
  PValue,   // 0.013, <0.001
};

using Cell = std::variant<std::monostate, double, Text>;  // Nothing: a dash.

struct TableColumn {
  std::string id;       // Stable: JSON key.
  Text header;
  Format format = Format::Number;  // Of numbers.
  Text hint;            // What it means, where the header does not say; may be empty.
};

struct Table {
  std::string id;
  Text title;
  Text remark;          // What the reader should see in it; may be empty.
  std::vector<TableColumn> columns;
  std::vector<std::vector<Cell>> rows;   // Most important first.
  std::size_t rows_shown = 40;           // On the page; JSON and Excel hold all.
};

/// Lines over numbers, days or named places.
struct LineChart {
  struct Series {
    Text name;
    std::vector<double> x, y;
    std::vector<double> lower, upper;    // [points] of y; or empty.
    bool is_step = false;                // Holds until the next point: survival curves.
    bool is_dashed = false;              // What was expected, chance, a reference.
    bool is_dots = false;                // Points without a line.
  };
  std::string id;
  Text title, remark;
  Text x_label, y_label;
  Format x_format = Format::Number, y_format = Format::Number;
  std::vector<Text> places;              // Names of x = 0, 1, 2 …; empty: x are numbers.
  std::vector<Series> series;
};

/// One bar each, longest names readable.
struct BarChart {
  struct Bar {
    Text label;
    double value = 0;
    std::optional<double> lower, upper;
  };
  std::string id;
  Text title, remark;
  Format format = Format::Number;
  std::vector<Bar> bars;                 // Of both signs: drawn around a zero line.
};

/// Rows x columns of shaded cells.
struct HeatMap {
  std::string id;
  Text title, remark;
  std::vector<Text> rows, columns;
  std::vector<std::vector<double>> values;  // [rows][columns]; NaN: nothing there, drawn empty.
  Format format = Format::Number;
  bool is_diverging = false;                // Around 0; else from light to strong.
  std::vector<std::vector<Text>> shown{};   // [rows][columns] written in the cells; empty: the values.
  double full_shade = 0;                    // Where the strongest shade is reached; 0: the largest value.
};

/// Amounts that flow from step to step (a Sankey diagram).
struct FlowChart {
  struct Node { Text name; std::size_t step = 0; };
  struct Link { std::size_t from = 0, to = 0; double value = 0; };  // Indices of nodes.
  std::string id;
  Text title, remark;
  Format format = Format::Count;
  std::vector<Text> steps;                  // Names of the steps; may be empty.
  std::vector<Node> nodes;
  std::vector<Link> links;
};

using Block = std::variant<Table, LineChart, BarChart, HeatMap, FlowChart>;

struct Section {
  std::string id;
  Text title;
  Text lead;                                // One or two sentences; may be empty.
  std::vector<Block> blocks;
};

/// Something said of every customer: out/<analysis>_customers.parquet (and a sheet of the first).
struct CustomerColumns {
  struct Column {
    std::string id;
    Text header;
    Format format = Format::Number;
    std::vector<double> values;             // [customers]; NaN: missing. Or
    std::vector<Text> texts;                // [customers]
  };
  std::vector<std::string> customer_keys;   // [customers]
  std::vector<std::string> contract_keys;   // [customers] or empty.
  std::vector<Column> columns;
  bool empty() const { return customer_keys.empty(); }
};

struct Analysis {
  std::string id;                           // "survival".
  Text title;                               // "When they leave".
  std::vector<Text> findings;               // What a manager reads first; whole sentences.
  std::vector<Section> sections;
  CustomerColumns customers;
  std::vector<FittedModel> models;          // Saved as out/models/<model_id>.json.
  std::vector<Text> notes;                  // What was left out, assumed or could not be done.
};

}  // namespace holdfast::analyses
