#include "models/forms/linear_predictor.hpp"

#include "core/check.hpp"

namespace holdfast::forms {

void LinearScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = form_->outputs_count();
  const std::size_t terms = form_->terms_count();
  HOLDFAST_CHECK(rows.width == terms && out.size() == rows.count * outputs);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double* x = rows.terms.data() + r * terms;
    for (std::size_t k = 0; k < outputs; ++k) {
      const double* beta = form_->coefficients.data() + k * terms;
      double score = form_->intercepts[k];
      for (std::size_t t = 0; t < terms; ++t) score += beta[t] * x[t];
      out[r * outputs + k] = score;
    }
  }
}

void LinearScorer::contributions(const Rows& rows, std::size_t output,
                                 std::span<double> out) const {
  const std::size_t terms = form_->terms_count();
  HOLDFAST_CHECK(output < form_->outputs_count() && out.size() == rows.count * (terms + 1));
  const double* beta = form_->coefficients.data() + output * terms;
  double base = form_->intercepts[output];
  for (std::size_t t = 0; t < terms; ++t) base += beta[t] * form_->term_means[t];
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double* x = rows.terms.data() + r * terms;
    double* phi = out.data() + r * (terms + 1);
    for (std::size_t t = 0; t < terms; ++t) phi[t] = beta[t] * (x[t] - form_->term_means[t]);
    phi[terms] = base;
  }
}

}  // namespace holdfast::forms
