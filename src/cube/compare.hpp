#pragma once

#include "core/distributions.hpp"
#include "cube/cube.hpp"

namespace holdfast::cube {

/// One cell in two periods.
struct CellChange {
  std::vector<Code> codes;
  Sums before;
  Sums after;

  /// Of the rates, or of what stands above the line for a total; nothing where a rate is missing.
  std::optional<double> change(bool is_rate) const;
};

/// Cells of either period, in the order of their codes; what is missing from one is 0 there.
/// Errors: kNotAlike, kUnknownName.
Result<std::vector<CellChange>> compare(const Cube& before, const Cube& after,
                                        std::string_view measure);

/// What one segment adds to the change of the whole rate.
struct Contribution {
  std::vector<Code> codes;
  double share_before = 0;  // Of what stands below the line.
  double share_after = 0;
  std::optional<double> rate_before;  // Nothing where the segment was empty.
  std::optional<double> rate_after;
  double mix = 0;   // Because the segment grew or shrank.
  double rate = 0;  // Because its own rate moved.
  // Newcombe's interval of the rate's change; only for proportions (see AttributionOptions).
  std::optional<Interval> rate_change;

  double all() const { return mix + rate; }
};

struct Attribution {
  double rate_before = 0;
  double rate_after = 0;
  double mix = 0;  // Σ of the contributions; mix + rate = rate_after − rate_before.
  double rate = 0;
  std::vector<Contribution> contributions;  // From the largest |mix + rate| on: the top movers.
};

struct AttributionOptions {
  // Above counts some of the whole rows that below counts, so that chance can be told from change.
  bool is_proportion = false;
  double level = 0.95;
};

/// Takes the change of a rate apart by the segments of the dimensions both cubes have (roll up
/// first). With s a segment's share and r its rate, 0 before and 1 after, R̄ the mean of both whole rates:
///
///     R₁ − R₀ = Σ (s₁ − s₀) ((r₀ + r₁)/2 − R̄)  +  Σ (r₁ − r₀) (s₀ + s₁)/2
///                         mix                              rate
///
/// Exact, without a rest, and the same up to the sign when the periods are exchanged. R̄ leaves the
/// sum as it is, as Σ (s₁ − s₀) = 0, and makes a segment's own mix say what it does: growing lowers
/// the whole where it is better than the whole. A segment empty in one period has no rate to move:
/// all it adds is mix.
/// Errors: kNotAlike, kUnknownName, kNoRate, kBadOption.
/// Source: Kitagawa 1955, "Components of a difference between two rates". Interval: Newcombe 1998,
/// "Interval estimation for the difference between independent proportions", method 10.
Result<Attribution> attribute(const Cube& before, const Cube& after, std::string_view measure,
                              const AttributionOptions& options = {});

}  // namespace holdfast::cube
