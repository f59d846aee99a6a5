#include "models/growing/words.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/text.hpp"
#include "models/growing/compare.hpp"

namespace holdfast::growing {
namespace {

using forms::TreeNode;

constexpr std::size_t kNamesMax = 12;  // Of a group of categories; the rest is counted.

/// What a path says about one column; several splits of a column fold into one condition.
struct Condition {
  std::int32_t column = -1;
  bool has_low = false, has_high = false;
  double low = 0, high = 0;             // low < value <= high.
  std::vector<std::uint32_t> codes;     // Category splits.
  bool is_category = false;
  bool has_missing = false;             // Missing cells come here by the split's own rule.
};

struct Leaf {
  std::vector<Condition> path;
  double total = 0;
  std::vector<double> counts;
};

std::vector<std::uint32_t> codes_of(const std::vector<std::int32_t>& child_of_category,
                                    std::size_t child) {
  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code < child_of_category.size(); ++code) {
    if (child_of_category[code] == static_cast<std::int32_t>(child)) codes.push_back(code);
  }
  return codes;
}

/// Cuts of a numeric split, one or several.
std::vector<double> cuts_of(double split, const std::vector<double>& cuts) {
  return cuts.empty() ? std::vector<double>{split} : cuts;
}

void narrow(std::vector<Condition>& path, const TreeNode& node, std::size_t child) {
  auto found = std::ranges::find(path, node.column, &Condition::column);
  const bool is_new = found == path.end();
  const bool has_missing = node.missing == forms::MissingRule::Default &&
                           node.default_child == static_cast<std::int32_t>(child);
  if (is_new) {
    path.push_back({.column = node.column, .is_category = node.is_category, .has_missing = true});
    found = path.end() - 1;
  }
  found->has_missing = found->has_missing && has_missing;
  if (node.is_category) {
    auto codes = codes_of(node.child_of_category, child);
    if (!is_new) {
      std::vector<std::uint32_t> both;
      std::ranges::set_intersection(found->codes, codes, std::back_inserter(both));
      codes = std::move(both);
    }
    found->codes = std::move(codes);
    return;
  }
  const auto cuts = cuts_of(node.split, node.cuts);
  if (child < cuts.size()) {
    found->high = found->has_high ? std::min(found->high, cuts[child]) : cuts[child];
    found->has_high = true;
  }
  if (child > 0) {
    found->low = found->has_low ? std::max(found->low, cuts[child - 1]) : cuts[child - 1];
    found->has_low = true;
  }
}

void gather(const forms::Tree& tree, std::size_t index, const std::vector<Condition>& path,
            std::vector<Leaf>& leaves) {
  const auto& node = tree.nodes[index];
  if (node.children.empty()) {
    leaves.push_back({path, node.cover, node.class_cover});
    return;
  }
  for (std::size_t b = 0; b < node.children.size(); ++b) {
    auto longer = path;
    narrow(longer, node, b);
    gather(tree, static_cast<std::size_t>(node.children[b]), longer, leaves);
  }
}

std::size_t largest_of(const std::vector<double>& counts) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < counts.size(); ++c) {
    if (greater(counts[c], counts[best])) best = c;
  }
  return best;
}

double share_of(const Leaf& leaf, std::size_t cls) { return leaf.counts[cls] / leaf.total; }

/// Leaves with rows; highest share of class 1 first, or with several classes in the tree's order.
std::vector<Leaf> leaves_of(const forms::Tree& tree) {
  std::vector<Leaf> leaves;
  gather(tree, 0, {}, leaves);
  std::erase_if(leaves, [](const Leaf& leaf) { return !(leaf.total > 0); });
  if (!leaves.empty() && leaves[0].counts.size() == 2) {
    std::ranges::stable_sort(leaves, std::greater<>(),
                             [](const Leaf& leaf) { return share_of(leaf, 1); });
  }
  return leaves;
}

/// "a", "{a, b}", and of long groups how many more there are.
std::string group(const std::vector<std::uint32_t>& codes, const dataset::ColumnView& column) {
  std::vector<std::string> names;
  for (const auto code : codes) {
    if (names.size() == kNamesMax) {
      names.push_back(fmt::format("… +{}", codes.size() - kNamesMax));
      break;
    }
    names.push_back(column.categories[code]);
  }
  return names.size() == 1 ? names[0] : "{" + join(names, ", ") + "}";
}

/// Low above infinity: no value is, only missing cells come here.
bool is_missing_alone(const Condition& condition) {
  return condition.is_category ? condition.codes.empty()
                               : condition.has_low && std::isinf(condition.low);
}

std::string words_of_known(const Condition& condition, const dataset::ColumnView& column) {
  const auto name = column.name;
  if (condition.is_category) {
    return fmt::format("{} {} {}", name, condition.codes.size() == 1 ? "=" : "∈",
                       group(condition.codes, column));
  }
  const bool has_high = condition.has_high && !std::isinf(condition.high);
  if (!condition.has_low && !has_high) return fmt::format("{} ≠ ?", name);
  if (!condition.has_low) return fmt::format("{} <= {}", name, brief(condition.high, 7));
  if (!has_high) return fmt::format("{} > {}", name, brief(condition.low, 7));
  return fmt::format("{} < {} <= {}", brief(condition.low, 7), name, brief(condition.high, 7));
}

/// "?" is a missing cell, where the split itself says where it goes.
std::string words(const Condition& condition, const dataset::Columns& columns) {
  const auto& column = columns.columns[static_cast<std::size_t>(condition.column)];
  if (is_missing_alone(condition)) return fmt::format("{} = ?", column.name);
  const auto known = words_of_known(condition, column);
  return condition.has_missing ? known + " / ?" : known;
}

std::string words(const Leaf& leaf, const dataset::Columns& columns, std::string_view joiner) {
  std::vector<std::string> parts;
  for (const auto& condition : leaf.path) parts.push_back(words(condition, columns));
  return join(parts, joiner);
}

/// Up to `digits` decimals without trailing zeros.
std::string decimals(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

/// Two decimals as Java prints a double: at least one decimal.
std::string rounded(double value) {
  const std::string text = decimals(std::floor(value * 100 + 0.5) / 100, 2);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

struct Printer {
  const forms::Tree& tree;
  const dataset::Columns& columns;
  const std::vector<std::string>& classes;
  std::string text;

  void label(const TreeNode& node, std::size_t inherited) {
    const auto cls = node.cover > 0 ? largest_of(node.class_cover) : inherited;
    const double errors = node.cover - node.class_cover[cls];
    text += fmt::format(": {} ({}", classes[cls], rounded(node.cover));
    if (node.cover > 0 && greater(errors, 0)) text += "/" + rounded(errors);
    text += ")";
  }

  std::string branch(const TreeNode& node, std::size_t child) const {
    const auto& column = columns.columns[static_cast<std::size_t>(node.column)];
    if (node.is_category) {
      const auto codes = codes_of(node.child_of_category, child);
      return fmt::format("{} {} {}", column.name, codes.size() == 1 ? "=" : "∈",
                         group(codes, column));
    }
    const auto cuts = cuts_of(node.split, node.cuts);
    if (child == 0) return fmt::format("{} <= {}", column.name, decimals(cuts[0], 6));
    const auto low = decimals(cuts[child - 1], 6);
    if (child == cuts.size()) return fmt::format("{} > {}", column.name, low);
    return fmt::format("{} < {} <= {}", low, column.name, decimals(cuts[child], 6));
  }

  void children(const TreeNode& node, int depth, std::size_t inherited) {
    if (node.cover > 0) inherited = largest_of(node.class_cover);
    for (std::size_t b = 0; b < node.children.size(); ++b) {
      text += "\n";
      for (int i = 0; i < depth; ++i) text += "|   ";
      text += branch(node, b);
      const auto& child = tree.nodes[static_cast<std::size_t>(node.children[b])];
      if (child.children.empty()) label(child, inherited);
      else children(child, depth + 1, inherited);
    }
  }
};

ReportTable started_leaves(const std::vector<std::string>& classes) {
  ReportTable table{.id = "leaves", .title = {"Leaves of the tree", "决策树叶节点"}};
  const auto add = [&](std::string id, Text header) {
    table.columns.push_back(std::move(id));
    table.headers.push_back(std::move(header));
  };
  add("rule", {"Rule", "规则"});
  add("total", {"T (all)", "T(总数)"});
  if (classes.size() > 2) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      add("class_" + std::to_string(c), {classes[c], classes[c]});
    }
    add("answer", {"Class", "类别"});
    add("share", {"Share of it", "所占比例"});
    return table;
  }
  add("active", {"A (active)", "A(在保)"});
  add("lost", {"L (lost)", "L(流失)"});
  add("loss_ratio", {"Loss ratio L/A", "流失比 L/A"});
  add("churn_rate", {"Churn rate L/T", "流失率 L/T"});
  return table;
}

}  // namespace

ReportTable leaves_table(const forms::Tree& tree, const dataset::Columns& columns,
                         const std::vector<std::string>& classes) {
  auto table = started_leaves(classes);
  for (const auto& leaf : leaves_of(tree)) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(words(leaf, columns, " & "));
    row.emplace_back(leaf.total);
    for (const double count : leaf.counts) row.emplace_back(count);
    if (classes.size() > 2) {
      const auto cls = largest_of(leaf.counts);
      row.emplace_back(classes[cls]);
      row.emplace_back(share_of(leaf, cls));
      continue;
    }
    if (leaf.counts[0] > 0) row.emplace_back(leaf.counts[1] / leaf.counts[0]);
    else row.emplace_back(std::string("∞"));
    row.emplace_back(share_of(leaf, 1));
  }
  return table;
}

ReportTable rules_table(const forms::Tree& tree, const dataset::Columns& columns,
                        const std::vector<std::string>& classes) {
  ReportTable table{.id = "rules",
                    .title = {"Rules in words", "文字规则"},
                    .columns = {"en", "zh"},
                    .headers = {{"Rule", "规则(英)"}, {"Rule (Chinese)", "规则"}}};
  for (const auto& leaf : leaves_of(tree)) {
    const auto cls = classes.size() > 2 ? largest_of(leaf.counts) : 1;
    const double percent = 100 * share_of(leaf, cls);
    const auto part = brief(leaf.counts[cls], 6);
    const auto total = brief(leaf.total, 6);
    const auto en = leaf.path.empty() ? "of all" : "if " + words(leaf, columns, " and ") + ",";
    const auto zh = leaf.path.empty() ? "全部客户" : "如果 " + words(leaf, columns, " 且 ");
    if (classes.size() > 2) {
      table.rows.push_back(
          {fmt::format("{} {:.1f}% are {} ({} of {})", en, percent, classes[cls], part, total),
           fmt::format("{},{:.1f}% 为 {}({} 个中有 {} 个)", zh, percent, classes[cls], total,
                       part)});
      continue;
    }
    table.rows.push_back(
        {fmt::format("{} {:.1f}% leave ({} of {})", en, percent, part, total),
         fmt::format("{},流失率 {:.1f}%({} 个中流失 {} 个)", zh, percent, total, part)});
  }
  return table;
}

std::string text_of(const forms::Tree& tree, const dataset::Columns& columns,
                    const std::vector<std::string>& classes) {
  Printer printer{tree, columns, classes, {}};
  if (tree.nodes[0].children.empty()) printer.label(tree.nodes[0], 0);
  else printer.children(tree.nodes[0], 0, 0);
  const auto leaves = std::ranges::count_if(
      tree.nodes, [](const TreeNode& node) { return node.children.empty(); });
  return printer.text + fmt::format("\n\nNumber of Leaves  : \t{}\n\nSize of the tree : \t{}\n",
                                    leaves, tree.nodes.size());
}

ReportTable text_table(const forms::Tree& tree, const dataset::Columns& columns,
                       const std::vector<std::string>& classes) {
  ReportTable table{.id = "text",
                    .title = {"The tree as text", "决策树文本"},
                    .columns = {"line"},
                    .headers = {{"Branch: class (rows/of these not of it)",
                                 "分支:类别(样本数/其中不属于该类的)"}}};
  static const std::vector<std::string> kActiveAndLost = {"A", "L"};
  const auto text = text_of(tree, columns, classes.size() > 2 ? classes : kActiveAndLost);
  for (const auto line : split(text, '\n')) {
    if (!trimmed(line).empty()) table.rows.push_back({std::string(line)});
  }
  return table;
}

Text children_of(const Split& split, const dataset::Columns& columns) {
  const auto& column = columns.columns[static_cast<std::size_t>(split.column)];
  std::vector<std::string> parts;
  if (split.is_category) {
    for (std::size_t b = 0; b < split.children_count(); ++b) {
      if (parts.size() == kNamesMax) {
        parts.push_back(fmt::format("… +{}", split.children_count() - kNamesMax));
        break;
      }
      const auto codes = codes_of(split.child_of_category, b);
      parts.push_back(codes.empty() ? "= ?" : group(codes, column));
    }
  } else {
    const auto cuts = cuts_of(split.threshold, split.cuts);
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      const bool is_open = std::isinf(cuts[i]);
      parts.push_back(i == 0 ? (is_open ? "≠ ?" : fmt::format("<= {}", brief(cuts[0], 7)))
                      : is_open ? fmt::format("> {}", brief(cuts[i - 1], 7))
                                : fmt::format("({}, {}]", brief(cuts[i - 1], 7),
                                              brief(cuts[i], 7)));
    }
    parts.push_back(std::isinf(cuts.back()) ? "= ?" : fmt::format("> {}", brief(cuts.back(), 7)));
  }
  const auto text = join(parts, " | ");
  return {text, text};
}

}  // namespace holdfast::growing
