#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace holdfast::growing {

/// Weight of rows by child and class.
class Distribution {
 public:
  Distribution() = default;
  Distribution(std::size_t bags, std::size_t classes)
      : bags_(bags), classes_(classes), cells_(bags * classes, 0.0), by_bag_(bags, 0.0),
        by_class_(classes, 0.0) {}

  void add(std::size_t bag, std::size_t cls, double weight) {
    cells_[bag * classes_ + cls] += weight;
    by_bag_[bag] += weight;
    by_class_[cls] += weight;
    total_ += weight;
  }
  /// Adds a row whose child is unknown: to each in proportion to what it holds already.
  void add_to_all(std::span<const double> shares, std::size_t cls, double weight);

  std::size_t bags() const { return bags_; }
  std::size_t classes() const { return classes_; }
  double total() const { return total_; }
  double bag(std::size_t b) const { return by_bag_[b]; }
  double cls(std::size_t c) const { return by_class_[c]; }
  double cell(std::size_t b, std::size_t c) const { return cells_[b * classes_ + c]; }
  /// Share of each child; equal shares where nothing came here.
  std::vector<double> shares() const;
  /// The class of most weight, the first of equals.
  std::size_t majority() const;
  /// Majority class of one child; of all rows where the child is empty.
  std::size_t majority(std::size_t b) const;
  double errors() const { return total_ - by_class_[majority()]; }
  double errors(std::size_t b) const { return by_bag_[b] - cells_[b * classes_ + majority(b)]; }
  /// The child of most weight, the last of equals.
  std::size_t largest_bag() const;
  /// All children as one.
  Distribution merged() const;

 private:
  std::size_t bags_ = 0, classes_ = 0;
  std::vector<double> cells_, by_bag_, by_class_;
  double total_ = 0;
};

}  // namespace holdfast::growing
