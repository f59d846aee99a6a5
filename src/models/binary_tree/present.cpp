#include "models/binary_tree/present.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::binary_tree {
namespace {

constexpr std::size_t kNamesMax = 12;  // Of a group of categories; the rest is counted.

/// Which child is child 0: low values, or the left categories.
Side first_side(const Split& split) {
  return split.is_category || split.is_low_left ? kLeft : kRight;
}

std::int32_t child_of(Side side, Side first) {
  return side == kUnknown ? -1 : side == first ? 0 : 1;
}

std::vector<std::int32_t> child_of_category(const Split& split, Side first) {
  std::vector<std::int32_t> result;
  for (const Side side : split.side_of_code) result.push_back(child_of(side, first));
  return result;
}

forms::TreeNode node_of(const Node& node) {
  forms::TreeNode result{.missing = forms::MissingRule::Surrogate};
  result.class_cover = node.class_weight;
  result.cover = std::accumulate(node.class_weight.begin(), node.class_weight.end(), 0.0);
  result.value = result.cover > 0 ? node.class_weight[1] / result.cover : 0;
  if (node.is_leaf()) return result;
  const Side first = first_side(node.split);
  forms::TreeNode asking = node_of_split(node.split);
  asking.cover = result.cover;
  asking.class_cover = std::move(result.class_cover);
  asking.value = result.value;
  result = std::move(asking);
  result.children = {node.left, node.right};
  if (first == kRight) std::swap(result.children[0], result.children[1]);
  for (const auto& surrogate : node.surrogates) {
    result.surrogates.push_back(surrogate_of(surrogate, first));
  }
  result.default_child = child_of(node.fallback, first);
  return result;
}

/// "<= 30.5", "∈ {a, b}": what child 0 of the node asks; for a surrogate what goes there.
std::string words(const Split& split, Side first, const dataset::Columns& columns) {
  if (!split.is_category) {
    const bool is_low_first = (split.is_low_left ? kLeft : kRight) == first;
    return fmt::format("{} {}", is_low_first ? "<=" : ">", brief(split.split, 7));
  }
  const auto& column = columns.columns[static_cast<std::size_t>(split.column)];
  std::vector<std::string> names;
  std::size_t more = 0;
  for (std::size_t code = 0; code < split.side_of_code.size(); ++code) {
    if (split.side_of_code[code] != first) continue;
    if (names.size() < kNamesMax) names.push_back(column.categories[code]);
    else ++more;
  }
  if (more > 0) names.push_back(fmt::format("… +{}", more));
  return "∈ {" + join(names, ", ") + "}";
}

}  // namespace

forms::Surrogate surrogate_of(const Split& split, Side first) {
  forms::Surrogate result{.column = split.column,
                          .is_category = split.is_category,
                          .split = split.split,
                          .agreement = split.agreement,
                          .adjusted = split.adjusted};
  if (split.is_category) result.child_of_category = child_of_category(split, first);
  else result.low_child = child_of(split.is_low_left ? kLeft : kRight, first);
  return result;
}

forms::TreeNode node_of_split(const Split& split) {
  forms::TreeNode node{.column = split.column,
                       .is_category = split.is_category,
                       .threshold = static_cast<float>(split.split),
                       .split = split.split,
                       .missing = forms::MissingRule::Surrogate};
  if (split.is_category) node.child_of_category = child_of_category(split, first_side(split));
  return node;
}

forms::Tree tree_of(const Tree& tree) {
  forms::Tree result;
  for (const auto& node : tree.nodes) result.nodes.push_back(node_of(node));
  return result;
}

ReportTable splits_table(const Tree& tree, const dataset::Columns& columns) {
  ReportTable table{.id = "splits",
                    .title = {"Splits, competitors and surrogates", "划分、竞争划分与替代划分"},
                    .columns = {"node", "kind", "column", "first_child", "rows", "improvement",
                                "agreement", "adjusted_agreement"},
                    .headers = {{"Node", "节点"},
                                {"Kind", "类型"},
                                {"Column", "字段"},
                                {"First child", "第一分支"},
                                {"Rows it decides", "决定的样本数"},
                                {"Improvement", "改进量"},
                                {"Agreement", "一致率"},
                                {"Adjusted agreement", "调整一致率"}}};
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    if (node.is_leaf()) continue;
    const auto add = [&](const Split& split, std::string kind, Side first, bool is_surrogate) {
      const auto& name = columns.columns[static_cast<std::size_t>(split.column)].name;
      const std::variant<std::string, double> none = std::string("–");
      const auto shown = [&](double value, bool is_shown) {
        return is_shown ? std::variant<std::string, double>(value) : none;
      };
      table.rows.push_back({static_cast<double>(i), std::move(kind), std::string(name),
                            words(split, first, columns), static_cast<double>(split.rows_count),
                            shown(split.improvement, !is_surrogate),
                            shown(split.agreement, is_surrogate),
                            shown(split.adjusted, is_surrogate)});
    };
    add(node.split, "split", first_side(node.split), false);
    for (const auto& other : node.competitors) add(other, "competitor", first_side(other), false);
    for (const auto& other : node.surrogates) {
      add(other, "surrogate", first_side(node.split), true);
    }
  }
  return table;
}

ReportTable pruning_table(const std::vector<Pruned>& table, std::size_t chosen) {
  ReportTable result{.id = "pruning",
                     .title = {"Cost-complexity pruning", "代价复杂度剪枝"},
                     .columns = {"complexity", "splits", "error", "validated_error",
                                 "validated_deviation", "is_chosen"},
                     .headers = {{"Complexity", "复杂度参数"},
                                 {"Splits", "划分数"},
                                 {"Relative error", "相对误差"},
                                 {"Cross-validated error", "交叉验证误差"},
                                 {"Its standard error", "其标准误"},
                                 {"Chosen", "选用"}}};
  for (std::size_t i = 0; i < table.size(); ++i) {
    result.rows.push_back({table[i].complexity, static_cast<double>(table[i].splits_count),
                           table[i].relative_error, table[i].validated_error,
                           table[i].validated_deviation, i == chosen ? 1.0 : 0.0});
  }
  return result;
}

ReportTable importance_table(const std::vector<double>& importance,
                             const dataset::Columns& columns) {
  ReportTable table{.id = "importance",
                    .title = {"Importance of columns", "字段重要性"},
                    .columns = {"column", "importance", "share"},
                    .headers = {{"Column", "字段"}, {"Importance", "重要性"}, {"Share", "占比"}}};
  std::vector<std::size_t> order(importance.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return importance[c]; });
  const double total = std::accumulate(importance.begin(), importance.end(), 0.0);
  for (const auto c : order) {
    if (!(importance[c] > 0)) break;
    table.rows.push_back(
        {std::string(columns.columns[c].name), importance[c], importance[c] / total});
  }
  return table;
}

}  // namespace holdfast::binary_tree
