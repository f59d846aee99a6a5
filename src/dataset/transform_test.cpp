// Reference: scipy.stats 1.17.1 (boxcox, yeojohnson: λ by maximum likelihood) on the values
// below; closed forms of the transforms (Yeo & Johnson 2000, Biometrika 87, 954–959).

#include "dataset/transform.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::dataset {
namespace {

TEST(Transform, HasItsClosedForms) {
  EXPECT_NEAR(transformed(Transform::BoxCox, 0, std::exp(1.0)), 1, 1e-15);
  EXPECT_NEAR(transformed(Transform::BoxCox, 2, 3), 4, 1e-12);
  EXPECT_NEAR(transformed(Transform::YeoJohnson, 1, -4.5), -4.5, 1e-12);
  EXPECT_NEAR(transformed(Transform::YeoJohnson, 2, -3), -std::log(4.0), 1e-12);
  EXPECT_NEAR(transformed(Transform::YeoJohnson, 0, 7), std::log(8.0), 1e-12);
}

TEST(FitLambda, AgreesWithScipy) {
  const std::vector<double> positive = {0.2, 0.5, 1.1, 1.7, 2.5, 4.2, 6.9, 11.3, 19.4, 40.0};
  const std::vector<double> both = {-3.1, -1.2, -0.4, 0.3, 0.9, 1.8, 3.7, 6.0, 11.0, 25.0};
  const std::vector<double> weight(10, 1.0);
  EXPECT_NEAR(fit_lambda(Transform::BoxCox, positive, weight), 0.04435152, 1e-5);
  EXPECT_NEAR(fit_lambda(Transform::YeoJohnson, both, weight), 0.45527220, 1e-5);
}

TEST(FitLambda, IsTheIdentityWhereThereIsNothingToFit) {
  EXPECT_EQ(fit_lambda(Transform::YeoJohnson, std::vector<double>(5, 2.0),
                       std::vector<double>(5, 1.0)), 1);
  EXPECT_EQ(fit_lambda(Transform::BoxCox, std::vector<double>{-1, 2}, std::vector<double>(2, 1.0)), 1);
}

}  // namespace
}  // namespace holdfast::dataset
