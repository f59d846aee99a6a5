#include "automodel/criterion.hpp"

#include <numeric>

#include "core/check.hpp"

namespace holdfast::automodel {
namespace {

std::size_t size_of(const forms::LinearPredictor& form) {
  return form.coefficients.size() + form.intercepts.size();
}

std::size_t size_of(const forms::TreeEnsemble& form) {
  return std::transform_reduce(form.trees.begin(), form.trees.end(), std::size_t{0}, std::plus{},
                               [](const auto& tree) { return tree.nodes.size(); });
}

/// Conditions and rules, with the defaults.
std::size_t size_of(const forms::RuleSet& form) {
  std::size_t size = form.lists.size();
  for (const auto& list : form.lists) {
    for (const auto& rule : list.rules) size += rule.conditions.size() + 1;
  }
  return size;
}

std::size_t size_of(const forms::NaiveBayes& form) {
  return std::transform_reduce(form.factors.begin(), form.factors.end(), form.log_prior.size(),
                               std::plus{}, [](const auto& factor) {
                                 return factor.log_probability.size() + 2 * factor.mean.size();
                               });
}

std::size_t size_of(const forms::BayesianNetwork& form) {
  return std::transform_reduce(form.variables.begin(), form.variables.end(), std::size_t{0},
                               std::plus{},
                               [](const auto& variable) { return variable.table.size(); });
}

std::size_t size_of(const forms::PointsTable& form) {
  return std::transform_reduce(form.entries.begin(), form.entries.end(), std::size_t{1},
                               std::plus{},
                               [](const auto& entry) { return entry.points.size(); });
}

std::size_t size_of(const forms::KernelExpansion& form) {
  return form.vectors.size() + form.coefficients.size() + 1;
}

std::size_t size_of(const forms::Network& form) {
  return std::transform_reduce(
      form.layers.begin(), form.layers.end(), std::size_t{0}, std::plus{},
      [](const auto& layer) { return layer.weights.size() + layer.biases.size(); });
}

std::size_t size_of(const forms::ValueModel& form) { return form.parameters.size(); }

std::size_t size_of(const forms::Stack& form) {
  return std::transform_reduce(form.members.begin(), form.members.end(), form.weights.size(),
                               std::plus{},
                               [](const auto& member) { return automodel::size_of(*member); });
}

/// Forms that no classifier has are never compared by size.
template <typename Form>
concept HasSize = requires(const Form& form) { size_of(form); };

}  // namespace

std::size_t size_of(const FittedModel& model) {
  return std::visit(
      [](const auto& form) -> std::size_t {
        if constexpr (HasSize<std::decay_t<decltype(form)>>) return size_of(form);
        else return 0;
      },
      model.form);
}

double criterion(const study::ModelsSpec& spec, const evaluation::Metrics& metrics,
                 const FittedModel* model) {
  if (spec.choose_by == "auc") return metrics.auc.estimate;
  if (spec.choose_by == "lift") return metrics.top_decile_lift;
  if (spec.choose_by == "brier") return -metrics.brier;
  if (spec.choose_by == "cost") return -metrics.error_cost;
  if (spec.choose_by == "size" && model != nullptr) return -static_cast<double>(size_of(*model));
  return metrics.maximum_profit.per_customer;
}

double shown(const study::ModelsSpec& spec, double criterion) {
  const bool is_less_better =
      spec.choose_by == "brier" || spec.choose_by == "cost" || spec.choose_by == "size";
  return is_less_better ? -criterion : criterion;
}

Text criterion_name(const study::ModelsSpec& spec) {
  if (spec.choose_by == "auc") return {"AUC", "AUC"};
  if (spec.choose_by == "lift") return {"lift of the top decile", "首个十分位提升度"};
  if (spec.choose_by == "brier") return {"Brier score", "Brier 分数"};
  if (spec.choose_by == "cost") return {"cost of errors per customer", "每客户错判代价"};
  if (spec.choose_by == "size") return {"size", "规模"};
  return {"profit per customer", "每客户利润"};
}

Result<evaluation::Metrics> metrics_of(const study::Study& study, const dataset::Dataset& data,
                                       std::span<const std::uint32_t> rows,
                                       std::span<const double> probability) {
  HOLDFAST_CHECK(rows.size() == probability.size());
  std::vector<double> weight;
  std::vector<std::uint8_t> y;
  std::vector<std::int64_t> value;
  bool has_value = false;
  for (const auto row : rows) {
    y.push_back(data.y[row]);
    weight.push_back(data.weight[row]);
    value.push_back(data.matrix.value_cents[row]);
    has_value |= value.back() != 0;
  }
  evaluation::Scored scored{
      .probability = probability, .y = y, .weight = weight, .value_cents = value};
  if (!has_value) scored.value_cents = {};
  return evaluation::evaluate(scored, study.profit,
                              {.missed = study.models.cost_missed,
                               .false_alarm = study.models.cost_false_alarm});
}

}  // namespace holdfast::automodel
