#include <algorithm>

#include "models/errors.hpp"
#include "models/markov/counts.hpp"
#include "models/markov/tables.hpp"
#include "models/parameters.hpp"
#include "models/transition_task.hpp"

namespace holdfast::markov {
namespace {

Result<FittedModel> fit_transition(const TransitionTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "markov",
    .kind = ModelKind::Transition,
    .name = {"Markov chain of states", "状态迁移(马尔可夫链)"},
    .question = {"From which state do customers move to which, and where does that lead?",
                 "客户从哪个状态迁移到哪个状态,长期会走向何处?"},
    .source = "Kemeny & Snell (1960), Finite Markov Chains; Anderson & Goodman (1957), Statistical "
              "inference about Markov chains, Ann. Math. Stat. 28, 89–110",
    .parameters =
        {{.name = "absorbing", .kind = ParameterRow::Kind::TextList,
          .default_value = std::vector<std::string>{},
          .en = "Names of states that are final: nobody leaves them.",
          .zh = "终止状态的名称:进入后不再离开。"},
         {.name = "level", .kind = ParameterRow::Kind::Real, .min = 0.5, .max = 0.999,
          .default_value = 0.95,
          .en = "Confidence of the intervals of shares.", .zh = "占比区间的置信水平。"}},
    .fit_transition = fit_transition};

namespace {

Result<std::vector<std::int32_t>> places_of(const std::vector<std::string>& names,
                                            const std::vector<std::string>& states) {
  std::vector<std::int32_t> places;
  for (const auto& name : names) {
    const auto at = std::ranges::find(states, name);
    if (at == states.end()) {
      return Error{models::errors::kNoEstimate,
                   {{"model", descriptor.id}, {"why", "no state is named " + name}}};
    }
    places.push_back(static_cast<std::int32_t>(at - states.begin()));
  }
  return places;
}

Result<FittedModel> fit_transition(const TransitionTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  progress.begin(descriptor.name, 1);
  forms::StateTransitions form{.states = task.states,
                               .segments = task.segments,
                               .periods = {}};
  if (form.segments.empty()) form.segments = {"all"};
  HOLDFAST_TRY(form.absorbing, places_of(models::texts(parameters, "absorbing"), task.states));
  HOLDFAST_TRY(const auto counts,
               migration::count_transitions({.customer = task.customer,
                                             .period = task.period,
                                             .state = task.state,
                                             .segment = task.segment,
                                             .states = task.states.size(),
                                             .segments = form.segments.size(),
                                             .gone = task.gone}));
  for (std::size_t p = 0; p < counts.periods; ++p) {
    const auto at = static_cast<std::size_t>(counts.period_first) + p;
    form.periods.push_back(at < task.periods.size() ? task.periods[at] : std::to_string(at));
  }
  form.counts = counts.counts;
  form.triples = counts.triples;
  HOLDFAST_TRY(const auto matrix, matrix_of(form, models::real(parameters, "level")));
  form.shares = matrix.share;
  FittedModel model;
  model.kind = ModelKind::Transition;
  model.model_id = descriptor.id;
  model.parameters = parameters;
  model.seed = task.seed;
  add_tables(form, matrix, model);
  model.form = std::move(form);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::markov
