// Reference: glmnet 4.1-6 at a tolerance of 1e-15 (tests/reference/survival/SOURCE.md).
#include "survival/cox_path.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "survival/cox.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

constexpr double kBound = 1e-6;

const std::vector<std::string> kEight = {"trt",   "karno", "diagtime", "age",
                                         "prior", "small", "adeno",    "large"};

void expect_path(const std::string& name, const Spells& spells, const std::vector<double>& x,
                 double mix) {
  CoxPathOptions options;
  options.mix = mix;
  options.lambdas = reference(name + ".lambda");
  const MatrixView view{x.data(), spells.rows(), x.size() / spells.rows()};
  const auto path = cox_path(spells, view, options);
  ASSERT_TRUE(path.ok()) << name;
  expect_near(path->coefficients, name + ".coef", kBound);
  expect_near(path->deviance_explained, name + ".explained", kBound);
  // A path of our own begins where glmnet's does.
  options.lambdas.clear();
  options.lambdas_count = 12;
  options.lambda_share_min = 0.01;
  const auto own = cox_path(spells, view, options);
  ASSERT_TRUE(own.ok()) << name;
  for (std::size_t k = 0; k < own->lambdas.size(); ++k) {
    EXPECT_NEAR(own->lambdas[k] / reference(name + ".lambda")[k], 1, kBound) << name;
  }
}

TEST(CoxPathReference, LassoElasticNetAndRidgeEqualGlmnet) {
  const ReferenceTable veteran("veteran");
  const auto event = veteran.events("event");
  const auto x = veteran.matrix(kEight);
  const Spells spells{{}, veteran["time"], event, {}, {}};
  expect_path("coxnet.lasso", spells, x, 1);
  expect_path("coxnet.half", spells, x, 0.5);
  expect_path("coxnet.ridge", spells, x, 0);
}

// The log likelihood at some coefficients, as a fit without columns sees it.
double loglik(const Spells& spells, const std::vector<double>& x, std::size_t columns,
              const std::vector<double>& beta) {
  std::vector<double> offset(spells.rows());
  for (std::size_t i = 0; i < x.size(); ++i) offset[i / columns] += x[i] * beta[i % columns];
  CoxOptions options;
  options.ties = Ties::Breslow;
  options.offset = offset;
  return fit_cox(spells, {x.data(), spells.rows(), 0}, options)->loglik;
}

// Where the penalties begin is glmnet's; the solutions meet the conditions of a minimum, slopes by
// differences of log likelihoods that equal coxph's.
void expect_minima(const std::string& name, const Spells& spells, const std::vector<double>& x,
                   double mix) {
  const auto columns = x.size() / spells.rows();
  CoxPathOptions options;
  options.mix = mix;
  options.lambdas_count = 12;
  options.lambda_share_min = 0.01;
  const auto path = cox_path(spells, {x.data(), spells.rows(), columns}, options);
  ASSERT_TRUE(path.ok()) << name;
  double total = 0;
  for (std::size_t i = 0; i < spells.rows(); ++i) total += spells.weight_of(i);
  for (std::size_t k = 0; k < path->lambdas.size(); ++k) {
    const double lambda = path->lambdas[k];
    EXPECT_NEAR(lambda / reference(name + ".lambda")[k], 1, kBound) << name;
    std::vector<double> beta(
        path->coefficients.begin() + static_cast<std::ptrdiff_t>(k * columns),
        path->coefficients.begin() + static_cast<std::ptrdiff_t>((k + 1) * columns));
    for (std::size_t c = 0; c < columns; ++c) {
      double mean = 0, square = 0;
      for (std::size_t i = 0; i < spells.rows(); ++i) {
        mean += spells.weight_of(i) / total * x[i * columns + c];
      }
      for (std::size_t i = 0; i < spells.rows(); ++i) {
        square += spells.weight_of(i) / total * std::pow(x[i * columns + c] - mean, 2);
      }
      const double spread = std::sqrt(square);
      const double step = 1e-4 / spread;
      auto up = beta, down = beta;
      up[c] += step;
      down[c] -= step;
      const double slope = (loglik(spells, x, columns, up) - loglik(spells, x, columns, down)) /
                           (2 * step) / total / spread;
      const double pull = slope - lambda * (1 - mix) * beta[c] * spread;
      if (beta[c] == 0) {
        EXPECT_LE(std::abs(pull), lambda * mix * (1 + kBound)) << name;
      } else {
        EXPECT_NEAR(pull, std::copysign(lambda * mix, beta[c]), kBound) << name;
      }
    }
  }
}

TEST(CoxPathReference, WeightsStrataAndLateEntriesAreMinima) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  const auto x = lung.matrix({"age", "sex", "ecog"});
  expect_minima("coxnet.weighted", {{}, lung["time"], event, lung["weight"], {}}, x, 0.5);
  expect_minima("coxnet.late", {lung["entry"], lung["time"], event, {}, {}}, x, 1);
  const ReferenceTable veteran("veteran");
  const auto died = veteran.events("event");
  const auto stratum = veteran.integers("trt");
  const auto seven = veteran.matrix({kEight.begin() + 1, kEight.end()});
  expect_minima("coxnet.strata", {{}, veteran["time"], died, {}, stratum}, seven, 1);
}

TEST(CoxPathReference, FoldsEqualGlmnet) {
  const ReferenceTable veteran("veteran");
  const auto event = veteran.events("event");
  const auto x = veteran.matrix(kEight);
  const Spells spells{{}, veteran["time"], event, {}, {}};
  std::vector<std::uint32_t> fold;
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    fold.push_back(static_cast<std::uint32_t>((row + 1) * 7 % 5));
  }
  const auto folds = cox_path_folds(spells, {x.data(), spells.rows(), 8}, fold, 5,
                                    reference("coxnet.lasso.lambda"));
  ASSERT_TRUE(folds.ok());
  expect_near(folds->deviance, "coxnet.folds.deviance", kBound);
  expect_near(folds->error, "coxnet.folds.error", kBound);
  EXPECT_EQ(static_cast<double>(folds->smallest), reference("coxnet.folds.smallest")[0]);
  EXPECT_EQ(static_cast<double>(folds->one_error), reference("coxnet.folds.one_error")[0]);
}

TEST(CoxPath, MoreColumnsThanRowsFindsTheFewThatMatter) {
  Random random(5);
  const std::size_t rows = 300;
  const std::size_t columns = 600;
  std::vector<double> x, exit;
  std::vector<std::uint8_t> event;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < columns; ++c) x.push_back(random.normal());
    const double* row = x.data() + i * columns;
    exit.push_back(random.exponential(std::exp(row[3] - row[77])));
    event.push_back(random.chance(0.7) ? 1 : 0);
  }
  CoxPathOptions options;
  options.lambda_share_min = 0.3;
  const auto path = cox_path({{}, exit, event, {}, {}}, {x.data(), rows, columns}, options);
  ASSERT_TRUE(path.ok());
  const double* last = path->coefficients.data() + (path->lambdas.size() - 1) * columns;
  EXPECT_GT(last[3], 0.3);
  EXPECT_LT(last[77], -0.3);
  EXPECT_LT(path->nonzero.back(), 60);
  EXPECT_EQ(path->nonzero.front(), 0);
}

TEST(CoxPath, LambdaZeroIsTheFitWithoutPenalty) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  auto x = lung.matrix({"age", "sex", "ecog"});
  const Spells spells{{}, lung["time"], event, {}, {}};
  CoxOptions breslow;
  breslow.ties = Ties::Breslow;
  const auto fit = fit_cox(spells, {x.data(), spells.rows(), 3}, breslow);
  CoxPathOptions options;
  options.lambdas = {0.1, 0};
  const auto path = cox_path(spells, {x.data(), spells.rows(), 3}, options);
  ASSERT_TRUE(fit.ok() && path.ok());
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(path->coefficients[3 + c], fit->coefficients[c], 1e-8);
  }
}

TEST(CoxPath, RefuseWhatCannotBe) {
  const std::vector<double> exit = {1, 2, 3, 4};
  const std::vector<double> x = {1, 5, 2, 2};
  const std::vector<std::uint8_t> event = {1, 0, 1, 0};
  const Spells spells{{}, exit, event, {}, {}};
  const MatrixView view{x.data(), 4, 1};
  CoxPathOptions options;
  options.mix = 2;
  EXPECT_EQ(cox_path(spells, view, options).error().kind, &errors::kBadOption);
  options = {};
  options.lambdas = {1, 2};
  EXPECT_EQ(cox_path(spells, view, options).error().kind, &errors::kBadOption);
  const std::vector<std::uint32_t> fold = {0, 1, 0, 1};  // No events in the second.
  EXPECT_EQ(cox_path_folds(spells, view, fold, 2, {0.1}).error().kind, &errors::kNoEvents);
  const std::vector<double> same = {2, 2, 2, 2};
  const auto path = cox_path(spells, {same.data(), 4, 1});
  ASSERT_TRUE(path.ok());
  for (const double coefficient : path->coefficients) EXPECT_EQ(coefficient, 0);
}

}  // namespace
}  // namespace holdfast::survival
