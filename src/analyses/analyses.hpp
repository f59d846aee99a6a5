#pragma once

#include <span>
#include <string_view>

#include "analyses/analysis.hpp"
#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"

/// The analyses beside the main job, a row of data and a function each, as commands are. From the
/// list come the commands of the same names, the pages a run writes, and the API.
namespace holdfast::analyses {

struct Descriptor {
  std::string_view id;                      // "survival": command, study section, file names.
  std::string_view en, zh;                  // What it answers, one line.
  bool (*is_asked)(const study::AnalysisSpecs& specs) = nullptr;  // The study has its section.
  /// Errors: what the study's tables cannot answer, with the remedy.
  Result<Analysis> (*run)(const Inputs& inputs, Progress& progress) = nullptr;
};

/// In the order of the issue they answer. Written in analyses.cpp.
std::span<const Descriptor* const> all_analyses();

}  // namespace holdfast::analyses
