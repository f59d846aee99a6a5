#include "models/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/check.hpp"
#include "models/cell_table.hpp"

namespace holdfast::models {
namespace {

using forms::Cell;

constexpr double kZeroMean = 1e-3;           // Of the standard deviation.
constexpr double kRoundingOfShares = 1e-12;

/// Another value of one input, and how much it counts among the input's.
struct Change {
  std::size_t column;
  Cell cell;
  double share;
};

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments_of(const dataset::ColumnView& column, std::span<const double> weight) {
  Moments moments;
  double known = 0, squares = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0) || column.valid[r] == 0 || !std::isfinite(column.values[r])) continue;
    known += weight[r];
    const double before = column.values[r] - moments.mean;
    moments.mean += before * (weight[r] / known);  // Running (West 1979): cannot overflow early.
    squares += weight[r] * before * (column.values[r] - moments.mean);
  }
  moments.deviation = known > 0 ? std::sqrt(squares / known) : 0;
  return moments;
}

double changed_value(const Moments& moments) {
  const bool is_zero = std::abs(moments.mean) < kZeroMean * moments.deviation;
  const double value = is_zero ? moments.mean + moments.deviation : 2 * moments.mean;
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::clamp(value, -kLargest, kLargest);
}

/// Weight of each category of a column, the last being the missing cells.
std::vector<double> category_weights(const dataset::ColumnView& column,
                                     std::span<const double> weight) {
  std::vector<double> result(column.categories.size() + 1);
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    result[column.valid[r] != 0 ? column.codes[r] : column.categories.size()] += weight[r];
  }
  return result;
}

/// The base point and all changes from it.
class Questions {
 public:
  Questions(const FittedModel& model, const dataset::Columns& train, std::span<const double> weight)
      : model_(&model), base_(model.reference) {
    std::vector<std::vector<const dataset::Term*>> terms(model.column_names.size());
    for (const auto& term : model.preparation.terms) {
      const auto at = std::ranges::find(model.column_names, term.column);
      terms[static_cast<std::size_t>(at - model.column_names.begin())].push_back(&term);
    }
    const bool reads_cells = model.preparation.terms.empty();  // Trees: every value is its own.
    for (std::size_t c = 0; c < terms.size(); ++c) {
      if (terms[c].empty() && !reads_cells) continue;
      if (model.categories[c].empty()) ask_numeric(c, terms[c], train.columns[c], weight);
      else ask_category(c, terms[c], train.columns[c], weight);
    }
  }

  const std::vector<Change>& changes() const { return changes_; }
  const Cell& base(std::size_t column) const { return base_[column]; }

  /// Probabilities of every class, [1 + changes][classes], the base point first.
  std::vector<double> answers() const {
    const auto like = columns_of(*model_);
    CellTable table(like);
    table.add(base_);
    for (const auto& change : changes_) {
      auto row = base_;
      row[change.column] = change.cell;
      table.add(row);
    }
    return predict_classes(*model_, table.view());
  }

 private:
  using Terms = std::vector<const dataset::Term*>;

  void ask_numeric(std::size_t c, const Terms& terms, const dataset::ColumnView& column,
                   std::span<const double> weight) {
    const Moments moments = moments_of(column, weight);
    base_[c] = {.value = moments.mean, .is_missing = false};
    const bool sees_value =
        terms.empty() || std::ranges::any_of(terms, [](const dataset::Term* term) {
          return term->kind != dataset::Term::Kind::Missing;
        });
    Cell cell;
    if (sees_value) cell = {.value = changed_value(moments), .is_missing = false};
    changes_.push_back({c, cell, 1});
  }

  /// One change for each category of its own, one for the rare ones together, one for missing.
  void ask_category(std::size_t c, const Terms& terms, const dataset::ColumnView& column,
                    std::span<const double> weight) {
    const auto counts = category_weights(column, weight);
    const std::size_t known = column.categories.size();
    const auto most = std::max_element(counts.begin(), counts.end() - 1) - counts.begin();
    const auto frequent = static_cast<std::int32_t>(most);
    const bool is_missing = counts[known] > counts[static_cast<std::size_t>(most)];
    base_[c] = {.code = is_missing ? -1 : frequent, .is_missing = is_missing};
    if (is_missing) {
      changes_.push_back(
          {c, {.code = frequent, .is_missing = false}, counts[static_cast<std::size_t>(most)]});
    }
    const bool has_own_terms = std::ranges::any_of(terms, [](const dataset::Term* term) {
      return term->kind != dataset::Term::Kind::WeightOfEvidence;
    });
    if (!has_own_terms) {
      for (std::size_t k = 0; k < known; ++k) {
        if (static_cast<std::int32_t>(k) == frequent || !(counts[k] > 0)) continue;
        changes_.push_back(
            {c, {.code = static_cast<std::int32_t>(k), .is_missing = false}, counts[k]});
      }
      if (!is_missing && counts[known] > 0) changes_.push_back({c, {}, counts[known]});
      return;
    }
    for (const auto* term : terms) {
      if (term->kind == dataset::Term::Kind::Missing) {
        if (!is_missing) changes_.push_back({c, {}, counts[known]});
        continue;
      }
      Change change{c, {.is_missing = false}, 0};
      double largest = -1;
      for (std::size_t k = 0; k < known; ++k) {
        if (std::ranges::find(term->categories, column.categories[k]) == term->categories.end()) {
          continue;
        }
        change.share += counts[k];
        if (counts[k] > largest) change.cell.code = static_cast<std::int32_t>(k), largest = counts[k];
      }
      if (largest >= 0) changes_.push_back(change);
    }
  }

  const FittedModel* model_;
  std::vector<Cell> base_;
  std::vector<Change> changes_;
};

std::variant<std::string, double> shown(const FittedModel& model, std::size_t column,
                                        const Cell& cell) {
  if (cell.is_missing) return std::string("(missing)");
  if (model.categories[column].empty()) return cell.value;
  return model.categories[column][static_cast<std::size_t>(cell.code)];
}

/// Half the sum of the absolute changes of the classes' probabilities.
double change_of(std::span<const double> from, std::span<const double> to) {
  double sum = 0;
  for (std::size_t k = 0; k < from.size(); ++k) sum += std::abs(to[k] - from[k]);
  return sum / 2;
}

InputSensitivity answer_of(const FittedModel& model, const Questions& questions,
                           std::span<const double> answers, std::size_t first, std::size_t last) {
  const std::size_t classes = answers.size() / (questions.changes().size() + 1);
  const auto& changes = questions.changes();
  InputSensitivity input{.column = changes[first].column};
  double total = 0;
  for (std::size_t i = first; i < last; ++i) {
    const auto to = answers.subspan((i + 1) * classes, classes);
    total += changes[i].share;
    input.y_changed += changes[i].share * to[1];
    input.y_var += changes[i].share * change_of(answers.first(classes), to);
  }
  input.y_changed /= total;
  input.y_var /= total;
  input.base = shown(model, input.column, questions.base(input.column));
  input.changed = last - first == 1 ? shown(model, input.column, changes[first].cell)
                                    : std::variant<std::string, double>("(other)");
  return input;
}

void choose(Sensitivity& result, double kpi_share) {
  double total = 0;
  for (const auto& input : result.inputs) total += input.y_var;
  result.is_flat = !(total > 0);
  std::ranges::stable_sort(result.inputs, std::greater<>(), &InputSensitivity::y_var);
  double cumulative = 0;
  for (auto& input : result.inputs) {
    input.relative = input.y_var / std::max(result.y, std::numeric_limits<double>::min());
    input.contribution = result.is_flat ? 0 : input.y_var / total;  // y cancels.
    input.is_kpi = result.is_flat || kpi_share >= 1 || cumulative < kpi_share - kRoundingOfShares;
    cumulative += input.contribution;
    input.cumulative = cumulative;
  }
}

}  // namespace

Sensitivity sensitivity_of(const FittedModel& model, const dataset::Columns& train,
                           std::span<const double> weight, double kpi_share) {
  HOLDFAST_CHECK(train.columns.size() == model.column_names.size());
  const Questions questions(model, train, weight);
  const auto answers = questions.answers();
  const auto& changes = questions.changes();
  Sensitivity result{.y = answers[1]};
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    double share = 0;
    for (; last < changes.size() && changes[last].column == changes[first].column; ++last) {
      share += changes[last].share;
    }
    if (share > 0) result.inputs.push_back(answer_of(model, questions, answers, first, last));
    first = last;
  }
  choose(result, kpi_share);
  return result;
}

ReportTable sensitivity_table(const FittedModel& model, const Sensitivity& sensitivity) {
  ReportTable table{.id = "sensitivity",
                    .title = {"Sensitivity of the answer to its inputs", "敏感性分析"},
                    .columns = {"input", "base", "changed", "y", "y_changed", "y_var", "relative",
                                "contribution", "cumulative", "is_kpi"},
                    .headers = {{"Input", "输入"},
                                {"Base (mean)", "基准(均值)"},
                                {"Changed to", "变动后"},
                                {"y at base", "基准处 y"},
                                {"y changed", "变动后 y"},
                                {"Change of y", "y 的变化量"},
                                {"Relative change", "相对变化"},
                                {"Contribution", "贡献率"},
                                {"Cumulative", "累计贡献率"},
                                {"KPI", "关键指标"}}};
  for (const auto& input : sensitivity.inputs) {
    table.rows.push_back({model.column_names[input.column], input.base, input.changed,
                          sensitivity.y, input.y_changed, input.y_var, input.relative,
                          input.contribution, input.cumulative,
                          std::string(input.is_kpi ? "*" : "")});
  }
  return table;
}

}  // namespace holdfast::models
