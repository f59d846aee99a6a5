#include <vector>

#include "cli/command.hpp"

namespace holdfast::cli {

extern const Command kInit, kCheck, kProfile, kRun, kImport, kFeatures, kTrain, kEvaluate, kScore,
    kWarn, kReport, kDefinitions, kSelect, kCube, kAudit, kExplain, kModels, kExport, kGenerate;

std::span<const Command* const> all_commands() {
  static const auto commands = [] {
    std::vector<const Command*> made = {&kInit,  &kCheck,    &kProfile, &kRun,  &kImport, &kFeatures,
                                        &kTrain, &kEvaluate, &kScore,   &kWarn, &kReport, &kDefinitions,
                                        &kSelect};
    for (const auto& command : analysis_commands()) made.push_back(&command);
    made.insert(made.end(), {&kCube, &kAudit, &kExplain, &kModels, &kExport, &kGenerate});
    return made;
  }();
  return commands;
}

}  // namespace holdfast::cli
