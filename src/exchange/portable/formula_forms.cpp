#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/check.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/formula.hpp"
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

Ref activated(FormulaBuilder& b, forms::Activation activation, Ref sum) {
  switch (activation) {
    case forms::Activation::Identity: break;
    case forms::Activation::Sigmoid: return b.logistic(sum);
    case forms::Activation::Tanh: return b.tanh(sum);
    case forms::Activation::Relu: return b.maximum(sum, b.number(0));
  }
  return sum;
}

Result<Ref> form_score(FormulaBuilder& b, const FittedModel& model, const forms::Network& form) {
  auto inputs = terms_of(b, model.preparation);
  for (const auto& layer : form.layers) {
    std::vector<Ref> outputs;
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      std::vector<Ref> parts = {b.number(layer.biases[o])};
      for (std::size_t i = 0; i < layer.inputs; ++i) {
        parts.push_back(b.product({b.number(layer.weights[i * layer.outputs + o]), inputs[i]}));
      }
      const Ref sum = b.sum(std::move(parts));
      const bool is_last = &layer == &form.layers.back();
      outputs.push_back(is_last ? sum : b.named(activated(b, layer.activation, sum), "neuron"));
    }
    inputs = std::move(outputs);
  }
  return inputs[0];
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

Result<Formula> formula_of(const FittedModel& model) {
  FormulaBuilder b;
  HOLDFAST_TRY(const auto score, score_of(b, model));
  const auto root = b.named(calibrated_of(b, model.calibration, score), "churn_probability");
  return b.finished(root);
}

}  // namespace holdfast::exchange
