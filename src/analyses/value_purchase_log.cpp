#include <algorithm>
#include <map>

#include "analyses/errors.hpp"
#include "analyses/value_amounts.hpp"
#include "core/net_amount.hpp"

namespace holdfast::analyses::value_parts {
namespace {

constexpr int kMonthDays = 30;

void add_customer(PurchaseLog& result, const CustomerEvents& events, std::size_t c,
                  const Amounts& amounts, const Costs& costs) {
  const auto customer = static_cast<std::uint32_t>(c);
  const std::size_t end = events.begin[c + 1];
  std::int32_t first = 0;
  bool has_bought = false;
  NetAmount whole;
  std::map<int, double> by_month;
  const auto add = [&](std::int32_t day, double profit) {
    whole.add(profit);
    if (has_bought && day >= first) by_month[1 + (day - first) / kMonthDays] += profit;
  };
  for (std::size_t row = events.begin[c]; row < end;) {
    const auto day = events.day[row];
    NetAmount spend, profit;
    for (; row < end && events.day[row] == day; ++row) {
      spend.add(amounts.spend(row));
      profit.add(amounts.profit(row));
    }
    if (spend.value() > 0) {
      if (!has_bought) first = day;
      has_bought = true;
      result.log.push_back({customer, static_cast<double>(day), spend.value()});
      result.spend += spend.value();
    } else {
      ++result.days_of_returns;
    }
    add(day, profit.value());
  }
  const auto own = costs.find(events.customer_keys[c]);
  if (own != costs.end()) {
    for (const auto& [day, cost] : own->second) add(day, -cost);
  }
  result.profit[c] = whole.value();
  if (has_bought) result.months_watched[c] = (result.last_day - first + 1) / kMonthDays;
  for (const auto& [month, profit] : by_month) {
    if (month <= result.months_watched[c]) result.margins.push_back({customer, month, profit});
  }
}

}  // namespace

double PurchaseLog::profit_share() const {
  double sum = 0;
  for (const double one : profit) sum += one;
  return spend > 0 ? sum / spend : 1;
}

Result<PurchaseLog> gather_purchases(const Inputs& inputs, const Setting& setting,
                                     Progress& progress) {
  HOLDFAST_TRY(const auto costs, read_costs(inputs, setting.spec, progress));
  HOLDFAST_TRY(auto events, read_events(inputs, setting.table->name,
                                        {setting.table->amount, setting.spec.cost}, progress));
  if (events.rows() == 0) {
    return Error{errors::kNothingThere,
                 {{"analysis", "value"},
                  {"what", "table " + setting.table->name +
                               " has no rows before this day (此日之前没有记录)"}}};
  }
  PurchaseLog result;
  result.last_day = inputs.as_of().number - 1;
  result.first_day = *std::ranges::min_element(events.day);
  result.profit.resize(events.customers());
  result.months_watched.resize(events.customers());
  const auto amounts = amounts_of(events, setting, 0);
  for (std::size_t c = 0; c < events.customers(); ++c)
    add_customer(result, events, c, amounts, costs);
  result.keys = std::move(events.customer_keys);
  return result;
}

}  // namespace holdfast::analyses::value_parts
