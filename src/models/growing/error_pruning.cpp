#include "models/growing/error_pruning.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "models/growing/compare.hpp"

namespace holdfast::growing {
namespace {

constexpr std::size_t kParallelFrom = 4096;  // Rows at a node from which threads pay.

/// Quantile of the standard normal distribution: Acklam's rational start, then Halley's step to
/// full precision.
double normal_quantile(double p) {
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                          6.680131188771972e+01, -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                          3.754408661907416e+00};
  const auto tail = [&](double q) {
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  };
  double x = 0;
  if (p < 0.02425) {
    x = tail(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - 0.02425) {
    x = -tail(std::sqrt(-2 * std::log(1 - p)));
  } else {
    const double q = p - 0.5;
    const double r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
        (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
  }
  constexpr double kSqrt2Pi = 2.5066282746310002;
  for (int i = 0; i < 2; ++i) {
    const double e = 0.5 * std::erfc(-x / std::sqrt(2.0)) - p;
    const double u = e * kSqrt2Pi * std::exp(x * x / 2);
    x -= u / (1 + x * u / 2);
  }
  return x;
}

/// The upper limit with its quantile at hand.
class UpperLimit {
 public:
  explicit UpperLimit(double confidence)
      : confidence_(confidence), z_(confidence <= 0.5 ? normal_quantile(1 - confidence) : 0) {}

  double added(double total, double errors) const {
    if (confidence_ > 0.5) return 0;
    if (errors < 1) {
      const double base = total * (1 - std::pow(confidence_, 1 / total));
      if (errors == 0) return base;
      return base + errors * (added(total, 1) - base);
    }
    if (errors + 0.5 >= total) return std::max(total - errors, 0.0);
    const double z = z_;
    const double f = (errors + 0.5) / total;
    const double r = (f + z * z / (2 * total) +
                      z * std::sqrt(f / total - f * f / total + z * z / (4 * total * total))) /
                     (1 + z * z / total);
    return r * total - errors;
  }
  double errors(const Distribution& d) const {
    if (equal(d.total(), 0)) return 0;
    return d.errors() + added(d.total(), d.errors());
  }
  double errors(const Branch& branch) const {
    if (branch.is_leaf()) return errors(branch.split.distribution);
    double sum = 0;
    for (const auto& child : branch.children) sum += errors(*child);
    return sum;
  }

 private:
  double confidence_, z_;
};

/// Estimated errors if `rows` came to this branch.
double errors_on(const Sample& sample, const Branch& branch, const Rows& rows,
                 const UpperLimit& limit) {
  if (branch.is_leaf()) return limit.errors(distribution_of(sample, rows));
  const auto& split = branch.split;
  std::vector<double> weight(split.children_count(), 0.0);
  std::vector<std::int32_t> child(rows.row.size());
  double known = 0;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    child[i] = child_of(sample, split, rows.row[i]);
    if (child[i] < 0) continue;
    weight[static_cast<std::size_t>(child[i])] += rows.weight[i];
    known += rows.weight[i];
  }
  std::vector<Rows> parts(weight.size());
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    if (child[i] >= 0) {
      parts[static_cast<std::size_t>(child[i])].add(rows.row[i], rows.weight[i]);
      continue;
    }
    for (std::size_t b = 0; b < parts.size(); ++b) {
      const double share =
          equal(known, 0) ? 1.0 / static_cast<double>(parts.size()) : weight[b] / known;
      if (greater(share, 0)) parts[b].add(rows.row[i], share * rows.weight[i]);
    }
  }
  double sum = 0;
  for (std::size_t b = 0; b < parts.size(); ++b) {
    sum += errors_on(sample, *branch.children[b], parts[b], limit);
  }
  return sum;
}

void prune_upwards(const Sample& sample, Branch& branch, const Rows& rows, bool is_raising,
                   const UpperLimit& limit) {
  if (branch.is_leaf()) return;
  const auto parts = divided(sample, branch.split, rows);
  const auto below = [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      prune_upwards(sample, *branch.children[b], parts[b], is_raising, limit);
    }
  };
  if (rows.row.size() > kParallelFrom) parallel_for(parts.size(), 1, below);
  else below(0, parts.size());
  const std::size_t largest = branch.split.distribution.largest_bag();
  const double of_largest =
      is_raising
          ? errors_on(sample, *branch.children[largest], rows, limit)
          : std::numeric_limits<double>::max();
  const double of_leaf = limit.errors(branch.split.distribution);
  const double of_tree = limit.errors(branch);
  if (at_most(of_leaf, of_tree + 0.1) && at_most(of_leaf, of_largest + 0.1)) {
    make_leaf(branch);
    return;
  }
  if (!at_most(of_largest, of_tree + 0.1)) return;
  auto raised = std::move(branch.children[largest]);
  branch.split = std::move(raised->split);
  branch.children = std::move(raised->children);
  redistribute(sample, branch, rows);
  prune_upwards(sample, branch, rows, is_raising, limit);
}

}  // namespace

double added_errors(double total, double errors, double confidence) {
  return UpperLimit(confidence).added(total, errors);
}

double training_errors(const Branch& branch) {
  if (branch.is_leaf()) return branch.split.distribution.errors();
  double sum = 0;
  for (const auto& child : branch.children) sum += training_errors(*child);
  return sum;
}

void collapse(Branch& branch) {
  if (branch.is_leaf()) return;
  if (training_errors(branch) >= branch.split.distribution.errors() - 1e-3) {
    make_leaf(branch);
    return;
  }
  for (auto& child : branch.children) collapse(*child);
}

void prune_by_errors(const Sample& sample, Branch& branch, const Rows& rows,
                     const ErrorPruning& options) {
  if (options.confidence >= 1) return;
  prune_upwards(sample, branch, rows, options.is_raising, UpperLimit(options.confidence));
}

}  // namespace holdfast::growing
