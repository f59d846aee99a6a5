// Payments (mode shares, arrears, days late) and things that are opened and closed: claims,
// complaints, contacts, reminders (open ones, days to settle, refused or failed ones).

#include <algorithm>

#include <fmt/format.h>

#include "features/builder.hpp"

namespace holdfast::features {
namespace {

constexpr int kYearDays = 365;

std::int32_t day_at(const history::TableData& data, const Cell& cell, std::uint32_t source) {
  return data.columns[static_cast<std::size_t>(cell.column)].days[source];
}

class PaymentFamily final : public Family {
 public:
  int table = 0;
  Cell due, paid, amount;  // Due missing: the event day. Paid missing: the event day.
  int arrears = kNoSlot, arrears_amount = kNoSlot, late_mean = kNoSlot, late_max = kNoSlot;

  void run(const Batch& batch, Prepared*, Out& out) const override {
    const auto& data = batch.table(table);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = batch.view(table).of(row);
      if (!seen.empty()) figures(data, seen, batch.cutoffs[row], row, out);
    }
  }

 private:
  void figures(const history::TableData& data, std::span<const std::uint32_t> seen,
               std::int32_t cutoff, std::size_t row, Out& out) const {
    double open = 0, open_sum = 0, late = 0, worst = 0, dues = 0;
    for (auto at = seen.size(); at > 0; --at) {
      const auto source = seen[at - 1];
      if (due.exists() && !due.is_readable(data, source, cutoff)) continue;
      const auto due_day = due.exists() ? day_at(data, due, source) : data.event_day[source];
      if (due_day >= cutoff) continue;
      const bool is_paid = !paid.exists() || paid.is_readable(data, source, cutoff);
      const auto paid_day = !paid.exists() ? data.event_day[source]
                            : is_paid      ? day_at(data, paid, source)
                                           : cutoff;
      if (!is_paid) {
        open += 1;
        if (amount.exists() && amount.is_readable(data, source, cutoff)) {
          open_sum += number_at(data.columns[static_cast<std::size_t>(amount.column)], source);
        }
      }
      if (due_day < cutoff - kYearDays) continue;
      const double days = std::max(0, paid_day - due_day);
      dues += 1;
      late += days;
      worst = std::max(worst, days);
    }
    out.set(arrears, row, open);
    out.set(arrears_amount, row, open_sum);
    if (dues == 0) return;
    out.set(late_mean, row, late / dues);
    out.set(late_max, row, worst);
  }
};

/// Shares or counts of some categories in the last year.
class CategoryFamily final : public Family {
 public:
  int table = 0;
  Cell cell;
  std::vector<std::vector<std::string>> groups;
  std::vector<int> slots;  // [groups]
  bool is_share = false;

  struct Scratch final : Prepared {
    std::vector<std::uint32_t> group_of;
    std::vector<double> counts;
  };

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<Scratch>();
    const auto& column = bucket.tables[static_cast<std::size_t>(table)]
                             .columns[static_cast<std::size_t>(cell.column)];
    for (const auto& category : column.categories) {
      std::uint32_t group = 0;
      while (group < groups.size() && std::ranges::find(groups[group], category) == groups[group].end()) ++group;
      scratch->group_of.push_back(group);
    }
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    auto& scratch = static_cast<Scratch&>(*prepared);
    const auto& data = batch.table(table);
    const auto& codes = batch.column(table, cell.column).codes;
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = batch.view(table).of(row);
      const auto cutoff = batch.cutoffs[row];
      scratch.counts.assign(groups.size() + 1, 0.0);
      double all = 0;
      for (auto at = seen.size(); at > 0 && data.event_day[seen[at - 1]] >= cutoff - kYearDays; --at) {
        if (!cell.is_readable(data, seen[at - 1], cutoff)) continue;
        all += 1;
        scratch.counts[scratch.group_of[codes[seen[at - 1]]]] += 1;
      }
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!is_share) {
          out.set(slots[g], row, scratch.counts[g]);
        } else if (all > 0) {
          out.set(slots[g], row, scratch.counts[g] / all);
        }
      }
    }
  }
};

/// Cases with a closing day.
class CaseFamily final : public Family {
 public:
  int table = 0;
  Cell closed;
  int open = kNoSlot, open_longest = kNoSlot, settle_mean = kNoSlot, settle_last = kNoSlot;

  void run(const Batch& batch, Prepared*, Out& out) const override {
    const auto& data = batch.table(table);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto cutoff = batch.cutoffs[row];
      double still_open = 0, longest = 0, sum = 0, settled = 0, latest = 0;
      for (const auto source : batch.view(table).of(row)) {
        if (!closed.is_readable(data, source, cutoff)) {
          still_open += 1;
          longest = std::max(longest, static_cast<double>(cutoff) - data.event_day[source]);
          continue;
        }
        latest = std::max(0, day_at(data, closed, source) - data.event_day[source]);
        sum += latest;
        settled += 1;
      }
      out.set(open, row, still_open);
      if (still_open > 0) out.set(open_longest, row, longest);
      if (settled == 0) continue;
      out.set(settle_mean, row, sum / settled);
      out.set(settle_last, row, latest);
    }
  }
};

const study::ColumnSpec* day_column(const Builder& builder, const study::TableSpec& table,
                                    std::initializer_list<std::string_view> words) {
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    if (builder.type_of(table.name, name) == tables::ColumnType::Day && name_has(name, words)) return column;
  }
  return nullptr;
}

void add_mode_shares(Builder& builder, const study::TableSpec& table) {
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    if (builder.type_of(table.name, name) != tables::ColumnType::Text) continue;
    if (name != table.kind && !name_has(name, {"mode", "method", "channel", "方式", "渠道"})) continue;
    const auto categories = top_categories(builder, table.name, name);
    if (categories.size() < 2) continue;
    auto family = std::make_unique<CategoryFamily>();
    family->table = builder.table(table.name);
    family->is_share = true;
    bool is_used = false;
    for (const auto& category : categories) {
      family->groups.push_back({category});
      family->slots.push_back(builder.add(
          table, {.name = fmt::format("{}_{}_share_365d_{}", table.name, name, name_part(category)),
                  .family = "payment",
                  .columns = {name},
                  .window_days = kYearDays,
                  .filter = fmt::format("{} = '{}'", name, category),
                  .sentence = {fmt::format("share of {} by “{}” in the last 365 days", label_of(table).en, category),
                               fmt::format("最近365天{}中“{}”的占比", label_of(table).zh, category)}}));
      is_used |= family->slots.back() != kNoSlot;
    }
    family->cell = builder.cell(family->table, table, name);
    if (is_used) builder.keep(std::move(family));
  }
}

void add_refused(Builder& builder, const study::TableSpec& table) {
  const bool is_reminder = table.topic == study::Topic::Reminder;
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    if (builder.type_of(table.name, name) != tables::ColumnType::Text) continue;
    std::vector<std::string> bad;
    for (const auto& [category, count] : builder.categories_of(table.name, name)) {
      const bool is_bad = is_reminder
          ? name_has(category, {"fail", "late", "bounce", "undeliver", "失败", "迟", "退回", "未送达"})
          : name_has(category, {"refus", "reject", "declin", "denied", "拒"});
      if (is_bad) bad.push_back(category);
    }
    if (bad.empty() || bad.size() == builder.categories_of(table.name, name).size()) continue;
    auto family = std::make_unique<CategoryFamily>();
    family->table = builder.table(table.name);
    family->cell = builder.cell(family->table, table, name);
    family->groups.push_back(bad);
    const std::string_view word = is_reminder ? "failed" : "refused";
    family->slots.push_back(builder.add(
        table, {.name = fmt::format("{}_{}_{}_365d", table.name, name, word),
                .family = "case",
                .columns = {name},
                .window_days = kYearDays,
                .sentence = {fmt::format("{} {} in the last 365 days", word, label_of(table).en),
                             fmt::format("最近365天{}的{}次数", is_reminder ? "失败或迟到" : "被拒", label_of(table).zh)}}));
    if (family->slots.back() != kNoSlot) builder.keep(std::move(family));
  }
}

}  // namespace

void add_payment_features(Builder& builder, const study::TableSpec& table) {
  if (table.topic != study::Topic::Payment || !builder.wants("payment")) return;
  add_mode_shares(builder, table);
  const auto* due = day_column(builder, table, {"due", "应付", "应缴", "应收", "到期"});
  const auto* paid = day_column(builder, table, {"paid", "payment_da", "实付", "缴费", "付款", "到账"});
  if (due == nullptr && paid == nullptr) return;
  auto family = std::make_unique<PaymentFamily>();
  const int t = builder.table(table.name);
  family->table = t;
  std::vector<std::string> columns;
  if (due != nullptr) {
    family->due = builder.cell(t, table, due->format.name, true);
    columns.push_back(due->format.name);
  }
  if (paid != nullptr) {
    family->paid = builder.cell(t, table, paid->format.name);
    columns.push_back(paid->format.name);
  }
  const auto add = [&](std::string_view name, int window, std::string unit, Text sentence) {
    return builder.add(table, {.name = fmt::format("{}_{}", table.name, name),
                               .family = "payment",
                               .columns = columns,
                               .window_days = window,
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  if (paid != nullptr) {
    family->arrears = add("arrears_count", 0, "", {fmt::format("{} due and not paid", label_of(table).en),
                                                   fmt::format("到期未付的{}笔数", label_of(table).zh)});
    if (!table.amount.empty() && builder.type_of(table.name, table.amount) != tables::ColumnType::Text) {
      family->amount = builder.cell(t, table, table.amount);
      const auto* spec = table.find(table.amount);
      family->arrears_amount = add("arrears_amount", 0, spec == nullptr ? "" : spec->unit,
                                   {fmt::format("amount of {} due and not paid", label_of(table).en),
                                    fmt::format("到期未付的{}金额", label_of(table).zh)});
    }
  }
  family->late_mean = add("days_late_mean_365d", kYearDays, "days",
                          {fmt::format("mean days late of {} in the last 365 days", label_of(table).en),
                           fmt::format("最近365天{}的平均逾期天数", label_of(table).zh)});
  family->late_max = add("days_late_max_365d", kYearDays, "days",
                         {fmt::format("most days late of {} in the last 365 days", label_of(table).en),
                          fmt::format("最近365天{}的最长逾期天数", label_of(table).zh)});
  builder.keep(std::move(family));
}

void add_case_features(Builder& builder, const study::TableSpec& table) {
  using study::Topic;
  const bool has_cases = table.topic == Topic::Claim || table.topic == Topic::Complaint ||
                         table.topic == Topic::Contact || table.topic == Topic::Reminder;
  if (!has_cases || !builder.wants("case")) return;
  add_refused(builder, table);
  const auto* closed = day_column(builder, table, {"settle", "clos", "resolv", "paid", "complet", "结案", "关闭", "解决", "赔付", "办结"});
  if (closed == nullptr) return;
  auto family = std::make_unique<CaseFamily>();
  family->table = builder.table(table.name);
  family->closed = builder.cell(family->table, table, closed->format.name);
  const auto add = [&](std::string_view name, std::string unit, Text sentence) {
    return builder.add(table, {.name = fmt::format("{}_{}", table.name, name),
                               .family = "case",
                               .columns = {table.event_time, closed->format.name},
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  family->open = add("open_count", "", {fmt::format("open {}", label_of(table).en), fmt::format("未结{}数", label_of(table).zh)});
  family->open_longest = add("open_days_max", "days",
                             {fmt::format("days the oldest of {} has been open", label_of(table).en),
                              fmt::format("最早未结{}已持续天数", label_of(table).zh)});
  family->settle_mean = add("settle_days_mean", "days",
                            {fmt::format("mean days to settle {}", label_of(table).en), fmt::format("{}平均结案天数", label_of(table).zh)});
  family->settle_last = add("settle_days_last", "days",
                            {fmt::format("days to settle the latest settled of {}", label_of(table).en),
                             fmt::format("最近一次已结{}的结案天数", label_of(table).zh)});
  builder.keep(std::move(family));
}

}  // namespace holdfast::features
