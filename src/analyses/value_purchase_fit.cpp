#include "analyses/value_purchase_fit.hpp"

#include <algorithm>
#include <cmath>

#include "analyses/errors.hpp"
#include "core/parallel.hpp"
#include "lifetime/errors.hpp"
#include "lifetime/silence.hpp"
#include "lifetime/value.hpp"

namespace holdfast::analyses::value_parts {
namespace {

using forms::ValueModel;

constexpr std::size_t kBins = 8;  // Repeat purchases before: 0, 1, … 7 and more.
constexpr std::size_t kBlockCustomers = 256;

std::size_t bin_of(double frequency) {
  return std::min(kBins - 1, static_cast<std::size_t>(frequency));
}

const ValueModel& form_of(const FittedModel& model) { return std::get<ValueModel>(model.form); }

ValueTask task_of(const lifetime::PurchaseSummary& summary, double period_days) {
  return {.purchases = summary.view(),
          .mean_spend = summary.spend,
          .ended = {},
          .open = {},
          .period_days = period_days};
}

std::vector<study::ModelSpec> models_of(const study::ValueSpec& spec) {
  if (!spec.models.empty()) return spec.models;
  return {{.id = "bg_nbd", .parameters = {}}, {.id = "gamma_gamma", .parameters = {}}};
}

Text note_of(const ModelDescriptor& model, const Error& error) {
  return {model.name.en + ": " + message_of(error, Language::En),
          model.name.zh + ": " + message_of(error, Language::Zh)};
}

/// Mean of each bin of what `of` says of each customer.
template <typename Value>
std::vector<double> by_before(const lifetime::PurchaseSummary& summary, const Value& of) {
  std::vector<double> sum(kBins), customers(kBins);
  for (std::size_t i = 0; i < summary.frequency.size(); ++i) {
    sum[bin_of(summary.frequency[i])] += of(i);
    customers[bin_of(summary.frequency[i])] += 1;
  }
  for (std::size_t bin = 0; bin < kBins; ++bin) sum[bin] /= std::max(1.0, customers[bin]);
  return sum;
}

/// Repeat purchases expected of the customers of `summary` until each period's end. Customers of
/// one first day are alike, so the model is asked once a day of age.
std::vector<double> expected_cumulative(const ValueModel& model,
                                        const lifetime::PurchaseSummary& summary,
                                        const PurchaseLog& log, std::size_t periods) {
  const auto span = static_cast<std::size_t>(log.last_day - log.first_day + 1);
  std::vector<double> beginners(span + 1), of_age(span + 1);
  for (const double first : summary.first)
    beginners[static_cast<std::size_t>(first) - static_cast<std::size_t>(log.first_day)] += 1;
  parallel_for(of_age.size(), 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t day = begin; day < end; ++day) {
      of_age[day] = forms::expected_of_new(model, static_cast<double>(day) / model.period_days);
    }
  });
  std::vector<double> result;
  for (std::size_t period = 0; period <= periods; ++period) {
    const auto until =
        std::min(span, static_cast<std::size_t>(static_cast<double>(period) * model.period_days));
    double sum = 0;
    for (std::size_t day = 0; day < until; ++day) sum += beginners[day] * of_age[until - 1 - day];
    result.push_back(sum);
  }
  return result;
}

/// Repeat purchases the customers of `summary` made until each period's end.
std::vector<double> actual_cumulative(const PurchaseLog& log,
                                      const lifetime::PurchaseSummary& summary, std::size_t periods,
                                      double period_days) {
  std::vector<double> first(log.keys.size(), -1);
  for (std::size_t i = 0; i < summary.customer.size(); ++i)
    first[summary.customer[i]] = summary.first[i];
  std::vector<double> result(periods + 1);
  for (const auto& purchase : log.log) {
    if (first[purchase.customer] < 0 || purchase.time == first[purchase.customer]) continue;
    const double age = purchase.time - log.first_day + 1;
    const auto period = static_cast<std::size_t>(std::ceil(age / period_days));
    if (period <= periods) result[period] += 1;
  }
  for (std::size_t period = 1; period <= periods; ++period) result[period] += result[period - 1];
  return result;
}

/// Of each customer until then.
std::vector<double> expected_of_each(const ValueModel& model, const lifetime::PurchaseSummary& summary,
                                     double horizon) {
  std::vector<double> expected(summary.frequency.size());
  parallel_for(expected.size(), kBlockCustomers, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      expected[i] = forms::expected_purchases(model, summary.view().customer(i), horizon);
    }
  });
  return expected;
}

double expected_of_all(const ValueModel& model, const lifetime::PurchaseSummary& summary,
                       double horizon) {
  double sum = 0;
  for (const double one : expected_of_each(model, summary, horizon)) sum += one;
  return sum;
}

HoldoutCheck checked(const ModelDescriptor& descriptor, const ValueModel& model,
                     const PurchaseFit& fit, const PurchaseLog& log, std::size_t periods) {
  HoldoutCheck check{
      .model_id = std::string(descriptor.id), .name = descriptor.name, .loglik = model.loglik};
  const auto& before = fit.before;
  const auto expected = expected_of_each(model, before, fit.holdout_days / model.period_days);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    check.expected += expected[i];
    check.actual += before.holdout[i];
    check.error += std::abs(expected[i] - before.holdout[i]) / static_cast<double>(expected.size());
  }
  check.expected_by_before = by_before(before, [&](std::size_t i) { return expected[i]; });
  check.cumulative = expected_cumulative(model, before, log, periods);
  return check;
}

lifetime::GammaGamma engine_of(const ValueModel& model) {
  return {model.parameters[0], model.parameters[1], model.parameters[2], {}, 0, 0};
}

/// Spend of the holdout against what the models fitted before it expect.
void add_alarms(PurchaseFit& fit, const ValueModel& purchases, const ValueModel& spend,
                const study::ValueSpec& spec) {
  const double horizon = fit.holdout_days / purchases.period_days;
  const auto rates = forms::rates_of(purchases);
  const lifetime::PeriodChances chances{
      [&](const lifetime::Customer& customer) {
        return forms::purchase_chances(purchases, customer, horizon);
      },
      [&](const lifetime::Customer& customer) {
        return lifetime::chances_if_here(rates, customer, horizon);
      }};
  auto alarms = lifetime::spend_alarms(
      chances, engine_of(spend), {fit.before.view(), fit.before.spend, fit.before.holdout_spend},
      {.level = 0.9, .chance_max = spec.alarm_below});
  if (alarms.ok())
    fit.alarms = std::move(*alarms);
  else
    fit.notes.push_back(
        {message_of(alarms.error(), Language::En), message_of(alarms.error(), Language::Zh)});
}

Result<void> summarise_both(PurchaseFit& fit, const PurchaseLog& log,
                            const study::ValueSpec& spec) {
  const double span = log.last_day - log.first_day + 1;
  fit.holdout_days = spec.holdout_days > 0 ? spec.holdout_days : std::floor(span / 4);
  if (log.log.empty()) {
    return Error{errors::kNothingThere,
                 {{"analysis", "value"},
                  {"what", "on no day did a customer buy more than was returned (没有一个客户日的购买多于退货)"}}};
  }
  if (fit.holdout_days < 1 || fit.holdout_days >= span) {
    return Error{
        errors::kNothingThere,
        {{"analysis", "value"},
         {"what", "the purchases do not reach beyond `holdout_days` (购买记录的时间不足)"}}};
  }
  const double unit = spec.period_days, last = log.last_day;
  auto before = lifetime::summarise(
      log.log, {.end = last - fit.holdout_days, .holdout_end = last, .unit = unit});
  if (!before.ok()) return before.error();
  HOLDFAST_TRY(fit.now, lifetime::summarise(log.log, {.end = last, .unit = unit}));
  fit.before = std::move(*before);
  return {};
}

/// One model of the shelf, fitted before the holdout.
struct Tried {
  std::string id;
  const ModelDescriptor* descriptor = nullptr;
  study::ModelSpec spec;
  FittedModel model;
};

struct Trial {
  PurchaseFit& fit;
  const PurchaseLog& log;
  const Setting& setting;
  std::size_t periods = 0;
  std::vector<Tried> purchases;
  std::optional<Tried> spend;
};

/// What does not settle becomes a note. Errors: no such model, or one of another kind.
Result<void> try_model(Trial& trial, const study::ModelSpec& spec, Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
  if (descriptor->kind != ModelKind::Value) {
    return Error{errors::kModelOfOtherKind,
                 {{"analysis", "value"}, {"model", spec.id}, {"kind", name_of(descriptor->kind)}}};
  }
  auto& fit = trial.fit;
  auto model = descriptor->fit_value(task_of(fit.before, trial.setting.spec.period_days),
                                     spec.parameters, progress);
  if (!model.ok()) {
    fit.notes.push_back(note_of(*descriptor, model.error()));
    fit.is_nobody_leaving |= model.error().kind == &lifetime::errors::kNobodyLeaves;
    fit.is_leaving_apart |= model.error().kind == &lifetime::errors::kLeavingApart;
    return {};
  }
  Tried one{spec.id, descriptor, spec, std::move(*model)};
  if (form_of(one.model).process == ValueModel::Process::GammaGamma) {
    trial.spend = std::move(one);
    return {};
  }
  fit.checks.push_back(checked(*descriptor, form_of(one.model), fit, trial.log, trial.periods));
  trial.purchases.push_back(std::move(one));
  return {};
}

constexpr int kEarlierMost = 3;

/// How the model would have done on earlier days: whether the last ones are like those before.
std::vector<EarlierCheck> earlier_checks(const Tried& one, const Trial& trial, Progress& progress) {
  std::vector<EarlierCheck> checks;
  const auto& log = trial.log;
  const double unit = trial.setting.spec.period_days, days = trial.fit.holdout_days;
  for (int back = 2; back <= kEarlierMost + 1; ++back) {
    const double end = log.last_day - back * days;
    if (end - log.first_day + 1 < days) break;  // Fitted on less than is predicted.
    auto summary =
        lifetime::summarise(log.log, {.end = end, .holdout_end = end + days, .unit = unit});
    if (!summary.ok()) break;
    EarlierCheck check{.until = static_cast<std::int32_t>(end),
                       .customers = static_cast<double>(summary->frequency.size())};
    for (const double came : summary->holdout) check.actual += came;
    const auto model = one.descriptor->fit_value(task_of(*summary, unit), one.spec.parameters, progress);
    if (model.ok()) {
      check.has_settled = true;
      check.expected = expected_of_all(form_of(*model), *summary, days / unit);
    }
    checks.push_back(check);
  }
  return checks;
}

/// The days of the holdout a year before, by the model's own expectation of all customers.
void look_a_year_back(PurchaseFit& fit, const PurchaseLog& log, double unit) {
  constexpr double kYear = 365;
  const double until = log.last_day - log.first_day + 1 - kYear, from = until - fit.holdout_days;
  if (fit.checks.empty() || from < fit.holdout_days) return;
  const auto period = [&](double day) { return static_cast<std::size_t>(std::lround(day / unit)); };
  const auto& expected = fit.checks.front().cumulative;
  if (period(until) >= expected.size() || period(from) >= period(until)) return;
  fit.year_before_actual = fit.actual_cumulative[period(until)] - fit.actual_cumulative[period(from)];
  fit.year_before_expected = expected[period(until)] - expected[period(from)];
}

/// The same model on all; where that does not settle, as it was before the holdout.
FittedModel refitted(const Tried& one, PurchaseFit& fit, double unit, Progress& progress) {
  auto model = one.descriptor->fit_value(task_of(fit.now, unit), one.spec.parameters, progress);
  if (model.ok()) return std::move(*model);
  auto note = note_of(*one.descriptor, model.error());
  note.en += "; as fitted before the holdout";
  note.zh += ";使用检验期之前的拟合结果";
  fit.notes.push_back(note);
  return one.model;
}

}  // namespace

std::optional<double> off_by(double expected, double actual) {
  if (!(actual > 0)) return std::nullopt;
  return expected / actual - 1;
}

Result<PurchaseFit> fit_purchases(const PurchaseLog& log, const Setting& setting,
                                  Progress& progress) {
  PurchaseFit fit;
  HOLDFAST_TRY_VOID(summarise_both(fit, log, setting.spec));
  const double unit = setting.spec.period_days;
  const auto periods = static_cast<std::size_t>((log.last_day - log.first_day + 1) / unit);
  fit.actual_by_before =
      by_before(fit.before, [&](std::size_t i) { return fit.before.holdout[i]; });
  fit.customers_by_before.assign(kBins, 0);
  for (const double frequency : fit.before.frequency)
    fit.customers_by_before[bin_of(frequency)] += 1;
  fit.actual_cumulative = actual_cumulative(log, fit.before, periods, unit);

  Trial trial{fit, log, setting, periods, {}, {}};
  for (const auto& spec : models_of(setting.spec)) {
    HOLDFAST_TRY_VOID(try_model(trial, spec, progress));
  }
  // Where the study names none, others may settle where the usual one does not.
  for (const auto* other : {"mbg_nbd", "pareto_nbd", "nbd"}) {
    if (!setting.spec.models.empty() || !fit.checks.empty()) break;
    HOLDFAST_TRY_VOID(try_model(trial, {.id = other, .parameters = {}}, progress));
  }
  std::ranges::stable_sort(fit.checks, {}, &HoldoutCheck::error);
  if (!fit.checks.empty()) {
    const auto best = std::ranges::find(trial.purchases, fit.checks.front().model_id, &Tried::id);
    if (trial.spend)
      add_alarms(fit, form_of(best->model), form_of(trial.spend->model), setting.spec);
    fit.earlier = earlier_checks(*best, trial, progress);
    look_a_year_back(fit, log, unit);
    fit.purchases = refitted(*best, fit, unit, progress);
  }
  if (trial.spend) fit.spend = refitted(*trial.spend, fit, unit, progress);
  return fit;
}

std::vector<CustomerValue> customer_values(const PurchaseFit& fit, const PurchaseLog& log,
                                           const Setting& setting) {
  const auto& model = form_of(*fit.purchases);
  const auto rates = forms::rates_of(model);
  const auto& spec = setting.spec;
  constexpr double kMonth = 30;
  const double months = std::max(1.0, std::round(spec.horizon_days / kMonth));
  const lifetime::ValueOptions options{
      .periods = static_cast<int>(months),
      .period = spec.horizon_days / months / model.period_days,
      .discount = discount_of(spec.discount_rate, spec.horizon_days / months)};
  const double mean_spend = log.spend / std::max(1.0, static_cast<double>(log.log.size()));
  const double profit_share = log.profit_share();
  std::vector<CustomerValue> values(fit.now.frequency.size());
  parallel_for(values.size(), kBlockCustomers, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto customer = fit.now.view().customer(i);
      auto& one = values[i];
      one.alive = forms::alive(model, customer);
      one.silence_chance = lifetime::silence_chance(rates, customer);
      if (spec.alarm_below > 0) {
        one.alarm_after_days =
            lifetime::silence_limit(rates, customer, spec.alarm_below) * model.period_days;
      }
      const auto expected = [&](double horizon) {
        return forms::expected_purchases(model, customer, horizon);
      };
      one.purchases = expected(spec.horizon_days / model.period_days);
      one.spend = mean_spend;
      if (fit.spend) {
        const auto spend =
            forms::expected_spend(form_of(*fit.spend), customer.frequency, fit.now.spend[i]);
        if (spend.ok()) one.spend = *spend;
      }
      const auto value = lifetime::discounted_value(expected, one.spend, options);
      if (value.ok()) one.value = *value * profit_share;
    }
  });
  return values;
}

}  // namespace holdfast::analyses::value_parts
