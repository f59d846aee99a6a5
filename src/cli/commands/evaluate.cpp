// holdfast evaluate

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kEvaluate;
const Command kEvaluate{"evaluate", "judge the models on later time: predictions.parquet, evaluation.json", "在后期数据上评估模型",
                  {kStudyOption, kAsOfOption, kForceOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Evaluate); }};

}  // namespace holdfast::cli
