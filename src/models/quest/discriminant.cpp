#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "models/quest/quest.hpp"

namespace holdfast::quest {
namespace {

using significance::Moments;

double variance(const Moments& m) {
  return m.weight > 0 ? m.squares / m.weight : 0;
}

/// Sum of squares of the means of classes [begin, end) about their own mean.
double spread(const std::vector<double>& means, std::size_t begin, std::size_t end) {
  double mean = 0, sum = 0;
  for (std::size_t i = begin; i < end; ++i) mean += means[i] / static_cast<double>(end - begin);
  for (std::size_t i = begin; i < end; ++i) sum += (means[i] - mean) * (means[i] - mean);
  return sum;
}

/// A class that does not vary: everything but its own value belongs to the other.
double cut_beside(const Moments& a, const Moments& b) {
  const bool is_a_tighter = variance(a) <= variance(b);
  const Moments& tight = is_a_tighter ? a : b;
  const Moments& wide = is_a_tighter ? b : a;
  if (variance(wide) == 0) return tight.mean / 2 + wide.mean / 2;
  constexpr double kClose = 1e-12;
  const double step = kClose * std::max(std::abs(tight.mean), std::sqrt(variance(wide)));
  return tight.mean < wide.mean ? tight.mean + step : tight.mean - step;
}

}  // namespace

std::vector<bool> superclass_of(std::span<const Moments> classes) {
  std::vector<std::size_t> order;
  for (std::size_t j = 0; j < classes.size(); ++j) {
    if (classes[j].weight > 0) order.push_back(j);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t j) { return classes[j].mean; });
  std::vector<bool> is_in_a(classes.size());
  if (order.empty()) return is_in_a;
  std::vector<double> means;
  for (const auto j : order) means.push_back(classes[j].mean);
  if (means.front() == means.back()) {
    const auto largest =
        std::ranges::max_element(classes, {}, [](const Moments& m) { return m.weight; });
    is_in_a[static_cast<std::size_t>(largest - classes.begin())] = true;
    return is_in_a;
  }
  std::size_t best = 1;
  double least = HUGE_VAL;
  for (std::size_t cut = 1; cut < means.size(); ++cut) {
    const double within = spread(means, 0, cut) + spread(means, cut, means.size());
    if (within < least) {
      least = within;
      best = cut;
    }
  }
  for (std::size_t i = 0; i < best; ++i) is_in_a[order[i]] = true;
  return is_in_a;
}

double discriminant_cut(const Moments& a, const Moments& b) {
  const double middle = a.mean / 2 + b.mean / 2;
  const double va = variance(a), vb = variance(b);
  if (va == 0 || vb == 0) return cut_beside(a, b);
  const double log_odds = std::log(a.weight / b.weight);
  if (std::abs(va - vb) <= 1e-12 * std::max(va, vb)) {
    if (a.mean == b.mean) return middle;
    return middle - va * log_odds / (a.mean - b.mean);
  }
  // About the middle, so that large values do not cancel: x = middle + t.
  const double ma = a.mean - middle, mb = b.mean - middle;
  const double quadratic = va - vb;
  const double linear = 2 * (ma * vb - mb * va);
  const double constant =
      mb * mb * va - ma * ma * vb + 2 * va * vb * (log_odds + 0.5 * std::log(vb / va));
  const double inside = linear * linear - 4 * quadratic * constant;
  if (inside < 0) return middle;
  // The root of larger size first, the other from their product: neither loses digits.
  const double q = -0.5 * (linear + std::copysign(std::sqrt(inside), linear));
  if (q == 0) return middle;
  const double roots[] = {q / quadratic, constant / q};
  const auto is_between = [&](double t) { return (t - ma) * (t - mb) <= 0; };
  if (is_between(roots[0]) != is_between(roots[1])) {
    return middle + roots[is_between(roots[0]) ? 0 : 1];
  }
  return middle + (std::abs(roots[0] - ma) < std::abs(roots[1] - ma) ? roots[0] : roots[1]);
}

/// With D_r and D_c the weights of categories and classes, the scores are D_r^(−1/2) u for the first
/// pair of singular vectors of D_r^(−1/2) (N − r c' / n) D_c^(−1/2), found from the product of the
/// matrix with itself, which is as small as the classes are few.
std::vector<double> discriminant_scores(std::span<const double> counts, std::size_t classes) {
  const std::size_t categories = counts.size() / classes;
  std::vector<double> row(categories), column(classes);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    row[i / classes] += counts[i];
    column[i % classes] += counts[i];
  }
  const double total = std::accumulate(row.begin(), row.end(), 0.0);
  const auto residual = [&](std::size_t i, std::size_t j) {
    if (!(row[i] > 0) || !(column[j] > 0)) return 0.0;
    return (counts[i * classes + j] - row[i] * column[j] / total) / std::sqrt(row[i] * column[j]);
  };
  const auto n = static_cast<Eigen::Index>(classes);
  Eigen::MatrixXd product = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd line(n);
  for (std::size_t i = 0; i < categories; ++i) {
    for (std::size_t j = 0; j < classes; ++j) line[static_cast<Eigen::Index>(j)] = residual(i, j);
    product += line * line.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product);
  Eigen::VectorXd direction = solver.eigenvectors().col(n - 1);
  if (direction[n - 1] < 0) direction = -direction;  // An eigenvector's sign is anyone's choice.
  std::vector<double> scores(categories);
  for (std::size_t i = 0; i < categories; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      scores[i] += residual(i, j) * direction[static_cast<Eigen::Index>(j)];
    }
    scores[i] /= row[i] > 0 ? std::sqrt(row[i]) : 1;
  }
  return scores;
}

}  // namespace holdfast::quest
