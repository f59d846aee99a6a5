#include "dataset/preparation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "dataset/bins.hpp"

namespace holdfast::dataset {
namespace {


bool is_present(const ColumnView& column, std::size_t row) {
  if (column.valid[row] == 0) return false;
  return column.values.empty() ? column.codes[row] < column.categories.size()
                               : std::isfinite(column.values[row]);
}

/// What the training rows say about a numeric column.
struct Moments {
  double present_weight = 0, missing_weight = 0;
  double mean = 0, deviation = 0;
  double lower = 0, upper = 0;  // Winsorising limits; equal: none.
  double median = 0;
  double fill = 0;              // For a missing cell.
  double lambda = 1;            // Of the power transform.
};

/// Value at a share of the sorted values.
double quantile(std::vector<double>& values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

double mean_of(const std::vector<double>& values, const std::vector<double>& weights) {
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    total += weights[i];
    sum += (values[i] - sum) * (weights[i] / total);  // A running mean cannot overflow.
  }
  return sum;
}

/// The value of the largest weight; of several the least.
double mode_of(const std::vector<double>& values, const std::vector<double>& weights) {
  std::map<double, double> by_value;
  for (std::size_t i = 0; i < values.size(); ++i) by_value[values[i]] += weights[i];
  return std::ranges::max_element(by_value, {}, [](const auto& pair) { return pair.second; })->first;
}

double filled(Imputation imputation, double median, const std::vector<double>& values,
              const std::vector<double>& weights) {
  switch (imputation) {
    case Imputation::Median: return median;
    case Imputation::Mean: return mean_of(values, weights);
    case Imputation::Mode: return mode_of(values, weights);
    case Imputation::Zero: return 0;
  }
  return median;
}

Moments moments_of(const ColumnView& column, std::span<const double> weight,
                   const PreparationOptions& options) {
  Moments moments;
  std::vector<double> values, weights;
  double largest = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    if (!is_present(column, r)) {
      moments.missing_weight += weight[r];
      continue;
    }
    moments.present_weight += weight[r];
    values.push_back(column.values[r]);
    weights.push_back(weight[r]);
  }
  if (values.empty()) return moments;
  std::vector<double> sorted = values;
  if (options.outlier_quantile > 0) {
    moments.lower = quantile(sorted, options.outlier_quantile);
    moments.upper = quantile(sorted, 1 - options.outlier_quantile);
    if (moments.lower < moments.upper) {
      for (double& value : values) value = std::clamp(value, moments.lower, moments.upper);
    }
  }
  moments.median = quantile(sorted, 0.5);
  moments.fill = filled(options.imputation, moments.median, values, weights);
  if (options.transform != Transform::None) {
    moments.lambda = fit_lambda(options.transform, values, weights);
    for (double& value : values) value = transformed(options.transform, moments.lambda, value);
  }
  for (const double value : values) largest = std::max(largest, std::abs(value));
  if (largest == 0) return moments;
  // Divided by a power of two first, which costs no digit: sums of squares of 1e300 are finite too.
  int exponent = 0;
  std::frexp(largest, &exponent);
  largest = std::ldexp(1.0, std::min(exponent, 1023));
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * (values[i] / largest);
  const double mean = sum / moments.present_weight;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double d = values[i] / largest - mean;
    squares += weights[i] * d * d;
  }
  moments.mean = mean * largest;
  moments.deviation = std::sqrt(squares / moments.present_weight) * largest;
  // Rounding alone makes a constant column look as if it varied.
  if (moments.deviation <= 1e-13 * largest) moments.deviation = 0;
  return moments;
}

void note_dropped(Preparation& preparation, std::string_view column) {
  preparation.notes.push_back(
      {fmt::format("{} left out: constant or missing in training", column),
       fmt::format("未使用 {}:训练样本中为常数或全部缺失", column)});
}

void add_missing_indicator(Preparation& preparation, std::string_view column, double missing,
                           double total, const PreparationOptions& options) {
  const double share = missing / total;
  if (!options.adds_missing_indicator || missing == 0) return;
  if (share < options.rare_share || share > 1 - options.rare_share) return;
  preparation.terms.push_back({.kind = Term::Kind::Missing,
                               .column = std::string(column),
                               .name = fmt::format("{} is missing", column)});
}

void add_numeric(Preparation& preparation, const ColumnView& column, std::span<const double> weight,
                 const PreparationOptions& options) {
  const Moments moments = moments_of(column, weight, options);
  const double total = moments.present_weight + moments.missing_weight;
  if (moments.deviation > 0) {
    Term term{.kind = Term::Kind::Numeric,
              .column = std::string(column.name),
              .name = std::string(column.name),
              .fill = moments.fill,
              .lower = moments.lower,
              .upper = moments.upper,
              .transform = moments.lambda == 1 ? Transform::None : options.transform,
              .lambda = moments.lambda};
    if (options.numeric == NumericCoding::Standardised) {
      term.center = moments.mean;
      term.scale = moments.deviation;
    }
    preparation.terms.push_back(std::move(term));
  } else {
    note_dropped(preparation, column.name);
  }
  if (total > 0 && moments.present_weight > 0) {
    add_missing_indicator(preparation, column.name, moments.missing_weight, total, options);
  }
}

void add_dummies(Preparation& preparation, const ColumnView& column, std::span<const double> weight,
                 const PreparationOptions& options) {
  std::vector<double> counts(column.categories.size(), 0.0);
  double missing = 0;
  double total = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    total += weight[r];
    if (is_present(column, r)) counts[column.codes[r]] += weight[r];
    else missing += weight[r];
  }
  if (!(total > missing)) return note_dropped(preparation, column.name);
  const auto reference =
      static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
  std::vector<std::string> rare;
  double rare_weight = 0;
  std::vector<std::size_t> kept;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (c == reference || counts[c] == 0) continue;
    if (counts[c] < options.rare_share * total) {
      rare.push_back(column.categories[c]);
      rare_weight += counts[c];
    } else {
      kept.push_back(c);
    }
  }
  if (kept.empty() && rare.empty()) note_dropped(preparation, column.name);
  std::vector<std::string> known = {column.categories[reference]};
  for (const auto c : kept) {
    known.push_back(column.categories[c]);
    preparation.terms.push_back({.kind = Term::Kind::Indicator,
                                 .column = std::string(column.name),
                                 .name = fmt::format("{}={}", column.name, column.categories[c]),
                                 .categories = {column.categories[c]}});
  }
  if (!rare.empty() && rare_weight > 0) {
    preparation.notes.push_back(
        {fmt::format("{}: {} rare categories joined as \"other\"", column.name, rare.size()),
         fmt::format("{}:{} 个少见取值并入“其他”", column.name, rare.size())});
    preparation.terms.push_back({.kind = Term::Kind::Indicator,
                                 .column = std::string(column.name),
                                 .name = fmt::format("{}=other", column.name),
                                 .categories = std::move(rare),
                                 .takes_unknown = true,
                                 .known = std::move(known)});
  }
  add_missing_indicator(preparation, column.name, missing, total, options);
}

void add_weight_of_evidence(Preparation& preparation, const ColumnView& column,
                            std::span<const std::uint8_t> y, std::span<const double> weight,
                            const PreparationOptions& options) {
  auto bins = column.is_category() ? category_bins(column, y, weight, options)
                                   : numeric_bins(column, y, weight, options);
  const double first = bins.empty() ? 0 : bins.front().weight_of_evidence;
  const bool varies = std::ranges::any_of(
      bins, [&](const Bin& bin) { return bin.weight_of_evidence != first; });
  if (!varies) return note_dropped(preparation, column.name);
  preparation.terms.push_back({.kind = Term::Kind::WeightOfEvidence,
                               .column = std::string(column.name),
                               .name = fmt::format("{} (woe)", column.name),
                               .bins = std::move(bins)});
}

/// A value that Box–Cox cannot take, below all of training, counts as the least it can.
double transformed_within(const Term& term, double x) {
  constexpr double kLeast = 1e-12;
  if (term.transform == Transform::BoxCox) x = std::max(x, kLeast);
  return std::clamp(transformed(term.transform, term.lambda, x), -kTermLimit, kTermLimit);
}

/// One term bound to the caller's column.
class BoundTerm {
 public:
  BoundTerm(const Term& term, const Columns& columns) : term_(&term) {
    const auto found = std::ranges::find(columns.columns, term.column, &ColumnView::name);
    if (found != columns.columns.end()) column_ = &*found;
    for (const auto& bin : term.bins) {
      if (bin.is_missing) missing_ = bin.weight_of_evidence;
    }
    if (column_ != nullptr && column_->is_category()) bind_categories();
  }

  double value(std::size_t row) const {
    const bool present = column_ != nullptr && is_present(*column_, row);
    switch (term_->kind) {
      case Term::Kind::Numeric: return numeric(present, row);
      case Term::Kind::Missing: return present ? 0 : 1;
      case Term::Kind::Indicator:
        return present && column_->is_category() ? by_code_[column_->codes[row]] : 0;
      case Term::Kind::WeightOfEvidence:
        if (!present) return missing_;
        return column_->is_category() ? by_code_[column_->codes[row]] : binned(row);
    }
    return 0;
  }

 private:
  void bind_categories() {
    std::unordered_map<std::string_view, double> known;
    const double unknown = term_->takes_unknown ? 1 : 0;
    if (term_->kind == Term::Kind::Indicator) {
      for (const auto& category : term_->categories) known[category] = 1;
      for (const auto& category : term_->known) known[category] = 0;
    }
    for (const auto& bin : term_->bins) {
      for (const auto& category : bin.categories) known[category] = bin.weight_of_evidence;
    }
    for (const auto& category : column_->categories) {
      const auto found = known.find(category);
      by_code_.push_back(found == known.end() ? unknown : found->second);
    }
  }

  double numeric(bool present, std::size_t row) const {
    double x = present && !column_->values.empty() ? column_->values[row] : term_->fill;
    if (term_->lower < term_->upper) x = std::clamp(x, term_->lower, term_->upper);
    if (term_->transform != Transform::None) x = transformed_within(*term_, x);
    if (term_->scale == 1 && term_->center == 0) return std::clamp(x, -kTermLimit, kTermLimit);
    const double distance = x - term_->center;
    const double z = std::isfinite(distance) ? distance / term_->scale
                                             : x / term_->scale - term_->center / term_->scale;
    return std::clamp(std::isnan(z) ? 0 : z, -kTermLimit, kTermLimit);
  }

  double binned(std::size_t row) const {
    for (const auto& bin : term_->bins) {
      if (!bin.is_missing && column_->values[row] <= bin.upper) return bin.weight_of_evidence;
    }
    return missing_;
  }

  const Term* term_;
  const ColumnView* column_ = nullptr;
  std::vector<double> by_code_;
  double missing_ = 0;
};

}  // namespace

Preparation fit_preparation(const Columns& columns, std::span<const std::uint8_t> y,
                            std::span<const double> weight, const PreparationOptions& options) {
  std::vector<Preparation> parts(columns.columns.size());
  parallel_for(parts.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      const auto& column = columns.columns[c];
      if (column.is_category()) {
        if (options.category == CategoryCoding::Dummies) {
          add_dummies(parts[c], column, weight, options);
        } else {
          add_weight_of_evidence(parts[c], column, y, weight, options);
        }
      } else if (column.values.empty()) {
        note_dropped(parts[c], column.name);
      } else if (options.numeric == NumericCoding::WeightOfEvidence) {
        add_weight_of_evidence(parts[c], column, y, weight, options);
      } else {
        add_numeric(parts[c], column, weight, options);
      }
    }
  });
  Preparation result;
  for (auto& part : parts) {
    std::ranges::move(part.terms, std::back_inserter(result.terms));
    std::ranges::move(part.notes, std::back_inserter(result.notes));
  }
  return result;
}

std::vector<double> apply(const Preparation& preparation, const Columns& columns) {
  std::vector<BoundTerm> terms;
  for (const auto& term : preparation.terms) terms.emplace_back(term, columns);
  std::vector<double> result(columns.rows * terms.size());
  parallel_for(columns.rows, 4096, [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = 0; t < terms.size(); ++t) {
      for (std::size_t r = begin; r < end; ++r) result[r * terms.size() + t] = terms[t].value(r);
    }
  });
  return result;
}

double information_value(const std::vector<Bin>& bins) {
  double events = 0;
  double non_events = 0;
  for (const auto& bin : bins) {
    events += bin.events;
    non_events += bin.non_events;
  }
  if (!(events > 0) || !(non_events > 0)) return 0;
  double sum = 0;
  for (const auto& bin : bins) {
    sum += (bin.events / events - bin.non_events / non_events) * bin.weight_of_evidence;
  }
  return sum;
}

}  // namespace holdfast::dataset
