// holdfast report

#include "cli/command.hpp"
#include "cli/summary.hpp"

namespace holdfast::cli {

extern const Command kReport;
const Command kReport{"report", "everything, with report.html", "生成完整报告 report.html",
                  {kStudyOption, kAsOfOption, kForceOption, kRevealOption},
                  [](const Invocation& invocation) { return run_until(invocation, run::Step::Report); }};

}  // namespace holdfast::cli
