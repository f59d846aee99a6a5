#include "models/c45/rules.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::c45 {
namespace {

/// What a path says about one column; several thresholds of a column fold into one range.
struct Condition {
  std::int32_t column;
  std::string category;  // Category splits.
  bool has_low = false, has_high = false;
  double low = 0, high = 0;  // low < value <= high.
};

struct Leaf {
  std::vector<Condition> path;
  double total = 0, active = 0, lost = 0;
};

void narrow(std::vector<Condition>& path, const Node& node, std::size_t child,
            const dataset::Columns& columns) {
  if (node.is_category) {
    const auto& column = columns.columns[static_cast<std::size_t>(node.column)];
    path.push_back({.column = node.column, .category = column.categories[child]});
    return;
  }
  auto found = std::ranges::find(path, node.column, &Condition::column);
  if (found == path.end()) {
    path.push_back({.column = node.column});
    found = path.end() - 1;
  }
  if (child == 0) {
    found->high = found->has_high ? std::min(found->high, node.split) : node.split;
    found->has_high = true;
  } else {
    found->low = found->has_low ? std::max(found->low, node.split) : node.split;
    found->has_low = true;
  }
}

void gather(const Tree& tree, std::size_t index, const std::vector<Condition>& path,
            const dataset::Columns& columns, std::vector<Leaf>& leaves) {
  const Node& node = tree.nodes[index];
  if (node.children.empty()) {
    const auto& d = node.distribution;
    const double lost = d.classes() > 1 ? d.cls(1) : 0;
    leaves.push_back({path, d.total(), d.total() - lost, lost});
    return;
  }
  for (std::size_t b = 0; b < node.children.size(); ++b) {
    auto longer = path;
    narrow(longer, node, b, columns);
    gather(tree, static_cast<std::size_t>(node.children[b]), longer, columns, leaves);
  }
}

std::vector<Leaf> leaves_of(const Tree& tree, const dataset::Columns& columns) {
  std::vector<Leaf> leaves;
  gather(tree, 0, {}, columns, leaves);
  std::erase_if(leaves, [](const Leaf& leaf) { return !(leaf.total > 0); });
  std::ranges::stable_sort(leaves, std::greater<>(), [](const Leaf& leaf) {
    return leaf.lost / leaf.total;
  });
  return leaves;
}

std::string words(const Condition& condition, const dataset::Columns& columns) {
  const auto name = columns.columns[static_cast<std::size_t>(condition.column)].name;
  if (!condition.has_low && !condition.has_high) {
    return fmt::format("{} = {}", name, condition.category);
  }
  if (!condition.has_low) return fmt::format("{} <= {}", name, brief(condition.high, 7));
  if (!condition.has_high) return fmt::format("{} > {}", name, brief(condition.low, 7));
  return fmt::format("{} < {} <= {}", brief(condition.low, 7), name, brief(condition.high, 7));
}

std::string words(const Leaf& leaf, const dataset::Columns& columns, std::string_view joiner) {
  std::vector<std::string> parts;
  for (const auto& condition : leaf.path) parts.push_back(words(condition, columns));
  return join(parts, joiner);
}

}  // namespace

ReportTable leaves_table(const Tree& tree, const dataset::Columns& columns) {
  ReportTable table{.id = "leaves",
                    .title = {"Leaves of the tree", "决策树叶节点"},
                    .columns = {"rule", "total", "active", "lost", "loss_ratio", "churn_rate"},
                    .headers = {{"Rule", "规则"},
                                {"T (all)", "T(总数)"},
                                {"A (active)", "A(在保)"},
                                {"L (lost)", "L(流失)"},
                                {"Loss ratio L/A", "流失比 L/A"},
                                {"Churn rate L/T", "流失率 L/T"}}};
  for (const auto& leaf : leaves_of(tree, columns)) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(words(leaf, columns, " & "));
    row.emplace_back(leaf.total);
    row.emplace_back(leaf.active);
    row.emplace_back(leaf.lost);
    if (leaf.active > 0) row.emplace_back(leaf.lost / leaf.active);
    else row.emplace_back(std::string("∞"));
    row.emplace_back(leaf.lost / leaf.total);
  }
  return table;
}

ReportTable rules_table(const Tree& tree, const dataset::Columns& columns) {
  ReportTable table{.id = "rules",
                    .title = {"Rules in words", "文字规则"},
                    .columns = {"en", "zh"},
                    .headers = {{"English", "英文"}, {"Chinese", "中文"}}};
  for (const auto& leaf : leaves_of(tree, columns)) {
    const double percent = 100 * leaf.lost / leaf.total;
    const auto lost = brief(leaf.lost, 6);
    const auto total = brief(leaf.total, 6);
    const auto en = leaf.path.empty() ? "of all" : "if " + words(leaf, columns, " and ") + ",";
    const auto zh = leaf.path.empty() ? "全部客户" : "如果 " + words(leaf, columns, " 且 ");
    table.rows.push_back(
        {fmt::format("{} {:.1f}% leave ({} of {})", en, percent, lost, total),
         fmt::format("{},流失率 {:.1f}%({} 个中流失 {} 个)", zh, percent, total, lost)});
  }
  return table;
}

}  // namespace holdfast::c45
