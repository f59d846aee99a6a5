#include "scoring/row_values.hpp"

#include <algorithm>
#include <optional>

#include "scoring/errors.hpp"

namespace holdfast::scoring {
namespace {

using study::Expression;
using study::Operator;
using study::Type;
using study::Value;

Type type_of(tables::ColumnType type) {
  switch (type) {
    case tables::ColumnType::Boolean: return Type::Boolean;
    case tables::ColumnType::Integer:
    case tables::ColumnType::Real:
    case tables::ColumnType::Money: return Type::Number;
    case tables::ColumnType::Day:
    case tables::ColumnType::Instant: return Type::Day;
    case tables::ColumnType::Text: return Type::Text;
  }
  return Type::Unknown;
}

Type type_of(const features::FeatureInfo& feature) {
  return feature.is_category ? Type::Text : Type::Number;
}

bool is_leaf(const Expression& node) {
  return node.op == Operator::Name || node.op == Operator::Column ||
         node.op == Operator::Aggregate;
}

/// What evaluate() will ask for. It does not look below an aggregate: the filter there is over rows
/// of a table, not over this one.
void collect_leaves(const Expression& node, std::vector<const Expression*>& leaves) {
  if (is_leaf(node)) {
    leaves.push_back(&node);
    return;
  }
  for (const auto& child : node.children) collect_leaves(*child, leaves);
}

/// The names under which a leaf may stand in the matrix, best first.
std::vector<std::string> names_of_leaf(const Expression& leaf) {
  switch (leaf.op) {
    case Operator::Name: return {leaf.text};
    case Operator::Column:
      return {study::to_string(leaf), leaf.table + "_" + leaf.column, leaf.column};
    default: return {study::to_string(leaf)};
  }
}

const features::FeatureColumn* find_column(const std::string& name,
                                           const std::vector<features::FeatureInfo>& infos,
                                           const std::vector<features::FeatureColumn>& columns,
                                           bool& is_category) {
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (infos[i].name != name) continue;
    is_category = infos[i].is_category;
    return &columns[i];
  }
  return nullptr;
}

/// A yes/no value stands in the matrix as 0 or 1.
Value number_as(Type type, double number) {
  if (type == Type::Boolean) return number != 0;
  if (type == Type::Day) return Day{static_cast<std::int32_t>(number)};
  return number;
}

}  // namespace

study::Scope scope_of(const study::Study& study, const features::FeatureMatrix& matrix,
                      std::span<const ExtraColumn> extras) {
  std::map<std::string, Type, std::less<>> names;
  for (const auto& helper : matrix.helpers) names.emplace(helper.name, type_of(helper));
  for (const auto& feature : matrix.features) names.insert_or_assign(feature.name, type_of(feature));
  for (const auto& extra : extras) names.insert_or_assign(extra.name, Type::Number);
  study::Scope scope;
  for (const auto& [name, type] : names) scope.known_names.push_back(name);
  scope.name = [names = std::move(names)](std::string_view name) -> std::optional<Type> {
    const auto found = names.find(name);
    if (found == names.end()) return std::nullopt;
    return found->second;
  };
  scope.column = [&study](std::string_view table, std::string_view column) -> std::optional<Type> {
    const auto* spec = study.find(table);
    if (spec == nullptr) return std::nullopt;
    if (column.empty()) return Type::Unknown;
    const auto type = spec->type_of(column);
    return type ? std::optional(type_of(*type)) : std::nullopt;
  };
  return scope;
}

Result<RowExpression> RowExpression::bind(std::string_view source, const study::Study& study,
                                          const features::FeatureMatrix& matrix,
                                          std::span<const ExtraColumn> extras) {
  RowExpression bound;
  HOLDFAST_TRY(bound.expression_,
               study::parse_expression(source, scope_of(study, matrix, extras)));
  std::vector<const Expression*> leaves;
  collect_leaves(*bound.expression_, leaves);
  for (const auto* leaf : leaves) {
    Source found{.column = nullptr, .type = leaf->type, .numbers = {}};
    for (const auto& name : names_of_leaf(*leaf)) {
      const auto extra = std::ranges::find(extras, name, &ExtraColumn::name);
      if (leaf->op == Operator::Name && extra != extras.end()) found.numbers = extra->values;
      if (!found.numbers.empty()) break;
      bool is_category = false;
      found.column = find_column(name, matrix.helpers, matrix.helper_columns, is_category);
      if (found.column == nullptr) {
        found.column = find_column(name, matrix.features, matrix.columns, is_category);
      }
      if (found.column == nullptr) continue;
      if (is_category) found.type = Type::Text;
      break;
    }
    // No rows: nothing will be asked, and an empty extra looks like none.
    if (found.column == nullptr && found.numbers.empty() && matrix.rows > 0) {
      return Error(errors::kAggregateAbsent, {{"aggregate", study::to_string(*leaf)}});
    }
    bound.sources_.emplace(leaf, found);
  }
  return bound;
}

Value RowExpression::at(std::size_t row) const {
  return study::evaluate(*expression_, [&](const Expression& leaf) -> Value {
    const auto found = sources_.find(&leaf);
    if (found == sources_.end()) return {};
    const auto& source = found->second;
    if (source.column == nullptr) return number_as(source.type, source.numbers[row]);
    if (source.column->valid[row] == 0) return {};
    if (source.type == Type::Text) return source.column->categories[source.column->codes[row]];
    return number_as(source.type, source.column->values[row]);
  });
}

}  // namespace holdfast::scoring
