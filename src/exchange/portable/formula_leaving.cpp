#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/portable/portable_model.hpp"
#include "exchange/portable/tree_steps.hpp"

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;
using forms::HazardModel;

// exp(−this) is no more than 0; beyond it some engines call exponentials an error.
constexpr double kHazardMost = 700;
constexpr double kScoreMost = 600;

/// Arithmetic of one model; `days` is a number or a column, never beyond what was followed.
class LeavingSteps {
 public:
  LeavingSteps(FormulaBuilder& b, const HazardModel& form, Ref days, std::optional<double> fixed)
      : b_(&b), form_(&form), days_(days), fixed_(fixed) {}

  Ref hazard(std::size_t exit, Ref score) {
    const auto& baseline = form_->baselines[exit];
    switch (form_->law) {
      case HazardModel::Law::Discrete: return most(periods(baseline, score));
      case HazardModel::Law::Accelerated: return most(accelerated(baseline, score));
      default: break;
    }
    const auto factor = b_->exp(b_->clamped(score, -kScoreMost, kScoreMost));
    return most(b_->product({steps(baseline), factor}));
  }

 private:
  Ref most(Ref hazard) { return b_->minimum(hazard, b_->number(kHazardMost)); }

  /// The baseline at `days_`: a step after another is asked for by halves.
  Ref steps(const HazardModel::Baseline& baseline) {
    if (fixed_) {
      const auto passed = std::ranges::upper_bound(baseline.time, *fixed_) - baseline.time.begin();
      return b_->number(passed == 0 ? 0 : baseline.hazard[static_cast<std::size_t>(passed - 1)]);
    }
    return b_->named(among(baseline, 0, baseline.time.size()), "baseline");
  }

  /// So many steps are passed: at least `low`, at most `high`.
  Ref among(const HazardModel::Baseline& baseline, std::size_t low, std::size_t high) {
    if (low == high) return b_->number(low == 0 ? 0 : baseline.hazard[low - 1]);
    const auto middle = (low + high + 1) / 2;
    return b_->either(b_->less(days_, b_->number(baseline.time[middle - 1])),
                      among(baseline, low, middle - 1), among(baseline, middle, high));
  }

  /// ln(1 + exp(x)) without large exponentials.
  Ref softplus(Ref x) {
    const auto minus = b_->product({b_->number(-1), x});
    const auto size = b_->minimum(b_->maximum(x, minus), b_->number(kHazardMost));
    const auto rest = b_->exp(b_->product({b_->number(-1), size}));
    return b_->sum({b_->maximum(x, b_->number(0)), b_->log(b_->sum({b_->number(1), rest}))});
  }

  Ref periods(const HazardModel::Baseline& baseline, Ref score) {
    std::vector<Ref> parts;
    double begin = 0;
    for (std::size_t k = 0; k < baseline.time.size(); ++k) {
      const double end = baseline.time[k];
      const auto logit = b_->named(b_->sum({b_->number(baseline.hazard[k]), score}),
                                   fmt::format("logit_{}", k + 1));
      const auto whole = softplus(logit);
      if (fixed_) {
        const double share = std::clamp((*fixed_ - begin) / (end - begin), 0.0, 1.0);
        if (share > 0) parts.push_back(b_->product({b_->number(share), whole}));
      } else {
        const auto passed = b_->divide(b_->sum({days_, b_->number(-begin)}), b_->number(end - begin));
        parts.push_back(b_->product({b_->clamped(passed, 0, 1), whole}));
      }
      begin = end;
    }
    return b_->sum(std::move(parts));
  }

  Ref accelerated(const HazardModel::Baseline& baseline, Ref score) {
    if (fixed_ && *fixed_ <= 0) return b_->number(0);
    constexpr double kLeastDays = 1e-9;
    const auto time = b_->log(b_->maximum(days_, b_->number(kLeastDays)));
    const auto z = b_->named(b_->sum({b_->divide(time, b_->number(baseline.scale)), score}), "place");
    const auto hazard = of_family(z);
    if (fixed_) return hazard;
    return b_->either(b_->less(b_->number(0), days_), hazard, b_->number(0));
  }

  Ref of_family(Ref z) {
    switch (form_->family) {
      case HazardModel::Family::LogNormal: return normal_hazard(z);
      case HazardModel::Family::LogLogistic: return softplus(z);
      default: return b_->exp(b_->clamped(z, -kScoreMost, 14));
    }
  }

  /// −ln of the upper tail of the normal law. Its error function by Abramowitz & Stegun (1964),
  /// 7.1.26: within 1.5e-7, as few systems have one of their own.
  Ref normal_hazard(Ref z) {
    const auto minus = b_->product({b_->number(-1), z});
    const auto x = b_->named(b_->divide(b_->minimum(b_->maximum(z, minus), b_->number(34)),
                                        b_->number(std::sqrt(2.0))), "distance");
    const auto t = b_->named(b_->divide(b_->number(1), b_->sum({b_->number(1), b_->product({b_->number(0.3275911), x})})),
                             "tail_place");
    Ref polynomial = b_->number(1.061405429);
    for (const double a : {-1.453152027, 1.421413741, -0.284496736, 0.254829592}) {
      polynomial = b_->sum({b_->number(a), b_->product({polynomial, t})});
    }
    const auto bell = b_->exp(b_->product({b_->number(-1), x, x}));
    const auto half = b_->named(b_->product({b_->number(0.5), polynomial, t, bell}), "tail");
    const auto rest = b_->sum({b_->number(1), b_->product({b_->number(-1), half})});
    const auto tail = b_->either(b_->less(b_->number(0), z), half, rest);
    return b_->product({b_->number(-1), b_->log(b_->maximum(tail, b_->number(1e-300)))});
  }

  FormulaBuilder* b_;
  const HazardModel* form_;
  Ref days_;
  std::optional<double> fixed_;
};

/// 1 − exp(−hazard).
Ref chance_of(FormulaBuilder& b, Ref hazard) {
  const auto staying = b.exp(b.product({b.number(-1), hazard}));
  return b.sum({b.number(1), b.product({b.number(-1), staying})});
}

Ref score_of_exit(FormulaBuilder& b, const std::vector<Ref>& terms, const forms::LinearPredictor& line,
                  std::size_t exit, const std::string& name) {
  std::vector<Ref> parts = {b.number(line.intercepts[exit])};
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const double coefficient = line.coefficients[exit * terms.size() + t];
    if (coefficient != 0) parts.push_back(b.product({b.number(coefficient), terms[t]}));
  }
  return b.named(b.sum(std::move(parts)), "score_" + name);
}

std::vector<Ref> hazards_of(FormulaBuilder& b, PortableModel& portable, const HazardModel& form) {
  const auto terms = terms_of(b, portable.model->preparation);
  std::optional<double> fixed = portable.question.days;
  if (fixed) fixed = std::min(*fixed, form.followed_days);
  const auto days = fixed ? b.number(*fixed)
                          : b.named(b.minimum(b.column(portable.days_column), b.number(form.followed_days)),
                                    "days_seen");
  LeavingSteps steps(b, form, days, fixed);
  std::vector<Ref> hazards;
  for (const auto exit : exits_asked(portable)) {
    const auto& name = form.exits[exit];
    const auto score = score_of_exit(b, terms, form.predictor, exit, name);
    const auto& step = b.formula().steps[static_cast<std::size_t>(score)].name;
    if (!step.empty()) portable.parts.push_back({.step = step, .line = &form.predictor, .output = exit});
    hazards.push_back(b.named(steps.hazard(exit, score), "hazard_" + name));
  }
  return hazards;
}

Result<std::vector<Ref>> hazards_of(FormulaBuilder& b, PortableModel& portable,
                                    const forms::HazardTrees& form) {
  std::vector<Ref> hazards;
  for (const auto exit : exits_asked(portable)) {
    portable.made.push_back(std::make_unique<FittedModel>(
        hazard_until(*portable.source, form, exit, *portable.question.days)));
    const auto& made = *portable.made.back();
    HOLDFAST_TRY(const auto sum, trees_of(b, made, std::get<forms::TreeEnsemble>(made.form)));
    const auto hazard = b.named(sum, "hazard_" + form.exits[exit]);
    const auto& step = b.formula().steps[static_cast<std::size_t>(hazard)].name;
    if (!step.empty()) portable.parts.push_back({.step = step, .trees = &made});
    hazards.push_back(hazard);
  }
  return hazards;
}

}  // namespace

Result<void> add_leaving(FormulaBuilder& b, PortableModel& portable) {
  std::vector<Ref> hazards;
  bool are_subdistributions = false;
  if (const auto* form = std::get_if<HazardModel>(&portable.source->form)) {
    hazards = hazards_of(b, portable, *form);
    are_subdistributions = form->law == HazardModel::Law::Subdistribution;
  } else {
    HOLDFAST_TRY(hazards, hazards_of(b, portable, std::get<forms::HazardTrees>(portable.source->form)));
  }
  Ref root = -1;
  if (are_subdistributions) {
    std::vector<Ref> chances;
    for (const auto hazard : hazards) chances.push_back(chance_of(b, hazard));
    root = b.minimum(b.sum(std::move(chances)), b.number(1));
  } else {
    root = chance_of(b, b.minimum(b.sum(std::move(hazards)), b.number(kHazardMost)));
  }
  portable.formula = b.finished(b.named(root, "churn_probability"));
  return {};
}

}  // namespace holdfast::exchange
