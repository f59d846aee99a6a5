// holdfast export pmml|onnx|sql : a fitted model for another system.

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "run/export.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

template <std::size_t n>
Result<std::size_t> chosen(const std::string& value, const std::string_view (&names)[n],
                           std::string_view what) {
  const auto found = std::ranges::find(names, value);
  if (found != std::end(names)) return static_cast<std::size_t>(found - std::begin(names));
  return Error{errors::kBadChoice,
               {{"what", what}, {"value", value}, {"choices", fmt::format("{}", fmt::join(names, ", "))}}};
}

/// Of --days; nothing where it is not given.
Result<std::optional<double>> days_of(const Invocation& invocation) {
  if (!invocation.has("days")) return std::optional<double>();
  const auto text = invocation.value("days");
  int days = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (failure != std::errc{} || end != text.data() + text.size() || days <= 0) {
    return Error{errors::kBadNumber, {{"option", "days"}, {"value", text}}};
  }
  return std::optional<double>(days);
}

/// What is compared, in words.
Text answer_words(const std::string& answer) {
  if (answer == "effect") return {"effect", "效果"};
  if (answer == "cluster") return {"group's number", "群组编号"};
  return {"probability", "概率"};
}

Result<run::ExportRequest> request_of(const Invocation& invocation) {
  constexpr std::string_view kFormats[] = {"pmml", "onnx", "sql"};
  constexpr std::string_view kDialects[] = {"sqlite", "postgresql", "spark"};
  run::ExportRequest request{.model_id = invocation.value("model"),
                             .path = invocation.value("out")};
  HOLDFAST_TRY(const auto format, chosen(invocation.value("format"), kFormats, "format"));
  HOLDFAST_TRY(const auto dialect,
               chosen(invocation.value("dialect", "sqlite"), kDialects, "dialect"));
  request.options.format = static_cast<exchange::Format>(format);
  request.options.dialect = static_cast<exchange::Dialect>(dialect);
  request.options.table = invocation.value("table", "customers");
  request.options.leaving.exit = invocation.value("exit");
  request.options.is_cox_element = invocation.has("cox-element");
  HOLDFAST_TRY(request.options.leaving.days, days_of(invocation));
  return request;
}

Result<int> export_command(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto request, request_of(invocation));
  HOLDFAST_TRY(const auto file, run::export_model(study, request, *invocation.progress));
  if (invocation.wants_json) {
    *invocation.out << json{{"model", file.model_id},
                            {"path", file.path.string()},
                            {"answer", file.answer},
                            {"rows_checked", file.rows_checked},
                            {"largest_difference", file.largest_difference}}
                           .dump(1)
                    << "\n";
    return 0;
  }
  if (file.rows_checked == 0) {
    invocation.say({fmt::format("{} written to {} and read back the same", file.model_id, file.path.string()),
                    fmt::format("{} 已写入 {},回读一致", file.model_id, file.path.string())});
    return 0;
  }
  const auto words = answer_words(file.answer);
  invocation.say({fmt::format("{} written to {}: on {} customers the largest difference of the {} is {:.2g}",
                              file.model_id, file.path.string(), file.rows_checked, words.en,
                              file.largest_difference),
                  fmt::format("{} 已写入 {}:在 {} 位客户上{}的最大差异为 {:.2g}", file.model_id,
                              file.path.string(), file.rows_checked, words.zh, file.largest_difference)});
  if (request.options.is_cox_element) {
    invocation.say({"engines read this element unalike: some answer exp(-hazard), some know only the first step of its "
                    "baseline; try yours on the rows inside, or export without --cox-element",
                    "各引擎对此元素的解读不一:有的返回 exp(-累积风险),有的只读取基线的第一步;请用文件内的验证行核对,"
                    "或不用 --cox-element 导出"});
  }
  return 0;
}

}  // namespace

extern const Command kExport;
const Command kExport{
    "export",
    "a fitted model for another system: PMML, ONNX or SQL",
    "把模型导出给其他系统:PMML、ONNX 或 SQL",
    {{.name = "format", .value = "FORMAT", .en = "pmml, onnx or sql", .zh = "pmml、onnx 或 sql",
      .is_positional = true, .is_required = true},
     {.name = "study", .value = "FILE", .en = "study file or its folder (default: study.toml here)",
      .zh = "研究文件或其目录(默认当前目录的 study.toml)"},
     {.name = "model", .value = "ID", .en = "which model (default: the champion)",
      .zh = "哪个模型(默认采用的模型)"},
     {.name = "out", .value = "FILE", .en = "where to (default: beside the model's JSON)",
      .zh = "写到哪里(默认在模型 JSON 旁)"},
     {.name = "dialect", .value = "NAME", .en = "SQL: sqlite, postgresql or spark",
      .zh = "SQL 方言:sqlite、postgresql 或 spark"},
     {.name = "table", .value = "NAME", .en = "SQL: the table it reads (default: customers)",
      .zh = "SQL 读取的表名(默认 customers)"},
     {.name = "days", .value = "N",
      .en = "models of when: leaving within N days (default: read from a column \"days\")",
      .zh = "离开时间模型:N 天内离开(默认从 days 列读取)"},
     {.name = "exit", .value = "NAME",
      .en = "models of when: this exit alone, others as lost from sight (default: any exit)",
      .zh = "离开时间模型:仅此离开方式,其他视为失访(默认任一方式)"},
     {.name = "cox-element",
      .en = "PMML of cox and fine_gray: the standard's CoxRegression, one exit a file",
      .zh = "cox 与 fine_gray 的 PMML:使用标准的 CoxRegression 元素,每个文件一种离开方式"}},
    export_command};

}  // namespace holdfast::cli
