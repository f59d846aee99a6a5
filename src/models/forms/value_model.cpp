#include "models/forms/value_model.hpp"

#include "core/check.hpp"
#include "lifetime/bg_nbd.hpp"
#include "lifetime/contracts.hpp"
#include "lifetime/nbd.hpp"
#include "lifetime/pareto_nbd.hpp"
#include "lifetime/spend.hpp"

namespace holdfast::forms {
namespace {

using Process = ValueModel::Process;

lifetime::BgNbd bg_nbd_of(const ValueModel& model) {
  const auto& p = model.parameters;
  return {model.process == Process::MbgNbd, p[0], p[1], p[2], p[3], {}, 0, 0};
}

lifetime::ParetoNbd pareto_nbd_of(const ValueModel& model) {
  const auto& p = model.parameters;
  return {p[0], p[1], p[2], p[3], {}, 0, 0};
}

lifetime::Nbd nbd_of(const ValueModel& model) {
  return {model.parameters[0], model.parameters[1], {}, 0, 0};
}

bool is_of_purchases(Process process) {
  return process <= Process::ParetoNbd || process == Process::Nbd;
}

lifetime::ContractFit contracts_of(const ValueModel& model) {
  HOLDFAST_CHECK(model.process == Process::Contracts);
  const auto& p = model.parameters;
  return {p[0], p[1], p[2], {}, 0, 0};
}

// ask(engine) of whichever model of purchases it is.
template <typename Ask>
auto of_purchases(const ValueModel& model, const Ask& ask) {
  HOLDFAST_CHECK(is_of_purchases(model.process));
  if (model.process == Process::ParetoNbd) return ask(pareto_nbd_of(model));
  if (model.process == Process::Nbd) return ask(nbd_of(model));
  return ask(bg_nbd_of(model));
}

}  // namespace

std::string_view name_of(Process process) {
  constexpr std::string_view kNames[] = {"bg_nbd",      "mbg_nbd",   "pareto_nbd",
                                         "gamma_gamma", "contracts", "nbd"};
  return kNames[static_cast<std::size_t>(process)];
}

std::vector<std::string_view> parameter_names(Process process) {
  switch (process) {
    case Process::BgNbd:
    case Process::MbgNbd:
      return {"r", "alpha", "a", "b"};
    case Process::ParetoNbd:
      return {"r", "alpha", "s", "beta"};
    case Process::GammaGamma:
      return {"p", "q", "gamma"};
    case Process::Contracts:
      return {"gamma", "delta", "power"};
    case Process::Nbd:
      return {"r", "alpha"};
  }
  return {};
}

double alive(const ValueModel& model, const lifetime::Customer& customer) {
  return of_purchases(model, [&](const auto& engine) { return engine.alive(customer); });
}

double expected_purchases(const ValueModel& model, const lifetime::Customer& customer,
                          double horizon) {
  return of_purchases(model,
                      [&](const auto& engine) { return engine.expected(customer, horizon); });
}

std::vector<double> purchase_chances(const ValueModel& model, const lifetime::Customer& customer,
                                     double horizon) {
  return of_purchases(model, [&](const auto& engine) { return engine.chances(customer, horizon); });
}

double expected_of_new(const ValueModel& model, double horizon) {
  return of_purchases(model, [&](const auto& engine) { return engine.expected_new(horizon); });
}

lifetime::PurchaseRates rates_of(const ValueModel& model) {
  HOLDFAST_CHECK(is_of_purchases(model.process));
  return {model.parameters[0], model.parameters[1]};
}

Result<double> expected_spend(const ValueModel& model, double purchases, double mean_spend) {
  HOLDFAST_CHECK(model.process == Process::GammaGamma);
  const auto& p = model.parameters;
  return lifetime::GammaGamma{p[0], p[1], p[2], {}, 0, 0}.expected(purchases, mean_spend);
}

double survival(const ValueModel& model, double periods) {
  return contracts_of(model).survival(periods);
}

double remaining(const ValueModel& model, double periods, int horizon, double discount) {
  return contracts_of(model).remaining(periods, horizon, discount);
}

}  // namespace holdfast::forms
