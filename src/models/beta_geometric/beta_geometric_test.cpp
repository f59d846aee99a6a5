// Source: Fader & Hardie (2007), table 1 (high-end segment: survivors of 1000); the engine's own
// tests hold the published estimates.
#include <cmath>

#include "lifetime/contracts.hpp"
#include "models/value_models_for_tests.hpp"

namespace holdfast::beta_geometric {
extern const ModelDescriptor descriptor;
namespace {

const std::vector<double> kEnded = {131, 126, 90, 60, 42, 34, 26};
const std::vector<double> kOpen = {0, 0, 0, 0, 0, 0, 491};

TEST(BetaGeometricModel, EqualsTheEngineAndReadsBack) {
  const auto model =
      descriptor.fit_value({.ended = kEnded, .open = kOpen, .period_days = 365}, {}, silent());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  const auto fit = lifetime::fit_contracts(kEnded, kOpen, false);
  ASSERT_TRUE(fit.ok());
  const auto& form = models::form_of(*model);
  EXPECT_EQ(form.parameters, (std::vector<double>{fit->gamma, fit->delta, fit->power}));
  EXPECT_EQ(forms::survival(form, 5), fit->survival(5));
  EXPECT_EQ(forms::remaining(form, 2, 20, 0.1), fit->remaining(2, 20, 0.1));
  EXPECT_EQ(model->tables.at(0).rows.size(), 2U);
  models::expect_round_trip(*model);
}

TEST(BetaGeometricModel, SaysWhatIsWrong) {
  const auto kind = [](std::vector<double> ended, std::vector<double> open) {
    return models::refusal(descriptor, {.ended = ended, .open = open, .period_days = 365});
  };
  EXPECT_EQ(kind({}, {}), "models.no_rows");
  EXPECT_EQ(kind({0, 0}, {5, 7}), "lifetime.nobody_lost");
  EXPECT_EQ(kind({9, 0}, {0, 0}), "lifetime.nobody_stays");
  EXPECT_EQ(kind({-1, 4}, {0, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({NAN, 4}, {0, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({3, 4}, {9}), "lifetime.shape");
}

}  // namespace
}  // namespace holdfast::beta_geometric
