// The rhythm of events: intervals between days with events, silence against the usual, monthly
// trends, and recency-frequency-money.

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "features/builder.hpp"

namespace holdfast::features {
namespace {

constexpr int kMonthDays = 30;
constexpr int kMonths = 12;

class IntervalFamily final : public Family {
 public:
  int table = 0;
  int mean = kNoSlot, variation = kNoSlot, silence = kNoSlot;

  void run(const Batch& batch, Prepared*, Out& out) const override {
    const auto& days = batch.table(table).event_day;
    const auto& view = batch.view(table);
    std::size_t from = 0;
    Gaps gaps;
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = view.of(row);
      if (!view.is_shared) {
        from = 0;
        gaps = {};
      }
      for (; from < seen.size(); ++from) gaps.add(days[seen[from]]);
      if (gaps.count < 1) continue;
      out.set(mean, row, gaps.mean);
      out.set(silence, row, (batch.cutoffs[row] - gaps.last) / gaps.mean);
      if (gaps.count < 2) continue;
      out.set(variation, row, std::sqrt(gaps.m2 / (gaps.count - 1)) / gaps.mean);
    }
  }

 private:
  /// Running mean and squared deviations of the gaps between different days (Welford 1962).
  struct Gaps {
    bool has_last = false;
    std::int32_t last = 0;
    double count = 0, mean = 0, m2 = 0;
    void add(std::int32_t day) {
      if (has_last && day > last) {
        const double gap = static_cast<double>(day) - last;
        count += 1;
        const double step = gap - mean;
        mean += step / count;
        m2 += step * (gap - mean);
      }
      has_last = true;
      last = day;
    }
  };
};

/// Sums of 30-day months back from the cutoff; [0] the latest.
using Months = std::array<double, kMonths>;

class TrendFamily final : public Family {
 public:
  int table = 0;
  Cell amount;  // Missing: events are counted.
  double limit = 0;
  std::vector<int> windows;
  std::vector<int> change;  // [windows]
  int slope_180 = kNoSlot, slope_365 = kNoSlot, falling = kNoSlot, below = kNoSlot;

  void run(const Batch& batch, Prepared*, Out& out) const override {
    const auto& data = batch.table(table);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = batch.view(table).of(row);
      if (seen.empty()) continue;
      const auto cutoff = batch.cutoffs[row];
      const int age = cutoff - data.event_day[seen.front()];
      Months months{};
      fill_months(data, seen, cutoff, months);
      if (age >= 6 * kMonthDays) out.set(slope_180, row, slope(months, 6));
      if (age >= kMonths * kMonthDays) out.set(slope_365, row, slope(months, kMonths));
      out.set(falling, row, months_falling(months));
      out.set(below, row, months_below(months, std::min(kMonths, age / kMonthDays)));
      for (std::size_t w = 0; w < windows.size(); ++w) {
        if (change[w] == kNoSlot || age < 2 * windows[w]) continue;
        compare(data, seen, cutoff, w, row, out);
      }
    }
  }

 private:
  double value(const history::TableData& data, std::uint32_t source, std::int32_t cutoff) const {
    if (!amount.exists()) return 1;
    if (!amount.is_readable(data, source, cutoff)) return 0;
    return number_at(data.columns[static_cast<std::size_t>(amount.column)], source);
  }

  void fill_months(const history::TableData& data, std::span<const std::uint32_t> seen,
                   std::int32_t cutoff, Months& months) const {
    for (auto at = seen.size(); at > 0; --at) {
      const auto month = (cutoff - 1 - data.event_day[seen[at - 1]]) / kMonthDays;
      if (month >= kMonths) break;
      months[static_cast<std::size_t>(month)] += value(data, seen[at - 1], cutoff);
    }
  }

  /// Least-squares change a month, oldest to latest.
  static double slope(const Months& months, int n) {
    const double middle = (n - 1) / 2.0;
    double top = 0, bottom = 0;
    for (int i = 0; i < n; ++i) {
      const double x = middle - i;  // Month 0 is the latest.
      top += x * months[static_cast<std::size_t>(i)];
      bottom += x * x;
    }
    return top / bottom;
  }

  static double months_falling(const Months& months) {
    int n = 0;
    while (n + 1 < kMonths && months[static_cast<std::size_t>(n)] < months[static_cast<std::size_t>(n) + 1]) ++n;
    return n;
  }

  double months_below(const Months& months, int known) const {
    int n = 0;
    const auto is_below = [&](double sum) { return limit > 0 ? sum < limit : sum <= 0; };
    while (n < known && is_below(months[static_cast<std::size_t>(n)])) ++n;
    return n;
  }

  void compare(const history::TableData& data, std::span<const std::uint32_t> seen,
               std::int32_t cutoff, std::size_t w, std::size_t row, Out& out) const {
    double now = 0, before = 0;
    for (auto at = seen.size(); at > 0; --at) {
      const auto ago = cutoff - data.event_day[seen[at - 1]];
      if (ago > 2 * windows[w]) break;
      (ago <= windows[w] ? now : before) += value(data, seen[at - 1], cutoff);
    }
    if (before != 0) out.set(change[w], row, now / before - 1);
  }
};

class RfmFamily final : public Family {
 public:
  int table = 0;
  Cell amount;
  int frequency = kNoSlot, money = kNoSlot, active_span = kNoSlot;

  void run(const Batch& batch, Prepared*, Out& out) const override {
    const auto& data = batch.table(table);
    const auto& view = batch.view(table);
    std::size_t from = 0;
    double days = 0, sum = 0;
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = view.of(row);
      if (!view.is_shared || !amount.is_plain()) {
        from = 0;
        days = sum = 0;
      }
      for (; from < seen.size(); ++from) {
        const auto source = seen[from];
        if (from == 0 || data.event_day[source] > data.event_day[seen[from - 1]]) days += 1;
        if (!amount.exists() || !amount.is_readable(data, source, batch.cutoffs[row])) continue;
        sum += number_at(data.columns[static_cast<std::size_t>(amount.column)], source);
      }
      if (seen.empty()) continue;
      out.set(frequency, row, days - 1);
      out.set(active_span, row, data.event_day[seen.back()] - data.event_day[seen.front()]);
      if (amount.exists()) out.set(money, row, sum / days);
    }
  }
};

Cell amount_cell(Builder& builder, int t, const study::TableSpec& table) {
  for (const auto* column : builder.usable(table)) {
    const auto type = builder.type_of(table.name, table.amount);
    if (column->format.name != table.amount || type == tables::ColumnType::Text) continue;
    return builder.cell(t, table, table.amount);
  }
  return {};
}

std::string unit_of(const study::TableSpec& table, const Cell& amount) {
  const auto* spec = table.find(table.amount);
  return amount.exists() && spec != nullptr ? spec->unit : "";
}

}  // namespace

void add_interval_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("interval")) return;
  auto family = std::make_unique<IntervalFamily>();
  family->table = builder.table(table.name);
  const auto add = [&](std::string_view name, std::string unit, Text sentence) {
    return builder.add(table, {.name = fmt::format("{}_{}", table.name, name),
                               .family = "interval",
                               .columns = {table.event_time},
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  family->mean = add("interval_mean", "days",
                     {fmt::format("usual days between {}", label_of(table).en), fmt::format("{}的平均间隔天数", label_of(table).zh)});
  family->variation = add("interval_variation", "",
                          {fmt::format("variation of the days between {}", label_of(table).en),
                           fmt::format("{}间隔的变异系数", label_of(table).zh)});
  family->silence = add("silence_ratio", "",
                        {fmt::format("days since the last of {} ÷ usual interval", label_of(table).en),
                         fmt::format("距最近一次{}的天数÷通常间隔", label_of(table).zh)});
  if (family->mean != kNoSlot || family->variation != kNoSlot || family->silence != kNoSlot) {
    builder.keep(std::move(family));
  }
}

void add_trend_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("trend")) return;
  auto family = std::make_unique<TrendFamily>();
  family->table = builder.table(table.name);
  family->amount = amount_cell(builder, family->table, table);
  const auto& churn = builder.study().churn;
  if (churn && churn->table == table.name && family->amount.exists()) family->limit = churn->below;
  const bool has_amount = family->amount.exists();
  const auto what = has_amount ? label_of(table, table.amount)
                               : Text{"number", "次数"};
  const auto stem = has_amount ? table.name + "_" + table.amount : table.name + "_count";
  const auto unit = unit_of(table, family->amount);
  const auto add = [&](std::string name, int window, std::string feature_unit, Text sentence) {
    return builder.add(table, {.name = std::move(name),
                               .family = "trend",
                               .columns = {has_amount ? table.amount : table.event_time},
                               .window_days = window,
                               .unit = std::move(feature_unit),
                               .sentence = std::move(sentence)});
  };
  for (const int window : builder.study().features.windows_days) {
    if (window <= 0) continue;
    family->windows.push_back(window);
    family->change.push_back(
        add(fmt::format("{}_change_{}d", stem, window), 2 * window, "share",
            {fmt::format("change of {} of {} in the last {} days against the {} before", what.en, label_of(table).en, window, window),
             fmt::format("最近{}天{}{}较前{}天的变动比例", window, label_of(table).zh, what.zh, window)}));
  }
  family->slope_180 = add(stem + "_slope_180d", 180, unit,
                          {fmt::format("monthly trend of {} of {} over 180 days", what.en, label_of(table).en),
                           fmt::format("近180天{}{}的月度趋势", label_of(table).zh, what.zh)});
  family->slope_365 = add(stem + "_slope_365d", 365, unit,
                          {fmt::format("monthly trend of {} of {} over 365 days", what.en, label_of(table).en),
                           fmt::format("近365天{}{}的月度趋势", label_of(table).zh, what.zh)});
  family->falling = add(stem + "_months_falling", 365, "",
                        {fmt::format("30-day months in a row in which {} of {} fell", what.en, label_of(table).en),
                         fmt::format("{}{}连续下降的月数（每月30天）", label_of(table).zh, what.zh)});
  family->below = add(stem + "_months_below", 365, "",
                      {fmt::format("30-day months in a row with {} of {} at or below {}", what.en, label_of(table).en, family->limit),
                       fmt::format("{}{}连续不高于{}的月数（每月30天）", label_of(table).zh, what.zh, family->limit)});
  const bool has_change = std::ranges::any_of(family->change, [](int slot) { return slot != kNoSlot; });
  if (has_change || family->slope_180 != kNoSlot || family->slope_365 != kNoSlot ||
      family->falling != kNoSlot || family->below != kNoSlot) {
    builder.keep(std::move(family));
  }
}

void add_rfm_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("rfm")) return;
  if (table.topic != study::Topic::Purchase && table.topic != study::Topic::Payment &&
      table.topic != study::Topic::Visit) {
    return;
  }
  auto family = std::make_unique<RfmFamily>();
  family->table = builder.table(table.name);
  family->amount = amount_cell(builder, family->table, table);
  const auto add = [&](std::string_view name, std::string unit, Text sentence) {
    return builder.add(table, {.name = fmt::format("{}_rfm_{}", table.name, name),
                               .family = "rfm",
                               .columns = {table.event_time},
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  family->frequency = add("repeats", "", {fmt::format("days with {} after the first", label_of(table).en),
                                          fmt::format("首次之后有{}的天数", label_of(table).zh)});
  family->active_span = add("span_days", "days",
                            {fmt::format("days between the first and the last of {}", label_of(table).en),
                             fmt::format("首次与最近一次{}相隔的天数", label_of(table).zh)});
  if (family->amount.exists()) {
    family->money = add("money_per_day", unit_of(table, family->amount),
                        {fmt::format("mean {} a day with {}", label_of(table, table.amount).en, label_of(table).en),
                         fmt::format("有{}之日的平均{}", label_of(table).zh, label_of(table, table.amount).zh)});
  }
  if (family->frequency != kNoSlot || family->active_span != kNoSlot || family->money != kNoSlot) {
    builder.keep(std::move(family));
  }
}

}  // namespace holdfast::features
