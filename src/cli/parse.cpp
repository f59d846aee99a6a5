// The only file that knows CLI11: commands are rows of data, see command.hpp.

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "cli/terminal_progress.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"

namespace holdfast::cli {
namespace {

/// --lang, else HOLDFAST_LANG, else the locale's language. Looked at before parsing, as help and
/// complaints about the command line are in that language too.
Language language_of(const std::vector<std::string>& arguments) {
  std::string wanted;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) wanted = arguments[i + 1];
    if (arguments[i].starts_with("--lang=")) wanted = arguments[i].substr(7);
  }
  for (const char* variable : {"HOLDFAST_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (wanted.empty() && value != nullptr) wanted = value;
  }
  return wanted.starts_with("zh") ? Language::Zh : Language::En;
}

/// Options of every command, which may stand before it too.
constexpr Option kUniversal[] = {
    {.name = "lang", .value = "en|zh", .en = "language of everything printed", .zh = "输出语言"},
    {.name = "json", .value = "", .en = "result as JSON on standard output", .zh = "以 JSON 输出结果"},
    {.name = "threads", .value = "N", .en = "threads to use (default: all cores)", .zh = "线程数(默认全部核心)"},
    {.name = "quiet", .value = "", .en = "no progress lines", .zh = "不显示进度"}};

std::string help_of(std::string_view en, std::string_view zh, Language language) {
  return std::string(language == Language::Zh ? zh : en);
}

using Given = std::map<std::string, std::vector<std::string>, std::less<>>;

std::string flag_of(const Option& option) {
  return (option.is_positional ? "" : "--") + std::string(option.name);
}

void add_option(CLI::App& app, const Option& option, Language language, Given& given) {
  const auto help = help_of(option.en, option.zh, language);
  const auto name = std::string(option.name);
  const auto flag = flag_of(option);
  if (option.value.empty() && !option.is_positional) {
    app.add_flag_callback(flag, [&given, name] { given[name] = {"true"}; }, help);
    return;
  }
  auto* added = app.add_option_function<std::vector<std::string>>(
      flag, [&given, name](const std::vector<std::string>& values) { given[name] = values; }, help);
  added->required(option.is_required)->type_name(std::string(option.value));
  // An option takes one value each time it is said, so that the study may stand behind it.
  if (!option.is_positional) added->allow_extra_args(false);
  if (option.takes_many) {
    added->expected(1, 100000);
  } else {
    added->expected(1);
  }
}

int fail(const Error& failure, const Invocation& invocation) {
  *invocation.error << render(failure, invocation.language) << "\n";
  return failure.kind->exit_code;
}

const Command* command_of(std::string_view name) {
  const auto commands = all_commands();
  const auto found = std::ranges::find(commands, name, [](const Command* command) { return command->name; });
  return found == commands.end() ? nullptr : *found;
}

/// " (--force?)" where something is near.
std::string near_text(std::string_view value, const std::vector<std::string>& names) {
  const auto near = nearest(value, names);
  return near.empty() ? "" : " (" + near + "?)";
}

Error unknown_command(const std::string& value) {
  std::vector<std::string> names;
  for (const auto* command : all_commands()) names.emplace_back(command->name);
  return {errors::kUnknownCommand, {{"value", value}, {"near", near_text(value, names)}}};
}

/// Names of a command's options as they are typed.
std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) {
    if (!option.is_positional) names.push_back(flag_of(option));
  }
  for (const auto& option : kUniversal) names.push_back(flag_of(option));
  return names;
}

Error unknown_option(const Command& command, const std::string& value) {
  return {errors::kUnknownOption,
          {{"command", std::string(command.name)}, {"value", value}, {"near", near_text(value, option_names(command))}}};
}

/// CLI11 says what is wrong in English only.
Error usage_error(const CLI::ParseError& stop, const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    const auto extra = app.remaining();
    if (extra.empty()) return {errors::kNoCommand, {}};
    return unknown_command(extra.front());
  }
  const auto* sub = chosen.front();
  const auto& command = *command_of(sub->get_name());
  const std::string name(command.name);
  const auto extra = app.remaining(true);
  if (!extra.empty()) {
    if (extra.front().starts_with("-")) return unknown_option(command, extra.front());
    return {errors::kTooManyValues, {{"command", name}, {"value", extra.front()}}};
  }
  for (const auto& option : command.options) {
    const auto values = sub->get_option(flag_of(option))->results();
    if (option.is_required && values.empty())
      return {errors::kMissingValue, {{"command", name}, {"value", std::string(option.value)}}};
    if (option.is_positional && !option.takes_many && values.size() > 1)
      return {errors::kTooManyValues, {{"command", name}, {"value", values[1]}}};
  }
  return {errors::kBadUsage, {{"why", stop.what()}, {"command", name}}};
}

/// The first option that took another option's name for its value.
std::optional<Error> swallowed(const Command& command, const Given& given) {
  const auto names = option_names(command);
  for (const auto& [name, values] : given) {
    if (std::ranges::find_first_of(values, names) != values.end())
      return Error{errors::kMissingValue, {{"command", std::string(command.name)}, {"value", "--" + name + " …"}}};
  }
  return std::nullopt;
}

int dispatch(const Command& command, Invocation& invocation) {
  if (invocation.has("threads")) {
    const auto text = invocation.value("threads");
    const int count = std::atoi(text.c_str());
    if (count < 1 || std::to_string(count) != text) {
      return fail({errors::kBadNumber, {{"option", "threads"}, {"value", text}}}, invocation);
    }
    set_threads(count);
  }
  invocation.command = command.name;
  invocation.wants_json = invocation.has("json");
  TerminalProgress terminal(*invocation.error, invocation.language, ::isatty(STDERR_FILENO) == 1);
  invocation.progress = invocation.has("quiet") || invocation.wants_json
                            ? &silent()
                            : static_cast<Progress*>(&terminal);
  const auto done = command.run(invocation);
  invocation.out->flush();
  if (!done.ok()) return fail(done.error(), invocation);
  return *done;
}

}  // namespace

int main(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& error) {
  Invocation invocation;
  invocation.language = language_of(arguments);
  invocation.out = &out;
  invocation.error = &error;
  const bool zh = invocation.language == Language::Zh;

  CLI::App app(zh ? "找出即将流失的客户,说明原因,并给出预警名单"
                  : "finds the customers who are about to leave, says why, and lists them",
               "holdfast");
  app.set_version_flag("--version", "holdfast " HOLDFAST_VERSION);
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", zh ? "显示帮助" : "print this help");
  for (const auto& option : kUniversal) add_option(app, option, invocation.language, invocation.given);
  const Command* chosen = nullptr;
  for (const auto* command : all_commands()) {
    auto* sub = app.add_subcommand(std::string(command->name),
                                   help_of(command->en, command->zh, invocation.language));
    for (const auto& option : command->options) {
      add_option(*sub, option, invocation.language, invocation.given);
    }
    for (const auto& option : kUniversal) add_option(*sub, option, invocation.language, invocation.given);
    sub->callback([&chosen, command] { chosen = command; });
  }
  auto reversed = arguments;
  std::ranges::reverse(reversed);
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& stop) {
    if (stop.get_exit_code() == 0) return app.exit(stop, out, error);
    return fail(usage_error(stop, app), invocation);
  }
  if (const auto wrong = swallowed(*chosen, invocation.given)) return fail(*wrong, invocation);
  return dispatch(*chosen, invocation);
}

}  // namespace holdfast::cli
