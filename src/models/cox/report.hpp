#pragma once

#include <string>
#include <vector>

#include "models/cox/cox_exit.hpp"

namespace holdfast::cox {

/// Hazard ratios with intervals, the test of proportional hazards and the fit, by exit.
std::vector<ReportTable> tables_of(const std::vector<ExitFit>& fits,
                                   const std::vector<std::string>& exits,
                                   const dataset::Preparation& preparation);

}  // namespace holdfast::cox
