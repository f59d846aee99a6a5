#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "lifetime/purchases.hpp"
#include "models/forms/rows.hpp"

namespace holdfast::forms {

/// How customers buy, spend or renew, as few parameters of distributions over customers. Times are
/// in periods of `period_days`. Reads no rows: the functions below answer of a customer's
/// purchases.
struct ValueModel {
  static constexpr std::string_view kType = "value_model";
  static constexpr Input kInput = Input::Nothing;

  enum class Process : std::uint8_t {
    BgNbd,       // r, alpha, a, b
    MbgNbd,      // r, alpha, a, b
    ParetoNbd,   // r, alpha, s, beta
    GammaGamma,  // p, q, gamma
    Contracts,   // gamma, delta, power
    Nbd          // r, alpha
  };
  Process process = Process::BgNbd;
  std::vector<double> parameters;  // In the order above.
  std::vector<double> variance;    // Of the parameters fitted, row-major.
  double loglik = 0;
  double period_days = 7;
};

/// Names of a process and of its parameters, as they stand in the envelope.
std::string_view name_of(ValueModel::Process process);
std::vector<std::string_view> parameter_names(ValueModel::Process process);

/// Of BgNbd, MbgNbd, ParetoNbd, Nbd. The chance that the customer has not left yet; purchases
/// expected within `horizon`; the chance of each number of them; those of a new customer.
double alive(const ValueModel& model, const lifetime::Customer& customer);
double expected_purchases(const ValueModel& model, const lifetime::Customer& customer,
                          double horizon);
std::vector<double> purchase_chances(const ValueModel& model, const lifetime::Customer& customer,
                                     double horizon);
double expected_of_new(const ValueModel& model, double horizon);
/// How often customers buy while they are customers.
lifetime::PurchaseRates rates_of(const ValueModel& model);

/// Of GammaGamma: mean spend of purchases to come. Errors: lifetime.no_mean.
Result<double> expected_spend(const ValueModel& model, double purchases, double mean_spend);

/// Of Contracts: the share still there after `periods`; periods still to come within `horizon`,
/// each worth 1/(1 + discount)^k.
double survival(const ValueModel& model, double periods);
double remaining(const ValueModel& model, double periods, int horizon, double discount);

}  // namespace holdfast::forms
