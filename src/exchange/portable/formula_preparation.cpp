#include <cmath>

#include "core/check.hpp"
#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;
using dataset::Term;

/// (base^power − 1) / power, or ln base where the power is 0.
Ref power_of(FormulaBuilder& b, Ref base, double power) {
  if (power == 0) return b.log(base);
  return b.divide(b.sum({b.power(base, b.number(power)), b.number(-1)}), b.number(power));
}

Ref transformed_term(FormulaBuilder& b, const Term& term, Ref x) {
  constexpr double kLeast = 1e-12;
  Ref value = x;
  if (term.transform == dataset::Transform::BoxCox) {
    value = power_of(b, b.maximum(x, b.number(kLeast)), term.lambda);
  } else {
    // Each branch sees only values it can take, as some engines work both out.
    const auto up = b.sum({b.maximum(x, b.number(0)), b.number(1)});
    const auto down = b.sum({b.number(1), b.product({b.number(-1), b.minimum(x, b.number(0))})});
    value = b.either(b.less(x, b.number(0)),
                     b.product({b.number(-1), power_of(b, down, 2 - term.lambda)}),
                     power_of(b, up, term.lambda));
  }
  return b.clamped(value, -dataset::kTermLimit, dataset::kTermLimit);
}

Ref numeric_term(FormulaBuilder& b, const Term& term) {
  auto x = b.either(b.known(term.column), b.column(term.column), b.number(term.fill));
  if (term.lower < term.upper) x = b.clamped(x, term.lower, term.upper);
  if (term.transform != dataset::Transform::None) x = transformed_term(b, term, x);
  if (term.center != 0) x = b.sum({x, b.number(-term.center)});
  if (term.scale != 1) x = b.divide(x, b.number(term.scale));
  return b.clamped(x, -dataset::kTermLimit, dataset::kTermLimit);
}

Ref indicator_term(FormulaBuilder& b, const Term& term) {
  const auto one = b.number(1), zero = b.number(0);
  if (!term.takes_unknown) return b.either(b.in_set(term.column, term.categories), one, zero);
  // "Other" is every value but those with a term of their own; missing is none.
  auto known = b.known(term.column);
  if (term.known.empty()) return b.either(known, one, zero);
  return b.either(b.in_set(term.column, term.known), zero, b.either(known, one, zero));
}

Ref woe_term(FormulaBuilder& b, const Term& term) {
  double missing = 0;
  std::vector<const dataset::Bin*> bins;
  bool is_category = false;
  for (const auto& bin : term.bins) {
    if (bin.is_missing) missing = bin.weight_of_evidence;
    else bins.push_back(&bin);
    is_category |= !bin.categories.empty();
  }
  if (is_category) {
    // A category of no bin counts as none of them.
    auto value = b.either(b.known(term.column), b.number(0), b.number(missing));
    for (const auto* bin : bins) {
      value = b.either(b.in_set(term.column, bin->categories), b.number(bin->weight_of_evidence),
                       value);
    }
    return value;
  }
  const auto x = b.column(term.column);
  Ref value = b.number(bins.empty() ? missing : bins.back()->weight_of_evidence);
  for (std::size_t i = bins.size(); i-- > 0;) {
    if (std::isinf(bins[i]->upper)) continue;
    value = b.either(b.less_equal(x, b.number(bins[i]->upper)),
                     b.number(bins[i]->weight_of_evidence), value);
  }
  return b.either(b.known(term.column), value, b.number(missing));
}

}  // namespace

std::vector<std::int32_t> terms_of(FormulaBuilder& b, const dataset::Preparation& preparation) {
  std::vector<std::int32_t> terms;
  for (const auto& term : preparation.terms) {
    Ref value = -1;
    switch (term.kind) {
      case Term::Kind::Numeric: value = numeric_term(b, term); break;
      case Term::Kind::Missing:
        value = b.either(b.known(term.column), b.number(0), b.number(1));
        break;
      case Term::Kind::Indicator: value = indicator_term(b, term); break;
      case Term::Kind::WeightOfEvidence: value = woe_term(b, term); break;
    }
    terms.push_back(b.named(value, "term_" + std::to_string(terms.size() + 1)));
  }
  return terms;
}

std::int32_t calibrated_of(FormulaBuilder& b, const forms::Calibration& c, std::int32_t score) {
  using Kind = forms::Calibration::Kind;
  const auto linear = [&](Ref x, double slope, double intercept) {
    return b.sum({b.product({b.number(slope), x}), b.number(intercept)});
  };
  switch (c.kind) {
    case Kind::Identity: return b.clamped(score, 0, 1);
    case Kind::Softmax:
    case Kind::Logistic: return b.logistic(score);
    case Kind::Platt: return b.logistic(linear(score, c.slope, c.intercept));
    case Kind::Beta: {
      Ref s = score;
      if (c.is_logit) s = b.logistic(linear(score, c.own_slope, c.own_intercept));
      constexpr double kLeast = 1e-6;
      const double least = c.is_logit ? 1e-300 : kLeast;
      const auto high = b.log(b.maximum(c.is_logit ? s : b.clamped(s, kLeast, 1 - kLeast), b.number(least)));
      const auto rest = b.sum({b.number(1), b.product({b.number(-1), c.is_logit ? s : b.clamped(s, kLeast, 1 - kLeast)})});
      const auto low = b.log(b.maximum(rest, b.number(least)));
      return b.logistic(b.sum({b.product({b.number(c.slope), high}),
                               b.product({b.number(-c.low_slope), low}), b.number(c.intercept)}));
    }
    case Kind::Isotonic: break;
  }
  if (c.x.empty()) return score;
  Ref value = b.number(c.y.back());
  for (std::size_t i = c.x.size() - 1; i > 0; --i) {
    const double slope = (c.y[i] - c.y[i - 1]) / (c.x[i] - c.x[i - 1]);
    const auto on_line =
        b.sum({b.number(c.y[i - 1]),
               b.product({b.number(slope), b.sum({score, b.number(-c.x[i - 1])})})});
    value = b.either(b.less(score, b.number(c.x[i])), on_line, value);
  }
  return b.either(b.less(score, b.number(c.x[0])), b.number(c.y[0]), value);
}

}  // namespace holdfast::exchange
