#include "exchange/portable/pmml_expression.hpp"

#include <fmt/format.h>

namespace holdfast::exchange {
namespace {

using Op = Formula::Op;

void add_constant(pugi::xml_node parent, const char* type, const std::string& value) {
  auto constant = parent.append_child("Constant");
  constant.append_attribute("dataType") = type;
  constant.text().set(value.c_str());
}

void add_field(pugi::xml_node parent, const std::string& name) {
  parent.append_child("FieldRef").append_attribute("field") = name.c_str();
}

const char* function_of(Op op) {
  switch (op) {
    case Op::Less: return "lessThan";
    case Op::LessEqual: return "lessOrEqual";
    case Op::Not: return "not";
    case Op::If: return "if";
    case Op::Sum: return "+";
    case Op::Product: return "*";
    case Op::Divide: return "/";
    case Op::Minimum: return "min";
    case Op::Maximum: return "max";
    case Op::Exp: return "exp";
    case Op::Log: return "ln";
    case Op::Tanh: return "tanh";
    case Op::Power: return "pow";
    default: return "";
  }
}

}  // namespace

std::string pmml_number(double value) { return fmt::format("{:.17g}", value); }

pugi::xml_node PmmlExpressions::apply(pugi::xml_node parent, const char* function) {
  auto node = parent.append_child("Apply");
  node.append_attribute("function") = function;
  return node;
}

void PmmlExpressions::add_number(pugi::xml_node parent, double value) {
  add_constant(parent, "double", pmml_number(value));
}

void PmmlExpressions::add(pugi::xml_node parent, std::int32_t index) const {
  const auto& step = formula_->steps[static_cast<std::size_t>(index)];
  if (step.name.empty()) add_body(parent, step);
  else add_field(parent, step.name);
}

void PmmlExpressions::define(pugi::xml_node parent, std::int32_t index,
                             const std::string& name) const {
  auto field = parent.append_child("DerivedField");
  field.append_attribute("name") = name.c_str();
  field.append_attribute("optype") = "continuous";
  field.append_attribute("dataType") = "double";
  add_body(field, formula_->steps[static_cast<std::size_t>(index)]);
}

void PmmlExpressions::add_body(pugi::xml_node parent, const Formula::Step& step) const {
  switch (step.op) {
    case Op::Number: return add_number(parent, step.number);
    case Op::Column: return add_field(parent, step.column);
    case Op::Known: return add_field(apply(parent, "isNotMissing"), step.column);
    case Op::InSet: {
      // A missing value is in no set; asked first, as engines differ in what isIn makes of it.
      auto both = apply(parent, "and");
      add_field(apply(both, "isNotMissing"), step.column);
      auto in = apply(both, "isIn");
      add_field(in, step.column);
      for (const auto& category : step.categories) add_constant(in, "string", category);
      return;
    }
    case Op::Sum:
    case Op::Product: {
      // Two arguments each, as the standard defines them.
      auto node = parent;
      for (std::size_t i = 0; i + 1 < step.arguments.size(); ++i) {
        node = apply(node, function_of(step.op));
        add(node, step.arguments[i]);
      }
      return add(node, step.arguments.back());
    }
    default: {
      auto node = apply(parent, function_of(step.op));
      for (const auto argument : step.arguments) add(node, argument);
    }
  }
}

}  // namespace holdfast::exchange
