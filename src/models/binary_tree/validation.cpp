#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "models/binary_tree/complexity.hpp"

namespace holdfast::binary_tree {
namespace {

/// Folds are grown side by side while their copies of the orders stay small.
constexpr std::size_t kCellsTogether = std::size_t{1} << 25;

/// Sums over the rows of a fold for each row of the table.
struct Errors {
  std::vector<double> sum, sum_of_squares;
};

struct Validation {
  const Sample& sample;
  const Scales& scales;               // Of the whole sample, in every fold.
  Growth growth;
  const FinderMaker& finder;
  std::span<const std::uint32_t> fold;
  std::vector<double> complexities;  // Geometric means, in units of the whole sample's risk.
  double alpha;
  double total;                      // Weight of the whole sample.

  Errors errors_of(std::uint32_t k) const {
    std::vector<std::uint32_t> rows, held_out;
    for (const auto row : sample.rows) (fold[row] == k ? held_out : rows).push_back(row);
    Errors errors{std::vector<double>(complexities.size()),
                  std::vector<double>(complexities.size())};
    if (rows.empty() || held_out.empty()) return errors;
    std::vector<Order> orders(sample.columns_count());
    for_columns(orders.size(), rows.size(), [&](std::size_t c) {
      orders[c].reserve(sample.orders[c].size());
      for (const auto& entry : sample.orders[c]) {
        if (fold[entry.row] != k) orders[c].push_back(entry);
      }
    });
    double weight = 0;
    for (const auto row : rows) weight += sample.weight[row];
    const double scale = weight / total;  // Risks are sums over rows.
    const auto found = finder();
    Tree tree = grown(sample, std::move(rows), std::move(orders), scales, growth, alpha * scale,
                      *found);
    pruning_table(tree, alpha * scale);
    for (const auto row : held_out) add(tree, scale, row, errors);
    return errors;
  }

  /// The nested trees are met on the way down: the larger the complexity, the sooner a leaf.
  void add(const Tree& tree, double scale, std::uint32_t row, Errors& errors) const {
    const Node* node = &tree.nodes[0];
    for (std::size_t i = 0; i < complexities.size(); ++i) {
      while (!node->is_leaf() && complexities[i] * scale < node->complexity) {
        const bool is_left = side_of(*node, sample.columns, row) == kLeft;
        node = &tree.nodes[static_cast<std::size_t>(is_left ? node->left : node->right)];
      }
      const double cost = scales.cost(sample.y[row], node->answer);
      errors.sum[i] += cost * sample.weight[row];
      errors.sum_of_squares[i] += cost * cost * sample.weight[row];
    }
  }
};

}  // namespace

void cross_validate(const Sample& sample, const Scales& scales, const Growth& growth,
                    const FinderMaker& finder, std::span<const std::uint32_t> fold,
                    std::size_t folds_count, std::vector<Pruned>& table) {
  const double root_risk = cheapest(scales, class_weights(sample, sample.rows)).risk;
  if (!(root_risk > 0)) return;
  Validation validation{sample, scales, growth, finder, fold, {}, growth.complexity * root_risk, 0};
  validation.growth.has_all_surrogates = false;  // Nobody reads the trees of folds.
  for (const auto row : sample.rows) validation.total += sample.weight[row];
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double complexity = i == 0 ? 10 * table[0].complexity
                                     : std::sqrt(table[i - 1].complexity * table[i].complexity);
    validation.complexities.push_back(complexity * root_risk);
  }
  std::vector<Errors> errors(folds_count);
  const std::size_t cells = sample.rows.size() * sample.columns_count();
  const std::size_t together = cells > kCellsTogether ? folds_count : 1;
  parallel_for(folds_count, together, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      errors[k] = validation.errors_of(static_cast<std::uint32_t>(k));
    }
  });
  for (std::size_t i = 0; i < table.size(); ++i) {
    double sum = 0, sum_of_squares = 0;
    for (const auto& of_fold : errors) {
      sum += of_fold.sum[i];
      sum_of_squares += of_fold.sum_of_squares[i];
    }
    const double variance = sum_of_squares - sum * sum / validation.total;
    table[i].validated_error = sum / root_risk;
    table[i].validated_deviation = std::sqrt(std::max(variance, 0.0)) / root_risk;
  }
}

}  // namespace holdfast::binary_tree
