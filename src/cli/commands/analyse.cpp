// holdfast survival, value, groups, … : a command for every analysis.

#include <deque>
#include <ostream>

#include "analyses/analyses.hpp"
#include "cli/command.hpp"
#include "cli/commands/analysed.hpp"
#include "core/file.hpp"
#include "run/analyse.hpp"

namespace holdfast::cli {
namespace {

Result<int> analyse(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto day, as_of(invocation));
  HOLDFAST_TRY(const auto done, run::analyse(study, invocation.command,
                                             {.as_of = day, .reveals_keys = invocation.has("reveal")},
                                             *invocation.progress));
  print(done, invocation);
  return 0;
}

}  // namespace

void print(const run::Analysed& done, const Invocation& invocation, std::size_t rows_max) {
  if (invocation.wants_json) {
    *invocation.out << exchange::analysis_json(done.analysis, done.context);
    return;
  }
  *invocation.out << exchange::analysis_text(done.analysis, done.context, invocation.language, rows_max)
                  << "\n";
  for (const auto& path : done.written) *invocation.out << "  " << path.string() << "\n";
}

const std::deque<Command>& analysis_commands() {
  static const auto commands = [] {
    std::deque<Command> made;
    for (const auto* one : analyses::all_analyses()) {
      if (one->id == "cube") continue;  // Has options of its own: commands/cube.cpp.
      made.push_back({one->id, one->en, one->zh, {kStudyOption, kAsOfOption, kRevealOption}, analyse});
    }
    return made;
  }();
  return commands;
}

}  // namespace holdfast::cli
