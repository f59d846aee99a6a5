#include "models/c45/criterion.hpp"

#include <algorithm>

#include "models/c45/compare.hpp"

namespace holdfast::c45 {

XLogX::XLogX(std::size_t largest) {
  table_.reserve(largest + 1);
  for (std::size_t i = 0; i <= largest; ++i) table_.push_back(exact(static_cast<double>(i)));
}

double entropy_before(const XLogX& x_log_x, const Distribution& d) {
  double sum = 0;
  for (std::size_t c = 0; c < d.classes(); ++c) sum += x_log_x(d.cls(c));
  return x_log_x(d.total()) - sum;
}

double information_gain(const XLogX& x_log_x, const Distribution& d, double rows, double before) {
  double after = 0;
  for (std::size_t b = 0; b < d.bags(); ++b) {
    for (std::size_t c = 0; c < d.classes(); ++c) after += x_log_x(d.cell(b, c));
    after -= x_log_x(d.bag(b));
  }
  const double unknown_share = (rows - d.total()) / rows;
  const double gain = (1 - unknown_share) * (before + after);
  return equal(gain, 0) ? 0 : gain / d.total();
}

double gain_ratio(const XLogX& x_log_x, const Distribution& d, double rows, double gain) {
  if (!greater(d.total(), 0)) return 0;
  double split = 0;
  for (std::size_t b = 0; b < d.bags(); ++b) split -= x_log_x(d.bag(b));
  split -= x_log_x(rows - d.total());
  split += x_log_x(rows);
  return equal(split, 0) ? 0 : gain / (split / rows);
}

}  // namespace holdfast::c45
