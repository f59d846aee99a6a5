#include "exchange/portable/pmml_kernel.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/portable/pmml_expression.hpp"

namespace holdfast::exchange {
namespace {

using Kernel = forms::KernelExpansion::Kernel;

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

void set(pugi::xml_node node, const char* name, std::size_t value) {
  set(node, name, std::to_string(value));
}

double number_at(pugi::xml_node node, const char* name) {
  const std::string_view text = node.attribute(name).value();
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{}) throw std::runtime_error("not a number: " + std::string(text));
  return value;
}

void add_kernel(pugi::xml_node model, const forms::KernelExpansion& form) {
  const char* name = form.kernel == Kernel::Rbf          ? "RadialBasisKernelType"
                     : form.kernel == Kernel::Polynomial ? "PolynomialKernelType"
                                                         : "SigmoidKernelType";
  auto kernel = model.append_child(name);
  set(kernel, "gamma", pmml_number(form.gamma));
  if (form.kernel == Kernel::Rbf) return;
  set(kernel, "coef0", pmml_number(form.constant));
  if (form.kernel == Kernel::Polynomial) set(kernel, "degree", std::to_string(form.degree));
}

void add_vectors(pugi::xml_node model, const forms::KernelExpansion& form) {
  const std::size_t count = form.coefficients.size();
  auto dictionary = model.append_child("VectorDictionary");
  set(dictionary, "numberOfVectors", count);
  auto fields = dictionary.append_child("VectorFields");
  set(fields, "numberOfFields", form.terms);
  for (std::size_t t = 0; t < form.terms; ++t) {
    set(fields.append_child("FieldRef"), "field", "term_" + std::to_string(t + 1));
  }
  for (std::size_t v = 0; v < count; ++v) {
    auto vector = dictionary.append_child("VectorInstance");
    set(vector, "id", v + 1);
    std::string text;
    for (std::size_t t = 0; t < form.terms; ++t) {
      if (t > 0) text += ' ';
      text += pmml_number(form.vectors[v * form.terms + t]);
    }
    auto array = vector.append_child("Array");
    set(array, "n", form.terms);
    set(array, "type", "real");
    array.text().set(text.c_str());
  }
}

/// Numbers between blanks.
void read_numbers(std::string_view text, std::vector<double>& into) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    double value = 0;
    const auto [next, failure] = std::from_chars(at, end, value);
    if (failure != std::errc{}) throw std::runtime_error("not a number in a vector");
    into.push_back(value);
    at = next;
  }
}

}  // namespace

void add_kernel_expansion(pugi::xml_node model, const forms::KernelExpansion& form) {
  add_kernel(model, form);
  add_vectors(model, form);
  const std::size_t count = form.coefficients.size();
  auto machine = model.append_child("SupportVectorMachine");
  auto vectors = machine.append_child("SupportVectors");
  set(vectors, "numberOfSupportVectors", count);
  set(vectors, "numberOfAttributes", form.terms);
  for (std::size_t v = 0; v < count; ++v) {
    set(vectors.append_child("SupportVector"), "vectorId", v + 1);
  }
  auto coefficients = machine.append_child("Coefficients");
  set(coefficients, "numberOfCoefficients", count);
  set(coefficients, "absoluteValue", pmml_number(-form.rho));
  for (const double coefficient : form.coefficients) {
    set(coefficients.append_child("Coefficient"), "value", pmml_number(coefficient));
  }
}

forms::KernelExpansion kernel_expansion_of(pugi::xml_node model) {
  forms::KernelExpansion form;
  pugi::xml_node kernel = model.child("RadialBasisKernelType");
  if (!kernel) {
    kernel = model.child("PolynomialKernelType");
    form.kernel = kernel ? Kernel::Polynomial : Kernel::Sigmoid;
    if (!kernel) kernel = model.child("SigmoidKernelType");
    form.constant = number_at(kernel, "coef0");
  }
  form.gamma = number_at(kernel, "gamma");
  if (form.kernel == Kernel::Polynomial) form.degree = static_cast<int>(number_at(kernel, "degree"));
  const auto dictionary = model.child("VectorDictionary");
  for (auto field : dictionary.child("VectorFields").children("FieldRef")) {
    if (field.attribute("field").value() != "term_" + std::to_string(++form.terms)) {
      throw std::runtime_error("vector fields are not the terms in order");
    }
  }
  for (auto vector : dictionary.children("VectorInstance")) {
    read_numbers(vector.child("Array").text().get(), form.vectors);
  }
  const auto coefficients = model.child("SupportVectorMachine").child("Coefficients");
  form.rho = -number_at(coefficients, "absoluteValue");
  for (auto coefficient : coefficients.children("Coefficient")) {
    form.coefficients.push_back(number_at(coefficient, "value"));
  }
  if (form.vectors.size() != form.coefficients.size() * form.terms) {
    throw std::runtime_error("vectors and coefficients differ in number");
  }
  return form;
}

}  // namespace holdfast::exchange
