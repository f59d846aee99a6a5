// holdfast train

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kTrain;
const Command kTrain{"train", "fit the models of the study", "拟合研究中的模型",
                  {kStudyOption, kAsOfOption, kForceOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Train); }};

}  // namespace holdfast::cli
