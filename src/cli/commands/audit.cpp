// holdfast audit : prove that no feature sees the future.

#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "core/text.hpp"
#include "features/program.hpp"
#include "history/store.hpp"

namespace holdfast::cli {
namespace {

Result<int> audit(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto imported, history::import(study, {}, *invocation.progress));
  (void)imported;
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  HOLDFAST_TRY(const auto report, features::audit(program, store, *invocation.progress));
  if (invocation.wants_json) {
    auto notes = nlohmann::json::array();
    for (const auto& note : report.notes) notes.push_back(note.in(invocation.language));
    *invocation.out << nlohmann::json{{"passed", report.passed}, {"rows_checked", report.rows_checked},
                                      {"cells_altered", report.cells_altered},
                                      {"leaking", report.leaking}, {"assumed", report.assumed},
                                      {"notes", notes}}.dump(1) << "\n";
  } else {
    invocation.say({fmt::format("altered {} later values; {} rows × {} features computed twice",
                                with_thousands(report.cells_altered), with_thousands(report.rows_checked),
                                program.features().size()),
                    fmt::format("改动了 {} 个观察点之后的值,{} 行 × {} 个特征各算两遍",
                                with_thousands(report.cells_altered), with_thousands(report.rows_checked),
                                program.features().size())});
    if (!report.assumed.empty()) {
      invocation.say({"known-at is only assumed for: " + join(report.assumed, ", "),
                      "以下列的入库时间只是假定: " + join(report.assumed, ", ")});
    }
    for (const auto& note : report.notes) invocation.say(note);
    if (report.passed) invocation.say({"passed: nothing sees the future", "通过: 没有特征看到未来"});
  }
  if (!report.passed) {
    return Error{errors::kAuditFailed, {{"features", join(report.leaking, ", ")}}};
  }
  return 0;
}

}  // namespace

extern const Command kAudit;
const Command kAudit{"audit", "prove that no feature sees the future", "证明没有特征看到未来",
                     {kStudyOption}, audit};

}  // namespace holdfast::cli
