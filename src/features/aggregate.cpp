#include "features/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "features/errors.hpp"

namespace holdfast::features {
namespace {

using study::Expression;
using study::Operator;
using study::Value;

Value cell_value(const history::TableData& data, const Cell& cell, std::uint32_t source,
                 std::int32_t cutoff) {
  if (!cell.is_readable(data, source, cutoff)) return {};
  const auto& column = data.columns[static_cast<std::size_t>(cell.column)];
  switch (column.type) {
    case tables::ColumnType::Text: return column.categories[column.codes[source]];
    case tables::ColumnType::Day: return Day{column.days[source]};
    case tables::ColumnType::Instant: return utc_day_of(Instant{column.integers[source]});
    case tables::ColumnType::Boolean: return column.integers[source] != 0;
    default: return number_at(column, source);
  }
}

/// The rows an aggregate looks at, within one row's window, oldest first.
class Rows {
 public:
  Rows(const Lowered& lowered, const Batch& batch, std::size_t row, FilterMemory& memory)
      : lowered_(lowered), data_(batch.table(lowered.table)), cutoff_(batch.cutoffs[row]),
        seen_(batch.view(lowered.table).of(row)), memory_(memory) {
    if (memory_.size() != data_.rows) memory_.assign(data_.rows, 0);
  }

  std::int32_t cutoff() const { return cutoff_; }
  std::int32_t window_start() const {
    const auto& node = *lowered_.node;
    if (node.days > 0) return cutoff_ - node.days;
    if (node.months > 0) return add_months(Day{cutoff_}, -node.months).number;
    return std::numeric_limits<std::int32_t>::min();
  }

  template <typename Body>  // body(source)
  void each(std::int32_t from, Body body) const {
    for (const auto source : seen_) {
      if (data_.event_day[source] >= from && passes(source)) body(source);
    }
  }
  template <typename Body>  // body(day, number)
  void each_number(std::int32_t from, Body body) const {
    each(from, [&](std::uint32_t source) {
      if (!lowered_.cell.exists()) return body(data_.event_day[source], 1.0);
      if (!lowered_.cell.is_readable(data_, source, cutoff_)) return;
      body(data_.event_day[source], number_at(column(), source));
    });
  }

  bool has_cell(std::uint32_t source) const {
    return !lowered_.cell.exists() || lowered_.cell.is_readable(data_, source, cutoff_);
  }
  Value cell(std::uint32_t source) const { return cell_value(data_, lowered_.cell, source, cutoff_); }
  std::int32_t day(std::uint32_t source) const { return data_.event_day[source]; }
  double number(std::uint32_t source) const { return number_at(column(), source); }

 private:
  const history::ColumnData& column() const {
    return data_.columns[static_cast<std::size_t>(lowered_.cell.column)];
  }

  bool passes(std::uint32_t source) const {
    if (lowered_.filter == nullptr) return true;
    if (lowered_.is_filter_plain && memory_[source] != 0) return memory_[source] == 2;
    const auto value = study::evaluate(*lowered_.filter, [&](const Expression& leaf) -> Value {
      if (leaf.op == Operator::Call) return Day{cutoff_};
      for (const auto& [node, cell] : lowered_.filter_cells) {
        if (node == &leaf) return cell_value(data_, cell, source, cutoff_);
      }
      return {};
    });
    const auto* truth = std::get_if<bool>(&value);
    const bool is_true = truth != nullptr && *truth;
    if (lowered_.is_filter_plain) memory_[source] = is_true ? 2 : 1;
    return is_true;
  }

  const Lowered& lowered_;
  const history::TableData& data_;
  std::int32_t cutoff_;
  std::span<const std::uint32_t> seen_;
  FilterMemory& memory_;
};

int month_number(std::int32_t day) {
  const auto civil = civil_of(Day{day});
  return civil.year * 12 + civil.month - 1;
}

/// Sums of complete calendar months, latest first, back to the month of the first row.
std::vector<double> monthly_sums(const Rows& rows) {
  std::vector<double> sums;
  const int now = month_number(rows.cutoff());
  rows.each_number(std::numeric_limits<std::int32_t>::min(), [&](std::int32_t day, double number) {
    const int ago = now - month_number(day) - 1;
    if (sums.empty() && ago >= 0) sums.resize(static_cast<std::size_t>(ago) + 1);
    if (ago >= 0) sums[static_cast<std::size_t>(ago)] += number;
  });
  return sums;
}

int months_falling(const std::vector<double>& sums) {
  std::size_t n = 0;
  while (n + 1 < sums.size() && sums[n] < sums[n + 1]) ++n;
  return static_cast<int>(n);
}

struct Moments {
  double count = 0, sum = 0, mean = 0, m2 = 0;
  void add(double x) {
    count += 1;
    sum += x;
    const double step = x - mean;
    mean += step / count;
    m2 += step * (x - mean);
  }
};

Value slope(const Rows& rows) {
  Moments x, y;
  double product = 0;
  rows.each_number(rows.window_start(), [&](std::int32_t day, double number) {
    const double step = day - x.mean;
    x.add(day);
    y.add(number);
    product += step * (number - y.mean);
  });
  if (x.m2 <= 0) return {};
  return product / x.m2;
}

Value change(const Lowered& lowered, const Rows& rows) {
  const auto from = rows.window_start();
  const auto before = lowered.node->days > 0
                          ? rows.cutoff() - 2 * lowered.node->days
                          : add_months(Day{rows.cutoff()}, -2 * lowered.node->months).number;
  double now = 0, then = 0;
  rows.each_number(before, [&](std::int32_t day, double number) { (day >= from ? now : then) += number; });
  if (then == 0) return {};
  return now / then - 1;
}

Value extreme(const Rows& rows, bool is_min) {
  std::optional<std::uint32_t> best;
  rows.each(rows.window_start(), [&](std::uint32_t source) {
    if (!rows.has_cell(source)) return;
    if (!best || (is_min ? rows.number(source) < rows.number(*best) : rows.number(source) > rows.number(*best))) {
      best = source;
    }
  });
  return best ? rows.cell(*best) : Value();
}

Value end(const Rows& rows, bool is_first) {
  std::optional<std::uint32_t> found;
  rows.each(rows.window_start(), [&](std::uint32_t source) {
    if (rows.has_cell(source) && !(is_first && found)) found = source;
  });
  return found ? rows.cell(*found) : Value();
}

Value days_since(const Rows& rows, bool is_first) {
  std::optional<std::int32_t> day;
  rows.each(rows.window_start(), [&](std::uint32_t source) {
    if (rows.has_cell(source) && !(is_first && day)) day = rows.day(source);
  });
  return day ? Value(static_cast<double>(rows.cutoff() - *day)) : Value();
}

Value distinct(const Rows& rows) {
  std::set<double> values;
  rows.each(rows.window_start(), [&](std::uint32_t source) {
    if (rows.has_cell(source)) values.insert(rows.number(source));
  });
  return static_cast<double>(values.size());
}

Value moments(const Rows& rows, std::string_view function) {
  Moments all;
  rows.each_number(rows.window_start(), [&](std::int32_t, double number) { all.add(number); });
  if (function == "count") return all.count;
  if (function == "sum") return all.sum;
  if (function == "mean") return all.count > 0 ? Value(all.sum / all.count) : Value();
  return all.count > 1 ? Value(std::sqrt(all.m2 / (all.count - 1))) : Value();
}

Value aggregate(const Lowered& lowered, const Rows& rows) {
  const auto& function = lowered.node->text;
  if (function == "min" || function == "max") return extreme(rows, function == "min");
  if (function == "first" || function == "last") return end(rows, function == "first");
  if (function == "days_since_last") return days_since(rows, false);
  if (function == "days_since_first") return days_since(rows, true);
  if (function == "distinct") return distinct(rows);
  if (function == "slope") return slope(rows);
  if (function == "change") return change(lowered, rows);
  if (function == "falling") return months_falling(monthly_sums(rows)) >= lowered.node->months;
  if (function == "months_falling") return static_cast<double>(months_falling(monthly_sums(rows)));
  if (function == "months_below") {
    const auto sums = monthly_sums(rows);
    const auto above = std::ranges::find_if(sums, [&](double sum) { return sum >= lowered.constant; });
    return static_cast<double>(above - sums.begin());
  }
  return moments(rows, function);
}

Result<Cell> guarded_cell(Builder& builder, int table, const study::TableSpec& spec,
                          const std::string& column, const Expression& node) {
  const auto* declared = spec.find(column);
  const bool is_guarded = declared != nullptr && declared->mark != study::Mark::None &&
                          (declared->mark == study::Mark::Identifier || declared->use_because.empty());
  if (is_guarded || (declared != nullptr && declared->is_ignored)) {
    return Error(errors::kColumnGuarded, {{"table", spec.name}, {"column", column}}, {.column = node.position});
  }
  // A contract's planned end is known from its signing.
  const auto cell = builder.cell(table, spec, column, spec.role == study::Role::Contract && column == spec.end);
  if (!cell.exists()) {
    return Error(errors::kColumnNotStored, {{"table", spec.name}, {"column", column}}, {.column = node.position});
  }
  return cell;
}

void columns_of(const Expression& node, std::vector<const Expression*>& columns) {
  if (node.op == Operator::Column || node.op == Operator::Name) columns.push_back(&node);
  for (const auto& child : node.children) columns_of(*child, columns);
}

bool asks_cutoff(const Expression& node) {
  if (node.op == Operator::Call && node.text == "cutoff") return true;
  return std::ranges::any_of(node.children, [](const auto& child) { return asks_cutoff(*child); });
}

}  // namespace

Result<Lowered> lower_leaf(Builder& builder, const Expression& node) {
  Lowered lowered{.node = &node};
  lowered.table = builder.table(node.table);
  const auto* spec = builder.study().find(node.table);
  if (lowered.table < 0 || spec == nullptr) {
    return Error(errors::kColumnNotStored, {{"table", node.table}, {"column", node.column}}, {.column = node.position});
  }
  auto column = node.column;
  const bool is_series = node.text == "falling" || node.text == "months_falling" || node.text == "months_below";
  if (column.empty() && is_series && node.op == Operator::Aggregate) column = spec->amount;
  if (!column.empty()) {
    HOLDFAST_TRY(lowered.cell, guarded_cell(builder, lowered.table, *spec, column, node));
  }
  if (node.op == Operator::Column) {
    lowered.is_own_contract = spec->role == study::Role::Contract &&
                              builder.study().entity == study::Entity::Contract;
    return lowered;
  }
  lowered.filter = study::filter_of(node);
  if (node.children.size() > 1) {
    if (const auto* constant = std::get_if<double>(&node.children[1]->literal)) lowered.constant = *constant;
  }
  if (lowered.filter == nullptr) return lowered;
  std::vector<const Expression*> leaves;
  columns_of(*lowered.filter, leaves);
  for (const auto* leaf : leaves) {
    const auto& name = leaf->op == Operator::Column ? leaf->column : leaf->text;
    HOLDFAST_TRY(const auto cell, guarded_cell(builder, lowered.table, *spec, name, *leaf));
    lowered.is_filter_plain = lowered.is_filter_plain && cell.is_plain();
    lowered.filter_cells.emplace_back(leaf, cell);
  }
  lowered.is_filter_plain = lowered.is_filter_plain && !asks_cutoff(*lowered.filter);
  return lowered;
}

void leaves_of(const Expression& node, std::vector<const Expression*>& leaves) {
  if (node.op == Operator::Aggregate || node.op == Operator::Column) {
    leaves.push_back(&node);
    return;
  }
  for (const auto& child : node.children) leaves_of(*child, leaves);
}

Value value_of(const Lowered& lowered, const Batch& batch, std::size_t row, FilterMemory& memory) {
  if (lowered.node->op == Operator::Column) {
    const auto seen = batch.view(lowered.table).of(row);
    if (seen.empty()) return {};
    auto source = seen.back();
    const auto own = batch.rows[row].contract_row;
    if (lowered.is_own_contract && own != kNoRow) {
      if (std::ranges::find(seen, own) == seen.end()) return {};
      source = own;
    }
    return cell_value(batch.table(lowered.table), lowered.cell, source, batch.cutoffs[row]);
  }
  return aggregate(lowered, Rows(lowered, batch, row, memory));
}

}  // namespace holdfast::features
