#include "exchange/tree_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "core/text.hpp"
#include "exchange/format.hpp"
#include "exchange/svg.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

using forms::TreeNode;

constexpr std::size_t kEndsMax = 18;
constexpr int kDepthMax = 4;
constexpr double kWidth = 1120, kRow = 56, kBoxHeight = 48, kLeafHeight = 34;
constexpr double kLetter = 6.4;  // Width of a letter at the size of names.

const forms::Tree* tree_of(const FittedModel& model) {
  const auto* ensemble = std::get_if<forms::TreeEnsemble>(&model.form);
  return ensemble != nullptr && ensemble->trees.size() == 1 && !ensemble->trees[0].nodes.empty()
             ? ensemble->trees.data()
             : nullptr;
}

/// A node as it stands in the drawing.
struct Drawn {
  std::int32_t node = 0;
  int depth = 0;
  int parent = -1;             // Index in the list of drawn ones.
  int ordinal = 0;             // Which child of its parent.
  bool is_open = false;        // Its children are drawn too.
  std::vector<int> children;
  double y = 0;
};

double cover_of(const TreeNode& node) {
  if (node.cover > 0) return node.cover;
  double sum = 0;
  for (const double cover : node.class_cover) sum += cover;
  return sum;
}

double rate_of(const TreeNode& node) {
  if (node.class_cover.size() < 2) return node.value;
  const double sum = node.class_cover[0] + node.class_cover[1];
  return sum > 0 ? node.class_cover[1] / sum : node.value;
}

int leaves_below(const forms::Tree& tree, std::int32_t at) {
  int leaves = 0;
  std::vector<std::int32_t> open = {at};
  while (!open.empty()) {
    const auto& node = tree.nodes[static_cast<std::size_t>(open.back())];
    open.pop_back();
    if (node.children.empty()) ++leaves;
    open.insert(open.end(), node.children.begin(), node.children.end());
  }
  return leaves;
}

/// Opens the largest closed node again and again until there is no more room.
std::vector<Drawn> unfold(const forms::Tree& tree) {
  std::vector<Drawn> drawn = {Drawn{}};
  std::size_t ends = 1;
  for (;;) {
    int best = -1;
    double best_cover = -1;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const auto& node = tree.nodes[static_cast<std::size_t>(drawn[i].node)];
      if (drawn[i].is_open || node.children.empty() || drawn[i].depth >= kDepthMax) continue;
      // The root always opens, whatever it takes.
      if (i > 0 && ends + node.children.size() - 1 > kEndsMax) continue;
      if (cover_of(node) > best_cover) best_cover = cover_of(node), best = static_cast<int>(i);
    }
    if (best < 0) return drawn;
    const auto at = static_cast<std::size_t>(best);
    drawn[at].is_open = true;
    const auto& node = tree.nodes[static_cast<std::size_t>(drawn[at].node)];
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      // A branch nobody took in training says nothing.
      if (cover_of(tree.nodes[static_cast<std::size_t>(node.children[c])]) <= 0) continue;
      drawn[at].children.push_back(static_cast<int>(drawn.size()));
      drawn.push_back({.node = node.children[c], .depth = drawn[at].depth + 1, .parent = best,
                       .ordinal = static_cast<int>(c), .children = {}});
    }
    ends += node.children.size() - 1;
  }
}

/// Ends get a row each; a parent stands in the middle of its children.
double place(std::vector<Drawn>& drawn, int at, int& next_row) {
  auto& one = drawn[static_cast<std::size_t>(at)];
  if (one.children.empty()) return one.y = kRow * (next_row++ + 0.5) + 6;
  double first = 0, last = 0;
  for (std::size_t c = 0; c < one.children.size(); ++c) {
    last = place(drawn, one.children[c], next_row);
    if (c == 0) first = last;
  }
  return drawn[static_cast<std::size_t>(at)].y = (first + last) / 2;
}

/// What leads from a parent to this child: "≤ 12.5", "cash, card".
std::string condition_of(const FittedModel& model, const TreeNode& parent, int ordinal) {
  const auto& ensemble = std::get<forms::TreeEnsemble>(model.form);
  if (!parent.is_category) {
    const double split = ensemble.is_float ? static_cast<double>(parent.threshold) : parent.split;
    const bool is_low = ordinal == 0;
    return fmt::format("{} {}", is_low ? (ensemble.is_less ? "<" : "≤") : (ensemble.is_less ? "≥" : ">"),
                       with_minus_signs(brief(split, 5)));
  }
  const auto column = static_cast<std::size_t>(parent.column);
  std::vector<std::string> names;
  for (std::size_t code = 0; code < parent.child_of_category.size(); ++code) {
    if (parent.child_of_category[code] != ordinal) continue;
    if (column < model.categories.size() && code < model.categories[column].size()) {
      names.push_back(model.categories[column][code]);
    }
  }
  return names.empty() ? "…" : join(names, ", ");
}

std::string shade_of(double rate) {
  const int step = std::clamp(static_cast<int>(rate * 5), 0, 4);
  return fmt::format("node heat{}", step);
}

Text tooltip_of(const TreeNode& node, const Text& name) {
  const auto total = static_cast<std::int64_t>(std::llround(cover_of(node)));
  if (node.class_cover.size() < 2) {
    return {fmt::format("{} T {}, {}", name.en, count(total), percent(rate_of(node))),
            fmt::format("{} T {}，{}", name.zh, count(total), percent(rate_of(node)))};
  }
  const auto active = static_cast<std::int64_t>(std::llround(node.class_cover[0]));
  const auto lost = static_cast<std::int64_t>(std::llround(node.class_cover[1]));
  const auto text = fmt::format("T {} / A {} / L {} / {}", count(total), count(active), count(lost),
                                percent(rate_of(node)));
  return {name.en.empty() ? text : name.en + ": " + text, name.zh.empty() ? text : name.zh + "：" + text};
}

}  // namespace

bool is_drawable_tree(const FittedModel& model) { return tree_of(model) != nullptr; }

std::string draw_tree(const FittedModel& model,
                      const std::function<Text(const std::string& feature)>& name_of) {
  const auto* tree = tree_of(model);
  if (tree == nullptr) return {};
  auto drawn = unfold(*tree);
  int rows = 0, deepest = 0;
  place(drawn, 0, rows);
  for (const auto& one : drawn) deepest = std::max(deepest, one.depth);
  const double box = std::min(180.0, kWidth / (deepest + 1) * 0.69);
  const double step = (kWidth - box - 4) / std::max(1, deepest);
  const double whole = std::max(1.0, cover_of(tree->nodes[0]));
  Svg svg(kWidth, kRow * rows + 12, words().tree_title, words().tree_remark);
  const auto x_of = [&](const Drawn& one) { return step * one.depth + 2; };
  for (const auto& one : drawn) {
    if (one.parent < 0) continue;
    const auto& parent = drawn[static_cast<std::size_t>(one.parent)];
    const auto& node = tree->nodes[static_cast<std::size_t>(one.node)];
    svg.curve(x_of(parent) + box, parent.y, x_of(one), one.y, "branch",
              std::max(1.2, 22 * cover_of(node) / whole));
  }
  for (const auto& one : drawn) {
    const auto& node = tree->nodes[static_cast<std::size_t>(one.node)];
    const bool is_split = one.is_open && node.column >= 0;
    const double tall = is_split ? kBoxHeight : kLeafHeight;
    const double x = x_of(one), top = one.y - tall / 2;
    Text name;
    if (is_split) name = name_of(model.column_names[static_cast<std::size_t>(node.column)]);
    const double rate = std::clamp(rate_of(node), 0.0, 1.0);
    svg.rectangle(x, top, box, tall, is_split ? "node split" : shade_of(rate),
                  tooltip_of(node, name), 5);
    if (one.parent >= 0) {
      const auto& parent = drawn[static_cast<std::size_t>(one.parent)];
      const auto& above = tree->nodes[static_cast<std::size_t>(parent.node)];
      const double gap = x - (x_of(parent) + box);
      // To the left of the box where the branches leave room, cut to that room.
      svg.text(x - 4, one.y - 5,
               shortened(condition_of(model, above, one.ordinal), static_cast<int>((gap - 8) / 6.2)),
               Anchor::End, "branch-label");
    }
    const auto total = count(static_cast<std::int64_t>(std::llround(cover_of(node))));
    const auto line = fmt::format("{} / {}", total, percent(rate));
    if (is_split) {
      const int columns = static_cast<int>((box - 12) / kLetter);
      const auto en = in_two_lines(name.en, columns), zh = in_two_lines(name.zh, columns);
      svg.text(x + 7, one.y - 10, {en.first, zh.first}, Anchor::Start, "node-name");
      if (!en.second.empty() || !zh.second.empty()) {
        svg.text(x + 7, one.y + 4, {en.second, zh.second}, Anchor::Start, "node-name");
      }
      svg.text(x + 7, one.y + 18, line, Anchor::Start, "node-line");
      continue;
    }
    svg.text(x + 7, one.y - 2, percent(rate), Anchor::Start, "node-rate");
    const int hidden = node.children.empty() ? 0 : leaves_below(*tree, one.node);
    if (hidden == 0) {
      svg.text(x + 7, one.y + 11, "T " + total, Anchor::Start, "node-line leaf");
    } else {
      svg.text(x + 7, one.y + 11,
               {fmt::format("T {}, {} leaves", total, hidden), fmt::format("T {}，{}个叶", total, hidden)},
               Anchor::Start, "node-line leaf");
    }
  }
  return svg.finish();
}

}  // namespace holdfast::exchange
