#include "models/effect_parts/tree_form.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "models/parameters.hpp"

namespace holdfast::models {
namespace {

constexpr double kNormal975 = 1.959963984540054;

void set_split(const effect::TreeNode& from, const Encoded::Source& source,
               const dataset::Columns& columns, forms::TreeNode& to) {
  to.column = static_cast<std::int32_t>(source.column);
  to.children = {from.left, from.right};
  to.missing = forms::MissingRule::Default;
  to.default_child = 0;
  if (source.category >= 0) {
    to.is_category = true;
    to.child_of_category.assign(columns.columns[source.column].categories.size(), 0);
    to.child_of_category[static_cast<std::size_t>(source.category)] = 1;
    return;
  }
  // A cut below all known numbers parts what is missing from the rest.
  to.split = from.cut < source.lowest ? std::numeric_limits<double>::lowest() : from.cut;
  to.threshold = forms::narrowed(to.split);
}

/// "income <= 3000 and area is north"; "all" for the root.
void add_leaves(const effect::UpliftTree& tree, const Encoded& encoded, std::size_t at,
                const std::string& path, ReportTable& table) {
  const auto& node = tree.nodes[at];
  if (node.column < 0) {
    const auto& n = node.counts;
    const double p1 = n.treated > 0 ? n.treated_won / n.treated : 0;
    const double p0 = n.control > 0 ? n.control_won / n.control : 0;
    const double error = n.treated > 0 && n.control > 0
                             ? std::sqrt(p1 * (1 - p1) / n.treated + p0 * (1 - p0) / n.control)
                             : 0;
    table.rows.push_back({path.empty() ? "all (全部)" : path, n.rows(), p1, p0, node.effect,
                          node.effect - kNormal975 * error, node.effect + kNormal975 * error});
    return;
  }
  const auto s = static_cast<std::size_t>(node.column);
  const auto& source = encoded.sources[s];
  const std::string before = path.empty() ? "" : path + ", ";
  const auto& name = encoded.names[s];
  std::string low, high;
  if (source.category >= 0) low = "not " + name, high = name;
  else if (node.cut < source.lowest) low = name + " missing", high = name + " known";
  else low = name + " <= " + brief(node.cut, 6), high = name + " > " + brief(node.cut, 6);
  add_leaves(tree, encoded, static_cast<std::size_t>(node.left), before + low, table);
  add_leaves(tree, encoded, static_cast<std::size_t>(node.right), before + high, table);
}

}  // namespace

std::vector<ParameterRow> uplift_tree_rows(std::int64_t depth_max, std::int64_t leaf_rows_min,
                                           bool is_honest) {
  return {
      {.name = "divergence", .kind = ParameterRow::Kind::Choice,
       .choices = {"kl", "euclidean", "chi_squared"}, .default_value = std::string("kl"),
       .tries = {std::string("kl"), std::string("euclidean"), std::string("chi_squared")},
       .en = "How far apart treated and control are, which a split is to raise.",
       .zh = "衡量处理组与对照组差异的方法,分裂使其增大。"},
      {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 0,
       .max = 30, .default_value = depth_max, .en = "Most splits on the way to a leaf.",
       .zh = "到叶节点最多的分裂次数。"},
      {.name = "leaf_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 1,
       .max = 1e9, .default_value = leaf_rows_min, .en = "Fewest rows of both groups in a leaf.",
       .zh = "叶节点两组合计的最少行数。"},
      {.name = "leaf_group_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows",
       .min = 1, .max = 1e9, .default_value = std::int64_t{20},
       .en = "Fewest rows of each group in a leaf.", .zh = "叶节点每组的最少行数。"},
      {.name = "honest", .kind = ParameterRow::Kind::Boolean, .default_value = is_honest,
       .en = "Half of the rows find the splits, the other half tell the effects in the leaves.",
       .zh = "一半样本用于寻找分裂,另一半用于估计叶节点的效果。"},
      {.name = "bins", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2, .max = 256,
       .default_value = std::int64_t{64}, .en = "Cuts tried in each column, at quantiles.",
       .zh = "每个字段尝试的切分点数(按分位数)。"}};
}

effect::TreeOptions uplift_tree_options(const Parameters& parameters, std::uint64_t seed) {
  const auto& divergence = text(parameters, "divergence");
  return {.divergence = divergence == "euclidean"     ? effect::Divergence::Euclidean
                        : divergence == "chi_squared" ? effect::Divergence::ChiSquared
                                                      : effect::Divergence::KullbackLeibler,
          .depth_max = static_cast<int>(integer(parameters, "depth_max")),
          .leaf_rows_min = static_cast<int>(integer(parameters, "leaf_rows_min")),
          .leaf_arm_rows_min = static_cast<int>(integer(parameters, "leaf_group_rows_min")),
          .bins = static_cast<std::size_t>(integer(parameters, "bins")),
          .is_honest = boolean(parameters, "honest"),
          .check_overlap = false,  // encode_checked() did.
          .seed = seed};
}

forms::TreeEnsemble form_of(std::span<const effect::UpliftTree> trees, const Encoded& encoded,
                            const dataset::Columns& columns) {
  forms::TreeEnsemble ensemble;
  ensemble.trees.resize(trees.size());
  parallel_for(trees.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (auto t = begin; t < end; ++t) {
      auto& nodes = ensemble.trees[t].nodes;
      nodes.resize(trees[t].nodes.size());
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& from = trees[t].nodes[i];
        nodes[i].cover = from.counts.rows();
        nodes[i].value = from.effect / static_cast<double>(trees.size());
        if (from.column < 0) continue;
        set_split(from, encoded.sources[static_cast<std::size_t>(from.column)], columns, nodes[i]);
      }
    }
  });
  return ensemble;
}

ReportTable leaves_table(const effect::UpliftTree& tree, const Encoded& encoded) {
  ReportTable table{.id = "leaves",
                    .title = {"Leaves", "叶节点"},
                    .columns = {"leaf", "rows", "treated_rate", "control_rate", "effect", "lower",
                                "upper"},
                    .headers = {{"Who", "客户"}, {"Rows", "行数"}, {"Treated", "处理组"},
                                {"Control", "对照组"}, {"Effect", "效果"},
                                {"95 % from", "95% 下限"}, {"to", "上限"}}};
  add_leaves(tree, encoded, 0, "", table);
  std::ranges::stable_sort(table.rows, std::greater{},
                           [](const auto& row) { return std::get<double>(row[4]); });
  return table;
}

ReportTable importance_table(const std::vector<double>& importance, const Encoded& encoded,
                             const dataset::Columns& columns) {
  std::vector<double> shares(columns.columns.size());
  for (std::size_t s = 0; s < importance.size(); ++s) {
    shares[encoded.sources[s].column] += importance[s];
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t c) { return shares[c]; });
  ReportTable table{.id = "importance",
                    .title = {"Which inputs tell effects apart", "哪些输入区分效果大小"},
                    .columns = {"column", "share"},
                    .headers = {{"Input", "输入"}, {"Share of the gain", "增益占比"}}};
  for (const auto c : order) {
    if (shares[c] > 0) table.rows.push_back({std::string(columns.columns[c].name), shares[c]});
  }
  return table;
}

}  // namespace holdfast::models
