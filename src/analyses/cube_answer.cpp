#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "analyses/cube_parts.hpp"
#include "analyses/cube_query.hpp"
#include "analyses/figures.hpp"

// The answer to one question, level by level.
namespace holdfast::analyses {
namespace {

using cube::Code;
using cube::Cube;
using cube::Sums;

constexpr double kRowsLeast = 30;        // Fewer say too little for a sentence.
constexpr double kLevel = 0.95;
constexpr std::size_t kRowsMost = 5000;  // Of a table.
constexpr std::size_t kBars = 12;

/// The answer rolled up to each number of dimensions from none to all.
struct Levels {
  std::vector<Cube> all, before, after;
};

Result<std::vector<Cube>> levels_of(const Cube& cube, const std::vector<CubeDimension>& dimensions) {
  std::vector<Cube> levels;
  std::vector<std::string> kept;
  for (std::size_t depth = 0; depth <= dimensions.size(); ++depth) {
    if (depth > 0) kept.push_back(dimensions[depth - 1].name);
    HOLDFAST_TRY(auto level, cube.roll_up(kept));
    levels.push_back(std::move(level));
  }
  return levels;
}

/// What stands in the cell with these codes; nothing adds up to nothing.
Sums sums_at(const Cube& cube, std::span<const Code> codes, std::string_view measure) {
  const auto cell = cube.find(codes);
  return cell < cube.cells() ? cube.sums(cell, cube.measure(measure)) : Sums{};
}

std::optional<double> value_of(const Sums& sums, const CubeMeasure& measure) {
  if (measure.is_rate) return sums.rate();
  return sums.above / measure.unit;
}

/// Rows of the table, opened level by level.
class Listing {
 public:
  Listing(const CubeAnswer& answer, const Levels& levels) : answer_(answer), levels_(levels) {}

  Table table() {
    Table table{.id = "cells",
                .title = {"By level, with totals", "逐级汇总"},
                .remark = {"Each total is made of the sums below it: a rate is never a mean of rates.",
                           "各级合计由下级求和得出,比率不是比率的平均。"},
                .rows_shown = 60};
    for (std::size_t d = 0; d < answer_.dimensions.size(); ++d)
      table.columns.push_back(
          {"level_" + std::to_string(d + 1), answer_.dimensions[d].label, Format::Number, {}});
    for (std::size_t m = 0; m < answer_.asked; ++m) add_columns(answer_.measures[m], table);
    rows_ = &table.rows;
    open(0, {});
    return table;
  }
  bool is_cut() const { return is_cut_; }

 private:
  bool is_compared() const { return !levels_.before.empty(); }

  void add_columns(const CubeMeasure& measure, Table& table) const {
    const auto add = [&](std::string suffix, Text header, const Text& hint) {
      table.columns.push_back({measure.name + suffix, std::move(header), measure.format, hint});
    };
    const auto& [en, zh] = measure.label;
    if (is_compared()) {
      add("_before", {en + " before", zh + "(对比期)"}, {});
      add("_after", {"now", "本期"}, measure.label);
      add("_change", {"change", "变化"}, measure.label);
      return;
    }
    add("", measure.label, {});
    if (!measure.is_proportion) return;
    const Text hint{en + ", 95 % interval (Wilson)", zh + ",95% 区间(Wilson)"};
    add("_lower", {"at least", "下限"}, hint);
    add("_upper", {"at most", "上限"}, hint);
  }

  void add_cells(std::size_t depth, std::span<const Code> codes, std::vector<Cell>& row) const {
    for (std::size_t m = 0; m < answer_.asked; ++m) {
      const auto& measure = answer_.measures[m];
      if (is_compared()) {
        const auto before = value_of(sums_at(levels_.before[depth], codes, measure.name), measure);
        const auto after = value_of(sums_at(levels_.after[depth], codes, measure.name), measure);
        row.push_back(cell_of(before));
        row.push_back(cell_of(after));
        row.push_back(before && after ? Cell(*after - *before) : Cell());
        continue;
      }
      const auto sums = sums_at(levels_.all[depth], codes, measure.name);
      row.push_back(cell_of(value_of(sums, measure)));
      if (!measure.is_proportion) continue;
      const auto bounds = wilson_interval(sums.above, sums.below, kLevel);
      row.emplace_back(bounds.lower);
      row.emplace_back(bounds.upper);
    }
  }

  bool opens(std::size_t depth, std::span<const Code> codes) const {
    if (depth == answer_.dimensions.size()) return false;
    if (answer_.drilled.empty() || depth == 0) return true;
    if (depth > answer_.drilled.size()) return false;
    const auto& path = answer_.drilled[depth - 1];
    return std::equal(path.begin(), path.end(), codes.begin());
  }

  // What cells are put in order by: the first rate asked for, else the first measure.
  double order_of(std::size_t depth, std::span<const Code> codes) const {
    const auto asked = std::span(answer_.measures).first(answer_.asked);
    const auto rate = std::ranges::find_if(asked, &CubeMeasure::is_rate);
    const auto& by = rate == asked.end() ? asked.front() : *rate;
    return value_of(sums_at(levels_.all[depth], codes, by.name), by).value_or(-1e300);
  }

  void open(std::size_t depth, const std::vector<Code>& codes) {
    if (rows_->size() >= kRowsMost) {
      is_cut_ = true;
      return;
    }
    std::vector<Cell> row;
    for (std::size_t d = 0; d < answer_.dimensions.size(); ++d) {
      if (d < depth)
        row.emplace_back(answer_.dimensions[d].categories[codes[d]]);
      else
        row.emplace_back(d == depth ? Text{"all", "合计"} : Text{"", ""});
    }
    add_cells(depth, codes, row);
    rows_->push_back(std::move(row));
    if (!opens(depth, codes)) return;
    const auto& below = levels_.all[depth + 1];
    std::vector<std::vector<Code>> cells;
    for (auto cell = below.first_cell(codes); cell < below.cells(); ++cell) {
      const auto own = below.codes(cell);
      if (!std::equal(codes.begin(), codes.end(), own.begin())) break;
      cells.emplace_back(own.begin(), own.end());
    }
    std::ranges::stable_sort(cells, std::ranges::greater{},
                             [&](const auto& cell) { return order_of(depth + 1, cell); });
    for (const auto& cell : cells) open(depth + 1, cell);
  }

  const CubeAnswer& answer_;
  const Levels& levels_;
  std::vector<std::vector<Cell>>* rows_ = nullptr;
  bool is_cut_ = false;
};

/// A number alone says nothing: "vehicle 3".
Text cell_name(const CubeDimension& dimension, Code code) {
  const auto& category = dimension.categories[code];
  const bool has_word = std::ranges::any_of(category.en, [](unsigned char one) {
    return std::isalpha(one) != 0 || one >= 0xE3;  // Latin letters, or a character from U+3000 on.
  });
  if (has_word) return category;
  return {dimension.label.en + " " + category.en, dimension.label.zh + " " + category.zh};
}

Text name_of(const CubeAnswer& answer, std::span<const Code> codes) {
  Text name;
  for (std::size_t d = 0; d < codes.size(); ++d) {
    const auto category = cell_name(answer.dimensions[d], codes[d]);
    name.en += (d > 0 ? " · " : "") + category.en;
    name.zh += (d > 0 ? " · " : "") + category.zh;
  }
  return name;
}

Text dimensions_text(const CubeAnswer& answer) {
  Text text;
  for (std::size_t d = 0; d < answer.dimensions.size(); ++d) {
    text.en += (d > 0 ? ", " : "") + answer.dimensions[d].label.en;
    text.zh += (d > 0 ? "、" : "") + answer.dimensions[d].label.zh;
  }
  return text;
}

const CubeMeasure* first_rate(const CubeAnswer& answer) {
  const auto asked = std::span(answer.measures).first(answer.asked);
  const auto rate = std::ranges::find_if(asked, &CubeMeasure::is_rate);
  return rate == asked.end() ? nullptr : &*rate;
}

std::string written(double value, const CubeMeasure& measure, const std::string& currency) {
  switch (measure.format) {
    case Format::Share:
      return percent(value);
    case Format::Money:
      return in_money(value, currency);
    case Format::Count:
      return whole(value);
    default:
      return decimal(value, 2);
  }
}

/// The cells that are opened furthest: the segments of charts and of changes taken apart.
struct Segments {
  std::size_t depth = 0;
  std::vector<Code> path;  // Within this cell; empty: all.
};

Segments segments_of(const CubeAnswer& answer) {
  if (answer.drilled.empty()) return {answer.dimensions.size(), {}};
  const auto depth = std::min(answer.drilled.size() + 1, answer.dimensions.size());
  auto path = answer.drilled.back();
  if (path.size() >= depth) path.pop_back();  // The last dimension has nothing below it.
  return {depth, path};
}

Result<Cube> within(const Cube& level, const CubeAnswer& answer, const std::vector<Code>& path) {
  Cube part = level;
  for (std::size_t d = 0; d < path.size(); ++d) {
    HOLDFAST_TRY(part, part.dice(answer.dimensions[d].name, std::span(&path[d], 1)));
  }
  return part;
}

BarChart rates_chart(const CubeAnswer& answer, const Cube& cells, const CubeMeasure& measure) {
  BarChart chart{.id = "cells_chart",
                 .title = measure.label,
                 .remark = measure.is_proportion ? Text{"With 95 % interval.", "附 95% 区间。"} : Text{},
                 .format = measure.format};
  const auto place = cells.measure(measure.name);
  std::vector<std::size_t> order;
  for (std::size_t cell = 0; cell < cells.cells(); ++cell) {
    if (cells.sums(cell, place).rate()) order.push_back(cell);
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](auto cell) { return *cells.sums(cell, place).rate(); });
  for (const auto cell : order) {
    if (chart.bars.size() == kBars) break;
    const auto sums = cells.sums(cell, place);
    BarChart::Bar bar{.label = name_of(answer, cells.codes(cell)), .value = *sums.rate(), .lower = {}, .upper = {}};
    if (measure.is_proportion) {
      const auto bounds = wilson_interval(sums.above, sums.below, kLevel);
      bar.lower = bounds.lower;
      bar.upper = bounds.upper;
    }
    chart.bars.push_back(std::move(bar));
  }
  return chart;
}

void say_cells(const CubeAnswer& answer, const Cube& cells, std::span<const Code> path,
               const Text& counted, const std::string& currency, Analysis& analysis) {
  const auto* measure = first_rate(answer);
  const auto rows = cells.rows_total();
  const auto all = whole(static_cast<double>(rows));
  if (measure == nullptr) {
    analysis.findings.push_back(
        {fmt::format("{} {}.", all, counted.en), fmt::format("共 {} {}。", all, counted.zh)});
    return;
  }
  const auto place = cells.measure(measure->name);
  const auto total = cells.total(place).rate();
  if (!total) return;
  Text text{fmt::format("{}: {} of {} {}", measure->label.en, written(*total, *measure, currency), all,
                        counted.en),
            fmt::format("{} {}的{}为 {}", all, counted.zh, measure->label.zh,
                        written(*total, *measure, currency))};
  if (!path.empty()) {
    const auto where = name_of(answer, path);
    text = {"“" + where.en + "”: " + text.en, "“" + where.zh + "”: " + text.zh};
  }
  std::optional<std::size_t> high, low;
  for (std::size_t cell = 0; cell < cells.cells(); ++cell) {
    if (static_cast<double>(cells.rows(cell)) < kRowsLeast || !cells.sums(cell, place).rate()) continue;
    const auto rate = [&](std::size_t at) { return *cells.sums(at, place).rate(); };
    if (!high || rate(cell) > rate(*high)) high = cell;
    if (!low || rate(cell) < rate(*low)) low = cell;
  }
  if (high && low && *high != *low) {
    const auto told = [&](std::size_t cell) {
      return written(*cells.sums(cell, place).rate(), *measure, currency);
    };
    const auto top = name_of(answer, cells.codes(*high)), bottom = name_of(answer, cells.codes(*low));
    text.en += fmt::format("; highest at “{}” ({} of {}), lowest at “{}” ({} of {})", top.en, told(*high),
                           whole(static_cast<double>(cells.rows(*high))), bottom.en, told(*low),
                           whole(static_cast<double>(cells.rows(*low))));
    text.zh += fmt::format(";最高为“{}”({},共 {}),最低为“{}”({},共 {})", top.zh, told(*high),
                           whole(static_cast<double>(cells.rows(*high))), bottom.zh, told(*low),
                           whole(static_cast<double>(cells.rows(*low))));
  }
  analysis.findings.push_back({text.en + ".", text.zh + "。"});
}

std::string signed_change(double change, const CubeMeasure& measure) {
  const double shown = measure.format == Format::Share ? 100 * change : change;
  return with_sign(shown, 2);
}

/// One rate's change by segment; adds up exactly to the first row.
Table attribution_table(const CubeAnswer& answer, const CubeMeasure& measure,
                        const cube::Attribution& found) {
  Table table{.id = "why_" + measure.name,
              .title = {"Why it changed: " + measure.label.en, "变化原因: " + measure.label.zh},
              .remark = {"Mix: segments grew or shrank. Rate: what happened within them. Both add up to the "
                         "change, without a rest (Kitagawa 1955).",
                         "结构: 各段占比变化;率: 段内变化。两者之和恰等于总变化,无残差(Kitagawa 1955)。"},
              .columns = {{"segment", dimensions_text(answer), Format::Number, {}},
                          {"share_before", {"share before", "对比期占比"}, Format::Share, {}},
                          {"share_after", {"share now", "本期占比"}, Format::Share, {}},
                          {"before", {"before", "对比期"}, measure.format, {}},
                          {"after", {"now", "本期"}, measure.format, {}},
                          {"mix", {"mix", "结构效应"}, measure.format, {}},
                          {"rate", {"rate", "率效应"}, measure.format, {}},
                          {"all", {"adds to the change", "对总变化的贡献"}, measure.format, {}}},
              .rows_shown = 25};
  if (measure.is_proportion) {
    table.columns.insert(table.columns.begin() + 5,
                         {{"lower", {"its change at least", "变化下限"}, Format::Share, {"95 % interval (Newcombe)", "95% 区间(Newcombe)"}},
                          {"upper", {"at most", "变化上限"}, Format::Share, {}}});
  }
  const auto add = [&](Text name, const cube::Contribution& one) {
    std::vector<Cell> row{std::move(name), one.share_before, one.share_after, cell_of(one.rate_before),
                          cell_of(one.rate_after)};
    if (measure.is_proportion) {
      row.push_back(one.rate_change ? Cell(one.rate_change->lower) : Cell());
      row.push_back(one.rate_change ? Cell(one.rate_change->upper) : Cell());
    }
    row.emplace_back(one.mix);
    row.emplace_back(one.rate);
    row.emplace_back(one.all());
    table.rows.push_back(std::move(row));
  };
  add({"all", "合计"}, {.codes = {},
                        .share_before = 1,
                        .share_after = 1,
                        .rate_before = found.rate_before,
                        .rate_after = found.rate_after,
                        .mix = found.mix,
                        .rate = found.rate,
                        .rate_change = {}});
  for (const auto& one : found.contributions) add(name_of(answer, one.codes), one);
  return table;
}

BarChart attribution_chart(const CubeAnswer& answer, const CubeMeasure& measure,
                           const cube::Attribution& found) {
  BarChart chart{.id = "why_chart_" + measure.name,
                 .title = {"What each adds to the change of: " + measure.label.en,
                           "各段对“" + measure.label.zh + "”变化的贡献"},
                 .format = measure.format};
  for (const auto& one : found.contributions) {
    if (chart.bars.size() == kBars) break;
    chart.bars.push_back({name_of(answer, one.codes), one.all(), {}, {}});
  }
  return chart;
}

void say_change(const CubeAnswer& answer, const CubeMeasure& measure, const cube::Attribution& found,
                const std::string& currency, Analysis& analysis) {
  const double change = found.rate_after - found.rate_before;
  const bool is_share = measure.format == Format::Share;
  Text text{fmt::format("{} went from {} to {}: {}{}, of them {} because the mix changed and {} because it "
                        "moved within segments",
                        measure.label.en, written(found.rate_before, measure, currency),
                        written(found.rate_after, measure, currency), signed_change(change, measure),
                        is_share ? " points" : "", signed_change(found.mix, measure),
                        signed_change(found.rate, measure)),
            fmt::format("{}由 {} 变为 {}: {}{},其中结构变化贡献 {},段内变化贡献 {}", measure.label.zh,
                        written(found.rate_before, measure, currency),
                        written(found.rate_after, measure, currency), signed_change(change, measure),
                        is_share ? " 个百分点" : "", signed_change(found.mix, measure),
                        signed_change(found.rate, measure))};
  if (!found.contributions.empty()) {
    const auto& top = found.contributions.front();
    const auto name = name_of(answer, top.codes);
    text.en += fmt::format("; most by “{}”: {}", name.en, signed_change(top.all(), measure));
    text.zh += fmt::format(";贡献最大的是“{}”: {}", name.zh, signed_change(top.all(), measure));
  }
  analysis.findings.push_back({text.en + ".", text.zh + "。"});
}

/// Every rate asked for, its change taken apart by the segments.
Result<Section> change_section_of(const CubeAnswer& answer, const Cube& before, const Cube& after,
                                  bool is_asked, const std::string& currency, Analysis& analysis) {
  Section section{.id = "why", .title = {"Why it changed", "为何变化"}};
  for (std::size_t m = 0; m < answer.asked; ++m) {
    const auto& measure = answer.measures[m];
    // Where nobody asked for it: staying is the mirror of leaving.
    if (!measure.is_rate || (!is_asked && measure.name == cube_measures::kKept)) continue;
    const auto found =
        cube::attribute(before, after, measure.name, {.is_proportion = measure.is_proportion});
    if (!found.ok()) {
      analysis.notes.push_back(
          {message_of(found.error(), Language::En), message_of(found.error(), Language::Zh)});
      continue;
    }
    say_change(answer, measure, *found, currency, analysis);
    section.blocks.emplace_back(attribution_chart(answer, measure, *found));
    section.blocks.emplace_back(attribution_table(answer, measure, *found));
  }
  return section;
}

Text periods_text(const CubeAnswer& answer, const CubeQuery& query) {
  const auto now = cubes::period_name(answer.after_from, answer.last);
  if (query.compared_with) {
    const auto before = cubes::period_name(query.compared_with->from, query.compared_with->until - 1);
    return {fmt::format("Now: {}. Before: {}. ", now, before), fmt::format("本期: {}。对比期: {}。", now, before)};
  }
  if (query.period) return {fmt::format("{}. ", now), fmt::format("{}。", now)};
  return {};
}

}  // namespace

Result<Analysis> answer_cube(const Inputs& inputs, const CubeQuery& query, Progress& progress) {
  HOLDFAST_TRY(const auto answer, ask_cube(inputs, query, progress));
  const auto& currency = inputs.study().profit.currency;
  const bool is_compared = query.compared_with.has_value();
  Levels levels;
  HOLDFAST_TRY(levels.all, levels_of(answer.all, answer.dimensions));
  if (is_compared) {
    HOLDFAST_TRY(levels.before, levels_of(*answer.before, answer.dimensions));
    HOLDFAST_TRY(levels.after, levels_of(*answer.after, answer.dimensions));
  }
  const auto by = dimensions_text(answer);
  Analysis analysis{.id = "cube_query", .title = {"Cube by " + by.en, "按" + by.zh + "分析"}};
  const auto segments = segments_of(answer);
  const auto& newest = is_compared ? levels.after : levels.all;
  HOLDFAST_TRY(const auto cells, within(newest[segments.depth], answer, segments.path));
  say_cells(answer, cells, segments.path, cubes::wording_of(inputs.study()).counted, currency, analysis);
  auto lead = periods_text(answer, query);
  for (const auto& one : query.filters) {
    lead.en += "Only " + text_of(one) + ". ";
    lead.zh += "仅 " + text_of(one) + "。";
  }
  Section section{.id = "cells",
                  .title = {"The cells", "各单元"},
                  .lead = {lead.en + "Rows belong to the day they were looked at; only those of known "
                                        "outcome count.",
                           lead.zh + "按观察日归入期间,仅计结果已知的记录。"}};
  Listing listing(answer, levels);
  section.blocks.emplace_back(listing.table());
  if (const auto* rate = first_rate(answer)) section.blocks.emplace_back(rates_chart(answer, cells, *rate));
  analysis.sections.push_back(std::move(section));
  if (is_compared) {
    HOLDFAST_TRY(const auto before, within(levels.before[segments.depth], answer, segments.path));
    HOLDFAST_TRY(auto why, change_section_of(answer, before, cells, !query.measures.empty(), currency,
                                                   analysis));
    if (!why.blocks.empty()) analysis.sections.push_back(std::move(why));
  }
  if (query.period && answer.newest + 1 < query.period->until) {
    const auto day = to_string(answer.newest);
    analysis.notes.push_back(
        {fmt::format("The period is not complete: outcomes are known of rows until {} only. Where there is a "
                     "season, compare the same months.",
                     day),
         fmt::format("本期尚不完整: 仅 {} 及之前的记录结果已知。若有季节性,请比较相同月份。", day)});
  }
  if (listing.is_cut()) {
    analysis.notes.push_back(
        {fmt::format("only the first {} rows are shown: name fewer dimensions, or --drill into one cell",
                     whole(kRowsMost)),
         fmt::format("仅显示前 {} 行: 请减少维度,或用 --drill 打开某一单元", whole(kRowsMost))});
  }
  return analysis;
}

}  // namespace holdfast::analyses
