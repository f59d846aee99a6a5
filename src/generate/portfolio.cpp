#include "generate/portfolio.hpp"

#include <system_error>

#include "generate/errors.hpp"
#include "generate/files.hpp"
#include "generate/world.hpp"

namespace holdfast::generate {
namespace {

Result<void> check(const PortfolioOptions& options) {
  if (options.customers < 1 || options.customers > 1'000'000) {
    return Error(errors::kBadOptions,
                 {{"what_en", "that number of customers"}, {"what_zh", "客户数超出范围"}});
  }
  if (options.to - options.from < 730) {
    return Error(errors::kBadOptions,
                 {{"what_en", "less than two years"}, {"what_zh", "起止日期不足两年"}});
  }
  return {};
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (!failure) return {};
  return Error(holdfast::errors::kFileUnwritable,
               {{"path", folder.string()}, {"why", failure.message()}});
}

}  // namespace

Result<PortfolioSummary> portfolio(const std::filesystem::path& folder,
                                   const PortfolioOptions& options) {
  HOLDFAST_TRY_VOID(check(options));
  HOLDFAST_TRY_VOID(make_folder(folder / "data"));
  const auto world = simulate(options);
  PortfolioSummary summary;
  HOLDFAST_TRY_VOID(write_csv_files(world, folder / "data", summary.rows));
  HOLDFAST_TRY_VOID(write_customers(world, folder / "data", summary.rows));
  HOLDFAST_TRY_VOID(write_truth(world, options, folder));
  for (const auto& decision : world.decisions) {
    summary.renewals += decision.decided == Decided::Renewed ? 1 : 0;
    summary.lapses += decision.decided == Decided::Lapsed ? 1 : 0;
  }
  for (const auto& policy : world.policies) {
    const bool is_competing = policy.exit_reason == "车辆出售" || policy.exit_reason == "公司拒保";
    summary.competing += is_competing ? 1 : 0;
  }
  return summary;
}

}  // namespace holdfast::generate
