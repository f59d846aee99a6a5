#pragma once

#include "core/matrix_view.hpp"
#include "survival/competing.hpp"
#include "survival/cox.hpp"

namespace holdfast::survival {

struct FineGrayOptions {
  LossTies ties = LossTies::Together;
  std::span<const std::int32_t> cluster;  // Rows of one customer: summed up first.
  int iterations_max = 60;
};

/// How each column multiplies the subdistribution hazard of one exit.
struct FineGrayFit {
  std::vector<double> coefficients;
  std::vector<double> variance;  // columns × columns; the sandwich, the loss curve taken as known.
  std::vector<double> means;     // Of the columns, unweighted.
  double loglik_null = 0;
  double loglik = 0;
  std::size_t rows = 0;    // Of weight above 0.
  std::size_t events = 0;  // By the exit.
  int iterations = 0;
  std::vector<double> time;    // At which somebody leaves by the exit, ascending.
  std::vector<double> hazard;  // Cumulative, at the columns' means.
};

/// Which columns raise the chance of having left by `exit`, all other exits considered: Fine &
/// Gray's (1999) regression. Who left by another exit stays at risk with falling weight, the chance
/// of not having been lost since (as fine_gray_rows has it,
/// without its rows). Shapes: x rows × columns. Errors: those of check(), kShape, kBadValue,
/// kNoEvents, kCollinear, kRunsAway, kNotConverged, kBadOption for late entries and strata.
/// Cost: one sort, then rows × columns² a step.
Result<FineGrayFit> fit_fine_gray(const Spells& spells, MatrixView x, std::uint8_t exit,
                                  const FineGrayOptions& options = {});

}  // namespace holdfast::survival
