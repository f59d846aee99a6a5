#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/patterns_parts.hpp"
#include "core/text.hpp"
#include "models/association/fit.hpp"
#include "models/pattern_task.hpp"
#include "pattern/errors.hpp"
#include "pattern/suggestions.hpp"

namespace holdfast::analyses::patterns {
namespace {

constexpr std::size_t kEnough = 30;        // Rules or sequences to choose from,
constexpr double kCountLeast = 20;         // unless so few baskets would have to hold them.
constexpr double kSupportFirst = 0.04;

std::size_t found_in(const FittedModel& model) {
  if (const auto* form = std::get_if<forms::AssociationRules>(&model.form)) return form->rules.size();
  const auto& patterns = std::get<forms::SequencePatterns>(model.form).patterns;
  return static_cast<std::size_t>(
      std::ranges::count_if(patterns, [](const auto& p) { return p.events.size() > 1; }));
}

bool is_too_much(const Result<FittedModel>& fitted) {
  return !fitted.ok() && fitted.error().kind == &pattern::errors::kTooMany;
}

// Halves the support until enough is found; stops where that would be too much or too rare. Where the
// first is too much, as where few giant baskets hold everything, doubles it.
Result<FittedModel> fit_lowering(const ModelDescriptor& descriptor, const PatternTask& task,
                                 Parameters parameters, Progress& progress) {
  const auto total = static_cast<double>(task.starts.size() - 1);
  const auto fitted = [&](double support) {
    parameters["support_min"] = support;
    return descriptor.fit_pattern(task, parameters, progress);
  };
  double support = kSupportFirst;
  auto best = fitted(support);
  const bool is_raised = is_too_much(best);
  while (is_too_much(best) && support < 1) {
    support = std::min(1.0, 2 * support);
    best = fitted(support);
  }
  if (!best.ok() || is_raised) return best;
  while (found_in(*best) < kEnough && support * total / 2 >= kCountLeast) {
    support /= 2;
    auto next = fitted(support);
    if (is_too_much(next)) break;
    if (!next.ok()) return next.error();
    best = std::move(next);
  }
  return best;
}

// "rules", as people call what a model looks for.
Text sought(const forms::AssociationRules* rules) {
  return rules != nullptr ? Text{"Rules", "关联规则"} : Text{"Sequences", "先后顺序"};
}

std::vector<study::ModelSpec> models_of(const study::PatternsSpec& spec) {
  if (!spec.models.empty()) return spec.models;
  return {{.id = "fp_growth", .parameters = {}}, {.id = "sequences", .parameters = {}}};
}

}  // namespace

Result<Fitted> fit(const Inputs& inputs, const study::PatternsSpec& spec, const Bought& bought,
                   Progress& progress) {
  Fitted fitted;
  for (const auto& wanted : models_of(spec)) {
    HOLDFAST_TRY(const auto* descriptor, find_model(wanted.id));
    if (descriptor->fit_pattern == nullptr) {
      return Error{holdfast::errors::kInvalidArgument,
                   {{"what", wanted.id + " is no model of patterns"}}};
    }
    PatternTask task{.items = bought.items,
                     .item = bought.basket_items,
                     .starts = bought.basket_starts,
                     .day = {},
                     .seed = inputs.study().seed};
    if (wanted.id == "sequences") {
      task.item = bought.items_by_customer;
      task.starts = bought.customer_starts;
      task.day = bought.days;
    }
    const bool is_open = !wanted.parameters.contains("support_min");
    HOLDFAST_TRY(auto model, is_open
                                 ? fit_lowering(*descriptor, task, wanted.parameters, progress)
                                 : descriptor->fit_pattern(task, wanted.parameters, progress));
    fitted.models.push_back(std::move(model));
  }
  for (const auto& model : fitted.models) {
    const auto* rules = std::get_if<forms::AssociationRules>(&model.form);
    const auto* sequences = std::get_if<forms::SequencePatterns>(&model.form);
    if (fitted.rules == nullptr) fitted.rules = rules;
    if (fitted.sequences == nullptr) fitted.sequences = sequences;
    const auto support = rules != nullptr ? rules->support_min : sequences->support_min;
    fitted.notes.push_back(
        {fmt::format("{} ({}) are sought among what at least {} % of the {} hold.", sought(rules).en, model.model_id,
                     brief(100 * support, 3), rules != nullptr ? "baskets" : "customers"),
         fmt::format("{}({})只考虑至少 {}% 的{}中出现的组合。", sought(rules).zh, model.model_id, brief(100 * support, 3),
                     rules != nullptr ? "购物篮" : "客户")});
    for (const auto& note : model.notes) fitted.notes.push_back(note);
  }
  return fitted;
}

Offers offers_for(const Bought& bought, const forms::AssociationRules& form, std::size_t limit) {
  Offers offers;
  offers.customers_by_item.resize(bought.items.size());
  const auto rules = association::rules_of(form);
  const pattern::Suggester suggester(rules);
  const auto customers = bought.customer_keys.size();
  offers.columns.customer_keys = bought.customer_keys;
  std::vector<CustomerColumns::Column> items(limit), chances(limit), evidence(limit);
  for (std::size_t place = 0; place < limit; ++place) {
    const auto number = std::to_string(place + 1);
    items[place] = {.id = "offer_" + number,
                    .header = {"offer " + number, "推荐 " + number},
                    .texts = std::vector<Text>(customers)};
    chances[place] = {.id = "chance_" + number,
                      .header = {"its confidence", "置信度"},
                      .format = Format::Share,
                      .values = std::vector<double>(customers, std::nan(""))};
    evidence[place] = {.id = "evidence_" + number,
                       .header = {"because", "依据"},
                       .texts = std::vector<Text>(customers)};
  }
  for (std::size_t c = 0; c < customers; ++c) {
    const auto held = std::span(bought.items_by_customer)
                          .subspan(bought.customer_starts[c],
                                   bought.customer_starts[c + 1] - bought.customer_starts[c]);
    const auto found = suggester.suggest(held, {.limit = limit});
    if (found.empty()) continue;
    ++offers.customers_with;
    ++offers.customers_by_item[found[0].item];
    for (std::size_t place = 0; place < found.size(); ++place) {
      const auto& name = bought.items[found[place].item];
      const auto& rule = rules[found[place].rule];
      items[place].texts[c] = {name, name};
      chances[place].values[c] = rule.confidence;
      evidence[place].texts[c] = pattern::evidence(rule, bought.items);
    }
  }
  for (std::size_t place = 0; place < limit; ++place) {
    offers.columns.columns.push_back(std::move(items[place]));
    offers.columns.columns.push_back(std::move(chances[place]));
    offers.columns.columns.push_back(std::move(evidence[place]));
  }
  return offers;
}

}  // namespace holdfast::analyses::patterns
