// holdfast import

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kImport;
const Command kImport{"import", "take new and changed sources into the history store", "将新增或变化的数据源导入历史库",
                  {kStudyOption, kAsOfOption, kForceOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Import); }};

}  // namespace holdfast::cli
