#include "models/bg_nbd/in_words.hpp"

#include <fmt/format.h>

namespace holdfast::models {

Text in_words(const lifetime::BgNbd& fit) {
  const double rate = fit.r / fit.alpha, leaves = fit.a / (fit.a + fit.b);
  return {
      fmt::format(
          "while customers, they buy {:.3g} times a period on average, and leave after a purchase "
          "with a chance of {:.1f} %",
          rate, 100 * leaves),
      fmt::format("仍是客户时平均每期购买 {:.3g} 次,每次购买后离开的概率平均为 {:.1f} %", rate,
                  100 * leaves)};
}

}  // namespace holdfast::models
