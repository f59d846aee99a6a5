#include "effect/divergence.hpp"

#include <cmath>

namespace holdfast::effect {
namespace {

double laplace(double won, double rows) { return (won + 1) / (rows + 2); }

double between_arms(Divergence kind, const ArmCounts& counts) {
  return divergence(kind, laplace(counts.treated_won, counts.treated),
                    laplace(counts.control_won, counts.control));
}

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

// Of (p, 1 − p): entropy for KL, the Gini index for the others.
double impurity(Divergence kind, double p) {
  if (kind == Divergence::KullbackLeibler) return -x_log_x(p) - x_log_x(1 - p);
  return 2 * p * (1 - p);
}

double normaliser(Divergence kind, const ArmCounts& all, const ArmCounts& left) {
  const double treated_share = all.treated / all.rows();
  const double treated_left = left.treated / all.treated;
  const double control_left = left.control / all.control;
  return impurity(kind, treated_share) * divergence(kind, treated_left, control_left) +
         treated_share * impurity(kind, treated_left) +
         (1 - treated_share) * impurity(kind, control_left) + 0.5;
}

}  // namespace

double divergence(Divergence kind, double p, double q) {
  const double off = p - q;
  switch (kind) {
    case Divergence::KullbackLeibler:
      return x_log_x(p) - p * std::log(q) + x_log_x(1 - p) - (1 - p) * std::log(1 - q);
    case Divergence::Euclidean:
      return 2 * off * off;
    case Divergence::ChiSquared:
      return off * off / q + off * off / (1 - q);
  }
  return 0;
}

double split_gain(Divergence kind, const ArmCounts& all, const ArmCounts& left,
                  bool is_normalised) {
  const ArmCounts right{all.treated - left.treated, all.treated_won - left.treated_won,
                        all.control - left.control, all.control_won - left.control_won};
  const double gain =
      (left.rows() * between_arms(kind, left) + right.rows() * between_arms(kind, right)) /
          all.rows() -
      between_arms(kind, all);
  return is_normalised ? gain / normaliser(kind, all, left) : gain;
}

}  // namespace holdfast::effect
