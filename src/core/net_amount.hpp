#pragma once

#include <cmath>

namespace holdfast {

/// The sum of amounts of either sign. Sums of hundredths in binary leave a tiny rest where the amounts
/// cancel exactly; that rest is nothing, and must not count as something.
class NetAmount {
 public:
  /// Of a sum of amounts, the share that the rounding of some thousand additions may leave.
  static constexpr double kRounding = 1e-12;

  void add(double amount) {
    net_ += amount;
    gross_ += std::abs(amount);
  }
  /// 0 where no more is left than rounding.
  double value() const { return std::abs(net_) <= kRounding * gross_ ? 0 : net_; }

 private:
  double net_ = 0, gross_ = 0;
};

}  // namespace holdfast
