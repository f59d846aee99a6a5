#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {
namespace {

using Op = Formula::Op;

/// Where a step's column stands among the model's, and which codes its set holds.
struct Bound {
  std::size_t column = 0;
  std::vector<std::uint8_t> has_code;
};

std::vector<Bound> bound_of(const Formula& formula, const FittedModel& model) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t c = 0; c < model.column_names.size(); ++c) places[model.column_names[c]] = c;
  std::vector<Bound> all;
  for (const auto& step : formula.steps) {
    Bound bound;
    if (!step.column.empty()) bound.column = places.at(step.column);
    if (step.op == Op::InSet) {
      for (const auto& category : model.categories[bound.column]) {
        bound.has_code.push_back(std::ranges::find(step.categories, category) !=
                                 step.categories.end());
      }
    }
    all.push_back(std::move(bound));
  }
  return all;
}

/// One row's values, asked for from the root down and kept.
class Row {
 public:
  Row(const Formula& formula, const std::vector<Bound>& bound)
      : formula_(&formula), bound_(&bound), values_(formula.steps.size()),
        known_(formula.steps.size()) {}

  double ask(const forms::Cell* cells) {
    cells_ = cells;
    std::ranges::fill(known_, std::uint8_t{0});
    return value(formula_->root);
  }

 private:
  double value(std::int32_t index) {
    const auto at = static_cast<std::size_t>(index);
    if (known_[at] == 0) {
      values_[at] = computed(at);
      known_[at] = 1;
    }
    return values_[at];
  }

  double computed(std::size_t at) {
    const auto& step = formula_->steps[at];
    const auto& bound = (*bound_)[at];
    const auto argument = [&](std::size_t i) { return value(step.arguments[i]); };
    switch (step.op) {
      case Op::Number: return step.number;
      case Op::Column: return cells_[bound.column].value;
      case Op::Known: return cells_[bound.column].is_missing ? 0 : 1;
      case Op::InSet: {
        const auto& cell = cells_[bound.column];
        return !cell.is_missing && bound.has_code[static_cast<std::size_t>(cell.code)] != 0 ? 1 : 0;
      }
      case Op::Less: return argument(0) < argument(1) ? 1 : 0;
      case Op::LessEqual: return argument(0) <= argument(1) ? 1 : 0;
      case Op::Not: return argument(0) != 0 ? 0 : 1;
      case Op::If: return argument(0) != 0 ? argument(1) : argument(2);
      case Op::Divide: return argument(0) / argument(1);
      case Op::Minimum: return std::min(argument(0), argument(1));
      case Op::Maximum: return std::max(argument(0), argument(1));
      case Op::Exp: return std::exp(argument(0));
      case Op::Log: return std::log(argument(0));
      case Op::Tanh: return std::tanh(argument(0));
      case Op::Power: return std::pow(argument(0), argument(1));
      case Op::Sum: {
        double sum = 0;
        for (const auto part : step.arguments) sum += value(part);
        return sum;
      }
      case Op::Product: {
        double product = 1;
        for (const auto part : step.arguments) product *= value(part);
        return product;
      }
    }
    return 0;
  }

  const Formula* formula_;
  const std::vector<Bound>* bound_;
  const forms::Cell* cells_ = nullptr;
  std::vector<double> values_;
  std::vector<std::uint8_t> known_;
};

}  // namespace

std::vector<double> evaluate(const Formula& formula, const FittedModel& model,
                             const dataset::Columns& columns) {
  const auto bound = bound_of(formula, model);
  const auto cells = cells_of(model, columns);
  const std::size_t width = model.column_names.size();
  std::vector<double> result(columns.rows);
  parallel_for(columns.rows, 64, [&](std::size_t begin, std::size_t end) {
    Row row(formula, bound);
    for (std::size_t r = begin; r < end; ++r) result[r] = row.ask(cells.data() + r * width);
  });
  return result;
}

}  // namespace holdfast::exchange
