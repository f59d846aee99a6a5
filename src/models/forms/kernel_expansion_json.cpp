#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::forms {
namespace {

constexpr std::string_view kKernels[] = {"polynomial", "rbf", "sigmoid"};

}  // namespace

using nlohmann::ordered_json;

ordered_json to_json(const KernelExpansion& form) {
  return {{"about",
           "score = sum of coefficient x kernel(vector, row) - rho; polynomial (gamma u.v + "
           "constant)^degree, rbf exp(-gamma |u - v|^2), sigmoid tanh(gamma u.v + constant); "
           "vectors one after another, each of as many terms as the preparation"},
          {"kernel", kKernels[static_cast<std::size_t>(form.kernel)]},
          {"gamma", number_json(form.gamma)},
          {"constant", number_json(form.constant)},
          {"degree", form.degree},
          {"rho", number_json(form.rho)},
          {"coefficients", numbers_json(form.coefficients)},
          {"vectors", numbers_json(form.vectors)}};
}

void read(const ordered_json& json, const FormShape& shape, KernelExpansion& form) {
  form.kernel = static_cast<KernelExpansion::Kernel>(
      index_of(kKernels, json.at("kernel").get<std::string>()));
  form.gamma = number_from(json.at("gamma"));
  form.constant = number_from(json.at("constant"));
  form.degree = json.at("degree").get<int>();
  form.rho = number_from(json.at("rho"));
  form.coefficients = numbers_from(json.at("coefficients"));
  form.vectors = numbers_from(json.at("vectors"));
  form.terms = shape.terms_count;
  require(form.vectors.size() == form.coefficients.size() * shape.terms_count,
          "support vectors and terms differ in number");
  require(form.degree >= 0 && form.degree <= 100, "degree of the kernel out of range");
}

}  // namespace holdfast::forms
