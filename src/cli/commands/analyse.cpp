// holdfast survival, value, groups, … : a command for every analysis.

#include <deque>
#include <ostream>

#include "analyses/analyses.hpp"
#include "cli/command.hpp"
#include "core/file.hpp"
#include "run/analyse.hpp"

namespace holdfast::cli {
namespace {

Result<int> analyse(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto day, as_of(invocation));
  HOLDFAST_TRY(const auto done, run::analyse(study, invocation.command, day, *invocation.progress));
  if (invocation.wants_json) {
    *invocation.out << exchange::analysis_json(done.analysis, done.context);
    return 0;
  }
  *invocation.out << exchange::analysis_text(done.analysis, done.context, invocation.language) << "\n";
  for (const auto& path : done.written) *invocation.out << "  " << path.string() << "\n";
  return 0;
}

}  // namespace

const std::deque<Command>& analysis_commands() {
  static const auto commands = [] {
    std::deque<Command> made;
    for (const auto* one : analyses::all_analyses()) {
      made.push_back({one->id, one->en, one->zh, {kStudyOption, kAsOfOption}, analyse});
    }
    return made;
  }();
  return commands;
}

}  // namespace holdfast::cli
