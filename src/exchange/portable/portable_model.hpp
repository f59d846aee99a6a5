#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "exchange/portable/formula.hpp"

/// A fitted model made ready to be written: what it answers, its arithmetic, what it says itself.
namespace holdfast::exchange {

/// What is asked of a model of when customers leave. Other models have no such questions.
struct LeavingQuestion {
  std::string exit;            // Of this exit alone, others as lost from sight; empty: of any.
  std::optional<double> days;  // Within so many days; none: read from a column of its own.
};

struct PortableModel {
  /// Probability of leaving; effect of a treatment; number of the group, from 1, 0 for none.
  enum class Answer : std::uint8_t { Probability, Effect, Group };
  /// A named step that other systems have an element for: a line over the terms, or trees.
  struct Part {
    std::string step;
    const forms::LinearPredictor* line = nullptr;
    std::size_t output = 0;               // Of the line.
    const FittedModel* trees = nullptr;   // Of one output.
  };

  Answer answer = Answer::Probability;
  const FittedModel* source = nullptr;    // As fitted; must outlive this.
  const FittedModel* model = nullptr;     // As read: with a column of the days where one is read.
  Formula formula;
  std::vector<Part> parts;
  LeavingQuestion question;
  std::string days_column;                // Empty: not read.
  std::vector<std::unique_ptr<FittedModel>> made;  // What parts and `model` refer to.

  const Part* part_of(const std::string& step) const;
};

/// Errors: kNoFormula, kNotBinary; kNoSuchExit, kNeedsDays of models of when customers leave.
Result<PortableModel> portable_of(const FittedModel& model, const LeavingQuestion& question);

/// The arithmetic of the kinds, used by portable_of.
Result<void> add_leaving(FormulaBuilder& builder, PortableModel& portable);
void add_groups(FormulaBuilder& builder, PortableModel& portable);

/// What the model itself says of rows of `model`'s columns.
std::vector<double> own_answers(const PortableModel& portable, const dataset::Columns& rows);

/// Rows to check a written model on, with days of all kinds where a column of them is read, and what
/// the model itself says of them.
class CheckedRows {
 public:
  CheckedRows(const PortableModel& portable, const dataset::Columns& rows);
  const dataset::Columns& view() const { return view_; }
  const std::vector<double>& own() const { return own_; }  // [rows]

 private:
  std::vector<double> days_;
  std::vector<std::uint8_t> valid_;
  dataset::Columns view_;
  std::vector<double> own_;
};

/// Exits the question is about, as places in the model's.
std::vector<std::size_t> exits_asked(const PortableModel& portable);
/// The cumulative hazards of trees until `days`, as a model of one output.
FittedModel hazard_until(const FittedModel& model, const forms::HazardTrees& form, std::size_t exit,
                         double days);

}  // namespace holdfast::exchange
