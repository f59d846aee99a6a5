#include "models/forms/kernel_expansion.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "models/forms/lanes.hpp"

namespace holdfast::forms {
namespace {

/// By repeated squaring.
double power(double base, int degree) {
  double result = 1;
  for (double square = base; degree > 0; degree /= 2, square *= square) {
    if (degree % 2 == 1) result *= square;
  }
  return result;
}

}  // namespace

KernelScorer::KernelScorer(const KernelExpansion& form) : form_(&form) {
  const std::size_t count = form.coefficients.size();
  HOLDFAST_CHECK(form.vectors.size() == count * form.terms);
  tiles_.resize(padded(count, kTogether) * form.terms);
  for (std::size_t v = 0; v < count; ++v) {
    double* tile = tiles_.data() + v / kTogether * kTogether * form.terms;
    for (std::size_t t = 0; t < form.terms; ++t) {
      tile[t * kTogether + v % kTogether] = form.vectors[v * form.terms + t];
    }
  }
}

/// Squared distances (Rbf) or inner products of a row with the vectors of a tile.
void KernelScorer::compare(const double* row, const double* tile, double* inner) const {
  Lane sums[kTogether / kLane] = {};
  const bool is_distance = form_->kernel == KernelExpansion::Kernel::Rbf;
  for (std::size_t t = 0; t < form_->terms; ++t) {
    const double x = row[t];
    const double* values = tile + t * kTogether;
    for (std::size_t l = 0; l < kTogether / kLane; ++l) {
      const Lane v = load(values + l * kLane);
      const Lane d = x - v;
      sums[l] += is_distance ? d * d : x * v;
    }
  }
  for (std::size_t l = 0; l < kTogether / kLane; ++l) store(inner + l * kLane, sums[l]);
}

double KernelScorer::value(double inner) const {
  switch (form_->kernel) {
    case KernelExpansion::Kernel::Rbf: return std::exp(-form_->gamma * inner);
    case KernelExpansion::Kernel::Sigmoid:
      return std::tanh(form_->gamma * inner + form_->constant);
    case KernelExpansion::Kernel::Polynomial: break;
  }
  const double value = power(form_->gamma * inner + form_->constant, form_->degree);
  return std::clamp(value, -kKernelLargest, kKernelLargest);
}

void KernelScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t terms = form_->terms;
  const std::size_t count = form_->coefficients.size();
  HOLDFAST_CHECK(rows.width == terms && out.size() == rows.count);
  double inner[kTogether];
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double* row = rows.terms.data() + r * terms;
    double sum = 0;
    for (std::size_t first = 0; first < count; first += kTogether) {
      compare(row, tiles_.data() + first * terms, inner);
      const std::size_t last = std::min(count, first + kTogether);
      for (std::size_t v = first; v < last; ++v) {
        sum += form_->coefficients[v] * value(inner[v - first]);
      }
    }
    out[r] = sum - form_->rho;
  }
}

}  // namespace holdfast::forms
