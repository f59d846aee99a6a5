#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "models/forms/kernel_expansion.hpp"
#include "models/forms/linear_predictor.hpp"

/// Support vector machines for two classes: the surface with the widest margin, where a row on the
/// wrong side of it costs C.
///
/// Source: Cortes & Vapnik (1995), Machine Learning 20, 273–297. Fitted by LIBSVM (Chang & Lin 2011,
/// ACM TIST 2:27) and, for many rows, LIBLINEAR (Fan et al. 2008, JMLR 9, 1871–1874).
namespace holdfast::svm {

enum class Kernel : std::uint8_t { Linear, Polynomial, Rbf, Sigmoid };

struct Options {
  Kernel kernel = Kernel::Rbf;
  double c = 1;
  double gamma = 0;                 // 0: 1 / number of terms.
  double constant = 0;              // Polynomial, sigmoid.
  int degree = 3;                   // Polynomial.
  double tolerance = 1e-3;          // Of the libraries' stopping rule.
  double class_costs[2] = {1, 1};   // × C for rows of the class.
};

/// Rows to learn from. Row i counts copies[i] × unit[y[i]] times.
struct Sample {
  MatrixView x;                             // [rows x terms]
  std::span<const std::uint8_t> y;          // [rows] 0 or 1; both are there.
  std::span<const std::uint32_t> copies;    // [rows] 0: no row.
  double unit[2] = {1, 1};
};

/// A fitted machine: class 1 where its score is above 0.
struct Machine {
  std::variant<forms::LinearPredictor, forms::KernelExpansion> form;  // term_means are left at 0.
  double gamma = 0;                    // As used.
  std::size_t vectors = 0;             // Support vectors, copies counted once; LIBLINEAR: 0.
  std::size_t vectors_at_bound = 0;    // Those on the wrong side of their margin.
};

/// C-SVC by LIBSVM. A linear kernel is summed up to one coefficient a term.
///
/// Errors     kLibraryFailed.
/// Cost       Between O(rows²) and O(rows³) kernel values.
Result<Machine> fit_kernel(const Sample& sample, const Options& options);

/// Squared hinge loss with an L2 penalty (on the intercept too) in the primal by LIBLINEAR's trust
/// region Newton method, which draws no random numbers; kernel, gamma, constant, degree do not
/// matter.
///
/// Errors     kLibraryFailed.
/// Cost       O(rows × terms) a step.
Result<Machine> fit_linear(const Sample& sample, const Options& options);

/// The machine's score of each row.
std::vector<double> decision_values(const Machine& machine, MatrixView x);

}  // namespace holdfast::svm
