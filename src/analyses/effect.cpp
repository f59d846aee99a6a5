// What a treatment changed, for whom, and whom to treat.

#include <algorithm>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/effect_say.hpp"
#include "analyses/figures.hpp"

namespace holdfast::analyses {
namespace {

/// Each treatment's average over all rows of the trial.
Result<std::vector<effect::AverageEffect>> averages(const EffectRows& rows) {
  const auto all = rows.all();
  std::vector<std::int32_t> arm;
  for (const auto row : all) arm.push_back(rows.arm[row]);
  return effect::average_effects(rows.outcomes_of(all), arm, rows.arms, 0);
}

void say_each(const EffectFindings& found, const CustomerColumns& customers, std::vector<Text>& findings) {
  const auto& worth = customers.columns.back().texts;
  const auto effects = customers.columns.front().values;
  const auto yes = static_cast<double>(std::ranges::count(worth, Text{"yes", "是"}));
  const auto negative = static_cast<double>(std::ranges::count_if(effects, [](double e) { return e < 0; }));
  const auto all = static_cast<double>(worth.size());
  findings.push_back(
      {fmt::format("Of {} customers {} are worth treating{}; for {} the estimated effect is negative.", whole(all),
                   whole(yes), found.money.is_known ? " (their estimated effect brings more than it costs)" : " (their estimated effect is above 0)", whole(negative)),
       fmt::format("{} 名客户中有 {} 名值得采取措施{}；{} 名客户的估计效果为负。", whole(all), whole(yes),
                   found.money.is_known ? "（估计效果的收益高于成本）" : "（估计效果大于 0）", whole(negative))});
}

void add_notes(const EffectFindings& found, Analysis& analysis) {
  analysis.notes.insert(analysis.notes.end(), found.rows.notes.begin(), found.rows.notes.end());
  if (found.average.size() > 1) {
    analysis.notes.push_back({"The models take all treatments together, against the control group.",
                              "模型将各措施合并,与对照组比较。"});
  }
  analysis.notes.push_back(
      {"That who was treated was left to chance, or can be told from the inputs, is taken for granted; a column that decides it "
       "would be refused.",
       "假定是否采取措施是随机的,或可由输入解释;若某列决定了是否采取措施,会被拒绝。"});
  const auto& days = found.data.matrix.cutoff_day;
  if (std::ranges::adjacent_find(days, std::not_equal_to{}) != days.end()) {
    analysis.notes.push_back({"The rows are of several cutoffs; the treatment is taken to have begun at each.",
                              "样本来自多个观察时点;假定措施均始于各时点。"});
  }
}

Result<Analysis> analyse_effect(const Inputs& inputs, Progress& progress) {
  const auto spec = inputs.study().analyses.effect.value_or(study::EffectSpec{});
  HOLDFAST_TRY(const auto* data, inputs.dataset(progress));
  HOLDFAST_TRY(const auto rows, effect_rows(inputs, spec, *data, progress));
  Analysis analysis{.id = "effect", .title = {"What the treatment changed, and for whom", "措施改变了什么、对谁有效"}};
  EffectFindings found{.inputs = inputs, .data = *data, .rows = rows,
                       .money = effect_money(inputs.study(), spec, rows, *data), .average = {}, .models = {}};
  HOLDFAST_TRY(found.average, averages(rows));
  HOLDFAST_TRY(found.models, judged_effects(inputs, spec, *data, rows, found.money, analysis.notes, progress));
  auto& findings = analysis.findings;
  analysis.sections.push_back(say_average(found, findings));
  HOLDFAST_TRY(auto ranking, say_how_good(found, findings));
  HOLDFAST_TRY(auto whom, say_whom(found, findings));
  analysis.sections.push_back(std::move(whom));
  analysis.sections.push_back(std::move(ranking));
  analysis.sections.push_back(say_profit(found, findings));
  HOLDFAST_TRY(analysis.customers, say_of_each(found, progress));
  say_each(found, analysis.customers, findings);
  add_notes(found, analysis);
  for (auto& one : found.models) analysis.models.push_back(std::move(one.model));
  return analysis;
}

}  // namespace

extern const Descriptor kEffect;
const Descriptor kEffect{"effect", "what a treatment changed, for whom, and whom to treat", "措施改变了什么、对谁有效、应对谁采取",
                         [](const study::AnalysisSpecs& specs) { return specs.effect.has_value(); }, analyse_effect};

}  // namespace holdfast::analyses
