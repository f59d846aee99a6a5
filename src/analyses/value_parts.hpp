#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/events.hpp"
#include "analyses/inputs.hpp"
#include "lifetime/purchases.hpp"
#include "lifetime/rfm.hpp"
#include "value/acquisition.hpp"

/// Parts of the analysis `value`: what is gathered, and the sections customers and contracts share.
namespace holdfast::analyses::value_parts {

/// What the analysis is of.
struct Setting {
  study::ValueSpec spec;
  const study::TableSpec* table = nullptr;
  std::string currency;
  lifetime::RfmOptions rfm = {};  // Of [value.rfm].
};

/// The study's section, or defaults, and the table it means: purchases before contracts before
/// other amounts. Errors: kNoTableFor, kNoColumnFor, those of the parameters of [value.rfm].
Result<Setting> setting_of(const Inputs& inputs);

/// Takes [value.rfm] out of the models: bins, ties, nested, weights. Errors: those of parameters.
Result<lifetime::RfmOptions> take_rfm_options(study::ValueSpec& spec);

/// What all customers bought, one line a customer and day on which they spent more than they
/// returned.
struct PurchaseLog {
  std::vector<std::string> keys;           // [customers]
  std::vector<lifetime::Transaction> log;  // Time in days.
  std::vector<double> profit;              // [customers] of all rows: returns and costs taken off.
  std::vector<value::Margin> margins;  // Profit by customer and 30 days since the first purchase.
  std::vector<int> months_watched;     // [customers] whole 30 days since.
  double spend = 0;                    // Of the log.
  std::int32_t first_day = 0, last_day = 0;  // Watched.
  std::size_t days_of_returns = 0;           // On which not more was spent than returned.

  /// What is left of a unit of spend.
  double profit_share() const;
};
Result<PurchaseLog> gather_purchases(const Inputs& inputs, const Setting& setting,
                                     Progress& progress);

/// One contract from its first term to its end, or until today.
struct Contract {
  std::uint32_t customer = 0;
  std::string key;  // Of its last term; empty: the customer's.
  std::int32_t start = 0;
  int terms = 0;
  bool has_ended = false;
  // Terms whose end, days of grace and all, lies before today: only there it is known who renewed. A
  // contract cancelled within a term counts once the others that began with it have come to its end.
  int decided = 0;
  double last_amount = 0;         // Premium of the last term.
  double amount = 0, profit = 0;  // Of all terms, earned so far.
  int watched = 0;                // Whole terms there could have been.
};

struct ContractLog {
  std::vector<std::string> keys;  // [customers] with a contract
  std::vector<Contract> contracts;
  std::vector<value::Margin> margins;  // By contract and term.
  int term_days = 365;                 // The usual length of a term.
  std::size_t open_terms = 0;          // That run on today.
  std::size_t terms_not_taken_up = 0;  // Cancelled as they began: left out.
  std::int32_t first_day = 0, last_day = 0;
  bool has_early = false;  // Contracts that may have begun before the data are left out of the fit.
};
Result<ContractLog> gather_contracts(const Inputs& inputs, const Setting& setting,
                                     Progress& progress);

/// A whole analysis of either. In value_purchases.cpp, value_contracts.cpp.
Result<Analysis> of_purchases(const Inputs& inputs, const Setting& setting, Progress& progress);
Result<Analysis> of_contracts(const Inputs& inputs, const Setting& setting, Progress& progress);

/// The whale curve and its figures, with the finding. Nothing where no profit is known.
void add_whale(Analysis& analysis, const std::vector<double>& profit, const Setting& setting);

/// Says so where no cost is known and profit is the whole amount.
void note_costs(Analysis& analysis, const Setting& setting);

/// What is known of winning customers, or contracts, by cohort.
struct PaybackInput {
  std::vector<int> watched;  // [customers]
  std::vector<value::Margin> margins;
  std::vector<std::uint32_t> cohort;  // [customers] the year won.
  double discount = 0;                // A period's rate.
  Text axis;                          // What a period is called on an axis: "policy years".
  Text unit, units;                   // Beside a number: "year", "years".
  Text one, all;                      // Who is won: "customer", "Customers".
  std::string counted_zh;             // With its measure word: "个客户", "份合同".
};
/// Nothing where the study gives no cost of acquisition.
Result<void> add_payback(Analysis& analysis, const PaybackInput& input, const Setting& setting);

/// The discount rate of a part of a year.
double discount_of(double yearly, double days);

}  // namespace holdfast::analyses::value_parts
