#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "core/check.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/formula.hpp"
#include "exchange/portable/rule_steps.hpp"
#include "exchange/portable/tree_steps.hpp"

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model,
                       const forms::LinearPredictor& form) {
  const auto terms = terms_of(b, model.preparation);
  std::vector<Ref> parts = {b.number(form.intercepts[0])};
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (form.coefficients[t] == 0) continue;
    parts.push_back(b.product({b.number(form.coefficients[t]), terms[t]}));
  }
  return b.sum(std::move(parts));
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model,
                       const forms::TreeEnsemble& form) {
  return trees_of(b, model, form);
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model, const forms::RuleSet& form) {
  return rules_of(b, model, form);
}

Ref neuron(FormulaBuilder& b, forms::Activation activation, Ref sum) {
  switch (activation) {
    case forms::Activation::Identity: return sum;
    case forms::Activation::Sigmoid: return b.logistic(sum);
    case forms::Activation::Tanh: return b.tanh(sum);
    case forms::Activation::Relu: return b.maximum(sum, b.number(0));
  }
  return sum;
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model, const forms::Network& form) {
  auto inputs = terms_of(b, model.preparation);
  for (std::size_t l = 0; l < form.layers.size(); ++l) {
    const auto& layer = form.layers[l];
    std::vector<Ref> outputs;
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      std::vector<Ref> parts = {b.number(layer.biases[o])};
      for (std::size_t i = 0; i < layer.inputs; ++i) {
        parts.push_back(b.product({b.number(layer.weights[i * layer.outputs + o]), inputs[i]}));
      }
      const auto value = neuron(b, layer.activation, b.sum(std::move(parts)));
      outputs.push_back(l + 1 < form.layers.size() ? b.named(value, fmt::format("layer_{}_{}", l + 1, o + 1))
                                                   : value);
    }
    inputs = std::move(outputs);
  }
  return inputs[0];
}

/// The kernel of one support vector with the row's terms.
Ref kernel_of(FormulaBuilder& b, const forms::KernelExpansion& form, const std::vector<Ref>& terms,
              const double* vector) {
  using Kernel = forms::KernelExpansion::Kernel;
  std::vector<Ref> parts;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (form.kernel == Kernel::Rbf) {
      const auto distance = b.sum({terms[t], b.number(-vector[t])});
      parts.push_back(b.product({distance, distance}));
    } else if (vector[t] != 0) {
      parts.push_back(b.product({b.number(vector[t]), terms[t]}));
    }
  }
  const auto inner = b.product({b.number(form.kernel == Kernel::Rbf ? -form.gamma : form.gamma),
                                b.sum(std::move(parts))});
  if (form.kernel == Kernel::Rbf) return b.exp(b.maximum(inner, b.number(-700)));
  const auto shifted = b.sum({inner, b.number(form.constant)});
  if (form.kernel == Kernel::Sigmoid) return b.tanh(shifted);
  std::vector<Ref> factors(static_cast<std::size_t>(form.degree), shifted);
  return b.clamped(b.product(std::move(factors)), -forms::kKernelLargest, forms::kKernelLargest);
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model,
                       const forms::KernelExpansion& form) {
  const auto terms = terms_of(b, model.preparation);
  std::vector<Ref> parts = {b.number(-form.rho)};
  for (std::size_t v = 0; v < form.coefficients.size(); ++v) {
    parts.push_back(b.product({b.number(form.coefficients[v]),
                               kernel_of(b, form, terms, form.vectors.data() + v * form.terms)}));
  }
  return b.sum(std::move(parts));
}

/// The number of the state a column is in; `missing` where it has no value or one without a state.
Ref by_state(FormulaBuilder& b, const FittedModel& model, const forms::DiscreteColumn& states,
             const std::vector<double>& numbers, double without) {
  const auto column = static_cast<std::size_t>(states.column);
  const auto& name = model.column_names[column];
  const double missing = states.missing_state < 0
                             ? without
                             : numbers[static_cast<std::size_t>(states.missing_state)];
  if (model.categories[column].empty()) {
    Ref value = b.number(numbers[states.cuts.size()]);
    for (std::size_t i = states.cuts.size(); i-- > 0;) {
      value = b.either(b.less_equal(b.column(name), b.number(states.cuts[i])),
                       b.number(numbers[i]), value);
    }
    return b.either(b.known(name), value, b.number(missing));
  }
  Ref value = b.number(missing);
  for (std::int32_t state = 0; state < states.states_count; ++state) {
    std::vector<std::string> names;
    for (std::size_t code = 0; code < states.state_of_category.size(); ++code) {
      if (states.state_of_category[code] == state) names.push_back(model.categories[column][code]);
    }
    if (names.empty()) continue;
    value = b.either(b.in_set(name, std::move(names)),
                     b.number(numbers[static_cast<std::size_t>(state)]), value);
  }
  return value;
}

/// a x² + b x + c of the two normal densities, cut as log_ratio cuts it.
Ref normal_score(FormulaBuilder& b, const FittedModel& model,
                 const forms::NaiveBayes::Factor& factor) {
  const auto& name = model.column_names[static_cast<std::size_t>(factor.states.column)];
  const auto part = [&](std::size_t k, double sign) {
    const auto distance = b.sum({b.column(name), b.number(-factor.mean[k])});
    return b.product({b.number(-sign / (2 * factor.variance[k])), distance, distance});
  };
  const double constant = -0.5 * std::log(factor.variance[1]) + 0.5 * std::log(factor.variance[0]);
  const auto ratio = b.sum({part(1, 1), part(0, -1), b.number(constant)});
  return b.either(b.known(name), b.clamped(ratio, -50, 50), b.number(0));
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model, const forms::NaiveBayes& form) {
  std::vector<Ref> parts = {b.number(form.log_prior[1] - form.log_prior[0])};
  for (const auto& factor : form.factors) {
    if (!factor.mean.empty()) {
      parts.push_back(normal_score(b, model, factor));
      continue;
    }
    const auto states = static_cast<std::size_t>(factor.states.states_count);
    std::vector<double> ratios;
    for (std::size_t s = 0; s < states; ++s) {
      ratios.push_back(factor.log_probability[states + s] - factor.log_probability[s]);
    }
    parts.push_back(b.named(by_state(b, model, factor.states, ratios, 0),
                            "evidence_" + std::to_string(parts.size())));
  }
  return b.sum(std::move(parts));
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model,
                       const forms::PointsTable& form) {
  std::vector<Ref> parts = {b.number(form.base)};
  for (const auto& entry : form.entries) {
    parts.push_back(b.named(by_state(b, model, entry.states, entry.points, entry.neutral),
                            "points_" + std::to_string(parts.size())));
  }
  const auto points = b.named(b.sum(std::move(parts)), "points");
  return b.sum({b.product({b.number(form.slope), points}), b.number(form.intercept)});
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel&, const forms::Stack& form) {
  std::vector<Ref> parts = {b.number(form.intercept)};
  for (std::size_t m = 0; m < form.members.size(); ++m) {
    if (form.weights[m] == 0) continue;
    HOLDFAST_TRY(const auto score, score_of(b, *form.members[m]));
    auto answer = b.named(calibrated_of(b, form.members[m]->calibration, score), "member");
    if (form.on_logits) {
      constexpr double kLargest = forms::Stack::kLogitLargest;
      const double least = 1 / (1 + std::exp(kLargest));
      const auto cut = b.clamped(answer, least, 1 - least);
      const auto rest = b.sum({b.number(1), b.product({b.number(-1), cut})});
      answer = b.log(b.divide(cut, rest));
    }
    parts.push_back(b.product({b.number(form.weights[m]), answer}));
  }
  return b.sum(std::move(parts));
}

template <typename Form>
concept HasFormula = requires(FormulaBuilder& b, const FittedModel& model, const Form& form) {
  form_score(b, model, form);
};

}  // namespace

Result<std::int32_t> score_of(FormulaBuilder& b, const FittedModel& model) {
  if (model.classes.size() > 2) {
    return Error{errors::kNotBinary, {{"model", model.model_id}, {"classes", model.classes.size()}}};
  }
  auto score = std::visit(
      [&](const auto& form) -> Result<Ref> {
        if constexpr (HasFormula<std::decay_t<decltype(form)>>) return form_score(b, model, form);
        else return Error{errors::kNoFormula, {{"model", model.model_id}}};
      },
      model.form);
  if (!score.ok()) return score;
  return b.named(*score, "score");
}

std::vector<std::int32_t> named_terms(const Formula& formula) {
  std::vector<std::int32_t> terms;
  for (std::size_t i = 0; i < formula.steps.size(); ++i) {
    if (formula.steps[i].name != fmt::format("term_{}", terms.size() + 1)) continue;
    terms.push_back(static_cast<std::int32_t>(i));
  }
  return terms;
}

const forms::KernelExpansion* machine_of(const FittedModel& model, const Formula& formula) {
  const auto* machine = std::get_if<forms::KernelExpansion>(&model.form);
  if (machine == nullptr || machine->coefficients.empty()) return nullptr;
  return named_terms(formula).size() == machine->terms ? machine : nullptr;
}

Result<Formula> formula_of(const FittedModel& model) {
  FormulaBuilder b;
  HOLDFAST_TRY(const auto score, score_of(b, model));
  if (model.kind == ModelKind::Effect) {
    // An effect may be negative and is no probability of leaving.
    auto formula = b.finished(score);
    formula.answer = "effect";
    return formula;
  }
  const auto root = b.named(calibrated_of(b, model.calibration, score), "churn_probability");
  return b.finished(root);
}

}  // namespace holdfast::exchange
