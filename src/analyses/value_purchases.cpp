#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyses/value_purchase_fit.hpp"
#include "analyses/value_purchase_say.hpp"
#include "analyses/figures.hpp"
#include "core/day.hpp"
#include "lifetime/rfm.hpp"
#include "lifetime/silence.hpp"

namespace holdfast::analyses::value_parts {
namespace {

/// Everything known of each customer of fit.now.
Result<PurchaseView> view_of(const PurchaseLog& log, const PurchaseFit& fit,
                             const Setting& setting) {
  PurchaseView view{.log = log, .fit = fit, .setting = setting};
  HOLDFAST_TRY(view.silences,
               lifetime::silences(log.log, {.end = static_cast<double>(log.last_day)}));
  const auto& now = fit.now;
  std::vector<double> last, bought;
  for (std::size_t i = 0; i < now.customer.size(); ++i) {
    last.push_back(now.first[i] + now.recency[i] * setting.spec.period_days);
    bought.push_back(now.frequency[i] + 1);
    view.profit.push_back(log.profit[now.customer[i]]);
  }
  HOLDFAST_TRY(view.rfm, lifetime::rfm(last, bought, now.total_spend, setting.rfm));
  if (fit.purchases) view.values = customer_values(fit, log, setting);
  if (fit.alarms) {
    // Customers of `before` are among those of `now`, both ascending.
    view.spend_alarm.assign(now.customer.size(), nullptr);
    std::size_t at = 0;
    for (std::size_t i = 0; i < fit.before.customer.size(); ++i) {
      while (now.customer[at] < fit.before.customer[i]) ++at;
      view.spend_alarm[at] = &fit.alarms->customers[i];
    }
  }
  return view;
}

PaybackInput payback_of(const PurchaseLog& log, const study::ValueSpec& spec) {
  PaybackInput input{.watched = log.months_watched,
                     .margins = log.margins,
                     .cohort = std::vector<std::uint32_t>(log.keys.size()),
                     .discount = discount_of(spec.discount_rate, 30),
                     .axis = {"months of 30 days", "月数(每月 30 天)"},
                     .unit = {"month", "个月"},
                     .units = {"months", "个月"},
                     .one = {"customer", "客户"},
                     .all = {"Customers", "客户数"},
                     .counted_zh = "个客户"};
  std::vector<bool> is_seen(log.keys.size());
  for (const auto& purchase : log.log) {  // In order of time within a customer.
    if (is_seen[purchase.customer]) continue;
    is_seen[purchase.customer] = true;
    input.cohort[purchase.customer] =
        static_cast<std::uint32_t>(civil_of({static_cast<std::int32_t>(purchase.time)}).year);
  }
  return input;
}

/// Customers who only ever returned things were won, too, but nobody knows when.
void drop_never_bought(PaybackInput& input) {
  std::vector<std::uint32_t> place(input.cohort.size());
  std::uint32_t kept = 0;
  for (std::size_t i = 0; i < input.cohort.size(); ++i) {
    if (input.cohort[i] == 0) continue;
    input.watched[kept] = input.watched[i];
    input.cohort[kept] = input.cohort[i];
    place[i] = kept++;
  }
  input.watched.resize(kept);
  input.cohort.resize(kept);
  for (auto& margin : input.margins) margin.customer = place[margin.customer];
}

}  // namespace

Result<Analysis> of_purchases(const Inputs& inputs, const Setting& setting, Progress& progress) {
  HOLDFAST_TRY(const auto log, gather_purchases(inputs, setting, progress));
  HOLDFAST_TRY(const auto fit, fit_purchases(log, setting, progress));
  HOLDFAST_TRY(const auto view, view_of(log, fit, setting));
  Analysis analysis{.id = "value",
                    .title = {"What customers are worth", "客户价值"},
                    .findings = {},
                    .sections = {},
                    .customers = customers_of(view),
                    .models = {},
                    .notes = fit.notes};
  note_costs(analysis, setting);
  say_purchases(analysis, view);
  add_whale(analysis, log.profit, setting);  // Who only returns things costs, too.
  auto payback = payback_of(log, setting.spec);
  drop_never_bought(payback);
  HOLDFAST_TRY_VOID(add_payback(analysis, payback, setting));
  if (fit.purchases) analysis.models.push_back(*fit.purchases);
  if (fit.spend) analysis.models.push_back(*fit.spend);
  if (log.days_of_returns > 0) {
    const auto days = whole(static_cast<double>(log.days_of_returns));
    analysis.notes.push_back(
        {days + " customer days on which not more was bought than returned are no purchases; they "
                "count in profit",
         days + " 个客户日的退货不少于购买,不计为购买,但计入利润"});
  }
  return analysis;
}

}  // namespace holdfast::analyses::value_parts
