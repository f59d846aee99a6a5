// Source: Ehrenberg (1959), Applied Statistics 8(1), 26-41; the engine's own tests hold the
// published values.
#include "lifetime/nbd.hpp"

#include "models/value_models_for_tests.hpp"

namespace holdfast::nbd {
extern const ModelDescriptor descriptor;
namespace {

TEST(NbdModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto fit = lifetime::fit_nbd(made.task().purchases);
  ASSERT_TRUE(fit.ok());
  models::expect_purchases_as_engine(descriptor, fit, {fit->r, fit->alpha});
}

TEST(NbdModel, SaysWhatIsWrong) { models::expect_bad_purchases_refused(descriptor); }

}  // namespace
}  // namespace holdfast::nbd
