#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"

namespace holdfast::survival {
namespace {

// S0, S1 and, where asked for, S2 of some rows.
struct Sums {
  std::vector<double> values;
  std::size_t cols;
  bool with_second;

  Sums(std::size_t columns, bool second)
      : values(1 + columns + (second ? columns * columns : 0)),
        cols(columns),
        with_second(second) {}

  void clear() { std::fill(values.begin(), values.end(), 0.0); }
  void add(double r, const double* x) {
    values[0] += r;
    for (std::size_t c = 0; c < cols; ++c) values[1 + c] += r * x[c];
    if (!with_second) return;
    double* second = values.data() + 1 + cols;
    for (std::size_t a = 0; a < cols; ++a) {
      for (std::size_t b = 0; b < cols; ++b) second[a * cols + b] += r * x[a] * x[b];
    }
  }
};

void close(const EventGroup& group, Ties ties, const Sums& all, const Sums& tied,
           GroupTerms& terms) {
  const auto p = all.cols;
  const auto parts = ties == Ties::Efron ? group.events : 1;
  const double each = group.event_weight / static_cast<double>(parts);
  terms.hazard = terms.event_hazard = terms.variance = 0;
  for (auto* vector : {&terms.mean, &terms.pull, &terms.event_pull, &terms.information}) {
    std::fill(vector->begin(), vector->end(), 0.0);
  }
  std::vector<double> mean(p);
  for (std::size_t k = 0; k < parts; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(parts);
    const double below = all.values[0] - share * tied.values[0];
    const double step = each / below;
    terms.hazard += step;
    terms.event_hazard += (1 - share) * step;
    terms.variance += step / below;
    for (std::size_t c = 0; c < p; ++c) {
      mean[c] = (all.values[1 + c] - share * tied.values[1 + c]) / below;
      terms.mean[c] += mean[c] / static_cast<double>(parts);
      terms.pull[c] += mean[c] * step;
      terms.event_pull[c] += (1 - share) * mean[c] * step;
    }
    if (!all.with_second) continue;
    for (std::size_t a = 0; a < p; ++a) {
      for (std::size_t b = 0; b < p; ++b) {
        const auto at = 1 + p + a * p + b;
        const double second = (all.values[at] - share * tied.values[at]) / below;
        terms.information[a * p + b] += each * (second - mean[a] * mean[b]);
      }
    }
  }
}

}  // namespace

std::vector<double> risks_of(const CoxDesign& design, const std::vector<double>& coefficients) {
  std::vector<double> risk(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) {
    double sum = design.offset[i];
    for (std::size_t c = 0; c < design.cols; ++c) sum += design.row(i)[c] * coefficients[c];
    risk[i] = std::exp(sum);
  }
  return risk;
}

std::vector<double> scaled_coefficients(const CoxDesign& design, const CoxFit& fit) {
  std::vector<double> scaled(design.cols);
  for (std::size_t c = 0; c < scaled.size(); ++c) scaled[c] = fit.coefficients[c] * design.scale[c];
  return scaled;
}

void walk_groups(const CoxDesign& design, const std::vector<double>& risk, Ties ties,
                 bool with_information,
                 const std::function<void(std::size_t, const GroupTerms&)>& visit) {
  const auto p = design.cols;
  GroupTerms terms;
  terms.mean.resize(p);
  terms.pull.resize(p);
  terms.event_pull.resize(p);
  terms.information.resize(with_information ? p * p : 0);
  Sums all(p, with_information);
  Sums tied(p, with_information);
  for (std::size_t g = 0; g < design.groups.size(); ++g) {
    const auto& group = design.groups[g];
    if (group.is_first) all.clear();
    tied.clear();
    for (auto i = group.row_begin; i < group.row_end; ++i) {
      const double r = design.weight[i] * risk[i];
      all.add(r, design.row(i));
      if (design.event[i] != 0 && i >= group.tie_begin) tied.add(r, design.row(i));
    }
    for (auto e = group.entry_begin; e < group.entry_end; ++e) {
      const auto i = design.by_entry[e];
      all.add(-design.weight[i] * risk[i], design.row(i));
    }
    close(group, ties, all, tied, terms);
    visit(g, terms);
  }
}

std::vector<double> score_residuals(const CoxDesign& design,
                                    const std::vector<double>& coefficients, Ties ties,
                                    std::vector<double>* martingale) {
  const auto p = design.cols;
  const auto groups = design.groups.size();
  const auto risk = risks_of(design, coefficients);
  // By group, one more for "none": hazard and pull, cumulated backwards after the walk.
  std::vector<double> steps((groups + 1) * (p + 1));
  std::vector<double> event_less((groups + 1) * (p + 1));  // What those who leave have less.
  std::vector<double> means(groups * p);
  walk_groups(design, risk, ties, false, [&](std::size_t g, const GroupTerms& terms) {
    double* step = steps.data() + g * (p + 1);
    double* less = event_less.data() + g * (p + 1);
    step[0] = terms.hazard;
    less[0] = terms.hazard - terms.event_hazard;
    for (std::size_t c = 0; c < p; ++c) {
      step[c + 1] = terms.pull[c];
      less[c + 1] = terms.pull[c] - terms.event_pull[c];
      means[g * p + c] = terms.mean[c];
    }
  });
  for (std::size_t g = groups; g-- > 0;) {
    if (g + 1 == groups || design.groups[g + 1].is_first) continue;
    for (std::size_t c = 0; c <= p; ++c) steps[g * (p + 1) + c] += steps[(g + 1) * (p + 1) + c];
  }
  std::vector<double> score(design.rows * p);
  if (martingale != nullptr) martingale->resize(design.rows);
  for (std::size_t i = 0; i < design.rows; ++i) {
    const auto g = design.exit_group[i];
    const bool has_left = design.event[i] != 0;
    const auto sum = [&](std::size_t c) {
      double value = steps[g * (p + 1) + c];
      if (!design.entry_group.empty()) value -= steps[design.entry_group[i] * (p + 1) + c];
      return has_left ? value - event_less[g * (p + 1) + c] : value;
    };
    const double hazard = sum(0);
    if (martingale != nullptr) (*martingale)[i] = (has_left ? 1 : 0) - risk[i] * hazard;
    for (std::size_t c = 0; c < p; ++c) {
      const double x = design.row(i)[c];
      const double at_exit = has_left ? x - means[g * p + c] : 0;
      score[i * p + c] = design.scale[c] * (at_exit - risk[i] * (x * hazard - sum(c + 1)));
    }
  }
  return score;
}

}  // namespace holdfast::survival
