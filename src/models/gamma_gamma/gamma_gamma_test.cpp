// Source: Fader & Hardie (2013), The Gamma-Gamma model of monetary value; Fader, Hardie & Lee
// (2005), Journal of Marketing Research 42, 415-430; the engine's own tests hold the published
// values.
#include <cmath>

#include "lifetime/spend.hpp"
#include "models/value_models_for_tests.hpp"

namespace holdfast::gamma_gamma {
extern const ModelDescriptor descriptor;
namespace {

TEST(GammaGammaModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto model = descriptor.fit_value(made.task(), {}, silent());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  const auto fit = lifetime::fit_spend(made.frequency, made.spend);
  ASSERT_TRUE(fit.ok());
  const auto& form = models::form_of(*model);
  EXPECT_EQ(form.parameters, (std::vector<double>{fit->p, fit->q, fit->gamma}));
  EXPECT_EQ(*forms::expected_spend(form, 3, 20), *fit->expected(3, 20));
  models::expect_round_trip(*model);
}

TEST(GammaGammaModel, SaysWhatIsWrong) {
  const auto kind = [](std::vector<double> x, std::vector<double> spend) {
    const std::vector<double> none(x.size());
    return models::refusal(descriptor, {.purchases = {x, none, none, {}}, .mean_spend = spend});
  };
  EXPECT_EQ(kind({}, {}), "models.no_rows");
  EXPECT_EQ(kind({0, 0}, {0, 0}), "lifetime.no_repeat");
  EXPECT_EQ(kind({2, 1}, {5, 4}), "lifetime.too_few");
  EXPECT_EQ(kind({2, 1, 3}, {5, -4, 6}), "lifetime.bad_spend");
  EXPECT_EQ(kind({2, NAN, 3}, {5, 4, 6}), "lifetime.bad_value");
  EXPECT_EQ(kind({2, 1, 3}, {5}), "lifetime.shape");
}

}  // namespace
}  // namespace holdfast::gamma_gamma
