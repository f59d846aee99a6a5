// Question: does any text crash the expression reader, or read back to something else than it
// prints?

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.hpp"
#include "study/expression.hpp"

namespace {

using holdfast::study::Expression;
using holdfast::study::Scope;
using holdfast::study::Type;
using holdfast::study::Value;

/// Names mean what they begin with, so that every type is within reach of random text.
Type type_of(std::string_view name) {
  switch (name.front()) {
    case 'b': return Type::Boolean;
    case 't': return Type::Text;
    case 'd': return Type::Day;
    case 'u': return Type::Unknown;
    default: return Type::Number;
  }
}

Scope any_scope() {
  Scope scope;
  scope.name = [](std::string_view name) { return std::optional(type_of(name)); };
  scope.column = [](std::string_view, std::string_view column) {
    return std::optional(column.empty() ? Type::Unknown : type_of(column));
  };
  return scope;
}

Value some_value(const Expression& leaf) {
  switch (leaf.type) {
    case Type::Boolean: return true;
    case Type::Text: return std::string("保费");
    case Type::Day: return holdfast::Day{19'000};
    case Type::Number: return 2.5;
    default: return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scope kScope = any_scope();
  const auto first =
      parse_expression(std::string_view(reinterpret_cast<const char*>(data), size), kScope);
  if (!first.ok()) {
    message_of(first.error(), holdfast::Language::Zh);
    return 0;
  }
  evaluate(**first, some_value);
  in_words(**first);
  const auto printed = to_string(**first);
  const auto second = parse_expression(printed, kScope);
  HOLDFAST_CHECK(second.ok());
  HOLDFAST_CHECK(same(**first, **second));
  return 0;
}
