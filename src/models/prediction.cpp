#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <type_traits>
#include <unordered_map>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "models/model.hpp"
#include "models/model_free.hpp"

namespace holdfast {
namespace {

constexpr std::size_t kRowsPerBlock = 512;
constexpr std::size_t kRowsInPlacePerBlock = 2048;  // Of forms that read columns themselves.
constexpr std::size_t kRowsExplainedPerBlock = 64;  // Explaining a row takes far longer.

/// The model's code of each category of the column; −1: the model does not know it.
std::vector<std::int32_t> translation(const dataset::ColumnView& column,
                                      const std::vector<std::string>& known) {
  std::unordered_map<std::string_view, std::int32_t> codes;
  for (const auto& name : known) codes.emplace(name, static_cast<std::int32_t>(codes.size()));
  std::vector<std::int32_t> result;
  for (const auto& name : column.categories) {
    const auto found = codes.find(name);
    result.push_back(found == codes.end() ? -1 : found->second);
  }
  return result;
}

/// The model's columns found in the caller's, with category codes translated to the model's. A column
/// of the other kind is no such column.
class Alignment {
 public:
  Alignment(const FittedModel& model, const dataset::Columns& columns) {
    for (std::size_t c = 0; c < model.column_names.size(); ++c) {
      const auto* source = find(columns, model.column_names[c], c);
      auto& slice = slices_.emplace_back();
      const bool is_category = !model.categories[c].empty();
      if (source == nullptr || source->values.empty() != is_category) continue;
      slice.valid = source->valid.data();
      if (!is_category) {
        slice.values = source->values.data();
        continue;
      }
      slice.codes = source->codes.data();
      slice.own_code = codes_.emplace_back(translation(*source, model.categories[c]));
    }
  }

  std::size_t size() const { return slices_.size(); }
  std::span<const forms::Slice> slices() const { return slices_; }

  std::vector<forms::Cell> rows(std::size_t begin, std::size_t end) const {
    std::vector<forms::Cell> cells((end - begin) * size());
    for (std::size_t c = 0; c < size(); ++c) {
      for (std::size_t r = begin; r < end; ++r) cells[(r - begin) * size() + c] = slices_[c].cell(r);
    }
    return cells;
  }

 private:
  static const dataset::ColumnView* find(const dataset::Columns& columns, const std::string& name,
                                         std::size_t expected_at) {
    if (expected_at < columns.columns.size() && columns.columns[expected_at].name == name) {
      return &columns.columns[expected_at];
    }
    const auto found = std::ranges::find(columns.columns, name, &dataset::ColumnView::name);
    return found == columns.columns.end() ? nullptr : &*found;
  }

  std::vector<forms::Slice> slices_;            // [columns of the model]
  std::deque<std::vector<std::int32_t>> codes_;  // What slices refer to.
};

/// The caller's columns with categories the model does not know as missing cells, which is how
/// scoring and every exported format see them.
class KnownCategories {
 public:
  KnownCategories(const FittedModel& model, const dataset::Columns& columns) : view_(columns) {
    for (auto& column : view_.columns) {
      const auto at = std::ranges::find(model.column_names, column.name);
      if (at == model.column_names.end() || !column.is_category()) continue;
      const auto own_code = translation(
          column, model.categories[static_cast<std::size_t>(at - model.column_names.begin())]);
      if (std::ranges::find(own_code, -1) == own_code.end()) continue;
      auto& valid = valid_.emplace_back(column.valid.begin(), column.valid.end());
      for (std::size_t r = 0; r < valid.size(); ++r) {
        if (valid[r] != 0 && own_code[column.codes[r]] < 0) valid[r] = 0;
      }
      column.valid = valid;
    }
  }
  const dataset::Columns& view() const { return view_; }

 private:
  dataset::Columns view_;
  std::deque<std::vector<std::uint8_t>> valid_;
};

/// The input column of each term.
std::vector<std::size_t> column_of_terms(const FittedModel& model) {
  std::vector<std::size_t> result;
  for (const auto& term : model.preparation.terms) {
    const auto found = std::ranges::find(model.column_names, term.column);
    HOLDFAST_CHECK(found != model.column_names.end());
    result.push_back(static_cast<std::size_t>(found - model.column_names.begin()));
  }
  return result;
}

/// Rows block by block, as the form reads them.
template <typename Form>
class Blocks {
 public:
  Blocks(const FittedModel& model, const dataset::Columns& columns)
      : alignment_(model, columns), width_(alignment_.size()) {
    if constexpr (Form::kInput == forms::Input::Terms) {
      terms_ = dataset::apply(model.preparation, KnownCategories(model, columns).view());
      width_ = model.preparation.terms.size();
      HOLDFAST_CHECK(terms_.size() == columns.rows * width_);
    }
  }

  std::size_t width() const { return width_; }

  /// Calls body(rows, first row) for the rows from `begin` to `end`.
  template <typename Body>
  void with(std::size_t begin, std::size_t end, const Body& body) const {
    forms::Rows rows{.count = end - begin, .width = width_};
    std::vector<forms::Cell> cells;
    if constexpr (Form::kInput == forms::Input::Terms) {
      rows.terms = std::span(terms_).subspan(begin * width_, (end - begin) * width_);
    } else {
      cells = alignment_.rows(begin, end);
      rows.cells = cells;
    }
    body(rows);
  }

 private:
  Alignment alignment_;
  std::size_t width_;
  std::vector<double> terms_;
};

template <typename Form>
concept ReadsColumns = requires(const typename Form::Scorer& scorer,
                                std::span<const forms::Slice> columns, std::span<double> out) {
  scorer.score(columns, std::size_t{0}, std::size_t{0}, out);
};

template <typename Form>
std::vector<double> scores_of(const FittedModel& model, const Form& form,
                              const dataset::Columns& columns) {
  const typename Form::Scorer scorer(form);
  const std::size_t outputs = form.outputs_count();
  std::vector<double> scores(columns.rows * outputs);
  if constexpr (ReadsColumns<Form>) {
    const Alignment alignment(model, columns);
    parallel_for(columns.rows, kRowsInPlacePerBlock, [&](std::size_t begin, std::size_t end) {
      scorer.score(alignment.slices(), begin, end,
                   std::span(scores).subspan(begin * outputs, (end - begin) * outputs));
    });
  } else {
    const Blocks<Form> blocks(model, columns);
    parallel_for(columns.rows, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
      blocks.with(begin, end, [&](const forms::Rows& rows) {
        scorer.score(rows, std::span(scores).subspan(begin * outputs, rows.count * outputs));
      });
    });
  }
  return scores;
}

double logit_of(double probability) {
  constexpr double kLargest = forms::Stack::kLogitLargest;
  return std::clamp(std::log(probability / (1 - probability)), -kLargest, kLargest);
}

std::vector<double> scores_of(const FittedModel&, const forms::Stack& form,
                              const dataset::Columns& columns) {
  std::vector<double> scores(columns.rows, form.intercept);
  for (std::size_t m = 0; m < form.members.size(); ++m) {
    const auto p = predict(*form.members[m], columns);
    for (std::size_t r = 0; r < p.size(); ++r) {
      scores[r] += form.weights[m] * (form.on_logits ? logit_of(p[r]) : p[r]);
    }
  }
  return scores;
}

/// Forms that read rows; nobody may ask the others for scores of rows.
template <typename Form>
consteval bool reads_rows() {
  if constexpr (std::is_same_v<Form, std::monostate>) return false;
  else if constexpr (requires { Form::kInput; }) return Form::kInput != forms::Input::Nothing;
  else return true;
}

template <typename Form>
concept TakesItselfApart = requires(const typename Form::Scorer& scorer, const forms::Rows& rows,
                                    std::span<double> out) {
  scorer.contributions(rows, std::size_t{0}, out);
};

/// Adds the terms of each input column up; cells are the columns already.
void to_columns(std::span<const double> parts, std::size_t parts_width,
                const std::vector<std::size_t>& column_of, std::span<double> row) {
  for (std::size_t t = 0; t + 1 < parts_width; ++t) row[column_of[t]] += parts[t];
  row.back() = parts[parts_width - 1];
}

template <TakesItselfApart Form>
std::vector<double> contributions_of(const FittedModel& model, const Form& form,
                                     const dataset::Columns& columns, std::size_t output) {
  const Blocks<Form> blocks(model, columns);
  const typename Form::Scorer scorer(form);
  const std::size_t width = model.column_names.size() + 1;
  std::vector<std::size_t> column_of(model.column_names.size());
  std::iota(column_of.begin(), column_of.end(), std::size_t{0});
  if (Form::kInput == forms::Input::Terms) column_of = column_of_terms(model);
  std::vector<double> result(columns.rows * width, 0.0);
  parallel_for(columns.rows, kRowsExplainedPerBlock, [&](std::size_t begin, std::size_t end) {
    blocks.with(begin, end, [&](const forms::Rows& rows) {
      const std::size_t parts_width = blocks.width() + 1;
      std::vector<double> parts(rows.count * parts_width);
      scorer.contributions(rows, output, parts);
      for (std::size_t r = 0; r < rows.count; ++r) {
        to_columns(std::span(parts).subspan(r * parts_width, parts_width), parts_width, column_of,
                   std::span(result).subspan((begin + r) * width, width));
      }
    });
  });
  return result;
}

/// Columns of which no term is made cannot matter; nobody need ask about them.
void set_unused_to_reference(const FittedModel& model, std::vector<forms::Cell>& cells) {
  const std::size_t width = model.column_names.size();
  std::vector<bool> is_used(width);
  for (const auto column : column_of_terms(model)) is_used[column] = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_used[i % width]) cells[i] = model.reference[i % width];
  }
}

template <typename Form>
std::vector<double> contributions_of(const FittedModel& model, const Form& form,
                                     const dataset::Columns& columns, std::size_t output) {
  const std::size_t outputs = outputs_count(model);
  auto cells = cells_of(model, columns);
  if constexpr (requires { Form::kInput; }) {
    if (Form::kInput == forms::Input::Terms) set_unused_to_reference(model, cells);
  }
  const auto score = [&](const dataset::Columns& mixed) {
    auto scores = scores_of(model, form, mixed);
    if (outputs == 1) return scores;
    std::vector<double> one(mixed.rows);
    for (std::size_t r = 0; r < one.size(); ++r) one[r] = scores[r * outputs + output];
    return one;
  };
  return models::model_free_contributions(score, columns_of(model), cells, model.reference,
                                          model.seed);
}

/// Logits against the first class, or shares, become probabilities.
void to_probabilities(const forms::Calibration& calibration, std::span<const double> outputs,
                      std::span<double> classes) {
  if (calibration.kind == forms::Calibration::Kind::Softmax) {
    const double most = std::max(0.0, *std::ranges::max_element(outputs));
    classes[0] = std::exp(-most);
    for (std::size_t k = 0; k < outputs.size(); ++k) classes[k + 1] = std::exp(outputs[k] - most);
  } else {
    std::ranges::copy(outputs, classes.begin());
  }
  const double total = std::accumulate(classes.begin(), classes.end(), 0.0);
  for (double& p : classes) p /= total;
}

}  // namespace

dataset::Columns columns_of(const FittedModel& model) {
  dataset::Columns columns;
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    columns.columns.push_back({.name = model.column_names[c], .categories = model.categories[c]});
  }
  return columns;
}

std::vector<forms::Cell> cells_of(const FittedModel& model, const dataset::Columns& columns) {
  return Alignment(model, columns).rows(0, columns.rows);
}

std::size_t outputs_count(const FittedModel& model) {
  return std::visit(
      [](const auto& form) -> std::size_t {
        if constexpr (reads_rows<std::decay_t<decltype(form)>>()) return form.outputs_count();
        else return 0;
      },
      model.form);
}

std::vector<double> raw_score(const FittedModel& model, const dataset::Columns& columns) {
  return std::visit(
      [&](const auto& form) -> std::vector<double> {
        if constexpr (reads_rows<std::decay_t<decltype(form)>>()) {
          return scores_of(model, form, columns);
        } else {
          HOLDFAST_CHECK(false);
          return {};
        }
      },
      model.form);
}

std::vector<double> predict(const FittedModel& model, const dataset::Columns& columns) {
  if (outputs_count(model) > 1) {
    const auto classes = predict_classes(model, columns);
    std::vector<double> first(columns.rows);
    for (std::size_t r = 0; r < first.size(); ++r) first[r] = classes[r * model.classes.size() + 1];
    return first;
  }
  auto scores = raw_score(model, columns);
  for (double& score : scores) score = forms::calibrated(model.calibration, score);
  return scores;
}

std::vector<double> predict_classes(const FittedModel& model, const dataset::Columns& columns) {
  const std::size_t outputs = outputs_count(model);
  if (outputs == 1) {
    const auto p = predict(model, columns);
    std::vector<double> both(2 * p.size());
    for (std::size_t r = 0; r < p.size(); ++r) both[2 * r] = 1 - p[r], both[2 * r + 1] = p[r];
    return both;
  }
  const std::size_t classes = model.classes.size();
  const auto scores = raw_score(model, columns);
  std::vector<double> result(columns.rows * classes);
  for (std::size_t r = 0; r < columns.rows; ++r) {
    to_probabilities(model.calibration, std::span(scores).subspan(r * outputs, outputs),
                     std::span(result).subspan(r * classes, classes));
  }
  return result;
}

bool has_exact_contributions(const FittedModel& model) {
  return std::visit(
      [](const auto& form) {
        using Form = std::decay_t<decltype(form)>;
        if constexpr (reads_rows<Form>()) return TakesItselfApart<Form>;
        else return false;
      },
      model.form);
}

double contributions_cost(const FittedModel& model) {
  const auto* ensemble = std::get_if<forms::TreeEnsemble>(&model.form);
  if (ensemble == nullptr) return static_cast<double>(model.column_names.size());
  constexpr double kANode = 8;  // Half as many quadrature points as columns on the way to it.
  double nodes = 0;
  for (const auto& tree : ensemble->trees) nodes += static_cast<double>(tree.nodes.size());
  return kANode * nodes;
}

std::vector<double> contributions(const FittedModel& model, const dataset::Columns& columns,
                                  std::size_t output) {
  return std::visit(
      [&](const auto& form) -> std::vector<double> {
        if constexpr (reads_rows<std::decay_t<decltype(form)>>()) {
          return contributions_of(model, form, columns, output);
        } else {
          HOLDFAST_CHECK(false);
          return {};
        }
      },
      model.form);
}

}  // namespace holdfast
