#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

namespace holdfast::forms {

class KernelScorer;

/// Σ coefficient × kernel(support vector, row) − rho, over the terms of the model's preparation.
///
///   Polynomial  (gamma × u·v + constant)^degree
///   Rbf         exp(−gamma × |u − v|²)
///   Sigmoid     tanh(gamma × u·v + constant)
///
/// A linear kernel is a LinearPredictor.
struct KernelExpansion {
  enum class Kernel : std::uint8_t { Polynomial, Rbf, Sigmoid };
  static constexpr std::string_view kType = "kernel_expansion";
  static constexpr Input kInput = Input::Terms;
  using Scorer = KernelScorer;

  Kernel kernel = Kernel::Rbf;
  double gamma = 1;
  double constant = 0;
  int degree = 3;
  std::size_t terms = 0;
  std::vector<double> vectors;       // [support vectors x terms]
  std::vector<double> coefficients;  // [support vectors] > 0: class 1.
  double rho = 0;

  std::size_t outputs_count() const { return 1; }
};

/// Kernel values are cut here, so that sums of them are finite for any row.
constexpr double kKernelLargest = 1e100;

/// Support vectors laid out so that several are compared with a row at once, each in the order of
/// its terms.
///
/// Cost       rows × support vectors × terms.
class KernelScorer {
 public:
  explicit KernelScorer(const KernelExpansion& form);
  /// Shapes: out [rows].
  void score(const Rows& rows, std::span<double> out) const;

 private:
  static constexpr std::size_t kTogether = 16;

  double value(double inner) const;
  void compare(const double* row, const double* tile, double* inner) const;

  const KernelExpansion* form_;
  std::vector<double> tiles_;  // [tiles x terms x kTogether]
};

}  // namespace holdfast::forms
