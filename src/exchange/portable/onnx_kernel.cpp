#include "exchange/portable/onnx_kernel.hpp"

namespace holdfast::exchange {
namespace {

using Kernel = forms::KernelExpansion::Kernel;

/// factor × inner products of the rows with the vectors, [N, vectors].
std::string inner_products(OnnxGraph& graph, const forms::KernelExpansion& form,
                           const std::string& x, double factor) {
  const std::size_t count = form.coefficients.size();
  std::vector<double> across(form.terms * count);
  for (std::size_t v = 0; v < count; ++v) {
    for (std::size_t t = 0; t < form.terms; ++t) {
      across[t * count + v] = factor * form.vectors[v * form.terms + t];
    }
  }
  return graph.add("MatMul", {x, graph.matrix(across, form.terms)});
}

/// −gamma × |u − v|² as 2 gamma u·v − gamma |u|² − gamma |v|².
std::string minus_distances(OnnxGraph& graph, const forms::KernelExpansion& form,
                            const std::string& x) {
  const auto inner = inner_products(graph, form, x, 2 * form.gamma);
  const auto squares = graph.add("Mul", {x, x});
  const auto own = graph.add(
      "MatMul", {squares, graph.matrix(std::vector<double>(form.terms, -form.gamma), form.terms)});
  std::vector<double> theirs;
  for (std::size_t v = 0; v < form.coefficients.size(); ++v) {
    double sum = 0;
    for (std::size_t t = 0; t < form.terms; ++t) {
      sum += form.vectors[v * form.terms + t] * form.vectors[v * form.terms + t];
    }
    theirs.push_back(-form.gamma * sum);
  }
  const auto sum = graph.add("Add", {graph.add("Add", {inner, own}), graph.matrix(theirs, 1)});
  return graph.add("Min", {sum, graph.constant(0)});  // Rounding may leave a little above 0.
}

std::string kernels(OnnxGraph& graph, const forms::KernelExpansion& form, const std::string& x) {
  if (form.kernel == Kernel::Rbf) return graph.add("Exp", {minus_distances(graph, form, x)});
  const auto inner = graph.add(
      "Add", {inner_products(graph, form, x, form.gamma), graph.constant(form.constant)});
  if (form.kernel == Kernel::Sigmoid) return graph.add("Tanh", {inner});
  auto power = inner;
  for (int d = 1; d < form.degree; ++d) power = graph.add("Mul", {power, inner});
  const auto above = graph.add("Max", {power, graph.constant(-forms::kKernelLargest)});
  return graph.add("Min", {above, graph.constant(forms::kKernelLargest)});
}

}  // namespace

std::string add_kernel_expansion(OnnxGraph& graph, const forms::KernelExpansion& form,
                                 const std::vector<std::string>& terms) {
  const auto x = graph.add("Concat", terms);
  set_int(graph.last(), "axis", 1);
  const auto alike = kernels(graph, form, x);
  const auto sum =
      graph.add("MatMul", {alike, graph.matrix(form.coefficients, form.coefficients.size())});
  return graph.add("Add", {sum, graph.constant(-form.rho)});
}

}  // namespace holdfast::exchange
