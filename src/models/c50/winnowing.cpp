#include "models/c50/winnowing.hpp"

#include <algorithm>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/c50/answers.hpp"
#include "models/c50/rule.hpp"
#include "models/growing/grower.hpp"

namespace holdfast::c50 {
namespace {

using growing::Branch;
using growing::Rows;
using growing::Sample;

/// Two halves of the rows, each class halved by itself.
std::vector<Rows> halves_of(const Sample& sample, std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> by_class(sample.classes_count());
  const Rows& all = sample.rows();
  for (std::size_t i = 0; i < all.row.size(); ++i) by_class[sample.y()[all.row[i]]].push_back(i);
  std::vector<std::uint8_t> half(all.row.size());
  Random random(seed);
  for (auto& members : by_class) {
    random.shuffle(members);
    for (std::size_t i = 0; i < members.size(); ++i) half[members[i]] = static_cast<std::uint8_t>(i % 2);
  }
  std::vector<Rows> halves(2);
  for (std::size_t i = 0; i < all.row.size(); ++i) halves[half[i]].add(all.row[i], all.weight[i]);
  return halves;
}

double errors_on(const Sample& sample, const Branch& tree, const Rows& rows, std::int32_t hidden) {
  return parallel_sum(rows.row.size(), 1024, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const auto said = answer_of(shares_of(sample, tree, rows.row[i], hidden));
      if (said != sample.y()[rows.row[i]]) sum += rows.weight[i];
    }
    return sum;
  });
}

void mark_used(const Branch& branch, std::vector<bool>& used) {
  if (branch.is_leaf()) return;
  used[static_cast<std::size_t>(branch.split.column)] = true;
  for (const auto& child : branch.children) mark_used(*child, used);
}

std::unique_ptr<Branch> tree_on(const Sample& sample, const Rows& rows, const Options& options,
                                std::vector<bool> left_out) {
  const Rule rule(sample.rows().row.size(), options, std::move(left_out));
  auto tree = growing::grown(sample, rows, rule, rule.stop());
  rule.prune(sample, *tree, rows);
  return tree;
}

}  // namespace

std::vector<Winnowed> winnowed(const Sample& sample, const Options& options) {
  const auto halves = halves_of(sample, options.seed);
  const auto tree = tree_on(sample, halves[0], options, {});
  const double errors = errors_on(sample, *tree, halves[1], -1);
  std::vector<bool> used(sample.columns_count());
  mark_used(*tree, used);
  std::vector<Winnowed> result;
  for (std::size_t c = 0; c < sample.columns_count(); ++c) {
    Winnowed one{.column = c, .is_left_out = true};
    if (used[c]) {
      const double without =
          errors_on(sample, *tree, halves[1], static_cast<std::int32_t>(c));
      one.importance = errors > 0 ? without / errors - 1 : without;
      one.is_left_out = without <= errors;
    }
    result.push_back(one);
  }
  const auto again = tree_on(sample, halves[0], options, left_out_of(result));
  const bool is_all = std::ranges::all_of(result, &Winnowed::is_left_out);
  if (is_all || errors_on(sample, *again, halves[1], -1) > errors) {
    for (auto& one : result) one.is_left_out = false;
  }
  return result;
}

std::vector<bool> left_out_of(const std::vector<Winnowed>& winnowed) {
  std::vector<bool> left_out;
  for (const auto& one : winnowed) left_out.push_back(one.is_left_out);
  return left_out;
}

}  // namespace holdfast::c50
