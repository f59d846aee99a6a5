#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "selection/kpi.hpp"
#include "study/study.hpp"

namespace holdfast::run {

struct Selected {
  std::vector<selection::Kpi> kpis;         // Computed first, then found, then named.
  std::vector<std::string> measured_with;   // Models asked for the last level and beside it.
  std::filesystem::path path;               // out/selection.json.
};

/// The study's columns by every measure and through the three levels, on its training rows.
/// Errors: as a run up to its features; no model that can be fitted.
Result<Selected> select(const study::Study& study, Progress& progress);

}  // namespace holdfast::run
