#include <fmt/format.h>

#include <array>

#include "core/file.hpp"
#include "generate/files.hpp"

namespace holdfast::generate {
namespace {

std::string decisions_csv(const World& world) {
  std::string text = "policy,customer,cutoff,decided,probability";
  for (const auto& coefficient : kCoefficients) text += fmt::format(",{}", coefficient.name);
  text += "\n";
  for (const auto& decision : world.decisions) {
    const auto& policy = world.policies[decision.policy];
    text +=
        fmt::format("{},{},{},{},{:.6f}", policy.number, world.customers[policy.customer].key,
                    to_string(decision.cutoff), name_of(decision.decided), decision.probability);
    for (const double driver : decision.drivers) text += fmt::format(",{:.6g}", driver);
    text += "\n";
  }
  return text;
}

std::string truth_json(const World& world, const PortfolioOptions& options) {
  std::string text = "{\n";
  text +=
      fmt::format("  \"customers\": {}, \"seed\": {}, \"from\": \"{}\", \"to\": \"{}\",\n",
                  options.customers, options.seed, to_string(options.from), to_string(options.to));
  text += fmt::format(
      "  \"model\": \"logit P(not renewed) at the end of a policy, drivers as known {} days "
      "before\",\n",
      kDecisionLeadDays);
  text += fmt::format("  \"intercept\": {},\n  \"coefficients\": [\n", kIntercept);
  for (std::size_t k = 0; k < kDriversCount; ++k) {
    const auto& c = kCoefficients[k];
    text +=
        fmt::format("    {{\"name\": \"{}\", \"value\": {}, \"en\": \"{}\", \"zh\": \"{}\"}}{}\n",
                    c.name, c.value, c.en, c.zh, k + 1 < kDriversCount ? "," : "");
  }
  std::array<std::int64_t, 4> decided{};
  for (const auto& decision : world.decisions)
    ++decided[static_cast<std::size_t>(decision.decided)];
  text += fmt::format(
      "  ],\n  \"decisions\": {{\"renewed\": {}, \"lapsed\": {}, \"declined\": {}}}\n}}\n",
      decided[0], decided[1], decided[3]);
  return text;
}

}  // namespace

Result<void> write_truth(const World& world, const PortfolioOptions& options,
                         const std::filesystem::path& folder) {
  HOLDFAST_TRY_VOID(write_file_atomically(folder / "truth.json", truth_json(world, options)));
  return write_file_atomically(folder / "truth_decisions.csv", decisions_csv(world));
}

}  // namespace holdfast::generate
