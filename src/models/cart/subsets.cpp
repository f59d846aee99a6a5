#include "models/cart/subsets.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include <Eigen/Dense>

namespace holdfast::cart {
namespace {

double total(const CategoryWeights& category) {
  return std::accumulate(category.altered.begin(), category.altered.end(), 0.0);
}

void walk_in_order(const std::vector<double>& key, const std::function<void(std::size_t)>& move) {
  std::vector<std::size_t> order(key.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return key[i]; });
  for (std::size_t i = 0; i + 1 < order.size(); ++i) move(order[i]);
}

/// Every split into two sides once: category i changes sides where bit i is the lowest of a counter.
void walk_all(std::size_t count, const std::function<void(std::size_t)>& move) {
  const std::uint64_t end = std::uint64_t{1} << (count - 1);
  for (std::uint64_t step = 1; step < end; ++step) {
    move(static_cast<std::size_t>(std::countr_zero(step)));
  }
}

/// Place of each category along the direction in which its class shares vary most.
std::vector<double> principal_component(const std::vector<CategoryWeights>& categories) {
  const auto classes = static_cast<Eigen::Index>(categories.front().altered.size());
  const auto share = [&](const CategoryWeights& category) {
    const Eigen::VectorXd a = Eigen::Map<const Eigen::VectorXd>(category.altered.data(), classes);
    return Eigen::VectorXd(total(category) > 0 ? Eigen::VectorXd(a / total(category)) : a);
  };
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(classes);
  double all = 0;
  for (const auto& category : categories) {
    mean += total(category) * share(category);
    all += total(category);
  }
  if (all > 0) mean /= all;
  Eigen::MatrixXd scatter = Eigen::MatrixXd::Zero(classes, classes);
  for (const auto& category : categories) {
    const Eigen::VectorXd away = share(category) - mean;
    scatter += total(category) * away * away.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(scatter);
  Eigen::VectorXd direction = solver.eigenvectors().col(classes - 1);
  Eigen::Index largest = 0;
  direction.cwiseAbs().maxCoeff(&largest);
  if (direction[largest] < 0) direction = -direction;  // An eigenvector's sign is anyone's choice.
  std::vector<double> result;
  for (const auto& category : categories) result.push_back(direction.dot(share(category)));
  return result;
}

}  // namespace

void walk_subsets(const std::vector<CategoryWeights>& categories, std::size_t exact_max,
                  const std::function<void(std::size_t)>& move) {
  if (categories.size() < 2) return;
  if (categories.front().altered.size() == 2) {
    std::vector<double> rate;
    for (const auto& category : categories) {
      // A class may weigh nothing: its mistakes cost nothing.
      rate.push_back(total(category) > 0 ? category.altered[0] / total(category) : 0);
    }
    walk_in_order(rate, move);
  } else if (categories.size() <= exact_max) {
    walk_all(categories.size(), move);
  } else {
    walk_in_order(principal_component(categories), move);
  }
}

}  // namespace holdfast::cart
