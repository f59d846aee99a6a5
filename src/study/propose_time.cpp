#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "study/lexer.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"

/// The time until the end, found in the data first and by its name second.
namespace holdfast::study {
namespace {

constexpr std::int64_t kRowsMin = 20;  // Fewer agree by chance.

/// A column with the time until the end, or so far.
struct TimeSpent {
  std::string column;  // To be computed where `end` is given.
  std::string start;   // The column it counts from, by the data; empty: by its name only.
  std::string end;     // The column of the day it ends on; empty: the time is counted already.
  Text unit;           // Empty: not known.
  std::vector<int> horizons_days;
};

struct Unit {
  double days;
  std::vector<std::string_view> words;
  Text name;
};

constexpr double kQuarter = 91.31;

const std::vector<Unit>& units() {
  static const std::vector<Unit> kUnits = {
      {365.25, {"year", "年"}, {"years", "年"}},
      {kQuarter, {"quarter", "季"}, {"quarters", "季"}},
      {30.44, {"month", "月"}, {"months", "月"}},
      {7, {"week", "周"}, {"weeks", "周"}},
      {1, {"day", "天", "日"}, {"days", "天"}}};
  return kUnits;
}

constexpr std::size_t kTimesMin = 21;      // Different values; counted in whole years or quarters
constexpr std::size_t kWholeTimesMin = 5;  // there are fewer.

bool could_be_time(const ColumnFacts& column) {
  return column.is_number() && column.values.size() >= kWholeTimesMin &&
         std::ranges::all_of(column.numbers, [](double x) { return x >= 0; });
}

/// A straight line through the time spent by the day of the beginning.
struct Line {
  double at_zero = 0, slope = 0, correlation = 0;
};

Line line_of(const std::vector<double>& x, const std::vector<double>& y) {
  double n = 0, mx = 0, my = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    n += 1;
    const double dx = x[i] - mx, dy = y[i] - my;
    mx += dx / n;
    my += dy / n;
    sxx += dx * (x[i] - mx);
    syy += dy * (y[i] - my);
    sxy += dx * (y[i] - my);
  }
  if (!(sxx > 0) || !(syy > 0)) return {};
  return {my - sxy / sxx * mx, sxy / sxx, sxy / std::sqrt(sxx * syy)};
}

/// Whether those who stay have been there from `start` until the same day, by `time`, and those who
/// left no longer than that. Then the line's slope is the unit.
const Unit* unit_by_days(const ColumnFacts& start, const ColumnFacts& time,
                         const std::vector<bool>& stays) {
  constexpr double kSameDay = -0.999, kUnitError = 0.03;
  std::vector<double> day, spent;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    if (!stays[row] || start.days[row] == kNoDay || time.cells[row] == 0) continue;
    day.push_back(start.days[row]);
    spent.push_back(time.numbers[row]);
  }
  if (day.size() < static_cast<std::size_t>(kRowsMin)) return nullptr;
  const auto line = line_of(day, spent);
  if (line.correlation > kSameDay) return nullptr;
  std::size_t within = 0, left = 0;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    if (stays[row] || start.days[row] == kNoDay || time.cells[row] == 0) continue;
    ++left;
    const double longest = line.at_zero + line.slope * start.days[row];
    within += time.numbers[row] <= longest + 1 + 0.01 * longest ? 1 : 0;
  }
  if (static_cast<double>(within) < 0.99 * static_cast<double>(left)) return nullptr;
  for (const auto& unit : units()) {
    if (std::abs(-1 / line.slope / unit.days - 1) < kUnitError) return &unit;
  }
  return nullptr;
}

/// The same where time is counted in whole units and the start may be known by its year only: then
/// those who stay come to the same day within one unit. Who left came no further, many of them not as
/// far: else the column would be the age of all on one day.
const Unit* unit_by_end(const ColumnFacts& start, const ColumnFacts& time, const std::vector<bool>& stays) {
  constexpr double kDaysPerYear = 365.25, kRounding = 1.02, kSpreadMin = 4, kEarlyMin = 0.2;
  std::vector<double> starts, spent;
  std::vector<bool> stay;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    const bool is_known = start.is_dated() ? start.days[row] != kNoDay : start.cells[row] != 0;
    if (!is_known || time.cells[row] == 0) continue;
    if (time.numbers[row] != std::floor(time.numbers[row])) return nullptr;
    starts.push_back(start.is_dated() ? start.days[row] : kDaysPerYear * start.numbers[row]);
    spent.push_back(time.numbers[row]);
    stay.push_back(stays[row]);
  }
  for (const auto& unit : units()) {
    std::vector<double> ends, began, left;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const double end = starts[i] + unit.days * spent[i];
      if (stay[i]) ends.push_back(end), began.push_back(starts[i]);
      else left.push_back(end);
    }
    if (ends.size() < static_cast<std::size_t>(kRowsMin) || left.empty()) return nullptr;
    std::ranges::sort(ends);
    std::ranges::sort(began);
    std::ranges::sort(left);
    const auto at = [](const std::vector<double>& sorted, double share) {
      return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    };
    const bool is_one_day = at(ends, 0.99) - at(ends, 0.01) <= kRounding * unit.days;
    const bool is_told = at(began, 0.99) - at(began, 0.01) >= kSpreadMin * unit.days;
    const bool left_within = at(left, 0.99) <= at(ends, 0.99) + unit.days;
    const bool left_early = at(left, kEarlyMin) < at(ends, 0.01) - unit.days;
    if (is_one_day && is_told && left_within && left_early) return &unit;
  }
  return nullptr;
}

const Unit* unit_by_name(const NameWords& name) {
  for (const auto& unit : units()) {
    if (has_one_of(name, unit.words)) return &unit;
  }
  return nullptr;
}

/// Whether all began together: those who stay have the longest time there is, hardly any who left, some
/// of whom left soon (a price index at the end stands at one value for those who stay, too).
bool is_time_of_cohort(const ColumnFacts& time, const std::vector<bool>& stays) {
  constexpr double kMost = 0.99, kFew = 0.2, kSoon = 0.1, kSoonMin = 0.02;
  const double longest = *std::ranges::max_element(time.numbers);
  double stay = 0, left = 0, stay_longest = 0, left_longest = 0, left_soon = 0;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    if (time.cells[row] == 0) continue;
    const double spent = time.numbers[row];
    (stays[row] ? stay : left) += 1;
    if (spent == longest) (stays[row] ? stay_longest : left_longest) += 1;
    if (!stays[row] && spent <= kSoon * longest) left_soon += 1;
  }
  return stay >= kRowsMin && left >= kRowsMin && stay_longest >= kMost * stay &&
         left_longest <= kFew * left && left_soon >= kSoonMin * left;
}

/// Half a dozen round terms that the data reach, none shorter than what the times can tell apart.
std::vector<int> horizons_of(std::vector<double> times, double unit_days) {
  std::ranges::sort(times);
  const double reach = times[times.size() * 9 / 10] * unit_days;
  std::vector<int> horizons;
  for (const int days : {30, 60, 90, 180, 365, 730, 1825, 3650}) {
    if (days >= 2 * unit_days && days <= reach) horizons.push_back(days);
  }
  if (horizons.empty()) horizons.push_back(std::max(1, static_cast<int>(reach)));
  if (horizons.size() > 5) horizons.erase(horizons.begin(), horizons.end() - 5);
  return horizons;
}

std::vector<int> horizons_of(const ColumnFacts& time, double unit_days) {
  std::vector<double> times;
  for (std::size_t row = 0; row < time.cells.size(); ++row) {
    if (time.cells[row] != 0) times.push_back(time.numbers[row]);
  }
  return horizons_of(std::move(times), unit_days);
}

/// Days from `start` to `end` where `end` is the day looked at for all who stay and an earlier one for
/// those who left; empty where it is not.
std::vector<double> days_until_end(const ColumnFacts& start, const ColumnFacts& end,
                                   const std::vector<bool>& stays) {
  constexpr double kMost = 0.99;
  auto looked_at = kNoDay;
  for (const auto day : end.days) looked_at = std::max(looked_at, day);
  std::vector<double> spent;
  std::size_t stay = 0, left = 0, stay_until_then = 0, left_before = 0, in_order = 0;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    if (start.days[row] == kNoDay || end.days[row] == kNoDay) continue;
    spent.push_back(end.days[row] - start.days[row]);
    in_order += spent.back() >= 0 ? 1 : 0;
    ++(stays[row] ? stay : left);
    if (stays[row] && end.days[row] == looked_at) ++stay_until_then;
    if (!stays[row] && end.days[row] < looked_at) ++left_before;
  }
  const auto is_most_of = [](std::size_t part, std::size_t whole) {
    return whole >= static_cast<std::size_t>(kRowsMin) &&
           static_cast<double>(part) >= kMost * static_cast<double>(whole);
  };
  const bool is_end = is_most_of(spent.size(), stays.size()) && is_most_of(in_order, spent.size()) &&
                      is_most_of(stay_until_then, stay) && is_most_of(left_before, left);
  return is_end ? spent : std::vector<double>();
}

/// By a column alone, whose name may tell the unit.
TimeSpent counted_by(const ColumnFacts& column) {
  const auto* unit = unit_by_name(NameWords(column.name));
  return {column.name, "", "", unit == nullptr ? Text{} : unit->name,
          horizons_of(column, unit == nullptr ? 1 : unit->days)};
}

/// The time spent as the days between two columns.
std::optional<TimeSpent> find_days_spent(const TableFacts& table, const std::vector<bool>& stays) {
  for (const auto& end : table.columns) {
    for (const auto& start : table.columns) {
      if (&start == &end || !start.is_dated() || !end.is_dated() || is_birth(NameWords(start.name))) continue;
      auto spent = days_until_end(start, end, stays);
      if (spent.empty()) continue;
      return TimeSpent{"days_held", start.name, end.name, {"days", "天"}, horizons_of(std::move(spent), 1)};
    }
  }
  return std::nullopt;
}

/// [rows]
std::vector<bool> who_stays(const TableFacts& table, const ColumnFacts& label,
                            const std::vector<std::string>& gone) {
  std::vector<bool> stays(table.rows);
  for (std::size_t row = 0; row < table.rows; ++row) {
    stays[row] = label.cells[row] != 0 &&
                 std::ranges::none_of(gone, [&](const std::string& value) {
                   return label.hashes.at(value) == label.cells[row];
                 });
  }
  return stays;
}

/// By the data. `stays`: [rows].
std::optional<TimeSpent> find_time_spent(const TableFacts& table, const std::vector<bool>& stays) {
  for (const auto& column : table.columns) {
    if (!could_be_time(column)) continue;
    for (const auto& start : table.columns) {
      if (&start == &column || !(start.is_dated() || is_calendar_year(start))) continue;
      const Unit* unit = nullptr;
      if (start.is_dated() && column.values.size() >= kTimesMin) unit = unit_by_days(start, column, stays);
      if (unit == nullptr) unit = unit_by_end(start, column, stays);
      if (unit != nullptr) {
        return TimeSpent{column.name, start.name, "", unit->name, horizons_of(column, unit->days)};
      }
    }
  }
  for (const auto& column : table.columns) {
    if (could_be_time(column) && is_time_of_cohort(column, stays)) return counted_by(column);
  }
  return find_days_spent(table, stays);
}

/// By its name.
std::optional<TimeSpent> find_time_named(const TableFacts& table) {
  for (const auto& column : table.columns) {
    const auto* unit = unit_by_name(NameWords(column.name));
    const bool is_fine = column.values.size() >= kTimesMin || (unit != nullptr && unit->days >= kQuarter);
    if (could_be_time(column) && is_fine && NameWords(column.name).has({"duration", "tenure", "时长", "存续"})) {
      return counted_by(column);
    }
  }
  return std::nullopt;
}

/// A column and a feature of the days between two columns, which only [survival] looks at.
void make_days(const TimeSpent& time, Study& study, TableSpec& spec) {
  const auto days = fmt::format("days_between({}, {})", name_in_source(time.start), name_in_source(time.end));
  const Text label{fmt::format("days from {} to {}", time.start, time.end),
                   fmt::format("{} 至 {} 的天数", time.start, time.end)};
  spec.computed.push_back({time.column, days, tables::ColumnType::Integer, label});
  const auto column = name_in_source(spec.name) + "." + name_in_source(time.column);
  study.features.own.push_back({time.column, fmt::format("last({})", column), label});
  study.features.exclude = {time.column};
}

}  // namespace

void follow_time(const TableFacts& table, const ColumnFacts& label, const ChurnDefinition& churn,
                 Language language, Study& study, std::vector<Text>& notes) {
  auto time = find_time_spent(table, who_stays(table, label, churn.positive));
  // Where there is one way of leaving a tenure may be a fact like any other.
  if (!time && !churn.exits.empty()) time = find_time_named(table);
  if (!time) return;
  auto& spec = *std::ranges::find(study.tables, churn.table, &TableSpec::name);
  const auto column_of = [&](const std::string& name) -> ColumnSpec& {
    return *std::ranges::find(spec.columns, name, [](const ColumnSpec& c) { return c.format.name; });
  };
  const Text no_feature{"the time until the end, so no feature; [survival] follows it",
                        "直至结束的时间,不作特征;由 [survival] 使用"};
  if (time->end.empty()) {
    auto& column = column_of(time->column);
    column.unit = time->unit.in(language);
    column.note = no_feature.in(language);
    study.features.exclude = {spec.name + "_" + time->column};
  } else {
    make_days(*time, study, spec);
    column_of(time->end).is_ignored = true;
    column_of(time->end).note = no_feature.in(language);
  }
  SurvivalSpec survival;
  survival.duration = time->column;
  survival.horizons_days = time->horizons_days;
  study.analyses.survival = std::move(survival);
  const Text unit = time->unit.en.empty()
                        ? Text{"its unit is not known, so days are meant: write unit",
                               "单位未知,按天计,请填写 unit"}
                        : time->unit;
  notes.push_back({fmt::format("{} is the time until the end ({}): [survival] follows it, no model "
                               "learns from it.", time->column, unit.en),
                   fmt::format("{} 为直至结束的时间({}): 由 [survival] 使用,模型不学习它。",
                               time->column, unit.zh)});
  if (time->start.empty()) return;
  // How long a contract could be seen at all is no reason why it ends.
  auto& start = column_of(time->start);
  start.is_ignored = true;
  start.note = Text{"with " + time->column + " it says who is still there",
                    "与 " + time->column + " 合看即可得知谁仍在"}.in(language);
}

}  // namespace holdfast::study
