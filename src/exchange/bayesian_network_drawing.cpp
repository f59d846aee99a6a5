#include "exchange/bayesian_network_drawing.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "exchange/format.hpp"
#include "exchange/svg.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

using forms::BayesianNetwork;

constexpr std::size_t kVariablesMax = 60;
constexpr std::size_t kOfARowMax = 6;
constexpr double kWidth = 1120, kBoxWidth = 152, kBoxHeight = 40, kRow = 96, kEdge = 4;
constexpr double kLetter = 6.4;  // Width of a letter at the size of names.
constexpr int kSweeps = 4;

struct Arc {
  std::size_t from, to;
  double information = 0;
  double leaves_at = 0, arrives_at = 0;  // x.
};

/// Where the variables stand.
struct Layout {
  std::vector<std::vector<std::size_t>> rows;  // Variables from left to right.
  std::vector<double> x, y;                    // [variables] middles.
};

std::vector<Arc> arcs_of(const BayesianNetwork& form) {
  std::vector<Arc> arcs;
  for (std::size_t v = 0; v < form.variables.size(); ++v) {
    for (const auto parent : form.variables[v].parents) {
      arcs.push_back({.from = static_cast<std::size_t>(parent), .to = v});
    }
  }
  return arcs;
}

/// Length of the longest way to each variable.
std::vector<std::size_t> depths_of(const std::vector<Arc>& arcs, std::size_t variables) {
  std::vector<std::size_t> depth(variables);
  for (std::size_t round = 1; round < variables; ++round) {
    for (const auto& arc : arcs) depth[arc.to] = std::max(depth[arc.to], depth[arc.from] + 1);
  }
  return depth;
}

/// Breaks each depth into rows of even length and spreads these over the width.
void place(const std::vector<std::vector<std::size_t>>& layers, Layout& layout) {
  layout.rows.clear();
  for (const auto& layer : layers) {
    const std::size_t rows = (layer.size() + kOfARowMax - 1) / kOfARowMax;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto begin = layer.begin() + static_cast<std::ptrdiff_t>(layer.size() * r / rows);
      const auto end = layer.begin() + static_cast<std::ptrdiff_t>(layer.size() * (r + 1) / rows);
      layout.rows.emplace_back(begin, end);
    }
  }
  for (std::size_t r = 0; r < layout.rows.size(); ++r) {
    const auto& row = layout.rows[r];
    const double step = kWidth / static_cast<double>(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      layout.x[row[i]] = step * (static_cast<double>(i) + 0.5);
      layout.y[row[i]] = kEdge + kBoxHeight / 2 + kRow * static_cast<double>(r);
    }
  }
}

/// Orders each depth by the middles of the parents, then of the children, and so on, which leaves
/// few crossings (Sugiyama, Tagawa & Toda 1981). Arcs of the class reach everywhere and say nothing.
Layout laid_out(const std::vector<Arc>& arcs, std::size_t variables) {
  const auto depth = depths_of(arcs, variables);
  std::vector<std::vector<std::size_t>> layers(*std::ranges::max_element(depth) + 1);
  for (std::size_t v = 0; v < variables; ++v) layers[depth[v]].push_back(v);
  Layout layout{.rows = {}, .x = std::vector<double>(variables), .y = std::vector<double>(variables)};
  place(layers, layout);
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    std::vector<double> sum(variables), others(variables);
    for (const auto& arc : arcs) {
      if (arc.from == 0 || arc.to == 0) continue;
      const auto [self, other] = sweep % 2 == 0 ? std::pair(arc.to, arc.from)
                                                : std::pair(arc.from, arc.to);
      sum[self] += layout.x[other];
      others[self] += 1;
    }
    const auto middle = [&](std::size_t v) { return others[v] > 0 ? sum[v] / others[v] : layout.x[v]; };
    for (auto& layer : layers) std::ranges::stable_sort(layer, {}, middle);
    place(layers, layout);
  }
  return layout;
}

/// Information of the arcs as the model's table has it.
void weigh(const FittedModel& model, std::vector<Arc>& arcs) {
  const auto table = std::ranges::find(model.tables, "arcs", &ReportTable::id);
  if (table == model.tables.end()) return;
  std::map<std::pair<std::string, std::string>, double> information;
  for (const auto& row : table->rows) {
    if (row.size() < 3 || row[0].index() != 0 || row[1].index() != 0 || row[2].index() != 1) continue;
    information[{std::get<std::string>(row[0]), std::get<std::string>(row[1])}] = std::get<double>(row[2]);
  }
  const auto& form = std::get<BayesianNetwork>(model.form);
  const auto name = [&](std::size_t v) {
    return v == 0 ? std::string("churned")
                  : model.column_names[static_cast<std::size_t>(form.variables[v].states.column)];
  };
  for (auto& arc : arcs) {
    const auto found = information.find({name(arc.from), name(arc.to)});
    if (found != information.end()) arc.information = std::max(0.0, found->second);
  }
}

/// Spreads the arcs over the edge of their boxes, in the order of their other ends.
void spread(const Layout& layout, std::vector<Arc>& arcs) {
  std::vector<std::size_t> order(arcs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto side = [&](std::size_t Arc::* self, std::size_t Arc::* other, double Arc::* at) {
    std::vector<std::vector<std::size_t>> of(layout.x.size());
    std::ranges::stable_sort(order, {}, [&](std::size_t a) { return layout.x[arcs[a].*other]; });
    for (const auto a : order) of[arcs[a].*self].push_back(a);
    for (std::size_t v = 0; v < of.size(); ++v) {
      for (std::size_t i = 0; i < of[v].size(); ++i) {
        const double share = static_cast<double>(i + 1) / static_cast<double>(of[v].size() + 1);
        arcs[of[v][i]].*at = layout.x[v] + kBoxWidth * (share - 0.5);
      }
    }
  };
  side(&Arc::from, &Arc::to, &Arc::leaves_at);
  side(&Arc::to, &Arc::from, &Arc::arrives_at);
}

void draw_arcs(Svg& svg, const Layout& layout, const std::vector<Arc>& arcs,
               const std::vector<Text>& names) {
  double most = 0;
  for (const auto& arc : arcs) most = std::max(most, arc.information);
  // Those of the class first: the others lie over them.
  for (const bool of_class : {true, false}) {
    for (const auto& arc : arcs) {
      if ((arc.from == 0 || arc.to == 0) != of_class) continue;
      const auto& from = names[arc.from];
      const auto& to = names[arc.to];
      Text tooltip{from.en + " → " + to.en, from.zh + " → " + to.zh};
      if (most > 0) {
        tooltip.en += fmt::format(": {} nat", brief(arc.information, 3));
        tooltip.zh += fmt::format("：{} nat", brief(arc.information, 3));
      }
      svg.arrow_down(arc.leaves_at, layout.y[arc.from] + kBoxHeight / 2, arc.arrives_at,
                     layout.y[arc.to] - kBoxHeight / 2, of_class ? "arc of-target" : "arc",
                     most > 0 ? 1 + 3 * arc.information / most : 1.4, tooltip);
    }
  }
}

void draw_box(Svg& svg, double x, double y, const Text& name, const Text& tooltip, bool is_target) {
  svg.rectangle(x - kBoxWidth / 2, y - kBoxHeight / 2, kBoxWidth, kBoxHeight,
                is_target ? "node target-node" : "node split", tooltip, is_target ? kBoxHeight / 2 : 5);
  const int columns = static_cast<int>((kBoxWidth - 12) / kLetter);
  const auto en = in_two_lines(name.en, columns), zh = in_two_lines(name.zh, columns);
  const bool is_one_line = en.second.empty() && zh.second.empty();
  svg.text(x, is_one_line ? y + 4 : y - 3, {en.first, zh.first}, Anchor::Middle, "node-name");
  if (!is_one_line) svg.text(x, y + 11, {en.second, zh.second}, Anchor::Middle, "node-name");
}

}  // namespace

bool is_drawable_network(const FittedModel& model) {
  const auto* form = std::get_if<BayesianNetwork>(&model.form);
  return form != nullptr && form->variables.size() > 1 && form->variables.size() <= kVariablesMax;
}

std::string draw_network(const FittedModel& model,
                         const std::function<Text(const std::string& feature)>& name_of) {
  if (!is_drawable_network(model)) return {};
  const auto& form = std::get<BayesianNetwork>(model.form);
  auto arcs = arcs_of(form);
  weigh(model, arcs);
  const auto layout = laid_out(arcs, form.variables.size());
  spread(layout, arcs);
  std::vector<Text> names = {words().churned};
  for (std::size_t v = 1; v < form.variables.size(); ++v) {
    names.push_back(name_of(model.column_names[static_cast<std::size_t>(form.variables[v].states.column)]));
  }
  Svg svg(kWidth, kRow * static_cast<double>(layout.rows.size() - 1) + kBoxHeight + 2 * kEdge,
          words().network_title, words().network_remark);
  draw_arcs(svg, layout, arcs, names);
  for (std::size_t v = 0; v < form.variables.size(); ++v) {
    const auto states = form.variables[v].states.states_count;
    draw_box(svg, layout.x[v], layout.y[v], names[v],
             {fmt::format("{}: {} states", names[v].en, states),
              fmt::format("{}：{}个状态", names[v].zh, states)},
             v == 0);
  }
  return svg.finish();
}

}  // namespace holdfast::exchange
