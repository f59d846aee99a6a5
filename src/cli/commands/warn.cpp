// holdfast warn

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kWarn;
const Command kWarn{"warn", "raise warnings: watchlist.xlsx, watchlist.csv", "生成预警名单",
                  {kStudyOption, kAsOfOption, kForceOption, kRevealOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Warn); }};

}  // namespace holdfast::cli
