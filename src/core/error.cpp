#include "core/error.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

namespace holdfast {
namespace {

std::string fill(std::string_view pattern, const std::vector<Argument>& arguments) {
  if (pattern.empty()) return {};
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const auto& argument : arguments) {
    std::visit([&](const auto& value) { store.push_back(fmt::arg(argument.name.c_str(), value)); },
               argument.value);
  }
  try {
    return fmt::vformat(fmt::string_view(pattern.data(), pattern.size()), store);
  } catch (const fmt::format_error&) {
    // A pattern that names an argument nobody gave: show it rather than nothing.
    return std::string(pattern);
  }
}

}  // namespace

std::string message_of(const Error& error, Language language) {
  return fill(language == Language::Zh ? error.kind->zh : error.kind->en, error.arguments);
}

std::string hint_of(const Error& error, Language language) {
  return fill(language == Language::Zh ? error.kind->hint_zh : error.kind->hint_en,
              error.arguments);
}

std::string render(const Error& error, Language language, std::string_view severity) {
  std::string text;
  const auto& place = error.place;
  if (!place.file.empty()) {
    text += place.file;
    if (place.line > 0) text += fmt::format(":{}", place.line);
    if (place.line > 0 && place.column > 0) text += fmt::format(":{}", place.column);
    text += ": ";
  }
  const bool zh = language == Language::Zh;
  std::string_view word = severity;
  if (zh) word = severity == "warning" ? "警告" : "错误";
  text += fmt::format("{}[{}]: ", word, error.kind->name);
  if (!place.key.empty()) text += fmt::format("{}: ", place.key);
  text += message_of(error, language);
  const auto hint = hint_of(error, language);
  if (!hint.empty()) text += fmt::format("\n  {}: {}", zh ? "建议" : "hint", hint);
  return text;
}

namespace errors {

const ErrorKind kInvalidArgument{"core.invalid_argument", 400, 2, "{what}", "{what}", "", ""};
const ErrorKind kFileMissing{"core.file_missing", 404, 2, "no such file: {path}",
                             "文件不存在: {path}", "check the path; it is read relative to the study file",
                             "请检查路径;相对路径从研究文件所在目录算起"};
const ErrorKind kFileUnreadable{"core.file_unreadable", 422, 2, "cannot read {path}: {why}",
                                "无法读取 {path}: {why}", "", ""};
const ErrorKind kFileUnwritable{"core.file_unwritable", 500, 1, "cannot write {path}: {why}",
                                "无法写入 {path}: {why}",
                                "check free space and permissions of the folder",
                                "请检查磁盘空间和目录权限"};
const ErrorKind kCancelled{"core.cancelled", 499, 1, "stopped on request; the last good state stands",
                           "已按要求停止;保持上一次完好的状态", "", ""};
const ErrorKind kInternal{"core.internal", 500, 1, "{what}", "{what}", "", ""};

std::vector<const ErrorKind*> core_kinds() {
  return {&kInvalidArgument, &kFileMissing, &kFileUnreadable,
          &kFileUnwritable,  &kCancelled,   &kInternal};
}

}  // namespace errors
}  // namespace holdfast
