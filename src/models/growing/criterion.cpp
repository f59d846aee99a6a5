#include "models/growing/criterion.hpp"

#include <algorithm>

#include "models/growing/compare.hpp"

namespace holdfast::growing {

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

double gain_ratio(const XLogX& x_log_x, std::span<const double> children, double known, double rows,
                  double gain) {
  if (!greater(known, 0)) return 0;
  double split = 0;
  for (const double weight : children) split -= x_log_x(weight);
  split -= x_log_x(rows - known);
  split += x_log_x(rows);
  return equal(split, 0) ? 0 : gain / (split / rows);
}

double gain_ratio(const XLogX& x_log_x, const Distribution& d, double rows, double gain) {
  std::vector<double> children(d.bags());
  for (std::size_t b = 0; b < d.bags(); ++b) children[b] = d.bag(b);
  return gain_ratio(x_log_x, children, d.total(), rows, gain);
}

}  // namespace holdfast::growing
