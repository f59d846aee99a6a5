// Source: Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24; the engine's own
// tests hold the published values.
#include "lifetime/pareto_nbd.hpp"

#include "models/value_models_for_tests.hpp"

namespace holdfast::pareto_nbd {
extern const ModelDescriptor descriptor;
namespace {

TEST(ParetoNbdModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto fit = lifetime::fit_pareto_nbd(made.task().purchases);
  ASSERT_TRUE(fit.ok());
  models::expect_purchases_as_engine(descriptor, fit, {fit->r, fit->alpha, fit->s, fit->beta});
}

TEST(ParetoNbdModel, SaysWhatIsWrong) { models::expect_bad_purchases_refused(descriptor); }

}  // namespace
}  // namespace holdfast::pareto_nbd
