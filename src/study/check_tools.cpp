#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "study/checker.hpp"
#include "study/errors.hpp"
#include "study/scope.hpp"
#include "study/words.hpp"

namespace holdfast::study {
namespace {

bool is_dated(tables::ColumnType type) {
  return type == tables::ColumnType::Day || type == tables::ColumnType::Instant;
}
bool is_number(tables::ColumnType type) { return type_of(type) == Type::Number; }

}  // namespace

std::string near(std::string_view name, std::vector<std::string> known) {
  if (auto best = nearest(name, known); !best.empty()) return best;
  if (known.size() > 8) known.resize(8);
  return known.empty() ? "-" : join(known, ", ");
}

void Checker::fail(const ErrorKind& kind, std::vector<Argument> arguments,
                   const std::string& path) {
  const bool is_about_role = &kind == &errors::kNeedsColumn || &kind == &errors::kChurnNeedsTable;
  if (is_about_role && has_misspelt_role()) return;
  checked_.errors.emplace_back(kind, std::move(arguments), places_.of(path));
}

bool Checker::has_misspelt_role() const {
  return std::ranges::any_of(checked_.errors, [](const Error& error) {
    return error.kind == &errors::kUnknownWord && error.place.key.starts_with("table.") &&
           error.place.key.ends_with(".role");
  });
}

void Checker::warn(const ErrorKind& kind, std::vector<Argument> arguments,
                   const std::string& path) {
  checked_.warnings.emplace_back(kind, std::move(arguments), places_.of(path));
}

void Checker::range(double value, double min, double max, const std::string& path) {
  if (value >= min && value <= max) return;
  const auto word = [](double bound) {
    return std::abs(bound) >= 1e9 ? std::string("∞") : brief(bound);
  };
  fail(errors::kOutOfRange, {{"value", brief(value)}, {"min", word(min)}, {"max", word(max)}},
       path);
}

void Checker::unique(std::set<std::string>& names, const std::string& name,
                     const std::string& path) {
  if (name.empty()) return fail(errors::kMissing, {{"key", "name"}}, path);
  if (!names.insert(name).second) fail(errors::kNotUnique, {{"name", name}}, path);
}

void Checker::one_of(const std::string& value, const std::vector<std::string>& known,
                     const std::string& path) {
  if (std::ranges::find(known, value) != known.end()) return;
  fail(errors::kUnknownWord, {{"value", value}, {"known", join(known, ", ")}}, path);
}

std::vector<std::string> Checker::table_names() const {
  std::vector<std::string> names;
  for (const auto& table : study_.tables) names.push_back(table.name);
  return names;
}

std::size_t Checker::count(Role role) const {
  return static_cast<std::size_t>(std::ranges::count(study_.tables, role, &TableSpec::role));
}

void Checker::check_column(const TableSpec& table, const std::string& column,
                           const std::string& path, Wanted wanted) {
  if (column.empty()) return;
  const auto type = table.type_of(column);
  if (!type) {
    return fail(errors::kNoSuchColumn,
                {{"table", table.name},
                 {"column", column},
                 {"nearest", near(column, table.column_names())}},
                path);
  }
  if (wanted == Wanted::Date && !is_dated(*type)) {
    return fail(errors::kNotADate, {{"column", column}, {"type", word_of(*type)}}, path);
  }
  if (wanted == Wanted::Number && !is_number(*type)) {
    return fail(errors::kNotANumber, {{"column", column}, {"type", word_of(*type)}}, path);
  }
  if (const auto* spec = table.find(column); spec != nullptr && spec->is_ignored) {
    fail(errors::kIgnoredUsed, {{"column", column}}, path);
  }
}

bool Checker::is_timeless() const {
  if (!study_.churn || study_.churn->kind != ChurnKind::Label) return false;
  const auto* table = study_.find(study_.churn->table);
  return table != nullptr && table->role != Role::Outcome && table->role != Role::Event &&
         table->valid_from.empty();
}

void Checker::misread(Error error, const std::string& section, const std::string& path) {
  const auto position = error.place.column;
  error.place = places_.of(places_.spots.contains(path) ? path : section);
  // The text starts after its opening quote.
  if (places_.spots.contains(path)) error.place.column += position;
  checked_.errors.push_back(std::move(error));
}

ExpressionPtr Checker::read(const std::string& source, const std::string& section,
                            const std::string& path, bool allows_unsure) {
  const auto known = scope_of(study_);
  auto scope = known;
  std::vector<std::string> unsure;
  scope.name = [&](std::string_view name) {
    auto type = known.name(name);
    if (!type && allows_unsure && nearest(name, known.known_names).empty()) {
      unsure.emplace_back(name);
      type = Type::Unknown;
    }
    return type;
  };
  const auto parsed = parse_expression(source, scope);
  if (!parsed.ok()) {
    misread(parsed.error(), section, path);
    return nullptr;
  }
  for (const auto& name : unsure) {
    warn(errors::kNameUnsure, {{"name", name}, {"nearest", near(name, known.known_names)}}, path);
  }
  check_no_label(**parsed, path);
  return *parsed;
}

void Checker::check_no_label(const Expression& node, const std::string& path) {
  if (!study_.churn || study_.churn->kind != ChurnKind::Label) return;
  const auto& churn = *study_.churn;
  const bool is_bare =
      node.op == Operator::Name && node.text == churn.column && is_row_column(churn.table);
  if (is_bare || (node.table == churn.table && node.column == churn.column)) {
    return fail(errors::kLabelAsInput, {{"column", churn.column}}, path);
  }
  for (const auto& child : node.children) check_no_label(*child, path);
}

bool Checker::is_row_column(const std::string& name) const {
  const auto* table = study_.find(name);
  return table != nullptr && table->role != Role::Event && table->role != Role::Context;
}

void Checker::check_condition(const std::string& source, const std::string& section,
                              const std::string& path) {
  const auto parsed = read(source, section, path, true);
  if (parsed == nullptr || parsed->type == Type::Boolean || parsed->type == Type::Unknown) return;
  fail(errors::kNotBoolean, {{"got", name_of(parsed->type)}}, path);
}

}  // namespace holdfast::study
