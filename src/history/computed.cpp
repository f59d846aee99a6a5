#include "history/computed.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "core/hash.hpp"
#include "history/interner.hpp"

namespace holdfast::history {
namespace {

using study::Expression;
using study::Operator;
using tables::ColumnType;

constexpr double kCentsPerUnit = 100;

study::Type expression_type(ColumnType type) {
  switch (type) {
    case ColumnType::Boolean: return study::Type::Boolean;
    case ColumnType::Text: return study::Type::Text;
    case ColumnType::Day:
    case ColumnType::Instant: return study::Type::Day;
    default: return study::Type::Number;
  }
}

const std::string& name_in(const Expression& leaf) {
  return leaf.op == Operator::Column ? leaf.column : leaf.text;
}

bool is_number(const tables::Column* column) {
  return column != nullptr && expression_type(column->type) == study::Type::Number;
}

double number_at(const tables::Column& column, std::size_t row) {
  if (column.type == ColumnType::Real) return column.reals[row];
  const auto number = static_cast<double>(column.integers[row]);
  return column.type == ColumnType::Money ? number / kCentsPerUnit : number;
}

study::Value value_at(const tables::Column& column, std::size_t row) {
  if (column.valid[row] == 0) return {};
  switch (column.type) {
    case ColumnType::Boolean: return column.integers[row] != 0;
    case ColumnType::Text: return column.categories[column.codes[row]];
    case ColumnType::Day: return Day{static_cast<std::int32_t>(column.integers[row])};
    case ColumnType::Instant: return utc_day_of(Instant{column.integers[row]});
    default: return number_at(column, row);
  }
}

/// Collects the values of a new column.
class Builder {
 public:
  Builder(const std::string& name, ColumnType type, std::size_t rows) {
    column_.name = name;
    column_.type = type;
    column_.valid.assign(rows, 0);
    if (type == ColumnType::Real) column_.reals.resize(rows);
    else if (type == ColumnType::Text) column_.codes.resize(rows);
    else column_.integers.resize(rows);
  }

  void set_number(std::size_t row, double number) {
    if (!std::isfinite(number)) return;
    if (column_.type == ColumnType::Real) {
      column_.reals[row] = number;
    } else {
      const auto scaled =
          std::round(column_.type == ColumnType::Money ? number * kCentsPerUnit : number);
      // Beyond what a whole number holds there is no value.
      if (std::abs(scaled) >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return;
      column_.integers[row] = static_cast<std::int64_t>(scaled);
    }
    column_.valid[row] = 1;
  }

  void set(std::size_t row, const study::Value& value) {
    const auto type = column_.type;
    if (const auto* number = std::get_if<double>(&value)) {
      if (type != ColumnType::Text && type != ColumnType::Day) set_number(row, *number);
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      if (type != ColumnType::Text && type != ColumnType::Day) set_number(row, *flag ? 1 : 0);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      if (type != ColumnType::Text) return;
      column_.codes[row] = texts_.intern(*text, hash64(*text));
      column_.valid[row] = 1;
    } else if (const auto* day = std::get_if<Day>(&value)) {
      if (type == ColumnType::Day) column_.integers[row] = day->number;
      else if (type == ColumnType::Instant) column_.integers[row] = start_of_utc_day(*day).micros;
      else return;
      column_.valid[row] = 1;
    }
  }

  tables::Column finish() {
    for (std::uint32_t id = 0; id < texts_.size(); ++id) {
      column_.categories.emplace_back(texts_.text(id));
    }
    return std::move(column_);
  }

 private:
  tables::Column column_;
  Interner texts_;
};

/// a * b over two columns of numbers, by far the commonest: quantity * unit_price.
bool add_product(const Expression& expression, const tables::Table& piece, Builder& builder) {
  if (expression.op != Operator::Multiply) return false;
  const tables::Column* factors[2] = {nullptr, nullptr};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& leaf = *expression.children[i];
    if (leaf.op != Operator::Name && leaf.op != Operator::Column) return false;
    factors[i] = piece.find(name_in(leaf));
    if (!is_number(factors[i])) return false;
  }
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (factors[0]->valid[row] == 0 || factors[1]->valid[row] == 0) continue;
    builder.set_number(row, number_at(*factors[0], row) * number_at(*factors[1], row));
  }
  return true;
}

void collect_names(const Expression& expression, std::vector<std::string>& names) {
  if (expression.op == Operator::Name || expression.op == Operator::Column) {
    names.push_back(name_in(expression));
  }
  for (const auto& child : expression.children) collect_names(*child, names);
}

}  // namespace

Result<ComputedColumns> ComputedColumns::create(const study::TableSpec& table) {
  ComputedColumns columns;
  study::Scope scope;
  scope.allows_aggregates = false;
  for (const auto& column : table.columns) scope.known_names.push_back(column.format.name);
  scope.name = [&](std::string_view name) -> std::optional<study::Type> {
    const auto* column = table.find(name);
    if (column != nullptr) return expression_type(column->format.type);
    for (const auto& earlier : columns.items_) {
      if (earlier.name == name) return expression_type(earlier.type);
    }
    return std::nullopt;
  };
  scope.column = [&](std::string_view of, std::string_view name) -> std::optional<study::Type> {
    if (of != table.name) return std::nullopt;
    return name.empty() ? study::Type::Unknown : scope.name(name);
  };
  for (const auto& column : table.computed) {
    auto parsed = study::parse_expression(column.expression, scope);
    if (!parsed.ok()) {
      auto error = parsed.error();
      error.place.key = table.name + "." + column.name;
      return error;
    }
    collect_names(**parsed, columns.inputs_);
    columns.items_.push_back({column.name, column.type, std::move(*parsed)});
  }
  return columns;
}

void ComputedColumns::add_to(tables::Table& piece) const {
  for (const auto& item : items_) {
    Builder builder(item.name, item.type, piece.rows);
    if (!add_product(*item.expression, piece, builder)) {
      for (std::size_t row = 0; row < piece.rows; ++row) {
        builder.set(row, study::evaluate(*item.expression, [&](const Expression& leaf) {
                      const auto* column = piece.find(name_in(leaf));
                      return column == nullptr ? study::Value{} : value_at(*column, row);
                    }));
      }
    }
    piece.columns.push_back(builder.finish());
  }
}

}  // namespace holdfast::history
