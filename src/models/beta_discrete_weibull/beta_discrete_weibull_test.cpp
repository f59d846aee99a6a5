// Source: Fader & Hardie (2007), table 1 (high-end segment: survivors of 1000); the engine's own
// tests hold the published estimates.
#include "lifetime/contracts.hpp"
#include "models/value_models_for_tests.hpp"

namespace holdfast::beta_discrete_weibull {
extern const ModelDescriptor descriptor;
namespace {

TEST(BetaDiscreteWeibullModel, EqualsTheEngineAndReadsBack) {
  const auto fit = lifetime::fit_contracts(models::kEnded, models::kOpen, true);
  models::expect_contracts_as_engine(descriptor, fit, 3);
}

TEST(BetaDiscreteWeibullModel, SaysWhatIsWrong) { models::expect_bad_contracts_refused(descriptor); }

}  // namespace
}  // namespace holdfast::beta_discrete_weibull
