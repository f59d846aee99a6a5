#include <algorithm>
#include <limits>

#include "analyses/errors.hpp"
#include "analyses/events.hpp"
#include "analyses/growth_parts.hpp"
#include "analyses/terms.hpp"

namespace holdfast::analyses::growth_parts {
namespace {

using study::Role;
using study::TableSpec;
using study::Topic;

/// How a table's amounts become holdings.
enum class Kind { Bought, Balance, Contract };

struct Source {
  const TableSpec* table = nullptr;
  Kind kind = Kind::Bought;
};

bool has_amount(const TableSpec& table) { return !table.amount.empty(); }

Kind kind_of(const TableSpec& table) {
  if (table.role == Role::Contract) return Kind::Contract;
  return table.role == Role::Attribute || table.topic == Topic::Balance ? Kind::Balance
                                                                        : Kind::Bought;
}

Result<Source> source_of(const study::Study& study, const std::string& named) {
  const TableSpec* found = named.empty() ? nullptr : study.find(named);
  const auto first = [&](auto&& fits) {
    const auto at = std::ranges::find_if(study.tables, fits);
    return at == study.tables.end() ? nullptr : &*at;
  };
  if (found == nullptr) {
    found = first(
        [](const TableSpec& table) { return table.topic == Topic::Balance && has_amount(table); });
  }
  if (found == nullptr) {
    found = first(
        [](const TableSpec& table) { return table.role == Role::Contract && has_amount(table); });
  }
  if (found == nullptr) {
    found = first(
        [](const TableSpec& table) { return table.role == Role::Event && has_amount(table); });
  }
  if (found == nullptr) {
    return Error{
        errors::kNoTableFor,
        {{"analysis", "growth"},
         {"wanted",
          "dated balances, contracts or purchases with an amount (带日期和金额的余额、合同或购买)"},
         {"key", "[growth] table"}}};
  }
  if (!has_amount(*found)) {
    return Error{errors::kNoColumnFor,
                 {{"analysis", "growth"},
                  {"wanted", "an amount (金额)"},
                  {"table", found->name},
                  {"key", "amount"}}};
  }
  return Source{found, kind_of(*found)};
}

/// Firsts of months from the first whole period on.
std::vector<Day> ends_of(std::int32_t from, Day as_of, int every_months) {
  const auto civil = civil_of({from});
  Day at = *day_from_civil(civil.year, civil.month, 1);
  if (at.number < from) at = add_months(at, 1);
  std::vector<Day> ends;
  while (at <= as_of) {
    ends.push_back(at);
    at = add_months(at, every_months);
  }
  return ends;
}

/// Was the term of this row taken up? Columns as read below: amount, end, cancellation.
bool is_taken_up(const CustomerEvents& events, const TableSpec& table, const TermRule& rule,
                 std::size_t row) {
  if (table.cancelled.empty()) return true;
  const auto& cancelled = events.columns.back();
  if (cancelled.valid[row] == 0) return true;
  return rule.is_taken_up(events.day[row], static_cast<std::int32_t>(cancelled.values[row]));
}

/// Until when a row's amount is held: the customer's next row, its own end, or a cancellation.
std::int32_t held_until(const CustomerEvents& events, std::size_t row, std::size_t last,
                        Kind kind) {
  std::int32_t until = std::numeric_limits<std::int32_t>::max();
  if (kind == Kind::Balance && row + 1 < last) until = events.day[row + 1];
  for (std::size_t c = 1; c < events.columns.size(); ++c) {
    const auto& limit = events.columns[c];
    if (limit.valid[row] == 0) continue;
    const auto day = static_cast<std::int32_t>(limit.values[row]);
    if (day >= events.day[row]) until = std::min(until, day);
  }
  return until;
}

void add_row(HoldingLog& log, const CustomerEvents& events, std::size_t row, std::size_t last,
             std::uint32_t customer, Kind kind) {
  const auto& amount = events.columns[0];
  if (amount.valid[row] == 0) return;
  const auto day = events.day[row];
  if (kind == Kind::Bought) {
    // The period that ends after this day and began on or before it.
    const auto end = std::ranges::upper_bound(log.ends, Day{day});
    if (end == log.ends.end() || end == log.ends.begin()) return;
    log.holdings.push_back(
        {customer, static_cast<int>(end - log.ends.begin()), amount.values[row]});
    return;
  }
  const auto until = held_until(events, row, last, kind);
  // Held at the start of a day when it began before that day and lasts until it or longer.
  auto end = std::ranges::upper_bound(log.ends, Day{day});
  for (; end != log.ends.end() && end->number <= until; ++end) {
    log.holdings.push_back(
        {customer, static_cast<int>(end - log.ends.begin()), amount.values[row]});
  }
}

/// The usual length of what has an end; 0 where nothing has.
std::int32_t usual_length(const CustomerEvents& events) {
  std::vector<std::int32_t> lengths;
  for (std::size_t row = 0; events.columns.size() > 1 && row < events.rows(); ++row) {
    const auto& end = events.columns[1];
    if (end.valid[row] == 0) continue;
    const auto length = static_cast<std::int32_t>(end.values[row]) - events.day[row];
    if (length > 0) lengths.push_back(length);
  }
  if (lengths.empty()) return 0;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  return *middle;
}

void name_it(HoldingLog& log, Kind kind) {
  switch (kind) {
    case Kind::Contract:
      log.what = {"premiums in force", "有效保费"};
      log.holders = {"customers", "客户数"};
      break;
    case Kind::Balance:
      log.what = {"balances", "资产余额"};
      log.holders = {"customers", "客户数"};
      break;
    case Kind::Bought:
      log.what = {"sales", "销售额"};
      log.holders = {"buyers", "购买客户数"};
      log.is_bought = true;
      break;
  }
}

}  // namespace

Result<HoldingLog> gather_holdings(const Inputs& inputs, const study::GrowthSpec& spec,
                                   Progress& progress) {
  HOLDFAST_TRY(const auto source, source_of(inputs.study(), spec.table));
  const auto& table = *source.table;
  std::vector<std::string> columns = {table.amount};
  if (source.kind == Kind::Contract) columns.insert(columns.end(), {table.end, table.cancelled});
  if (table.role == Role::Attribute) columns.push_back(table.valid_to);
  HOLDFAST_TRY(auto events, read_events(inputs, table.name, columns, progress));
  HoldingLog log;
  if (events.rows() > 0) {
    auto from = *std::ranges::min_element(events.day);
    // Terms that began before the data are not in them: until one length has passed, more and more
    // contracts seem to be in force.
    if (source.kind == Kind::Contract) from += usual_length(events);
    log.ends = ends_of(from, inputs.as_of(), spec.every_months);
  }
  if (log.ends.size() < 2) {
    return Error{
        errors::kNothingThere,
        {{"analysis", "growth"},
         {"what", "table " + table.name + " does not reach over two periods (数据不足两期)"}}};
  }
  const auto rule = term_rule(inputs.study());
  for (std::size_t c = 0; c < events.customers(); ++c) {
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (source.kind == Kind::Contract && !is_taken_up(events, table, rule, row)) continue;
      add_row(log, events, row, events.begin[c + 1], static_cast<std::uint32_t>(c), source.kind);
    }
  }
  if (log.holdings.empty()) {
    return Error{errors::kNothingThere,
                 {{"analysis", "growth"},
                  {"what", "no row of table " + table.name +
                               " has an amount within a whole period (没有一行在完整的期间内有金额)"}}};
  }
  name_it(log, source.kind);
  log.keys = std::move(events.customer_keys);
  return log;
}

}  // namespace holdfast::analyses::growth_parts
