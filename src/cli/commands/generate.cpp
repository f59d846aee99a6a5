// holdfast generate FOLDER : a made-up Chinese motor portfolio whose truth is known.

#include <charconv>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "core/text.hpp"
#include "generate/portfolio.hpp"

namespace holdfast::cli {
namespace {

Result<std::int64_t> whole_number(const Invocation& invocation, std::string_view option,
                                  std::int64_t otherwise) {
  if (!invocation.has(option)) return otherwise;
  const auto text = invocation.value(option);
  std::int64_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || stop != text.data() + text.size() || number < 1) {
    return Error{errors::kBadNumber, {{"option", option}, {"value", text}}};
  }
  return number;
}

Result<int> run_generate(const Invocation& invocation) {
  generate::PortfolioOptions options;
  HOLDFAST_TRY(options.customers, whole_number(invocation, "customers", options.customers));
  HOLDFAST_TRY(const auto seed,
               whole_number(invocation, "seed", static_cast<std::int64_t>(options.seed)));
  options.seed = static_cast<std::uint64_t>(seed);
  const auto folder = invocation.value("folder", ".");
  HOLDFAST_TRY(const auto summary, generate::portfolio(folder, options));
  if (invocation.wants_json) {
    *invocation.out << nlohmann::json{{"rows", summary.rows}, {"renewals", summary.renewals},
                                      {"lapses", summary.lapses},
                                      {"competing", summary.competing}}.dump(1) << "\n";
    return 0;
  }
  for (const auto& [file, rows] : summary.rows) {
    *invocation.out << fmt::format("  {:>10}  {}\n", with_thousands(rows), file);
  }
  invocation.say({fmt::format("{} renewals, {} lapses, {} competing exits; the truth is in {}/truth.json",
                              with_thousands(summary.renewals), with_thousands(summary.lapses),
                              with_thousands(summary.competing), folder),
                  fmt::format("续保 {}、脱保 {}、竞争性退出 {};真值见 {}/truth.json",
                              with_thousands(summary.renewals), with_thousands(summary.lapses),
                              with_thousands(summary.competing), folder)});
  return 0;
}

}  // namespace

extern const Command kGenerate;
const Command kGenerate{
    "generate",
    "make a Chinese motor portfolio whose truth is known, to try things on",
    "生成已知真值的中国车险数据,供试用",
    {{.name = "folder", .value = "FOLDER", .en = "where to put data/ and truth.json (default: here)",
      .zh = "data/ 和 truth.json 的存放目录(默认当前目录)", .is_positional = true},
     {.name = "customers", .value = "N", .en = "how many customers (default: 4000)", .zh = "客户数(默认 4000)"},
     {.name = "seed", .value = "N", .en = "the same seed gives the same bytes", .zh = "相同种子生成相同字节"}},
    run_generate};

}  // namespace holdfast::cli
