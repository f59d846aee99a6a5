#include "exchange/portable/formula.hpp"

#include "core/check.hpp"

namespace holdfast::exchange {

using Op = Formula::Op;

bool is_truth(Op op) {
  return op == Op::Known || op == Op::InSet || op == Op::Less || op == Op::LessEqual ||
         op == Op::Not;
}

FormulaBuilder::Ref FormulaBuilder::push(Formula::Step step) {
  formula_.steps.push_back(std::move(step));
  return static_cast<Ref>(formula_.steps.size()) - 1;
}

FormulaBuilder::Ref FormulaBuilder::add(Op op, std::vector<Ref> arguments) {
  return push({.op = op, .arguments = std::move(arguments)});
}

FormulaBuilder::Ref FormulaBuilder::number(double value) {
  return push({.op = Op::Number, .number = value});
}

FormulaBuilder::Ref FormulaBuilder::column(const std::string& name) {
  return push({.op = Op::Column, .column = name});
}

FormulaBuilder::Ref FormulaBuilder::known(const std::string& column) {
  return push({.op = Op::Known, .column = column});
}

FormulaBuilder::Ref FormulaBuilder::in_set(const std::string& column,
                                           std::vector<std::string> categories) {
  return push({.op = Op::InSet, .column = column, .categories = std::move(categories)});
}

FormulaBuilder::Ref FormulaBuilder::sum(std::vector<Ref> parts) {
  if (parts.empty()) return number(0);
  return parts.size() == 1 ? parts[0] : add(Op::Sum, std::move(parts));
}

FormulaBuilder::Ref FormulaBuilder::product(std::vector<Ref> parts) {
  if (parts.empty()) return number(1);
  return parts.size() == 1 ? parts[0] : add(Op::Product, std::move(parts));
}

FormulaBuilder::Ref FormulaBuilder::logistic(Ref a) {
  // Beyond 700 exp would overflow, which PostgreSQL calls an error; the answer is 0 or 1 long before.
  const auto cut = clamped(a, -700, 700);
  const auto minus = product({number(-1), cut});
  return divide(number(1), sum({number(1), exp(minus)}));
}

FormulaBuilder::Ref FormulaBuilder::clamped(Ref a, double low, double high) {
  return minimum(maximum(a, number(low)), number(high));
}

FormulaBuilder::Ref FormulaBuilder::named(Ref step, const std::string& name) {
  auto& own = formula_.steps[static_cast<std::size_t>(step)];
  if (own.op == Op::Number || !own.name.empty()) return step;
  std::string unique = name;
  while (names_.contains(unique)) unique = name + "_" + std::to_string(++names_[name]);
  names_[unique] = 1;
  own.name = unique;
  return step;
}

Formula FormulaBuilder::finished(Ref root) {
  formula_.root = root;
  return std::move(formula_);
}

}  // namespace holdfast::exchange
