#pragma once

#include <deque>
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "core/language.hpp"
#include "core/progress.hpp"
#include "study/study.hpp"

/// The command line: one file a command under commands/, each a row of data and a function.
namespace holdfast::cli {

/// One option or positional of a command.
struct Option {
  std::string_view name;        // "as-of"; positionals: "study".
  std::string_view value;       // "DATE"; empty: a switch.
  std::string_view en, zh;      // One line of help.
  bool is_positional = false;
  bool is_required = false;
  bool takes_many = false;
};

/// A parsed command line and where to answer.
struct Invocation {
  std::string_view command;       // Its name.
  std::map<std::string, std::vector<std::string>, std::less<>> given;
  Language language = Language::En;
  bool wants_json = false;
  std::ostream* out = nullptr;    // Results.
  std::ostream* error = nullptr;  // Words: progress, warnings, errors.
  Progress* progress = nullptr;

  bool has(std::string_view option) const { return given.contains(option); }
  std::string value(std::string_view option, std::string_view otherwise = "") const;
  std::vector<std::string> values(std::string_view option) const;
  /// Says a sentence in the reader's language, then a line end.
  void say(const Text& sentence) const;
  void warn(const Error& warning) const;
};

struct Command {
  std::string_view name;
  std::string_view en, zh;        // What it does, one line.
  std::vector<Option> options;    // Beside those that every command has.
  /// Exit code, or the error that main prints.
  Result<int> (*run)(const Invocation& invocation) = nullptr;
};

/// A command for every analysis of analyses/ but those with a file of their own.
const std::deque<Command>& analysis_commands();
/// All commands in the order of their use, then those of the analyses. Written in commands.cpp.
std::span<const Command* const> all_commands();

/// Reads `arguments` (without the program's name), runs the command, prints errors; the exit code:
/// 0 done, 1 our failure, 2 the user's input.
int main(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& error);

// Shared by commands.

/// The study option most commands take: a file or a folder with study.toml; default: here.
extern const Option kStudyOption;
extern const Option kAsOfOption;
extern const Option kForceOption;
extern const Option kRevealOption;

/// Loads and checks the study of the invocation: prints every warning, and every error but the last
/// which it returns.
Result<study::Study> load_study(const Invocation& invocation);
/// --as-of, if given. Errors: not a date.
Result<std::optional<Day>> as_of(const Invocation& invocation);

}  // namespace holdfast::cli
