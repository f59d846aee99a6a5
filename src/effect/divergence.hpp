#pragma once

namespace holdfast::effect {

/// How far two distributions over two classes lie apart, p against q:
/// KL Σ p ln(p/q), Euclidean Σ (p − q)², chi-squared Σ (p − q)²/q.
enum class Divergence { KullbackLeibler, Euclidean, ChiSquared };

/// Of (p, 1 − p) from (q, 1 − q). Requires: q strictly between 0 and 1 for all but Euclidean.
double divergence(Divergence kind, double p, double q);

/// Rows of both groups by outcome.
struct ArmCounts {
  double treated = 0;
  double treated_won = 0;
  double control = 0;
  double control_won = 0;

  double rows() const { return treated + control; }
};

/// What a split of `all` into `left` and the rest gains in divergence between treated and control,
/// over the normalising value I that holds down splits which part treated from control or are
/// lopsided. Rates by Laplace's correction. Requires: treated and control rows on both sides.
/// Source: Rzepakowski & Jaroszewicz 2012, Knowledge and Information Systems 32:303–327,
/// equations 5 to 11; natural logarithms.
double split_gain(Divergence kind, const ArmCounts& all, const ArmCounts& left,
                  bool is_normalised = true);

}  // namespace holdfast::effect
