#include <filesystem>
#include <ostream>

#include "cli/command.hpp"
#include "cli/errors.hpp"

namespace holdfast::cli {

const Option kStudyOption{.name = "study",
                          .value = "FILE",
                          .en = "study file or its folder (default: study.toml here)",
                          .zh = "研究文件或其目录(默认当前目录的 study.toml)",
                          .is_positional = true};
const Option kAsOfOption{.name = "as-of",
                         .value = "DATE",
                         .en = "score as of this day (default: the day after the data end)",
                         .zh = "评分日期(默认数据截止日的次日)"};
const Option kForceOption{.name = "force",
                          .value = "",
                          .en = "do everything again, even what is up to date",
                          .zh = "全部重做,即使已是最新"};
const Option kRevealOption{.name = "reveal",
                           .value = "",
                           .en = "show keys marked as identifiers, else masked; logged in reveals.log",
                           .zh = "显示标记为身份标识的键(默认脱敏),并记入 reveals.log"};

std::string Invocation::value(std::string_view option, std::string_view otherwise) const {
  const auto found = given.find(option);
  if (found == given.end() || found->second.empty()) return std::string(otherwise);
  return found->second.back();
}

std::vector<std::string> Invocation::values(std::string_view option) const {
  const auto found = given.find(option);
  return found == given.end() ? std::vector<std::string>{} : found->second;
}

void Invocation::say(const Text& sentence) const { *out << sentence.in(language) << "\n"; }

void Invocation::warn(const Error& warning) const {
  *error << render(warning, language, "warning") << "\n";
}

Result<study::Study> load_study(const Invocation& invocation) {
  std::filesystem::path file = invocation.value("study", "study.toml");
  if (std::filesystem::is_directory(file)) file /= "study.toml";
  auto checked = study::load(file);
  for (const auto& warning : checked.warnings) invocation.warn(warning);
  for (std::size_t i = 0; i + 1 < checked.errors.size(); ++i) {
    *invocation.error << render(checked.errors[i], invocation.language) << "\n";
  }
  if (!checked.errors.empty()) return checked.errors.back();
  return std::move(checked.study);
}

Result<std::optional<Day>> as_of(const Invocation& invocation) {
  if (!invocation.has("as-of")) return std::optional<Day>{};
  const auto text = invocation.value("as-of");
  const auto day = parse_iso_day(text);
  if (!day) return Error{errors::kBadDay, {{"value", text}}};
  return std::optional<Day>{*day};
}

}  // namespace holdfast::cli
