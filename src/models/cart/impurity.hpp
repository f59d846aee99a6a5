#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

/// Impurity of a side of a split, times its weight and turned so that larger is purer.
///
/// Gini: Σ A²/L, information: Σ A log A − L log L, where A is a class's weight by altered prior and
/// L their sum. What a split gains is the purity of its sides less that of the node.
namespace holdfast::cart {

enum class Impurity : std::uint8_t { Gini, Information };

struct Gini {
  static constexpr bool kIsBounded = true;  // is_surely_below says something.

  double operator()(double a, double b) const { return (a * a + b * b) / (a + b); }
  /// Whether both sides' purity is below the bound beyond rounding: most cuts are out without a
  /// division.
  static bool is_surely_below(double a, double b, double c, double d, double bound) {
    const double one = a + b, other = c + d;
    return (a * a + b * b) * other + (c * c + d * d) * one < bound * (1 - 1e-9) * (one * other);
  }
  double operator()(std::span<const double> a) const {
    double sum = 0, squares = 0;
    for (const double x : a) {
      sum += x;
      squares += x * x;
    }
    return sum > 0 ? squares / sum : 0;
  }
};

/// Logarithms of whole numbers come from a table: most weights are whole.
class Information {
 public:
  static constexpr bool kIsBounded = false;

  explicit Information(std::size_t largest) {
    table_.reserve(largest + 1);
    for (std::size_t i = 0; i <= largest; ++i) table_.push_back(exact(static_cast<double>(i)));
  }
  double operator()(double a, double b) const { return x_log_x(a) + x_log_x(b) - x_log_x(a + b); }
  static bool is_surely_below(double, double, double, double, double) { return false; }
  double operator()(std::span<const double> a) const {
    double sum = 0, result = 0;
    for (const double x : a) {
      sum += x;
      result += x_log_x(x);
    }
    return result - x_log_x(sum);
  }

 private:
  double x_log_x(double x) const {
    if (!(x >= 0 && x < static_cast<double>(table_.size()))) return exact(x);
    const auto whole = static_cast<std::size_t>(x);
    return static_cast<double>(whole) == x ? table_[whole] : exact(x);
  }
  static double exact(double x) { return x > 0 ? x * std::log(x) : 0; }

  std::vector<double> table_;
};

}  // namespace holdfast::cart
