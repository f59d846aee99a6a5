#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "analyses/cube_parts.hpp"
#include "analyses/events.hpp"
#include "analyses/figures.hpp"
#include "analyses/terms.hpp"
#include "cube/cohorts.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses::cubes {
namespace {

using cube::CohortTable;
using cube::Maturity;

constexpr int kRowsShown = 26;

// Months, quarters or years: as many rows as a page has room for.
int months_for(std::int32_t months) {
  if (months <= kRowsShown) return 1;
  return months <= 3 * kRowsShown ? 3 : 12;
}

std::int32_t month_of(std::int32_t day) {
  const auto date = civil_of(Day{day});
  return date.year * 12 + date.month - 1;
}

// A period number; the last period that is complete on a day.
std::int32_t period_of(std::int32_t day, int months) { return month_of(day) / months; }
std::int32_t last_complete(std::int32_t last_day, int months) {
  return period_of(last_day + 1, months) - 1;
}

std::string name_of(std::int32_t period, int months) {
  const auto month = period * months;
  if (months == 12) return std::to_string(period);
  if (months == 3) return fmt::format("{} Q{}", month / 12, month % 12 / 3 + 1);
  return fmt::format("{}-{:02}", month / 12, month % 12 + 1);
}

Text word_of(int months) {
  if (months == 1) return {"month", "月"};
  return months == 3 ? Text{"quarter", "季度"} : Text{"year", "年"};
}

struct Found {
  CohortTable table;
  int months = 1;
  bool is_activity = false;
  Text source;
  bool has_amount = false;
};

// Contracts: a customer is there until the last of them has ended, the days of grace passed.
Result<std::optional<Found>> of_contracts(const Inputs& inputs, const study::TableSpec& table,
                                           Progress& progress) {
  const auto& study = inputs.study();
  std::vector<std::string> names{table.end};
  if (!table.cancelled.empty()) names.push_back(table.cancelled);
  const auto amount_place = names.size();
  if (!table.amount.empty()) names.push_back(table.amount);
  HOLDFAST_TRY(const auto events, read_events(inputs, table.name, names, progress));
  const auto* info = inputs.store().find(table.name);
  if (events.rows() == 0 || info == nullptr) return std::optional<Found>{};
  const auto last_day = std::min(inputs.as_of().number - 1, info->complete_until.number);
  const auto rule = term_rule(study);
  const int grace = rule.grace_days;
  const auto first = *std::ranges::min_element(events.day);
  Found answer{.table = {},
                .months = months_for(month_of(last_day) - month_of(first) + 1),
                .source = features::label_of(table),
                .has_amount = !table.amount.empty()};
  std::vector<std::int32_t> start, exit;
  std::vector<double> amount;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    std::int32_t last_end = std::numeric_limits<std::int32_t>::min();
    std::optional<std::size_t> first_row;  // Taken up.
    for (auto row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      auto end = events.columns[0].valid[row] != 0
                     ? static_cast<std::int32_t>(events.columns[0].values[row])
                     : std::numeric_limits<std::int32_t>::max();
      if (!table.cancelled.empty() && events.columns[1].valid[row] != 0) {
        const auto cancelled = static_cast<std::int32_t>(events.columns[1].values[row]);
        if (!rule.is_taken_up(events.day[row], cancelled)) continue;
        if (cancelled >= events.day[row]) end = std::min(end, cancelled);
      }
      if (!first_row) first_row = row;
      last_end = std::max(last_end, end);
    }
    if (!first_row) continue;
    start.push_back(period_of(events.day[*first_row], answer.months));
    const bool has_left = last_end <= last_day - grace;
    const auto left_in = has_left ? period_of(last_end, answer.months) : cube::Starters::kStays;
    exit.push_back(std::max(left_in, start.back() + 1));
    const bool is_known = answer.has_amount && events.columns[amount_place].valid[*first_row] != 0;
    amount.push_back(is_known ? events.columns[amount_place].values[*first_row] : 0);
  }
  if (start.empty()) return std::optional<Found>{};
  HOLDFAST_TRY(answer.table,
               cube::cohorts_of(cube::Starters{start, exit, amount},
                                {.last_period = last_complete(last_day - grace, answer.months)}));
  return std::optional(std::move(answer));
}

// Purchases and the like: who is active again.
Result<std::optional<Found>> of_activity(const Inputs& inputs, const study::TableSpec& table,
                                          Progress& progress) {
  std::vector<std::string> names;
  if (!table.amount.empty()) names.push_back(table.amount);
  HOLDFAST_TRY(const auto events, read_events(inputs, table.name, names, progress));
  const auto* info = inputs.store().find(table.name);
  if (events.rows() == 0 || info == nullptr) return std::optional<Found>{};
  const auto last_day = std::min(inputs.as_of().number - 1, info->complete_until.number);
  Found answer{.table = {},
                .months = months_for(month_of(last_day) - month_of(*std::ranges::min_element(events.day)) + 1),
                .is_activity = true,
                .source = features::label_of(table),
                .has_amount = !table.amount.empty()};
  std::vector<std::uint32_t> customer;
  std::vector<std::int32_t> period;
  std::vector<double> amount;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    for (auto row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      customer.push_back(static_cast<std::uint32_t>(c));
      period.push_back(period_of(events.day[row], answer.months));
      const bool is_known = answer.has_amount && events.columns[0].valid[row] != 0;
      amount.push_back(is_known ? events.columns[0].values[row] : 0);
    }
  }
  HOLDFAST_TRY(answer.table, cube::cohorts_of(cube::Activity{customer, period, amount},
                                              {.last_period = last_complete(last_day, answer.months)}));
  return std::optional(std::move(answer));
}

Result<std::optional<Found>> gather(const Inputs& inputs, Progress& progress) {
  for (const auto& table : inputs.study().tables) {
    if (table.role == study::Role::Contract) return of_contracts(inputs, table, progress);
  }
  const std::vector<study::Topic> topics{study::Topic::Purchase, study::Topic::Visit, study::Topic::Payment};
  const auto* table = table_for(inputs.study(), "", topics, false);
  if (table == nullptr || table->role != study::Role::Event) return std::optional<Found>{};
  return of_activity(inputs, *table, progress);
}

HeatMap map_of(const Found& found) {
  const auto word = word_of(found.months);
  HeatMap map{.id = "cohorts",
              .title = found.is_activity
                           ? Text{"Active again, by first " + word.en + " and " + word.en + "s since", "按首次活跃" + word.zh + "的再次活跃比例"}
                           : Text{"Still there, by start and " + word.en + "s since", "按起始" + word.zh + "的留存比例"},
              .remark = {"Empty: not complete yet. Last row: all cohorts that are complete at that age.",
                         "空白:期间尚未完整。末行:该龄期已完整的全部群组。"},
              .format = Format::Share};
  for (std::size_t age = 1; age < found.table.all.size(); ++age) {
    const auto number = std::to_string(age);
    map.columns.push_back({number, number});
  }
  const auto add = [&](const Text& name, const std::vector<cube::CohortCell>& cells) {
    map.rows.push_back(name);
    auto& row = map.values.emplace_back();
    for (std::size_t age = 1; age < cells.size(); ++age)
      row.push_back(cells[age].maturity == Maturity::Mature ? cells[age].retention : std::nan(""));
  };
  for (const auto& cohort : found.table.cohorts) {
    const auto name = name_of(cohort.start, found.months) + " (" + whole(cohort.customers) + ")";
    add({name, name}, cohort.cells);
  }
  add({"all", "合计"}, found.table.all);
  return map;
}

LineChart curve_of(const Found& found) {
  const auto word = word_of(found.months);
  LineChart chart{.id = "retention",
                  .title = found.is_activity ? Text{"Active again", "再次活跃"} : Text{"Still there", "留存"},
                  .x_label = {word.en + "s since the start", "起始后(" + word.zh + ")"},
                  .y_label = {"share", "占比"},
                  .x_format = Format::Count,
                  .y_format = Format::Share};
  LineChart::Series count{.name = {"by count", "按人数"}}, money{.name = {"by amount", "按金额"}};
  const auto& all = found.table.all;
  for (std::size_t age = 0; age < all.size(); ++age) {
    if (all[age].maturity != Maturity::Mature) continue;
    count.x.push_back(static_cast<double>(age));
    count.y.push_back(all[age].retention);
    count.lower.push_back(all[age].interval.lower);
    count.upper.push_back(all[age].interval.upper);
    if (!all[age].amount_retention) continue;
    money.x.push_back(static_cast<double>(age));
    money.y.push_back(*all[age].amount_retention);
  }
  chart.series.push_back(std::move(count));
  if (found.has_amount && money.x.size() > 1) chart.series.push_back(std::move(money));
  return chart;
}

Table table_of(const Found& found) {
  const auto word = word_of(found.months);
  Table table{.id = "cohorts",
              .title = {"Cohorts", "群组明细"},
              .columns = {{"start", {"start", "起始"}, Format::Number, {}},
                          {"age", {word.en + "s since", "之后(" + word.zh + ")"}, Format::Count, {}},
                          {"customers", {"customers", "客户数"}, Format::Count, {}},
                          {"retention", {"of those who started", "占起始客户"}, Format::Share, {}},
                          {"lower", {"at least", "下限"}, Format::Share, {}},
                          {"upper", {"at most", "上限"}, Format::Share, {}}},
              .rows_shown = 15};
  if (found.has_amount) {
    table.columns.push_back({"amount", {"amount", "金额"}, Format::Money, {}});
    table.columns.push_back({"amount_retention", {"of the amount at the start", "占起始金额"}, Format::Share, {}});
  }
  for (const auto& cohort : found.table.cohorts) {
    const auto name = name_of(cohort.start, found.months);
    for (std::size_t age = 0; age < cohort.cells.size(); ++age) {
      const auto& cell = cohort.cells[age];
      if (cell.maturity != Maturity::Mature) continue;
      std::vector<Cell> row{Text{name, name}, static_cast<double>(age), cell.customers, cell.retention,
                            cell.interval.lower, cell.interval.upper};
      if (found.has_amount) {
        row.emplace_back(cell.amount);
        row.push_back(cell_of(cell.amount_retention));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

void say(const Found& found, Analysis& analysis) {
  const auto word = word_of(found.months);
  const std::size_t year = 12 / static_cast<std::size_t>(found.months);
  const auto& all = found.table.all;
  // A year on, or as far as three cohorts have come: one alone may be a special one.
  const auto cohorts_at = [&](std::size_t at) {
    return std::ranges::count_if(found.table.cohorts, [&](const auto& cohort) {
      return cohort.cells[at].maturity == Maturity::Mature;
    });
  };
  std::size_t age = std::min(year, all.size() - 1);
  while (age > 0 && cohorts_at(age) < 3) --age;
  if (age == 0) return;
  const auto share = percent(all[age].retention);
  const auto low = percent(all[age].interval.lower), high = percent(all[age].interval.upper);
  analysis.findings.push_back(
      found.is_activity
          ? Text{fmt::format("{} {}{} after their first, {} of customers are active again ({} to {}).", age,
                             word.en, age > 1 ? "s" : "", share, low, high),
                 fmt::format("首次活跃后第 {} 个{},{} 的客户再次活跃({} 至 {})。", age, word.zh, share, low, high)}
          : Text{fmt::format("{} {}{} after they started, {} of customers are still there ({} to {}).", age,
                             word.en, age > 1 ? "s" : "", share, low, high),
                 fmt::format("起始后第 {} 个{},{} 的客户仍在({} 至 {})。", age, word.zh, share, low, high)});
}

}  // namespace

Result<std::optional<Section>> cohorts_section(const Inputs& inputs, Analysis& analysis,
                                               Progress& progress) {
  HOLDFAST_TRY(const auto found, gather(inputs, progress));
  if (!found || found->table.all.size() < 2) return std::optional<Section>{};
  Section section{.id = "cohorts",
                  .title = {"By start", "按起始时间"},
                  .lead = {"From " + found->source.en + ". The start is the first row there is: who came before the data "
                           "begins stands with the first cohorts.",
                           "来源:" + found->source.zh + "。起始为数据中的第一行;数据开始前已有的客户计入最早的群组。"}};
  say(*found, analysis);
  section.blocks.emplace_back(curve_of(*found));
  section.blocks.emplace_back(map_of(*found));
  section.blocks.emplace_back(table_of(*found));
  return std::optional(std::move(section));
}

}  // namespace holdfast::analyses::cubes
