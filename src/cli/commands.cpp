#include <array>

#include "cli/command.hpp"

namespace holdfast::cli {

extern const Command kInit, kCheck, kProfile, kRun, kImport, kFeatures, kTrain, kEvaluate, kScore,
    kWarn, kReport, kDefinitions, kSelect, kAudit, kExplain, kModels, kExport, kGenerate;

std::span<const Command* const> all_commands() {
  static const std::array commands = {&kInit,  &kCheck, &kProfile, &kRun,         &kImport, &kFeatures,
                                      &kTrain, &kEvaluate, &kScore, &kWarn,       &kReport, &kDefinitions, &kSelect,
                                      &kAudit, &kExplain,  &kModels, &kExport, &kGenerate};
  return commands;
}

}  // namespace holdfast::cli
