// Source: Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284; the engine's own tests hold
// the published values.
#include "lifetime/bg_nbd.hpp"

#include "models/value_models_for_tests.hpp"

namespace holdfast::bg_nbd {
extern const ModelDescriptor descriptor;
namespace {

TEST(BgNbdModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto fit = lifetime::fit_bg_nbd(made.task().purchases);
  ASSERT_TRUE(fit.ok());
  models::expect_purchases_as_engine(descriptor, fit, {fit->r, fit->alpha, fit->a, fit->b});
}

TEST(BgNbdModel, SaysWhatIsWrong) { models::expect_bad_purchases_refused(descriptor); }

}  // namespace
}  // namespace holdfast::bg_nbd
