#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/figures.hpp"
#include "analyses/movement_parts.hpp"
#include "models/markov/counts.hpp"
#include "models/transition_task.hpp"

namespace holdfast::analyses {
namespace {

using namespace movement;

std::vector<std::string> names_of(const std::vector<Text>& texts, Language language) {
  std::vector<std::string> names;
  for (const auto& text : texts) names.push_back(language == Language::Zh ? text.zh : text.en);
  return names;
}

Result<FittedModel> fit(const Inputs& inputs, const States& states, Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model("markov"));
  const auto language = inputs.study().language;
  return descriptor->fit_transition({.states = names_of(states.states, language),
                                     .segments = names_of(states.segments, language),
                                     .periods = states.periods,
                                     .customer = states.customer,
                                     .period = states.period,
                                     .state = states.state,
                                     .segment = states.segment,
                                     .gone = {},
                                     .seed = inputs.study().seed},
                                    {}, progress);
}

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  const auto spec = inputs.study().analyses.movement.value_or(study::MovementSpec{});
  HOLDFAST_TRY(const auto states, gather_states(inputs, spec, progress));
  HOLDFAST_TRY(auto model, fit(inputs, states, progress));
  const auto& form = std::get<forms::StateTransitions>(model.form);
  HOLDFAST_TRY(const auto matrix, markov::matrix_of(form, 0.95));
  Analysis analysis{.id = "movement",
                    .title = {"Where customers move", "客户往哪里迁移"}};
  const auto moves = std::accumulate(form.counts.begin(), form.counts.end(), std::uint64_t{0});
  analysis.findings.push_back(
      {fmt::format("{} customers made {} moves over {} periods ({} to {}), between {} states ({}).",
                   whole(static_cast<double>(states.customers())), whole(static_cast<double>(moves)),
                   states.periods.size(), states.periods.front(), states.periods.back(),
                   states.states.size(), states.measured.en),
       fmt::format("{} 位客户在 {} 个期间({} 至 {})内共有 {} 次迁移,涉及 {} 个状态({})。",
                   whole(static_cast<double>(states.customers())), states.periods.size(),
                   states.periods.front(), states.periods.back(), whole(static_cast<double>(moves)),
                   states.states.size(), states.measured.zh)});
  analysis.sections.push_back(matrix_section(states, form, matrix, analysis));
  auto future = future_section(states, matrix, analysis);
  if (!future.blocks.empty()) analysis.sections.push_back(std::move(future));
  analysis.sections.push_back(time_section(states, form, analysis));
  if (auto segments = segments_section(states, form, analysis))
    analysis.sections.push_back(std::move(*segments));
  HOLDFAST_TRY(const auto steps, gather_steps(inputs, spec, states, progress));
  if (steps) {
    if (auto paths = paths_section(states, *steps, analysis))
      analysis.sections.push_back(std::move(*paths));
  } else {
    analysis.notes.push_back({"No table names kinds of events, so there are no paths to follow.",
                              "没有带事件种类的表,因此没有可追踪的路径。"});
  }
  HOLDFAST_TRY(const auto lost, gather_lost(inputs, spec, progress));
  if (lost) analysis.sections.push_back(lost_section(*lost, analysis));
  analysis.customers = customers_of(states, matrix);
  for (const auto& note : states.notes) analysis.notes.push_back(note);
  for (const auto& note : model.notes) analysis.notes.push_back(note);
  analysis.models.push_back(std::move(model));
  return analysis;
}

}  // namespace

extern const Descriptor kMovement;
const Descriptor kMovement{
    .id = "movement",
    .en = "between which states customers move, where that leads, and after which step balances fall",
    .zh = "客户在哪些状态之间迁移、将走向何处,以及哪一步之后余额下降",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.movement.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
