#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/errors.hpp"
#include "analyses/value_parts.hpp"
#include "analyses/figures.hpp"
#include "core/day.hpp"
#include "models/value_task.hpp"

namespace holdfast::analyses::value_parts {
namespace {

using forms::ValueModel;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const ValueModel& form_of(const FittedModel& model) { return std::get<ValueModel>(model.form); }

/// Contracts that ended after t + 1 terms, and that are known to have been renewed t + 1 times.
struct Tenures {
  std::vector<double> ended, open;
  double contracts = 0;

  std::size_t terms() const { return ended.size(); }
  double at_risk(std::size_t from) const {
    double sum = 0;
    for (std::size_t t = from; t < terms(); ++t) sum += ended[t] + open[t];
    return sum;
  }
};

bool is_fitted(const ContractLog& log, const Contract& contract) {
  return !log.has_early || contract.start > log.first_day + log.term_days;
}

Tenures tenures_of(const ContractLog& log) {
  Tenures tenures;
  const auto add = [&](std::vector<double>& counts, int term) {
    const auto terms = std::max(tenures.ended.size(), static_cast<std::size_t>(term));
    tenures.ended.resize(terms);
    tenures.open.resize(terms);
    counts[static_cast<std::size_t>(term) - 1] += 1;
  };
  for (const auto& contract : log.contracts) {
    if (!is_fitted(log, contract)) continue;
    const int decided = std::min(contract.decided, contract.terms);
    if (contract.has_ended && decided == contract.terms)
      add(tenures.ended, contract.terms);
    else if (decided > 0)
      add(tenures.open, decided);
    else
      continue;  // In its first term it says nothing yet.
    tenures.contracts += 1;
  }
  return tenures;
}

/// The share that still ran after each renewal, as counted: Kaplan–Meier over terms.
std::vector<double> counted_survival(const Tenures& tenures) {
  std::vector<double> survival = {1};
  for (std::size_t t = 0; t < tenures.terms(); ++t) {
    const double at_risk = tenures.at_risk(t);
    if (!(at_risk > 0)) break;
    survival.push_back(survival.back() * (1 - tenures.ended[t] / at_risk));
  }
  return survival;
}

struct ContractFit {
  std::vector<FittedModel> models;  // The best by likelihood first (BIC).
  std::vector<Text> notes;
};

double bic_of(const FittedModel& model, double contracts) {
  const auto& form = form_of(model);
  const double fitted = std::sqrt(static_cast<double>(form.variance.size()));
  return fitted * std::log(contracts) - 2 * form.loglik;
}

Result<ContractFit> fit_contracts(const Tenures& tenures, const ContractLog& log,
                                  const Setting& setting, Progress& progress) {
  ContractFit fit;
  auto specs = setting.spec.models;
  if (specs.empty())
    specs = {{.id = "beta_geometric", .parameters = {}},
             {.id = "beta_discrete_weibull", .parameters = {}}};
  const ValueTask task{.purchases = {},
                       .mean_spend = {},
                       .ended = tenures.ended,
                       .open = tenures.open,
                       .period_days = static_cast<double>(log.term_days)};
  for (const auto& spec : specs) {
    HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
    if (descriptor->kind != ModelKind::Value) {
      return Error{
          errors::kModelOfOtherKind,
          {{"analysis", "value"}, {"model", spec.id}, {"kind", name_of(descriptor->kind)}}};
    }
    auto model = descriptor->fit_value(task, spec.parameters, progress);
    if (model.ok() && form_of(*model).process == ValueModel::Process::Contracts) {
      fit.models.push_back(std::move(*model));
      continue;
    }
    if (model.ok()) continue;
    fit.notes.push_back({descriptor->name.en + ": " + message_of(model.error(), Language::En),
                         descriptor->name.zh + ": " + message_of(model.error(), Language::Zh)});
  }
  std::ranges::stable_sort(
      fit.models, {}, [&](const FittedModel& model) { return bic_of(model, tenures.contracts); });
  return fit;
}

Text model_name(const FittedModel& model) {
  const auto found = find_model(model.model_id);
  return found.ok() ? (*found)->name : Text{model.model_id, model.model_id};
}

/// How contracts will last: by the model, or where none settles, with the same chance at each
/// renewal.
struct Outlook {
  const ValueModel* model = nullptr;
  double renews = 1;  // Of all renewals counted.

  double renewal(double renewals) const {
    if (model == nullptr) return renews;
    return forms::survival(*model, renewals + 1) / forms::survival(*model, renewals);
  }
  double remaining(double renewals, int horizon, double discount) const {
    if (model != nullptr) return forms::remaining(*model, renewals, horizon, discount);
    double sum = 0, worth = 1;
    for (int k = 0; k < horizon; ++k) sum += worth *= renews / (1 + discount);
    return sum;
  }
};

Outlook outlook_of(const Tenures& tenures, ContractFit& fit) {
  Outlook outlook;
  if (!fit.models.empty()) {
    outlook.model = &form_of(fit.models.front());
    return outlook;
  }
  double ended = 0, renewals = 0;
  for (std::size_t t = 0; t < tenures.terms(); ++t) {
    ended += tenures.ended[t];
    renewals += tenures.at_risk(t);
  }
  if (renewals > 0) outlook.renews = 1 - ended / renewals;
  fit.notes.push_back(
      {fmt::format(
           "no model settles: every renewal is taken to succeed with the chance of all so far, {}",
           percent(outlook.renews)),
       fmt::format("没有模型收敛: 每次续约均按至今全部续约的成功率 {} 计算",
                   percent(outlook.renews))});
  return outlook;
}

LineChart survival_chart(const Tenures& tenures, const ContractFit& fit, const Outlook& outlook) {
  LineChart chart{.id = "contracts_left",
                  .title = {"Contracts still running", "仍有效的合同"},
                  .remark = {"Counted as far as the data reach; the models go on.",
                             "数据范围内为实际值,之后由模型外推。"},
                  .x_label = {"Renewals", "续约次数"},
                  .y_label = {"Share left", "剩余占比"},
                  .x_format = Format::Count,
                  .y_format = Format::Share,
                  .places = {},
                  .series = {}};
  LineChart::Series seen{.name = {"counted", "实际"},
                         .x = {},
                         .y = counted_survival(tenures),
                         .lower = {},
                         .upper = {}};
  for (std::size_t t = 0; t < seen.y.size(); ++t) seen.x.push_back(static_cast<double>(t));
  const double reach = std::max(10.0, 2 * seen.x.back());
  chart.series.push_back(std::move(seen));
  for (const auto& model : fit.models) {
    LineChart::Series line{
        .name = model_name(model), .x = {}, .y = {}, .lower = {}, .upper = {}, .is_dashed = true};
    for (double t = 0; t <= reach; t += 1) {
      line.x.push_back(t);
      line.y.push_back(forms::survival(form_of(model), t));
    }
    chart.series.push_back(std::move(line));
  }
  if (outlook.model == nullptr) {
    LineChart::Series line{.name = {"the same chance each time", "每次概率相同"},
                           .x = {},
                           .y = {},
                           .lower = {},
                           .upper = {},
                           .is_dashed = true};
    for (double t = 0; t <= reach; t += 1) {
      line.x.push_back(t);
      line.y.push_back(std::pow(outlook.renews, t));
    }
    chart.series.push_back(std::move(line));
  }
  return chart;
}

/// What each running contract will bring.
struct ContractValue {
  double renews = kMissing;     // The chance of the next renewal.
  double remaining = kMissing;  // Terms to come within the horizon.
  double value = kMissing;      // Discounted profit of them.
};

std::vector<ContractValue> values_of(const ContractLog& log, const Outlook& outlook,
                                     const Setting& setting, double profit_share) {
  std::vector<ContractValue> values(log.contracts.size());
  const double term_days = log.term_days;
  const int horizon =
      std::max(1, static_cast<int>(std::lround(setting.spec.horizon_days / term_days)));
  const double discount = discount_of(setting.spec.discount_rate, term_days);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& contract = log.contracts[i];
    if (contract.has_ended) continue;
    const double renewals = contract.terms - 1;
    values[i].renews = outlook.renewal(renewals);
    values[i].remaining = outlook.remaining(renewals, horizon, 0);
    values[i].value =
        outlook.remaining(renewals, horizon, discount) * contract.last_amount * profit_share;
  }
  return values;
}

Table tenure_table(const ContractLog& log, const std::vector<ContractValue>& values) {
  Table table{.id = "value_by_tenure",
              .title = {"Running contracts by tenure", "有效合同(按期数)"},
              .remark = {},
              .columns = {{"terms", {"In term", "所处期数"}, Format::Count, {}},
                          {"contracts", {"Contracts", "合同数"}, Format::Count, {}},
                          {"renews",
                           {"Next renewal", "下次续约率"},
                           Format::Share,
                           {"by the model", "模型预测"}},
                          {"remaining",
                           {"Terms to come", "剩余期数"},
                           Format::Number,
                           {"within the horizon", "预测期内"}},
                          {"value",
                           {"Value each", "每份价值"},
                           Format::Money,
                           {"discounted profit within the horizon", "预测期内折现利润"}},
                          {"total", {"Value of all", "合计价值"}, Format::Money, {}}},
              .rows = {}};
  int most = 0;
  for (const auto& contract : log.contracts) most = std::max(most, contract.terms);
  for (int terms = 1; terms <= most; ++terms) {
    double contracts = 0, total = 0;
    const ContractValue* one = nullptr;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (log.contracts[i].has_ended || log.contracts[i].terms != terms) continue;
      contracts += 1;
      total += values[i].value;
      one = &values[i];
    }
    if (one == nullptr) continue;
    table.rows.push_back({static_cast<double>(terms), contracts, one->renews, one->remaining,
                          total / contracts, total});
  }
  return table;
}

struct Totals {
  double customers = 0, running = 0, amount = 0, profit = 0, value = 0, renews = 0;
  double profit_share() const { return amount > 0 ? profit / amount : 1; }
};

void say_totals(Analysis& analysis, const Totals& totals, const ContractLog& log,
                const Setting& setting) {
  const auto& currency = setting.currency;
  const auto all = whole(static_cast<double>(log.contracts.size()));
  analysis.findings.push_back(
      {fmt::format("{} of {} contracts still run; so far all have brought {} of {} paid.",
                   whole(totals.running), all, in_money(totals.profit, currency),
                   in_money(totals.amount, currency)),
       fmt::format("{} 份合同中有 {} 份仍有效;至今共收取 {},利润 {}。", all,
                   whole(totals.running), in_money(totals.amount, currency),
                   in_money(totals.profit, currency))});
  if (!(totals.running > 0)) return;
  const int days = setting.spec.horizon_days;
  analysis.findings.push_back(
      {fmt::format("Of the running contracts {} are expected to renew next; within {} days "
                   "they are worth {}, {} each.",
                   percent(totals.renews / totals.running), days,
                   in_money(totals.value, currency),
                   in_money(totals.value / totals.running, currency)),
       fmt::format("有效合同中预计 {} 会续约下一期;{} 天内的价值合计 {},每份 {}。",
                   percent(totals.renews / totals.running), days,
                   in_money(totals.value, currency),
                   in_money(totals.value / totals.running, currency))});
}

CustomerColumns columns_of(const ContractLog& log, const std::vector<ContractValue>& values) {
  CustomerColumns columns;
  CustomerColumns::Column terms{.id = "terms",
                                .header = {"terms so far", "已历期数"},
                                .format = Format::Count,
                                .values = {},
                                .texts = {}};
  CustomerColumns::Column profit{.id = "profit",
                                 .header = {"profit so far", "累计利润"},
                                 .format = Format::Money,
                                 .values = {},
                                 .texts = {}};
  CustomerColumns::Column runs{.id = "is_running",
                               .header = {"still running", "仍有效"},
                               .format = Format::Count,
                               .values = {},
                               .texts = {}};
  CustomerColumns::Column renews{.id = "renews",
                                 .header = {"chance of the next renewal", "下次续约概率"},
                                 .format = Format::Share,
                                 .values = {},
                                 .texts = {}};
  CustomerColumns::Column remaining{.id = "terms_to_come",
                                    .header = {"terms to come", "剩余期数"},
                                    .format = Format::Number,
                                    .values = {},
                                    .texts = {}};
  CustomerColumns::Column value{.id = "value",
                                .header = {"value to come, discounted", "未来折现价值"},
                                .format = Format::Money,
                                .values = {},
                                .texts = {}};
  const bool has_keys =
      std::ranges::any_of(log.contracts, [](const Contract& one) { return !one.key.empty(); });
  for (std::size_t i = 0; i < log.contracts.size(); ++i) {
    const auto& contract = log.contracts[i];
    columns.customer_keys.push_back(log.keys[contract.customer]);
    if (has_keys) columns.contract_keys.push_back(contract.key);
    terms.values.push_back(contract.terms);
    profit.values.push_back(contract.profit);
    runs.values.push_back(contract.has_ended ? 0 : 1);
    renews.values.push_back(values[i].renews);
    remaining.values.push_back(values[i].remaining);
    value.values.push_back(values[i].value);
  }
  columns.columns = {std::move(terms),  std::move(profit),    std::move(runs),
                     std::move(renews), std::move(remaining), std::move(value)};
  return columns;
}

PaybackInput payback_of(const ContractLog& log, const study::ValueSpec& spec) {
  PaybackInput input{.watched = {},
                     .margins = log.margins,
                     .cohort = {},
                     .discount = discount_of(spec.discount_rate, log.term_days),
                     .axis = {},
                     .unit = {},
                     .units = {},
                     .one = {"contract", "合同"},
                     .all = {"Contracts", "合同数"},
                     .counted_zh = "份合同"};
  const bool is_years = std::abs(log.term_days - 365) <= 3;
  input.axis = is_years ? Text{"policy years", "保单年数"}
                        : Text{fmt::format("terms of {} days", log.term_days),
                               fmt::format("期数(每期 {} 天)", log.term_days)};
  input.unit = is_years ? Text{"year", "年"} : Text{"term", "期"};
  input.units = is_years ? Text{"years", "年"} : Text{"terms", "期"};
  for (const auto& contract : log.contracts) {
    input.watched.push_back(contract.watched);
    input.cohort.push_back(static_cast<std::uint32_t>(civil_of({contract.start}).year));
  }
  return input;
}

}  // namespace

Result<Analysis> of_contracts(const Inputs& inputs, const Setting& setting, Progress& progress) {
  HOLDFAST_TRY(const auto log, gather_contracts(inputs, setting, progress));
  const auto tenures = tenures_of(log);
  HOLDFAST_TRY(auto fit, fit_contracts(tenures, log, setting, progress));
  Totals totals;
  std::vector<double> profit(log.keys.size());
  for (const auto& contract : log.contracts) {
    totals.amount += contract.amount;
    totals.profit += contract.profit;
    totals.running += contract.has_ended ? 0 : 1;
    profit[contract.customer] += contract.profit;
  }
  const auto outlook = outlook_of(tenures, fit);
  const auto values = values_of(log, outlook, setting, totals.profit_share());
  for (const auto& one : values) {
    if (std::isnan(one.value)) continue;
    totals.value += one.value;
    totals.renews += one.renews;
  }
  Analysis analysis{.id = "value",
                    .title = {"What contracts are worth", "合同价值"},
                    .findings = {},
                    .sections = {},
                    .customers = columns_of(log, values),
                    .models = {},
                    .notes = fit.notes};
  note_costs(analysis, setting);
  say_totals(analysis, totals, log, setting);
  Section section{
      .id = "value",
      .title = {"How long they last, and what they will bring", "能持续多久,未来价值多少"},
      .lead = {},
      .blocks = {survival_chart(tenures, fit, outlook)}};
  section.blocks.push_back(tenure_table(log, values));
  analysis.sections.push_back(std::move(section));
  add_whale(analysis, profit, setting);
  HOLDFAST_TRY_VOID(add_payback(analysis, payback_of(log, setting.spec), setting));
  const auto& spec = setting.spec;
  if (log.open_terms > 0 && !spec.cost.empty()) {
    analysis.notes.push_back(
        {fmt::format("{} terms that run on count in profit once their cost is known",
                     whole(static_cast<double>(log.open_terms))),
         fmt::format("{} 个尚未到期的合同期,待其成本已知后才计入利润",
                     whole(static_cast<double>(log.open_terms)))});
  } else if (log.open_terms > 0 && !spec.cost_table.empty()) {
    analysis.notes.push_back(
        {fmt::format("{} terms that run on count in profit as far as they have gone (earned premium)",
                     whole(static_cast<double>(log.open_terms))),
         fmt::format("{} 个尚未到期的合同期,按已经过时间计入利润(已赚保费)",
                     whole(static_cast<double>(log.open_terms)))});
  }
  if (log.terms_not_taken_up > 0) {
    const auto count = whole(static_cast<double>(log.terms_not_taken_up));
    analysis.notes.push_back(
        {count + " terms were cancelled as they began: they count neither as renewals nor as paid",
         count + " 个合同期在开始之际即已解约: 不计为续保,也不计入已缴保费"});
  }
  if (log.has_early) {
    analysis.notes.push_back(
        {"contracts that may have begun before the data do not count in the fit",
         "可能在数据开始之前就已生效的合同不参与拟合"});
  } else {
    analysis.notes.push_back(
        {"terms count from the first in the data: a contract that began earlier has lasted longer "
         "than said",
         "期数从数据中的第一期算起: 更早开始的合同实际持续更久"});
  }
  analysis.models = std::move(fit.models);
  return analysis;
}

}  // namespace holdfast::analyses::value_parts
