// holdfast score

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kScore;
const Command kScore{"score", "score every active customer: scores.parquet", "为每个在册客户评分",
                  {kStudyOption, kAsOfOption, kForceOption, kRevealOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Score); }};

}  // namespace holdfast::cli
