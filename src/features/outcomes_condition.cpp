// A churn condition the user writes: any expression over a customer's tables, looked at as of the
// end of the outcome window with all that is known by now, and at the cutoff with what was known
// then. Aggregates are those of the expression language; months are complete calendar months.

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/text.hpp"
#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

using study::Expression;
using study::Operator;
using study::Value;

constexpr int kMonthsMax = 120;

Value value_at(const history::ColumnData* column, std::uint32_t row) {
  if (!column || !column->is_valid(row)) return {};
  switch (column->type) {
    case tables::ColumnType::Boolean: return column->integers[row] != 0;
    case tables::ColumnType::Text: return column->categories[column->codes[row]];
    case tables::ColumnType::Day:
    case tables::ColumnType::Instant: return Day{*day_at(column, row)};
    default: return *number_at(column, row);
  }
}

/// The facts a condition may read on one day.
class Facts {
 public:
  Facts(const Compiled& compiled, const history::Bucket& bucket, std::uint32_t customer,
        std::int32_t day, bool known_at_cutoff)
      : compiled_(compiled),
        bucket_(bucket),
        customer_(customer),
        day_(day),
        known_at_cutoff_(known_at_cutoff) {}

  Value value_of(const Expression& leaf) const {
    if (leaf.op == Operator::Aggregate) return aggregate(leaf);
    if (leaf.op == Operator::Call && leaf.text == "cutoff") return Day{day_};
    if (leaf.op == Operator::Column) return latest(leaf.table, leaf.column);
    if (leaf.op == Operator::Name) return latest(compiled_.table.name, leaf.text);
    return {};
  }

 private:
  struct Point {
    std::uint32_t row = 0;
    std::int32_t day = 0;
  };

  Ref ref(std::string_view table, std::string_view column) const {
    const auto name = std::string(table) + "." + std::string(column);
    const auto found = compiled_.condition_columns.find(name);
    return found == compiled_.condition_columns.end() ? Ref{} : found->second;
  }

  std::vector<Point> rows(const Expression& aggregate, std::int32_t from, std::int32_t to) const {
    const auto table = ref(aggregate.table, "").table;
    if (table < 0) return {};
    const CustomerRows all(compiled_, bucket_, customer_, table);
    const auto* filter = study::filter_of(aggregate);
    std::vector<Point> points;
    const auto range = all.between(from, std::min(to, day_));
    for (auto row = range.first; row < range.last; ++row) {
      if (!(known_at_cutoff_ ? all.is_known(row, day_) : all.is_final(row))) continue;
      if (filter && !passes(*filter, row)) continue;
      points.push_back({row, all.day(row)});
    }
    return points;
  }

  bool passes(const Expression& filter, std::uint32_t row) const {
    const auto value = study::evaluate(filter, [&](const Expression& leaf) -> Value {
      return value_at(compiled_.column(bucket_, ref(leaf.table, leaf.column)), row);
    });
    const auto* truth = std::get_if<bool>(&value);
    return truth && *truth;
  }

  Value latest(std::string_view table, std::string_view name) const {
    const auto column = ref(table, name);
    if (!column) return {};
    const CustomerRows all(compiled_, bucket_, customer_, column.table);
    const auto happened = all.happened(day_);
    for (auto row = happened.last; row-- > happened.first;) {
      if (known_at_cutoff_ ? all.is_known(row, day_) : all.is_final(row)) {
        return value_at(compiled_.column(bucket_, column), row);
      }
    }
    return {};
  }

  const history::ColumnData* column_of(const Expression& aggregate, bool is_series) const {
    auto name = aggregate.column;
    if (name.empty() && is_series) {
      const auto* table = compiled_.study.find(aggregate.table);
      if (table) name = table->amount;
    }
    return compiled_.column(bucket_, ref(aggregate.table, name));
  }

  double sum(const Expression& aggregate, std::int32_t from, std::int32_t to) const {
    const auto* column = column_of(aggregate, true);
    double total = 0;
    for (const auto& point : rows(aggregate, from, to)) {
      total += column ? number_at(column, point.row).value_or(0) : 1;
    }
    return total;
  }

  Value aggregate(const Expression& node) const {
    if (const auto series = months(node)) return *series;
    constexpr auto kEver = std::numeric_limits<std::int32_t>::min();
    std::int32_t from = kEver;
    if (node.days > 0) from = day_ - node.days;
    if (node.months > 0) from = add_months(Day{day_}, -node.months).number;
    if (node.text == "change") {
      const auto before = node.days > 0 ? from - node.days
                                        : add_months(Day{day_}, -2 * node.months).number;
      const double base = sum(node, before, from);
      if (base == 0) return {};
      return sum(node, from, day_) / base - 1;
    }
    const auto points = rows(node, from, day_);
    if (node.text == "days_since_last" || node.text == "days_since_first") {
      if (points.empty()) return {};
      const auto day = node.text == "days_since_last" ? points.back().day : points.front().day;
      return static_cast<double>(day_ - day);
    }
    return of_cells(node, points);
  }

  Value of_cells(const Expression& node, const std::vector<Point>& points) const {
    const auto* column = column_of(node, false);
    if (!column) {
      if (node.text == "count") return static_cast<double>(points.size());
      return {};
    }
    std::vector<Value> cells;
    std::vector<double> numbers;
    std::vector<double> days;
    for (const auto& point : points) {
      auto cell = value_at(column, point.row);
      if (cell.index() == 0) continue;
      if (const auto* number = std::get_if<double>(&cell)) {
        numbers.push_back(*number);
        days.push_back(point.day);
      }
      cells.push_back(std::move(cell));
    }
    const auto count = static_cast<double>(cells.size());
    if (node.text == "count") return count;
    if (node.text == "distinct") {
      return static_cast<double>(std::set<Value>(cells.begin(), cells.end()).size());
    }
    if (node.text == "sum" && cells.empty()) return 0.0;
    if (cells.empty()) return {};
    if (node.text == "first") return cells.front();
    if (node.text == "last") return cells.back();
    if (node.text == "min") return *std::min_element(cells.begin(), cells.end());
    if (node.text == "max") return *std::max_element(cells.begin(), cells.end());
    return of_numbers(node.text, numbers, days);
  }

  static Value of_numbers(std::string_view name, const std::vector<double>& numbers,
                          const std::vector<double>& days) {
    if (numbers.empty()) return {};
    const auto n = static_cast<double>(numbers.size());
    double total = 0, day_total = 0;
    for (const auto number : numbers) total += number;
    if (name == "sum") return total;
    const double mean = total / n;
    if (name == "mean") return mean;
    for (const auto day : days) day_total += day;
    double squares = 0, products = 0, day_squares = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      squares += (numbers[i] - mean) * (numbers[i] - mean);
      products += (numbers[i] - mean) * (days[i] - day_total / n);
      day_squares += (days[i] - day_total / n) * (days[i] - day_total / n);
    }
    if (name == "sd" && numbers.size() > 1) return std::sqrt(squares / (n - 1));
    if (name == "slope" && day_squares > 0) return products / day_squares;
    return {};
  }

  /// Aggregates over complete calendar months; nothing where the node is none.
  std::optional<Value> months(const Expression& node) const {
    const bool is_below = node.text == "months_below";
    if (node.text != "falling" && node.text != "months_falling" && !is_below) return std::nullopt;
    const auto civil = civil_of(Day{day_});
    const Day anchor = day_from_civil(civil.year, civil.month, 1).value();
    const auto all = rows(node, std::numeric_limits<std::int32_t>::min(), anchor.number);
    if (all.empty() && node.text == "falling") return Value(false);
    if (all.empty()) return Value(0.0);
    const auto month_sum = [&](int back) {
      return sum(node, add_months(anchor, -back - 1).number, add_months(anchor, -back).number);
    };
    const auto has_month = [&](int back) {
      return add_months(anchor, -back).number > all.front().day && back < kMonthsMax;
    };
    if (is_below) {
      const bool has_limit = node.children.size() > 1;
      const double limit = has_limit ? std::get<double>(node.children[1]->literal) : 0;
      int count = 0;
      while (has_month(count) && (limit > 0 ? month_sum(count) < limit : month_sum(count) <= 0)) {
        ++count;
      }
      return static_cast<double>(count);
    }
    int count = 0;
    while (has_month(count + 1) && month_sum(count) < month_sum(count + 1)) ++count;
    if (node.text == "falling") return count >= std::max(node.months, 1);
    return static_cast<double>(count);
  }

  const Compiled& compiled_;
  const history::Bucket& bucket_;
  std::uint32_t customer_;
  std::int32_t day_;
  bool known_at_cutoff_;
};

}  // namespace

bool condition_holds(const Compiled& compiled, const history::Bucket& bucket,
                     std::uint32_t customer, std::int32_t day, bool known_at_cutoff) {
  const Facts facts(compiled, bucket, customer, day, known_at_cutoff);
  const auto value = study::evaluate(*compiled.condition,
                                     [&](const Expression& leaf) { return facts.value_of(leaf); });
  const auto* truth = std::get_if<bool>(&value);
  return truth && *truth;
}

}  // namespace holdfast::features::outcomes
