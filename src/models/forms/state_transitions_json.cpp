#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {

using nlohmann::ordered_json;

ordered_json to_json(const StateTransitions& form) {
  return {{"about",
           "counts [periods x segments x states x states] of moves from a state (row) to the next "
           "period's (column); shares [states x states] over all; triples: two moves on end"},
          {"states", form.states},
          {"absorbing", form.absorbing},
          {"segments", form.segments},
          {"periods", form.periods},
          {"shares", numbers_json(form.shares)},
          {"counts", form.counts},
          {"triples", form.triples}};
}

void read(const ordered_json& json, const FormShape&, StateTransitions& form) {
  form.states = json.at("states").get<std::vector<std::string>>();
  form.absorbing = json.at("absorbing").get<std::vector<std::int32_t>>();
  form.segments = json.at("segments").get<std::vector<std::string>>();
  form.periods = json.at("periods").get<std::vector<std::string>>();
  form.shares = numbers_from(json.at("shares"));
  form.counts = json.at("counts").get<std::vector<std::uint64_t>>();
  form.triples = json.at("triples").get<std::vector<std::uint64_t>>();
  const auto k = form.states.size();
  require(k > 0 && !form.segments.empty(), "transitions without states or segments");
  require(form.shares.size() == k * k, "shares and states differ in number");
  require(form.counts.size() == form.periods.size() * form.segments.size() * k * k,
          "counts of other than all periods, segments and states");
  require(form.triples.empty() || form.triples.size() == k * k * k,
          "triples of other than all states");
  for (const auto state : form.absorbing) {
    require(state >= 0 && static_cast<std::size_t>(state) < k, "a final state that is not there");
  }
}

}  // namespace holdfast::forms
