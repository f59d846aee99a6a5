#pragma once

#include "survival/fine_gray.hpp"

namespace holdfast::survival {

/// Rows as Fine & Gray's likelihood walks over them, in the order of their exits. Columns are
/// centred and scaled. Times are those at which somebody leaves by the exit; a row is at risk at
/// times [begin, end), and, where it left by another exit, at those from `end` on with the weight
/// lasting × loss of the time.
struct FineGrayDesign {
  std::size_t rows = 0;
  std::size_t cols = 0;
  LossTies ties = LossTies::Together;
  std::vector<std::uint32_t> order;     // Place → row.
  std::vector<double> x;
  std::vector<double> weight;
  std::vector<double> mean, scale;
  std::vector<std::uint8_t> is_event;   // Left by the exit.
  std::vector<std::uint32_t> begin, end;
  std::vector<double> lasting;          // 0: did not leave by another exit.
  std::vector<double> time;
  std::vector<double> event_weight;     // [times]
  std::vector<double> loss;             // [times] chance not to have been lost (and to have entered).
  std::vector<std::uint32_t> moment;    // [rows] of the exit.
  std::size_t events = 0;

  const double* row(std::size_t place) const { return x.data() + place * cols; }
};

Result<FineGrayDesign> fine_gray_design(const Spells& spells, MatrixView x, std::uint8_t exit,
                                        const FineGrayOptions& options);

}  // namespace holdfast::survival
