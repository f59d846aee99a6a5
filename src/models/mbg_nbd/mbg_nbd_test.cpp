// Source: Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing
// 24(3), 201-209; the engine's own tests hold the published values.
#include <cmath>

#include "lifetime/bg_nbd.hpp"
#include "models/value_models_for_tests.hpp"

namespace holdfast::mbg_nbd {
extern const ModelDescriptor descriptor;
namespace {

TEST(MbgNbdModel, EqualsTheEngineAndReadsBack) {
  const auto made = models::made_customers(800);
  const auto model = descriptor.fit_value(made.task(), {}, silent());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  const auto fit = lifetime::fit_bg_nbd(made.task().purchases, {.is_modified = true});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(models::form_of(*model).parameters,
            (std::vector<double>{fit->r, fit->alpha, fit->a, fit->b}));
  const lifetime::Customer customer{3, 20, 30};
  const auto& form = models::form_of(*model);
  EXPECT_EQ(forms::alive(form, customer), fit->alive(customer));
  EXPECT_EQ(forms::expected_purchases(form, customer, 13), fit->expected(customer, 13));
  EXPECT_EQ(forms::purchase_chances(form, customer, 13), fit->chances(customer, 13));
  EXPECT_EQ(forms::expected_of_new(form, 13), fit->expected_new(13));
  EXPECT_EQ(model->tables.at(0).rows.size(), 4U);
  EXPECT_FALSE(model->notes.at(0).zh.empty());
  models::expect_round_trip(*model);
}

TEST(MbgNbdModel, SaysWhatIsWrong) {
  const auto kind = [](std::vector<double> x, std::vector<double> t, std::vector<double> age) {
    return models::refusal(descriptor, {.purchases = {x, t, age, {}}});
  };
  EXPECT_EQ(kind({}, {}, {}), "models.no_rows");
  EXPECT_EQ(kind({3}, {2}, {9}), "lifetime.too_few");
  EXPECT_EQ(kind({0, 0}, {0, 0}, {9, 5}), "lifetime.no_repeat");
  EXPECT_EQ(kind({1, 1}, {3, 4}, {-9, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({1, 1}, {3, NAN}, {9, 9}), "lifetime.bad_value");
}

}  // namespace
}  // namespace holdfast::mbg_nbd
