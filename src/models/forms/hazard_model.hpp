#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/forms/linear_predictor.hpp"

namespace holdfast::forms {

class HazardScorer;

/// When somebody leaves, by each exit: a linear score an exit, and what the score makes of time.
/// Outputs: the scores, on the log-hazard where the law is proportional; contributions add up to
/// them. With others as lost from sight, the cumulative hazard of exit e until t is
///
///   Proportional, Subdistribution   exp(score) × the baseline's, in steps
///   Accelerated                     G(ln t / scale + score), G by family
///   Discrete                        Σ over periods until t of ln(1 + exp(baseline + score))
///
/// Subdistribution: not a hazard among those there, but 1 − exp(−it) is the chance of having left by
/// that exit (Fine & Gray 1999).
struct HazardModel {
  static constexpr std::string_view kType = "hazard_model";
  static constexpr Input kInput = Input::Terms;
  using Scorer = HazardScorer;

  enum class Law : std::uint8_t { Proportional, Subdistribution, Accelerated, Discrete };
  enum class Family : std::uint8_t { Exponential, Weibull, LogNormal, LogLogistic };

  struct Baseline {
    std::vector<double> time;    // Days, ascending: of steps, or ends of periods (the first from 0).
    std::vector<double> hazard;  // At score 0: cumulative from that time on; Discrete: logits.
    double scale = 1;            // Accelerated.
  };

  Law law = Law::Proportional;
  Family family = Family::Weibull;  // Accelerated.
  std::vector<std::string> exits;
  LinearPredictor predictor;        // An output an exit.
  std::vector<Baseline> baselines;  // [exits]
  double followed_days = 0;         // Nobody in training was seen for longer.

  std::size_t outputs_count() const { return predictor.outputs_count(); }
};

/// Until `time` ≥ 0 of one exit at a score.
double cumulative_hazard(const HazardModel& form, std::size_t exit, double score, double time);

std::string_view name_of(HazardModel::Law law);
std::string_view name_of(HazardModel::Family family);

/// The linear scores and their parts.
class HazardScorer {
 public:
  explicit HazardScorer(const HazardModel& form) : linear_(form.predictor) {}
  void score(const Rows& rows, std::span<double> out) const { linear_.score(rows, out); }
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const {
    linear_.contributions(rows, output, out);
  }

 private:
  LinearScorer linear_;
};

}  // namespace holdfast::forms
