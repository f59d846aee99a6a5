// holdfast run

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kRun;
const Command kRun{"run", "import, features, train, evaluate, score, warn, report; skips what is up to date", "导入、特征、训练、评估、评分、预警、报告;已是最新的步骤自动跳过",
                  {kStudyOption, kAsOfOption, kForceOption, kRevealOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Report); }};

}  // namespace holdfast::cli
