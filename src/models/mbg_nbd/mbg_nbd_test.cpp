// Source: Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing
// 24(3), 201-209; the engine's own tests hold the published values.
#include "lifetime/bg_nbd.hpp"
#include "models/value_models_for_tests.hpp"

namespace holdfast::mbg_nbd {
extern const ModelDescriptor descriptor;
namespace {

TEST(MbgNbdModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto fit = lifetime::fit_bg_nbd(made.task().purchases, {.is_modified = true});
  ASSERT_TRUE(fit.ok());
  models::expect_purchases_as_engine(descriptor, fit, {fit->r, fit->alpha, fit->a, fit->b});
}

TEST(MbgNbdModel, SaysWhatIsWrong) { models::expect_bad_purchases_refused(descriptor); }

}  // namespace
}  // namespace holdfast::mbg_nbd
