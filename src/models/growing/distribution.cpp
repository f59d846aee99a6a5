#include "models/growing/distribution.hpp"
#include "models/growing/compare.hpp"

namespace holdfast::growing {

void Distribution::add_to_all(std::span<const double> shares, std::size_t cls, double weight) {
  by_class_[cls] += weight;
  total_ += weight;
  for (std::size_t b = 0; b < bags_; ++b) {
    cells_[b * classes_ + cls] += shares[b] * weight;
    by_bag_[b] += shares[b] * weight;
  }
}

std::vector<double> Distribution::shares() const {
  std::vector<double> result(bags_);
  for (std::size_t b = 0; b < bags_; ++b) {
    result[b] = equal(total_, 0) ? 1.0 / static_cast<double>(bags_) : by_bag_[b] / total_;
  }
  return result;
}

std::size_t Distribution::majority() const {
  double most = 0;
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    if (greater(by_class_[c], most)) {
      most = by_class_[c];
      best = c;
    }
  }
  return best;
}

std::size_t Distribution::majority(std::size_t b) const {
  if (!(by_bag_[b] > 0)) return majority();
  double most = 0;
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    if (greater(cell(b, c), most)) {
      most = cell(b, c);
      best = c;
    }
  }
  return best;
}

std::size_t Distribution::largest_bag() const {
  double most = 0;
  std::size_t best = 0;
  for (std::size_t b = 0; b < bags_; ++b) {
    if (at_least(by_bag_[b], most)) {
      most = by_bag_[b];
      best = b;
    }
  }
  return best;
}

Distribution Distribution::merged() const {
  Distribution result(1, classes_);
  for (std::size_t c = 0; c < classes_; ++c) result.add(0, c, by_class_[c]);
  return result;
}

}  // namespace holdfast::growing
