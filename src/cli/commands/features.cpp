// holdfast features

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kFeatures;
const Command kFeatures{"features", "features and outcomes at every cutoff, to out/features.parquet", "计算各观察点的特征与结果,写入 out/features.parquet",
                  {kStudyOption, kAsOfOption, kForceOption, kRevealOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Features); }};

}  // namespace holdfast::cli
