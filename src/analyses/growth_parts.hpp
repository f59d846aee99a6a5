#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/inputs.hpp"
#include "value/assets.hpp"

/// Parts of the analysis `growth`. Each adds its findings and section, or a note why there is none.
namespace holdfast::analyses::growth_parts {

/// What customers hold at the start of each period's next day, or bought in it.
struct HoldingLog {
  std::vector<std::string> keys;         // [customers]
  std::vector<value::Holding> holdings;  // Periods number `ends`.
  std::vector<Day> ends;                 // [periods] the day after each.
  Text what;                             // "premiums in force", "balances", "sales".
  Text holders;                          // "customers", "buyers".
  bool is_bought = false;                // In each period anew, not held from one to the next.
};

/// Errors: kNoTableFor, kNoColumnFor, kNothingThere.
Result<HoldingLog> gather_holdings(const Inputs& inputs, const study::GrowthSpec& spec,
                                   Progress& progress);

Result<void> add_assets(Analysis& analysis, const Inputs& inputs, const HoldingLog& log);
Result<void> add_funnel(Analysis& analysis, const Inputs& inputs, const study::GrowthSpec& spec,
                        Progress& progress);
Result<void> add_referrals(Analysis& analysis, const Inputs& inputs, const study::GrowthSpec& spec,
                           Progress& progress);

}  // namespace holdfast::analyses::growth_parts
