#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "models/growing/distribution.hpp"

/// Information gain and gain ratio.
namespace holdfast::growing {

/// x log₂ x, from a table where x is a whole number: most weights are.
class XLogX {
 public:
  explicit XLogX(std::size_t largest);
  double operator()(double x) const {
    const auto whole = static_cast<std::size_t>(x);
    if (whole < table_.size() && static_cast<double>(whole) == x) return table_[whole];
    return exact(x);
  }
  /// Of a whole number the table holds.
  double whole(std::uint32_t x) const { return table_[x]; }

 private:
  static double exact(double x) { return x < 1e-6 ? 0 : x * std::log(x) / kLog2; }
  static constexpr double kLog2 = 0.6931471805599453;
  std::vector<double> table_;
};

/// Entropy of the classes before a split, times the total.
double entropy_before(const XLogX& x_log_x, const Distribution& d);
/// Gain per row, rows of unknown value counted as not told apart. `rows`: weight with unknown ones.
double information_gain(const XLogX& x_log_x, const Distribution& d, double rows, double before);
double gain_ratio(const XLogX& x_log_x, const Distribution& d, double rows, double gain);
/// The same from the weights of the children and of all rows of known value.
double gain_ratio(const XLogX& x_log_x, std::span<const double> children, double known, double rows,
                  double gain);

}  // namespace holdfast::growing
