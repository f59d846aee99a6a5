#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "models/model.hpp"

/// A fitted model as arithmetic over its input columns, which SQL, PMML and ONNX each write in their
/// own words.
namespace holdfast::exchange {

/// A step's value is a number or a truth value. Steps stand behind the ones they use.
struct Formula {
  enum class Op : std::uint8_t {
    Number,     // `number`.
    Column,     // Value of the numeric `column`; only asked where it is known.
    Known,      // Truth: `column` has a value; a category: one the model knows.
    InSet,      // Truth: category `column` has one of `categories`; false where missing.
    Less,       // Truth: a < b.
    LessEqual,  // Truth: a <= b.
    Not,        // Truth.
    If,         // a ? b : c; only the branch taken is asked.
    Sum,        // Of all arguments.
    Product,    // Of all arguments.
    Divide,     // a / b.
    Minimum,    // Of a and b.
    Maximum,
    Exp,        // exp(a).
    Log,        // ln(a), a > 0.
    Tanh,
    Power       // a ^ b, a > 0 or b a whole number.
  };
  struct Step {
    Op op = Op::Number;
    double number = 0;
    std::string column;
    std::vector<std::string> categories;
    std::vector<std::int32_t> arguments;
    std::string name;  // A step worth a name of its own: "term_3", "score"; empty: written in place.
  };
  std::vector<Step> steps;
  std::int32_t root = -1;
  std::string answer = "churn_probability";  // Name of the root.
};

bool is_truth(Formula::Op op);

/// Builds formulas; a step already there is used again.
class FormulaBuilder {
 public:
  using Ref = std::int32_t;

  Ref number(double value);
  Ref column(const std::string& name);
  Ref known(const std::string& column);
  Ref in_set(const std::string& column, std::vector<std::string> categories);
  Ref less(Ref a, Ref b) { return add(Formula::Op::Less, {a, b}); }
  Ref less_equal(Ref a, Ref b) { return add(Formula::Op::LessEqual, {a, b}); }
  Ref negation(Ref a) { return add(Formula::Op::Not, {a}); }
  Ref either(Ref condition, Ref a, Ref b) { return add(Formula::Op::If, {condition, a, b}); }
  Ref sum(std::vector<Ref> parts);
  Ref product(std::vector<Ref> parts);
  Ref divide(Ref a, Ref b) { return add(Formula::Op::Divide, {a, b}); }
  Ref minimum(Ref a, Ref b) { return add(Formula::Op::Minimum, {a, b}); }
  Ref maximum(Ref a, Ref b) { return add(Formula::Op::Maximum, {a, b}); }
  Ref exp(Ref a) { return add(Formula::Op::Exp, {a}); }
  Ref log(Ref a) { return add(Formula::Op::Log, {a}); }
  Ref tanh(Ref a) { return add(Formula::Op::Tanh, {a}); }
  Ref power(Ref a, Ref b) { return add(Formula::Op::Power, {a, b}); }
  /// 1 / (1 + exp(−a)).
  Ref logistic(Ref a);
  Ref clamped(Ref a, double low, double high);
  /// Gives a step a name, made unique; Number steps stay as they are.
  Ref named(Ref step, const std::string& name);

  Formula finished(Ref root);
  const Formula& formula() const { return formula_; }

 private:
  Ref add(Formula::Op op, std::vector<Ref> arguments);
  Ref push(Formula::Step step);

  Formula formula_;
  std::unordered_map<std::string, int> names_;  // How often each was asked for.
};

/// The terms of a preparation, each named, in order.
std::vector<std::int32_t> terms_of(FormulaBuilder& builder, const dataset::Preparation& preparation);
/// Probability of a raw score.
std::int32_t calibrated_of(FormulaBuilder& builder, const forms::Calibration& calibration,
                           std::int32_t score);
/// The raw score of a model, or what stands in the way.
/// Errors: kNoFormula where the form has no arithmetic of this kind; kNotBinary.
Result<std::int32_t> score_of(FormulaBuilder& builder, const FittedModel& model);
/// The whole model: a classifier's probability, the effect of a treatment. Errors: as score_of.
Result<Formula> formula_of(const FittedModel& model);

/// Steps of the preparation's terms, in order; those that are no more than a number are missing.
std::vector<std::int32_t> named_terms(const Formula& formula);
/// The model's form where it is a support vector machine over named terms, which other systems have
/// as a model of their own; else nullptr.
const forms::KernelExpansion* machine_of(const FittedModel& model, const Formula& formula);

/// Values of the root for rows of the model's columns; what the exports must reproduce.
std::vector<double> evaluate(const Formula& formula, const FittedModel& model,
                             const dataset::Columns& columns);

}  // namespace holdfast::exchange
