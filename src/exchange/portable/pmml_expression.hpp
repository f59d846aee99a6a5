#pragma once

#include <string>

#include <pugixml.hpp>

#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

/// A number so that it reads back as it was.
std::string pmml_number(double value);

/// Writes steps of a formula as PMML expressions.
class PmmlExpressions {
 public:
  explicit PmmlExpressions(const Formula& formula) : formula_(&formula) {}

  /// The expression of a step below `parent`; named steps are field references.
  void add(pugi::xml_node parent, std::int32_t step) const;
  /// A DerivedField with the step's own expression.
  void define(pugi::xml_node parent, std::int32_t step, const std::string& name) const;
  /// A call whose arguments are still to come.
  static pugi::xml_node apply(pugi::xml_node parent, const char* function);
  static void add_number(pugi::xml_node parent, double value);

 private:
  void add_body(pugi::xml_node parent, const Formula::Step& step) const;

  const Formula* formula_;
};

}  // namespace holdfast::exchange
