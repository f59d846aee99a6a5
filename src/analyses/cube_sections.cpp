#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/cube_parts.hpp"
#include "analyses/figures.hpp"
#include "core/distributions.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses::cubes {
namespace {

using cube::Cube;
using cube::Sums;

constexpr double kRowsLeast = 30;       // Fewer say too little to be drawn.
constexpr std::size_t kCellsTold = 200;
constexpr double kLevel = 0.95;

std::size_t place(const Cube& cube, std::string_view measure) { return cube.measure(measure); }

std::optional<double> lower_of(const std::optional<Interval>& interval) {
  if (!interval) return std::nullopt;
  return interval->lower;
}
std::optional<double> upper_of(const std::optional<Interval>& interval) {
  if (!interval) return std::nullopt;
  return interval->upper;
}

// Columns that every table of cells has, after those of its dimensions.
void add_measure_columns(const CubeAnswer& answer, const Wording& wording, Table& table) {
  table.columns.push_back({"rows", wording.rows, Format::Count, {}});
  table.columns.push_back({"churn_rate", {"churn rate", "流失率"}, Format::Share, {}});
  table.columns.push_back({"lower", {"at least", "下限"}, Format::Share, {"95 % interval (Wilson)", "95% 区间(Wilson)"}});
  table.columns.push_back({"upper", {"at most", "上限"}, Format::Share, {}});
  table.columns.push_back({"kept_rate", {wording.kept.en + " by count", wording.kept.zh + "(按件数)"}, Format::Share, {}});
  if (!answer.has_value) return;
  table.columns.push_back({"kept_value_rate",
                           {wording.kept.en + " by " + wording.value.en,
                            wording.kept.zh + "(按" + wording.value.zh + ")"},
                           Format::Share,
                           {}});
  table.columns.push_back({"value", wording.value, Format::Money, {}});
  table.columns.push_back(
      {"lost", {wording.value.en + " lost", "流失" + wording.value.zh}, Format::Money, {}});
  table.columns.push_back(
      {"lost_share", {"of all lost", "占全部流失" + wording.value.zh}, Format::Share, {}});
}

void add_measures(const Cube& cube, std::size_t cell, bool has_value, double lost_all,
                  std::vector<Cell>& row) {
  using namespace cube_measures;
  const auto churn = cube.sums(cell, place(cube, kChurn));
  const auto bounds = wilson_interval(churn.above, churn.below, kLevel);
  row.emplace_back(static_cast<double>(cube.rows(cell)));
  row.push_back(cell_of(churn.rate()));
  row.emplace_back(bounds.lower);
  row.emplace_back(bounds.upper);
  row.push_back(cell_of(cube.sums(cell, place(cube, kKept)).rate()));
  if (!has_value) return;
  const auto lost = cube.sums(cell, place(cube, kLost)).above;
  row.push_back(cell_of(cube.sums(cell, place(cube, kKeptValue)).rate()));
  row.emplace_back(cube.sums(cell, place(cube, kValue)).above / 100);
  row.emplace_back(lost / 100);
  row.push_back(cell_of(Sums{lost, lost_all}.rate()));
}

// One dimension alone. Its cells: one a category that occurs.
Cube alone(const Cube& cube, const CubeDimension& dimension) {
  auto rolled = cube.roll_up({dimension.name});
  HOLDFAST_CHECK(rolled.ok());
  return std::move(*rolled);
}

std::vector<std::size_t> by_rate(const Cube& cube) {
  const auto churn = place(cube, cube_measures::kChurn);
  std::vector<std::size_t> order(cube.cells());
  for (std::size_t cell = 0; cell < order.size(); ++cell) order[cell] = cell;
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](auto cell) { return cube.sums(cell, churn).rate().value_or(-1); });
  return order;
}

void say_extremes(const CubeAnswer& answer, const Wording& wording, Analysis& analysis) {
  using namespace cube_measures;
  const auto& dimension = answer.dimensions[0];
  const auto cube = alone(answer.all, dimension);
  const auto all = answer.all.total(place(answer.all, kChurn));
  auto order = by_rate(cube);
  std::erase_if(order, [&](auto cell) { return static_cast<double>(cube.rows(cell)) < kRowsLeast; });
  if (order.size() < 2) return;
  const auto words = [&](std::size_t cell) -> const Text& {
    return dimension.categories[cube.code(cell, 0)];
  };
  const auto rate = [&](std::size_t cell) { return percent(*cube.sums(cell, place(cube, kChurn)).rate()); };
  const auto high = order.front(), low = order.back();
  analysis.findings.push_back(
      {fmt::format("Of {} {}, {} left. By “{}” it is {} at “{}” ({}) and {} at “{}” ({}).",
                   whole(all.below), wording.counted.en, percent(*all.rate()), dimension.label.en, rate(high),
                   words(high).en, whole(static_cast<double>(cube.rows(high))), rate(low), words(low).en,
                   whole(static_cast<double>(cube.rows(low)))),
       fmt::format("{} {}中 {} 流失。按“{}”看,“{}”为 {}(共 {}),“{}”为 {}(共 {})。", whole(all.below),
                   wording.counted.zh, percent(*all.rate()), dimension.label.zh, words(high).zh, rate(high),
                   whole(static_cast<double>(cube.rows(high))), words(low).zh, rate(low),
                   whole(static_cast<double>(cube.rows(low))))});
}

// The category whose share of what was lost exceeds its share of the rows most.
void say_losses(const CubeAnswer& answer, const Wording& wording, Analysis& analysis) {
  using namespace cube_measures;
  const auto lost_all = answer.all.total(place(answer.all, kLost)).above;
  if (!(lost_all > 0)) return;
  struct Heavy { const CubeDimension* dimension; Text category; double lost, rows; };
  std::optional<Heavy> heavy;
  const auto rows_all = static_cast<double>(answer.all.rows_total());
  for (const auto& dimension : answer.dimensions) {
    const auto cube = alone(answer.all, dimension);
    for (std::size_t cell = 0; cell < cube.cells(); ++cell) {
      const double lost = cube.sums(cell, place(cube, kLost)).above / lost_all;
      const double rows = static_cast<double>(cube.rows(cell)) / rows_all;
      if (!heavy || lost - rows > heavy->lost - heavy->rows)
        heavy = Heavy{&dimension, dimension.categories[cube.code(cell, 0)], lost, rows};
    }
  }
  if (!heavy || heavy->lost - heavy->rows < 0.02) return;
  analysis.findings.push_back(
      {fmt::format("{} of the {} lost lies where “{}” is “{}”, which holds {} of {}.",
                   percent(heavy->lost), wording.value.en, heavy->dimension->label.en,
                   heavy->category.en, percent(heavy->rows), wording.all.en),
       fmt::format("流失{}的 {} 集中在“{}”为“{}”处,而其仅占{}的 {}。", wording.value.zh,
                   percent(heavy->lost), heavy->dimension->label.zh, heavy->category.zh,
                   wording.all.zh, percent(heavy->rows))});
}

BarChart rates_chart(const CubeAnswer& answer) {
  const auto& dimension = answer.dimensions[0];
  const auto cube = alone(answer.all, dimension);
  const auto churn = place(cube, cube_measures::kChurn);
  BarChart chart{.id = "rates",
                 .title = {"Churn rate by “" + dimension.label.en + "”", "按" + dimension.label.zh + "的流失率"},
                 .remark = {"With 95 % interval.", "附 95% 区间。"},
                 .format = Format::Share};
  for (const auto cell : by_rate(cube)) {
    const auto sums = cube.sums(cell, churn);
    if (!sums.rate()) continue;
    const auto bounds = wilson_interval(sums.above, sums.below, kLevel);
    chart.bars.push_back({dimension.categories[cube.code(cell, 0)], *sums.rate(), bounds.lower, bounds.upper});
  }
  return chart;
}

// Of every dimension alone, and of all together: the change taken apart.
Result<Table> by_dimension_table(const CubeAnswer& answer) {
  Table table{.id = "mix_and_rate",
              .title = {"The change by dimension: other customers, or the same customers leaving more?",
                        "变化的构成:客户结构变了,还是同类客户流失更多?"},
              .remark = {"Mix and rate add up to the change, without a rest (Kitagawa 1955).",
                         "结构效应与率效应之和恰等于总变化,无残差(Kitagawa 1955)。"},
              .columns = {{"dimension", {"dimension", "维度"}, Format::Number, {}},
                          {"mix", {"mix", "结构效应"}, Format::Share, {"because segments grew or shrank", "因各段占比变化"}},
                          {"rate", {"rate", "率效应"}, Format::Share, {"because rates within segments moved", "因段内流失率变化"}},
                          {"change", {"change", "总变化"}, Format::Share, {}}}};
  for (const auto& dimension : answer.dimensions) {
    const auto found = cube::attribute(alone(*answer.before, dimension), alone(*answer.after, dimension),
                                       cube_measures::kChurn);
    if (!found.ok()) return found.error();
    table.rows.push_back({dimension.label, found->mix, found->rate, found->rate_after - found->rate_before});
  }
  const auto all = cube::attribute(*answer.before, *answer.after, cube_measures::kChurn);
  if (!all.ok()) return all.error();
  table.rows.push_back({Text{"all together", "全部维度组合"}, all->mix, all->rate,
                        all->rate_after - all->rate_before});
  return table;
}

// The dimension whose segments differ most in what they add from all moving alike: it tells most
// about the change.
struct Movers {
  const CubeDimension* dimension = nullptr;
  cube::Attribution found;
  double uneven = -1;
};
Result<Movers> movers_of(const CubeAnswer& answer) {
  Movers movers;
  for (const auto& dimension : answer.dimensions) {
    auto found = cube::attribute(alone(*answer.before, dimension), alone(*answer.after, dimension),
                                 cube_measures::kChurn, {.is_proportion = true});
    if (!found.ok()) return found.error();
    const double change = found->rate_after - found->rate_before;
    double uneven = 0;
    for (const auto& one : found->contributions)
      uneven += std::abs(one.all() - change * (one.share_before + one.share_after) / 2);
    if (uneven > movers.uneven) movers = {&dimension, std::move(*found), uneven};
  }
  return movers;
}

Table movers_table(const Movers& movers) {
  Table table{.id = "movers",
              .title = {"Top movers by “" + movers.dimension->label.en + "”", "按" + movers.dimension->label.zh + "的主要变动"},
              .columns = {{"category", movers.dimension->label, Format::Number, {}},
                          {"share_before", {"share before", "前期占比"}, Format::Share, {}},
                          {"share_after", {"share after", "后期占比"}, Format::Share, {}},
                          {"rate_before", {"rate before", "前期流失率"}, Format::Share, {}},
                          {"rate_after", {"rate after", "后期流失率"}, Format::Share, {}},
                          {"lower", {"its change at least", "变化下限"}, Format::Share, {"95 % interval (Newcombe)", "95% 区间(Newcombe)"}},
                          {"upper", {"at most", "变化上限"}, Format::Share, {}},
                          {"mix", {"mix", "结构效应"}, Format::Share, {}},
                          {"rate", {"rate", "率效应"}, Format::Share, {}},
                          {"all", {"adds to the change", "对总变化的贡献"}, Format::Share, {}}},
              .rows_shown = 12};
  for (const auto& one : movers.found.contributions) {
    table.rows.push_back({movers.dimension->categories[one.codes[0]], one.share_before, one.share_after,
                          cell_of(one.rate_before), cell_of(one.rate_after),
                          cell_of(lower_of(one.rate_change)), cell_of(upper_of(one.rate_change)), one.mix, one.rate,
                          one.all()});
  }
  return table;
}

BarChart movers_chart(const Movers& movers) {
  BarChart chart{.id = "movers_chart",
                 .title = {"What each adds to the change", "各类对总变化的贡献"},
                 .format = Format::Share};
  for (const auto& one : movers.found.contributions) {
    if (chart.bars.size() == 10) break;
    chart.bars.push_back({movers.dimension->categories[one.codes[0]], one.all(), {}, {}});
  }
  return chart;
}

LineChart quarters_chart(const CubeAnswer& answer) {
  const auto& dimension = answer.dimensions[0];
  LineChart chart{.id = "quarters",
                  .title = {"Churn rate by quarter and “" + dimension.label.en + "”", "各季度、各" + dimension.label.zh + "的流失率"},
                  .x_label = {"quarter", "季度"},
                  .y_label = {"churn rate", "流失率"},
                  .y_format = Format::Share};
  for (const auto& quarter : answer.quarters) chart.places.push_back({quarter, quarter});
  const auto whole_cube = alone(answer.all, dimension);
  auto order = by_rate(whole_cube);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](auto cell) { return whole_cube.rows(cell); });
  if (order.size() > 6) order.resize(6);
  for (const auto cell : order) {
    const auto code = whole_cube.code(cell, 0);
    LineChart::Series series{.name = dimension.categories[code]};
    for (std::size_t q = 0; q < answer.by_quarter.size(); ++q) {
      const auto& cube = answer.by_quarter[q];
      for (std::size_t c = 0; c < cube.cells(); ++c) {
        if (cube.code(c, 0) != code || static_cast<double>(cube.rows(c)) < kRowsLeast) continue;
        const auto sums = cube.sums(c, place(cube, cube_measures::kChurn));
        const auto bounds = wilson_interval(sums.above, sums.below, kLevel);
        series.x.push_back(static_cast<double>(q));
        series.y.push_back(*sums.rate());
        series.lower.push_back(bounds.lower);
        series.upper.push_back(bounds.upper);
      }
    }
    if (series.x.size() > 1) chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

std::string period_name(Day from, Day until) { return to_string(from) + " – " + to_string(until); }

Wording wording_of(const study::Study& study) {
  const Text value{"value", "价值"};
  if (study.churn && study.churn->kind == study::ChurnKind::Contractual) {
    const auto* table = study.find(study.churn->table);
    const bool is_premium = study.profit.value.empty() && table != nullptr && !table->amount.empty();
    return {{"contract terms", "合同期数"},
            {"contract terms", "个合同期"},
            {"the contract terms", "全部合同期"},
            {"renewal", "续保率"},
            is_premium ? features::label_of(*table, table->amount) : value};
  }
  if (study.cutoffs.every_months > 0 || !study.cutoffs.days.empty())
    return {{"customers at a cutoff", "客户时点数"},
            {"customers at a cutoff", "个客户时点"},
            {"the customers at a cutoff", "全部客户时点"},
            {"retention", "留存率"},
            value};
  return {{"customers", "客户数"},
          {"customers", "位客户"},
          {"the customers", "全部客户"},
          {"retention", "留存率"},
          value};
}

Section dimensions_section(const CubeAnswer& answer, const Wording& wording, Analysis& analysis) {
  Section section{.id = "dimensions",
                  .title = {"Where it is high", "哪里流失高"},
                  .lead = {"Rates are sums above over sums below; each cell adds up exactly to the next level.",
                           "率均为分子合计除以分母合计,各级汇总完全一致。"}};
  say_extremes(answer, wording, analysis);
  say_losses(answer, wording, analysis);
  section.blocks.emplace_back(rates_chart(answer));
  const auto lost_all = answer.all.total(place(answer.all, cube_measures::kLost)).above;
  for (std::size_t d = 0; d < answer.dimensions.size(); ++d) {
    const auto& dimension = answer.dimensions[d];
    const auto cube = alone(answer.all, dimension);
    Table table{.id = "by_" + std::to_string(d + 1),
                .title = {"By “" + dimension.label.en + "”", "按" + dimension.label.zh},
                .columns = {{"category", dimension.label, Format::Number, {}}},
                .rows_shown = 12};
    add_measure_columns(answer, wording, table);
    for (const auto cell : by_rate(cube)) {
      std::vector<Cell> row{dimension.categories[cube.code(cell, 0)]};
      add_measures(cube, cell, answer.has_value, lost_all, row);
      table.rows.push_back(std::move(row));
    }
    section.blocks.emplace_back(std::move(table));
  }
  return section;
}

Section crossed_section(const CubeAnswer& answer, const Wording& wording) {
  Section section{.id = "crossed",
                  .title = {"Drill-down", "逐层下钻"},
                  .lead = {"All dimensions together; cells of the largest loss first.",
                           "全部维度交叉,损失最大的单元在前。"}};
  if (answer.dimensions.size() >= 2) {
    const auto& rows = answer.dimensions[0];
    const auto& columns = answer.dimensions[1];
    const auto two = answer.all.roll_up({rows.name, columns.name});
    HOLDFAST_CHECK(two.ok());
    HeatMap map{.id = "two",
                .title = {"Churn rate by “" + rows.label.en + "” and “" + columns.label.en + "”",
                          "按" + rows.label.zh + "与" + columns.label.zh + "的流失率"},
                .remark = {"Empty: fewer than 30.", "空白:少于 30。"},
                .rows = rows.categories,
                .columns = columns.categories,
                .values = std::vector(rows.categories.size(),
                                      std::vector<double>(columns.categories.size(), std::nan(""))),
                .format = Format::Share};
    for (std::size_t cell = 0; cell < two->cells(); ++cell) {
      if (static_cast<double>(two->rows(cell)) < kRowsLeast) continue;
      map.values[two->code(cell, 0)][two->code(cell, 1)] =
          two->sums(cell, place(*two, cube_measures::kChurn)).rate().value_or(std::nan(""));
    }
    section.blocks.emplace_back(std::move(map));
  }
  Table table{.id = "cells",
              .title = {"Cells", "单元"},
              .rows_shown = 20};
  for (std::size_t d = 0; d < answer.dimensions.size(); ++d)
    table.columns.push_back({"dimension_" + std::to_string(d + 1), answer.dimensions[d].label, Format::Number, {}});
  add_measure_columns(answer, wording, table);
  std::vector<std::size_t> order;
  for (std::size_t cell = 0; cell < answer.all.cells(); ++cell) {
    if (static_cast<double>(answer.all.rows(cell)) >= kRowsLeast) order.push_back(cell);
  }
  const auto by = place(answer.all, answer.has_value ? cube_measures::kLost : cube_measures::kChurn);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](auto cell) { return answer.all.sums(cell, by).above; });
  if (order.size() > kCellsTold) order.resize(kCellsTold);
  const auto lost_all = answer.all.total(place(answer.all, cube_measures::kLost)).above;
  for (const auto cell : order) {
    std::vector<Cell> row;
    for (std::size_t d = 0; d < answer.dimensions.size(); ++d)
      row.emplace_back(answer.dimensions[d].categories[answer.all.code(cell, d)]);
    add_measures(answer.all, cell, answer.has_value, lost_all, row);
    table.rows.push_back(std::move(row));
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Result<std::optional<Section>> change_section(const CubeAnswer& answer, Analysis& analysis) {
  if (!answer.before || !answer.after) return std::optional<Section>{};
  const auto first = period_name(answer.before_from, answer.after_from - 1);
  const auto second = period_name(answer.after_from, answer.last);
  Section section{.id = "change",
                  .title = {"Why it changed", "为何变化"},
                  .lead = {fmt::format("Before: {}. After: {}.", first, second),
                           fmt::format("前期:{}。后期:{}。", first, second)}};
  HOLDFAST_TRY(auto by_dimension, by_dimension_table(answer));
  HOLDFAST_TRY(const auto movers, movers_of(answer));
  auto quarters = quarters_chart(answer);
  if (!quarters.series.empty()) section.blocks.emplace_back(std::move(quarters));
  section.blocks.emplace_back(std::move(by_dimension));
  section.blocks.emplace_back(movers_chart(movers));
  section.blocks.emplace_back(movers_table(movers));
  const auto& found = movers.found;
  const auto signed_percent = [](double share) { return with_sign(100 * share, 1); };
  if (!found.contributions.empty()) {
    const auto& top = found.contributions[0];
    const auto& category = movers.dimension->categories[top.codes[0]];
    analysis.findings.push_back(
        {fmt::format("Churn went from {} ({}) to {} ({}): {} points, of them {} because the mix by “{}” changed "
                     "and {} because rates moved. Largest part: “{}” with {} points.",
                     percent(found.rate_before), first, percent(found.rate_after), second,
                     signed_percent(found.rate_after - found.rate_before), signed_percent(found.mix),
                     movers.dimension->label.en, signed_percent(found.rate), category.en,
                     signed_percent(top.all())),
         fmt::format("流失率由 {}（{}）变为 {}（{}）：{} 个百分点,其中按“{}”的结构变化贡献 {},率的变化贡献 {}。"
                     "贡献最大的是“{}”：{} 个百分点。",
                     percent(found.rate_before), first, percent(found.rate_after), second,
                     signed_percent(found.rate_after - found.rate_before), movers.dimension->label.zh,
                     signed_percent(found.mix), signed_percent(found.rate), category.zh,
                     signed_percent(top.all()))});
  }
  return std::optional(std::move(section));
}

}  // namespace holdfast::analyses::cubes
