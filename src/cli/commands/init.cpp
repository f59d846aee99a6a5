// holdfast init DATA... : look at the files, propose a commented study.toml.

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "core/file.hpp"

namespace holdfast::cli {
namespace {

Result<int> init(const Invocation& invocation) {
  const std::filesystem::path file = invocation.value("study", "study.toml");
  if (std::filesystem::exists(file) && !invocation.has("force")) {
    return Error{errors::kStudyExists, {{"path", file.string()}}};
  }
  auto folder = std::filesystem::absolute(file).parent_path();
  HOLDFAST_TRY(const auto proposal,
               study::propose(invocation.values("data"), folder,
                              {.outcome = invocation.value("outcome"),
                               .language = invocation.language}));
  HOLDFAST_TRY_VOID(write_file_atomically(file, study::write(proposal.study)));
  if (invocation.wants_json) {
    auto notes = nlohmann::json::array();
    for (const auto& note : proposal.notes) notes.push_back(note.in(invocation.language));
    *invocation.out << nlohmann::json{{"study", file.string()}, {"notes", notes}}.dump(1) << "\n";
    return 0;
  }
  for (const auto& note : proposal.notes) invocation.say({"* " + note.en, "* " + note.zh});
  invocation.say({fmt::format("wrote {}; `holdfast check` says what it will do, `holdfast run` does it",
                              file.string()),
                  fmt::format("已写入 {};`holdfast check` 说明将做什么,`holdfast run` 执行",
                              file.string())});
  return 0;
}

}  // namespace

extern const Command kInit;
const Command kInit{
    "init",
    "look at the files, propose a commented study.toml",
    "查看数据文件,生成带注释的 study.toml",
    {{.name = "data", .value = "DATA...", .en = "files (CSV, xlsx, xls, Parquet, .gz) or postgresql:// addresses",
      .zh = "数据文件(CSV、xlsx、xls、Parquet、.gz)或 postgresql:// 地址", .is_positional = true,
      .is_required = true, .takes_many = true},
     {.name = "outcome", .value = "COLUMN", .en = "a column that says who left", .zh = "标明是否流失的列"},
     {.name = "study", .value = "FILE", .en = "write here (default: study.toml)", .zh = "写到此文件(默认 study.toml)"},
     {.name = "force", .value = "", .en = "replace an existing study", .zh = "覆盖已有的研究文件"}},
    init};

}  // namespace holdfast::cli
