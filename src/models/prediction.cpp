#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/model.hpp"

namespace holdfast {
namespace {

constexpr std::size_t kRowsPerBlock = 512;

/// The model's columns found in the caller's, with category codes translated to the model's.
class Alignment {
 public:
  Alignment(const FittedClassifier& model, const dataset::Columns& columns) {
    for (std::size_t c = 0; c < model.column_names.size(); ++c) {
      sources_.push_back(find(columns, model.column_names[c], c));
      codes_.emplace_back();
      if (sources_[c] != nullptr && !model.categories[c].empty()) {
        codes_[c] = translation(*sources_[c], model.categories[c]);
      }
    }
  }

  std::size_t size() const { return sources_.size(); }

  forms::Cell cell(std::size_t column, std::size_t row) const {
    const auto* source = sources_[column];
    if (source == nullptr || source->valid[row] == 0) return {};
    if (source->values.empty()) {
      const auto code = source->codes[row];
      const auto& known = codes_[column];
      if (code >= known.size() || known[code] < 0) return {};
      return {.code = known[code], .is_missing = false};
    }
    if (std::isnan(source->values[row])) return {};
    return {.value = source->values[row], .is_missing = false};
  }

  std::vector<forms::Cell> rows(std::size_t begin, std::size_t end) const {
    std::vector<forms::Cell> cells((end - begin) * size());
    for (std::size_t c = 0; c < size(); ++c) {
      for (std::size_t r = begin; r < end; ++r) cells[(r - begin) * size() + c] = cell(c, r);
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

  static std::vector<std::int32_t> translation(const dataset::ColumnView& column,
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

  std::vector<const dataset::ColumnView*> sources_;
  std::vector<std::vector<std::int32_t>> codes_;  // [columns][caller's code] → model's, -1 unknown.
};

std::vector<double> linear_scores(const FittedClassifier& model,
                                  const forms::LinearPredictor& form,
                                  const dataset::Columns& columns) {
  const std::size_t terms = form.coefficients.size();
  const auto x = dataset::apply(model.preparation, columns);
  HOLDFAST_CHECK(x.size() == columns.rows * terms);
  std::vector<double> scores(columns.rows);
  parallel_for(columns.rows, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      double score = form.intercept;
      for (std::size_t t = 0; t < terms; ++t) score += form.coefficients[t] * x[r * terms + t];
      scores[r] = score;
    }
  });
  return scores;
}

std::vector<double> tree_scores(const FittedClassifier& model, const forms::TreeEnsemble& form,
                                const dataset::Columns& columns) {
  const Alignment alignment(model, columns);
  const forms::TreeScorer scorer(form);
  std::vector<double> scores(columns.rows);
  parallel_for(columns.rows, kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    scorer.score(alignment.rows(begin, end), alignment.size(),
                 std::span(scores).subspan(begin, end - begin));
  });
  return scores;
}

/// The input column of each term.
std::vector<std::size_t> column_of_terms(const FittedClassifier& model) {
  std::vector<std::size_t> result;
  for (const auto& term : model.preparation.terms) {
    const auto found = std::ranges::find(model.column_names, term.column);
    HOLDFAST_CHECK(found != model.column_names.end());
    result.push_back(static_cast<std::size_t>(found - model.column_names.begin()));
  }
  return result;
}

std::vector<double> linear_contributions(const FittedClassifier& model,
                                         const forms::LinearPredictor& form,
                                         const dataset::Columns& columns) {
  const std::size_t terms = form.coefficients.size();
  const std::size_t width = model.column_names.size() + 1;
  const auto column_of = column_of_terms(model);
  const auto x = dataset::apply(model.preparation, columns);
  double base = form.intercept;
  for (std::size_t t = 0; t < terms; ++t) base += form.coefficients[t] * form.term_means[t];
  std::vector<double> result(columns.rows * width, 0.0);
  for (std::size_t r = 0; r < columns.rows; ++r) {
    double* row = result.data() + r * width;
    for (std::size_t t = 0; t < terms; ++t) {
      row[column_of[t]] += form.coefficients[t] * (x[r * terms + t] - form.term_means[t]);
    }
    row[width - 1] = base;
  }
  return result;
}

std::vector<double> tree_contributions(const FittedClassifier& model,
                                       const forms::TreeEnsemble& form,
                                       const dataset::Columns& columns) {
  const Alignment alignment(model, columns);
  const forms::TreeScorer scorer(form);
  const std::size_t width = alignment.size() + 1;
  std::vector<double> result(columns.rows * width);
  parallel_for(columns.rows, 16, [&](std::size_t begin, std::size_t end) {
    const auto cells = alignment.rows(begin, end);
    std::vector<double> scores(end - begin);
    scorer.score(cells, alignment.size(), scores);
    for (std::size_t r = begin; r < end; ++r) {
      auto phi = forms::shap_values(
          form, std::span(cells).subspan((r - begin) * alignment.size(), alignment.size()));
      double sum = 0;
      for (const double value : phi) sum += value;
      // Sums in float differ from sums in double by rounding only; the base takes that up, so that
      // a row adds up to the score that is shown.
      phi.back() += scores[r - begin] - sum;
      std::ranges::copy(phi, result.begin() + static_cast<std::ptrdiff_t>(r * width));
    }
  });
  return result;
}

}  // namespace

std::vector<double> raw_score(const FittedClassifier& model, const dataset::Columns& columns) {
  if (const auto* linear = std::get_if<forms::LinearPredictor>(&model.form)) {
    return linear_scores(model, *linear, columns);
  }
  const auto* trees = std::get_if<forms::TreeEnsemble>(&model.form);
  HOLDFAST_CHECK(trees != nullptr);
  return tree_scores(model, *trees, columns);
}

std::vector<double> predict(const FittedClassifier& model, const dataset::Columns& columns) {
  auto scores = raw_score(model, columns);
  for (double& score : scores) score = forms::calibrated(model.calibration, score);
  return scores;
}

std::vector<double> contributions(const FittedClassifier& model, const dataset::Columns& columns) {
  if (const auto* linear = std::get_if<forms::LinearPredictor>(&model.form)) {
    return linear_contributions(model, *linear, columns);
  }
  const auto* trees = std::get_if<forms::TreeEnsemble>(&model.form);
  HOLDFAST_CHECK(trees != nullptr);
  return tree_contributions(model, *trees, columns);
}

}  // namespace holdfast
