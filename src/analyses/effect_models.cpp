#include "analyses/effect_models.hpp"

#include <algorithm>

#include "analyses/errors.hpp"
#include "models/effect_task.hpp"

namespace holdfast::analyses {
namespace {

std::vector<study::ModelSpec> specs_of(const study::EffectSpec& spec) {
  if (!spec.models.empty()) return spec.models;
  return {{.id = "two_model"}, {.id = "doubly_robust"}, {.id = "uplift_forest"}};
}

Result<void> judge(const effect::Trial& test, const EffectMoney& money, std::uint64_t seed,
                   JudgedEffect& judged) {
  HOLDFAST_TRY(judged.ranking, effect::rank(test, judged.score));
  judged.areas = effect::areas(judged.ranking);
  HOLDFAST_TRY(judged.sure, effect::bootstrap(test, judged.score, {.seed = seed}));
  if (!money.is_known) return {};
  HOLDFAST_TRY(judged.profit, effect::maximum_profit(judged.ranking, money.campaign));
  return {};
}

}  // namespace

double EffectMoney::gain(double effect, double own_value, double treated_mean) const {
  const double value = is_value_at_risk ? own_value : campaign.customer_value;
  return effect * value - campaign.contact_cost - campaign.offer_cost * treated_mean;
}

EffectMoney effect_money(const study::Study& study, const study::EffectSpec& spec,
                         const EffectRows& rows, const dataset::Dataset& data) {
  EffectMoney money{.campaign = {.customer_value = spec.benefit, .offer_cost = 0,
                                 .contact_cost = spec.cost},
                    .is_known = spec.benefit > 0};
  if (!rows.is_staying) return money;
  if (spec.cost == 0) {
    money.campaign.offer_cost = study.profit.offer_cost;
    money.campaign.contact_cost = study.profit.contact_cost;
  }
  if (money.is_known) return money;
  money.is_known = true;
  money.is_value_at_risk = true;
  double cents = 0;
  for (const auto row : rows.test) cents += static_cast<double>(data.matrix.value_cents[row]);
  money.campaign.customer_value = cents / 100 / static_cast<double>(rows.test.size());
  return money;
}

dataset::Columns inputs_of(const dataset::Frame& frame, const EffectRows& rows) {
  auto columns = frame.view();
  std::erase_if(columns.columns, [&](const dataset::ColumnView& column) {
    return std::ranges::find(rows.not_inputs, column.name) != rows.not_inputs.end();
  });
  return columns;
}

Result<std::vector<JudgedEffect>> judged_effects(const Inputs& inputs, const study::EffectSpec& spec,
                                                 const dataset::Dataset& data,
                                                 const EffectRows& rows, const EffectMoney& money,
                                                 std::vector<Text>& notes, Progress& progress) {
  const auto train = dataset::Frame::gather(data, rows.train);
  const auto test = dataset::Frame::gather(data, rows.test);
  const auto outcome = rows.outcomes_of(rows.train), test_outcome = rows.outcomes_of(rows.test);
  const auto treated = rows.treated_of(rows.train), test_treated = rows.treated_of(rows.test);
  const auto seed = inputs.study().seed;
  const EffectTask task{.train = inputs_of(train, rows), .outcome = outcome, .treated = treated, .seed = seed};
  std::vector<JudgedEffect> all;
  std::optional<Error> refusal;
  for (const auto& one : specs_of(spec)) {
    HOLDFAST_TRY(const auto* descriptor, find_model(one.id));
    if (descriptor->fit_effect == nullptr) {
      return Error{errors::kModelOfOtherKind,
                   {{"analysis", "effect"}, {"model", one.id}, {"kind", name_of(descriptor->kind)}}};
    }
    HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, one.parameters));
    auto model = descriptor->fit_effect(task, parameters, progress);
    if (!model.ok()) {
      if (!refusal) refusal = model.error();
      notes.push_back({descriptor->name.en + ": " + message_of(model.error(), Language::En),
                       descriptor->name.zh + "：" + message_of(model.error(), Language::Zh)});
      continue;
    }
    JudgedEffect judged{.model = std::move(*model), .name = descriptor->name};
    judged.score = models::effects(judged.model, inputs_of(test, rows));
    HOLDFAST_TRY_VOID(judge({test_outcome, test_treated}, money, seed, judged));
    all.push_back(std::move(judged));
  }
  if (all.empty()) return *refusal;
  std::ranges::stable_sort(all, std::greater{}, [](const auto& one) { return one.areas.qini; });
  return all;
}

}  // namespace holdfast::analyses
