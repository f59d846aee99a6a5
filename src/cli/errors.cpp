#include "cli/errors.hpp"

namespace holdfast::cli::errors {

const ErrorKind kBadUsage{"cli.bad_usage", 400, 2, "{why}", "命令行有误: {why}",
                          "`holdfast {command} --help` shows how it is called",
                          "`holdfast {command} --help` 显示用法"};
const ErrorKind kUnknownCommand{"cli.unknown_command", 400, 2, "there is no command {value}{near}",
                                "没有命令 {value}{near}", "`holdfast --help` lists the commands",
                                "`holdfast --help` 列出所有命令"};
const ErrorKind kNoCommand{"cli.no_command", 400, 2, "which command?", "缺少命令",
                           "`holdfast --help` lists the commands", "`holdfast --help` 列出所有命令"};
const ErrorKind kUnknownOption{"cli.unknown_option", 400, 2, "{command} has no option {value}{near}",
                               "{command} 没有选项 {value}{near}",
                               "`holdfast {command} --help` shows how it is called",
                               "`holdfast {command} --help` 显示用法"};
const ErrorKind kTooManyValues{"cli.too_many_values", 400, 2, "{command} does not know what to do with {value}",
                               "{command} 多出了 {value}",
                               "options are given by name: `holdfast {command} --help` shows them",
                               "选项须写明名称: `holdfast {command} --help` 列出所有选项"};
const ErrorKind kMissingValue{"cli.missing_value", 400, 2, "{command} needs {value}", "{command} 缺少 {value}",
                              "`holdfast {command} --help` shows how it is called",
                              "`holdfast {command} --help` 显示用法"};
const ErrorKind kBadDay{"cli.bad_day", 400, 2, "not a day: {value}", "不是日期: {value}",
                        "write it as 2024-03-05", "请写成 2024-03-05 的形式"};
const ErrorKind kStudyExists{"cli.study_exists", 409, 2, "there is a study already: {path}",
                             "研究文件已存在: {path}", "give another name with --study, or --force to replace it",
                             "请用 --study 换个文件名,或用 --force 覆盖"};
const ErrorKind kStudyInvalid{"cli.study_invalid", 422, 2, "the study has {count} errors",
                              "研究文件有 {count} 处错误", "", ""};
const ErrorKind kBadNumber{"cli.bad_number", 400, 2, "--{option} is not a whole number: {value}",
                           "--{option} 不是整数: {value}", "", ""};
const ErrorKind kBadTarget{"cli.bad_target", 400, 2, "--target is not between 0 and 1: {value}",
                           "--target 应在 0 与 1 之间: {value}", "as 0.2", "例如 0.2"};
const ErrorKind kBadChoice{"cli.bad_choice", 400, 2, "no such {what}: {value}", "没有这个 {what}: {value}",
                           "one of {choices}", "可选: {choices}"};
const ErrorKind kAuditFailed{"cli.audit_failed", 422, 2,
                             "features that see the future: {features}",
                             "以下特征看到了未来: {features}",
                             "give their columns the day they became known (known_at), or ignore = true",
                             "请为其列声明入库时间(known_at),或设 ignore = true"};

std::vector<const ErrorKind*> cli_kinds() {
  return {&kBadUsage, &kNoCommand, &kUnknownCommand, &kUnknownOption, &kTooManyValues, &kMissingValue, &kBadDay,
          &kStudyExists, &kStudyInvalid, &kBadNumber, &kBadTarget, &kBadChoice, &kAuditFailed};
}

}  // namespace holdfast::cli::errors
