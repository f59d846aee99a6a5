// Reference: Rumelhart, Hinton & Williams (1986), worked by hand on small networks; derivatives
// against central differences.

#include "models/network/network.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/network/matrix_product.hpp"
#include "models/task.hpp"

namespace holdfast::network {

extern const ModelDescriptor descriptor;

namespace {

using forms::Activation;
using forms::Network;

/// Two inputs, two hidden neurons, one output; small numbers.
Network by_hand(Activation activation) {
  return {.layers = {{.activation = activation,
                      .inputs = 2,
                      .outputs = 2,
                      .weights = {0.5, -1, 0.25, 2},  // From x₁: to h₁, h₂; from x₂.
                      .biases = {0.1, -0.2}},
                     {.activation = Activation::Identity,
                      .inputs = 2,
                      .outputs = 1,
                      .weights = {1.5, -0.5},
                      .biases = {0.3}}}};
}

struct Rows {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::size_t cols;

  Rows(std::size_t n, std::size_t columns, std::size_t classes, std::uint64_t seed)
      : cols(columns) {
    Random random(seed);
    for (std::size_t i = 0; i < n * cols; ++i) x.push_back(random.normal());
    for (std::size_t i = 0; i < n; ++i) {
      const double eta = x[i * cols] * x[i * cols + 1] + 0.5 * random.normal();
      y.push_back(static_cast<std::uint8_t>(
          std::clamp<double>(std::floor(eta + 1), 0, static_cast<double>(classes - 1))));
      weight.push_back(0.5 + random.uniform());
    }
  }
  Sample view() const { return {{x.data(), y.size(), cols}, y, weight}; }
};

TEST(Network, OneBackPropagationByHand) {
  const std::vector<double> x = {1, -2};
  const std::vector<std::uint8_t> y = {1};
  const std::vector<double> weight = {1};
  const Sample row{{x.data(), 1, 2}, y, weight};
  // Sums of the hidden layer: 0.1 + 0.5 − 0.5 = 0.1 and −0.2 − 1 − 4 = −5.2.
  const double h1 = std::tanh(0.1);
  const double h2 = std::tanh(-5.2);
  const double logit = 0.3 + 1.5 * h1 - 0.5 * h2;
  const double p = 1 / (1 + std::exp(-logit));
  const double delta = p - 1;
  const double delta1 = delta * 1.5 * (1 - h1 * h1);
  const double delta2 = delta * -0.5 * (1 - h2 * h2);
  const auto found = gradient_of(by_hand(Activation::Tanh), row, 0);
  EXPECT_NEAR(found.loss, -std::log(p), 1e-15);
  const auto& first = found.derivatives.layers[0];
  const auto& last = found.derivatives.layers[1];
  EXPECT_NEAR(last.biases[0], delta, 1e-15);
  EXPECT_NEAR(last.weights[0], delta * h1, 1e-15);
  EXPECT_NEAR(last.weights[1], delta * h2, 1e-15);
  EXPECT_NEAR(first.weights[0], delta1 * 1, 1e-15);
  EXPECT_NEAR(first.weights[1], delta2 * 1, 1e-15);
  EXPECT_NEAR(first.weights[2], delta1 * -2, 1e-15);
  EXPECT_NEAR(first.weights[3], delta2 * -2, 1e-15);
  EXPECT_NEAR(first.biases[0], delta1, 1e-15);
  EXPECT_NEAR(first.biases[1], delta2, 1e-15);
}

TEST(Network, StepsOfMomentumAndAdamByHand) {
  const std::vector<double> x = {1, -2, 1, -2};
  const std::vector<std::uint8_t> y = {1, 0};
  const std::vector<double> weight = {2, 1};  // Two rows, one batch an epoch.
  const Sample rows{{x.data(), 2, 2}, y, weight};
  Options options{.hidden = {}, .optimiser = Optimiser::Momentum, .learning_rate = 0.1,
                  .momentum = 0.5, .weight_decay = 0.01, .epochs_max = 2};
  const Network start = started_network(rows, 2, options, 3);
  double w1 = start.layers[0].weights[0];
  double w2 = start.layers[0].weights[1];
  double b = start.layers[0].biases[0];
  EXPECT_NEAR(b, std::log(2), 1e-15);
  double v1 = 0, v2 = 0, vb = 0;
  for (int step = 0; step < 2; ++step) {
    const double p = 1 / (1 + std::exp(-(b + w1 - 2 * w2)));
    const double delta = (2 * (p - 1) + 1 * p) / 3;  // Weighted mean of p − y.
    v1 = 0.5 * v1 - 0.1 * (delta + 0.01 * w1);
    v2 = 0.5 * v2 - 0.1 * (-2 * delta + 0.01 * w2);
    vb = 0.5 * vb - 0.1 * delta;
    w1 += v1;
    w2 += v2;
    b += vb;
  }
  const auto moved = train(rows, {}, 2, options, 3, silent());
  ASSERT_TRUE(moved.ok());
  EXPECT_NEAR(moved->network.layers[0].weights[0], w1, 1e-14);
  EXPECT_NEAR(moved->network.layers[0].weights[1], w2, 1e-14);
  EXPECT_NEAR(moved->network.layers[0].biases[0], b, 1e-14);

  // Adam's first step is the learning rate against the sign of the derivative.
  options.optimiser = Optimiser::Adam;
  options.epochs_max = 1;
  const auto first = train(rows, {}, 2, options, 3, silent());
  ASSERT_TRUE(first.ok());
  const auto derivatives = gradient_of(start, rows, 0.01).derivatives.layers[0];
  for (int i = 0; i < 2; ++i) {
    const double step = first->network.layers[0].weights[i] - start.layers[0].weights[i];
    EXPECT_NEAR(step, derivatives.weights[i] > 0 ? -0.1 : 0.1, 1e-4);
  }
}

/// Every derivative against a central difference.
void expect_derivatives(const Network& network, const Rows& rows) {
  constexpr double kDecay = 0.02, kStep = 1e-5;
  const auto found = gradient_of(network, rows.view(), kDecay);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto check = [&](auto member) {
      for (std::size_t i = 0; i < (network.layers[l].*member).size(); ++i) {
        Network up = network, down = network;
        (up.layers[l].*member)[i] += kStep;
        (down.layers[l].*member)[i] -= kStep;
        const double numeric = (gradient_of(up, rows.view(), kDecay).loss -
                                gradient_of(down, rows.view(), kDecay).loss) / (2 * kStep);
        EXPECT_NEAR((found.derivatives.layers[l].*member)[i], numeric, 1e-9) << l << " " << i;
      }
    };
    check(&forms::NetworkLayer::weights);
    check(&forms::NetworkLayer::biases);
  }
}

TEST(Network, DerivativesAreThoseOfTheLoss) {
  for (const auto activation : {Activation::Tanh, Activation::Sigmoid, Activation::Relu}) {
    for (const std::size_t classes : {std::size_t{2}, std::size_t{4}}) {
      const Rows rows(37, 3, classes, 4);
      const Options options{.hidden = {5, 9}, .activation = activation};
      expect_derivatives(started_network(rows.view(), classes, options, 5), rows);
    }
  }
}

TEST(Network, BlocksAddUpToTheSameGradientForAnyThreadCount) {
  const Rows rows(1500, 4, 2, 6);
  const Network network = started_network(rows.view(), 2, {}, 7);
  set_threads(1);
  const auto one = gradient_of(network, rows.view(), 0);
  set_threads(0);
  const auto all = gradient_of(network, rows.view(), 0);
  EXPECT_EQ(one.loss, all.loss);
  EXPECT_EQ(one.derivatives.layers[0].weights, all.derivatives.layers[0].weights);
}

TEST(Network, ScoresAreTheLogitsOfTraining) {
  const Network network = by_hand(Activation::Sigmoid);
  const std::vector<double> x = {1, -2, 0.5, 0.5};
  std::vector<double> scores(2);
  forms::NetworkScorer(network).score({.count = 2, .width = 2, .terms = x}, scores);
  const auto sigmoid = [](double s) { return 1 / (1 + std::exp(-s)); };
  EXPECT_NEAR(scores[0], 0.3 + 1.5 * sigmoid(0.1) - 0.5 * sigmoid(-5.2), 1e-15);
  EXPECT_NEAR(scores[1], 0.3 + 1.5 * sigmoid(0.475) - 0.5 * sigmoid(0.3), 1e-15);
}

TEST(Network, WithoutHiddenLayersItIsLogisticRegression) {
  // y is 1 in 3 of 4 rows at x = 1 and in 1 of 4 at x = −1: w = ln 3, b = 0.
  const std::vector<double> x = {1, 1, 1, 1, -1, -1, -1, -1};
  const std::vector<std::uint8_t> y = {1, 1, 1, 0, 1, 0, 0, 0};
  const std::vector<double> weight(8, 1.0);
  const auto fit = train({{x.data(), 8, 1}, y, weight}, {}, 2,
                         {.hidden = {}, .optimiser = Optimiser::Momentum, .learning_rate = 0.5,
                          .weight_decay = 0, .epochs_max = 500},
                         8, silent());
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->network.layers[0].weights[0], std::log(3), 1e-9);
  EXPECT_NEAR(fit->network.layers[0].biases[0], 0, 1e-9);
}

TEST(Network, StopsEarlyAndKeepsTheBestEpoch) {
  const Rows train_rows(120, 8, 2, 9), other(400, 8, 2, 10);
  const Options options{.hidden = {50}, .learning_rate = 0.02, .weight_decay = 0, .patience = 15};
  const auto fit = train(train_rows.view(), other.view(), 2, options, 11, silent());
  ASSERT_TRUE(fit.ok());
  EXPECT_LT(fit->epochs, options.epochs_max);
  EXPECT_EQ(fit->epochs, fit->best_epoch + options.patience);
  EXPECT_NEAR(loss_of(fit->network, other.view()), fit->validation_loss, 1e-12);
}

TEST(Network, RunsAwayWithAClearError) {
  const Rows rows(200, 3, 2, 12);
  const auto fit = train(rows.view(), rows.view(), 2,
                         {.hidden = {8, 8}, .activation = Activation::Relu,
                          .optimiser = Optimiser::Momentum, .learning_rate = 1e200},
                         13, silent());
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().kind, &models::errors::kRanAway);
}

TEST(MatrixProduct, AgreesWithThreeLoopsInEveryShape) {
  Random random(14);
  for (const std::size_t rows : {1, 3, 4, 9}) {
    for (const std::size_t depth : {1, 5}) {
      std::vector<double> a(rows * depth), b(depth * 16), c(rows * 16), expected;
      for (auto* values : {&a, &b, &c}) {
        for (double& value : *values) value = random.normal();
      }
      expected = c;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t j = 0; j < 16; ++j) {
          for (std::size_t k = 0; k < depth; ++k) expected[r * 16 + j] += a[k * rows + r] * b[k * 16 + j];
        }
      }
      add_product({a.data(), 1, rows}, b.data(), rows, depth, 16, c.data());
      EXPECT_EQ(c, expected);  // The same order of additions: the same bits.
    }
  }
}

/// A table of numbers whose churn depends on the product of the first two columns.
struct Made {
  std::vector<std::vector<double>> values;
  std::vector<std::string> names;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;

  Made(std::size_t n, std::size_t classes, std::uint64_t seed) : values(3), valid(n, 1), weight(n, 1) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      for (auto& column : values) column.push_back(random.normal());
      const double eta = 2 * values[0][i] * values[1][i] + 0.5 * random.normal();
      y.push_back(static_cast<std::uint8_t>(
          std::clamp<double>(std::floor(eta + 1), 0, static_cast<double>(classes - 1))));
    }
    names = {"a", "b", "c"};
  }
  ClassifierTask task() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({.name = names[c], .values = values[c], .valid = valid});
    }
    return {.train = columns, .y = y, .weight = weight, .seed = 15};
  }
};

TEST(Network, SameBitsForAnyThreadCount) {
  const Made made(900, 2, 16);
  const Parameters parameters = {{"batch_rows", std::int64_t{600}}, {"epochs_max", std::int64_t{20}}};
  set_threads(1);
  const auto one = descriptor.fit_classifier(made.task(), parameters, silent());
  set_threads(0);
  const auto all = descriptor.fit_classifier(made.task(), parameters, silent());
  ASSERT_TRUE(one.ok() && all.ok());
  EXPECT_EQ(to_json(*one, {}), to_json(*all, {}));
}

TEST(Network, TellsSeveralClassesApart) {
  const Made made(3000, 3, 17), later(1000, 3, 18);
  auto task = made.task();
  task.classes = {"stays", "half", "leaves"};
  const auto model = descriptor.fit_classifier(task, {{"kpi_share", 1.0}}, silent());
  ASSERT_TRUE(model.ok());
  const auto again = from_json(to_json(*model, {}));
  ASSERT_TRUE(again.ok());
  const auto p = predict_classes(*again, later.task().train);
  int right = 0;
  for (std::size_t r = 0; r < later.y.size(); ++r) {
    EXPECT_NEAR(p[3 * r] + p[3 * r + 1] + p[3 * r + 2], 1, 1e-12);
    right += std::max_element(p.begin() + 3 * static_cast<std::ptrdiff_t>(r),
                              p.begin() + 3 * static_cast<std::ptrdiff_t>(r) + 3) -
                     p.begin() == static_cast<std::ptrdiff_t>(3 * r + later.y[r])
                 ? 1 : 0;
  }
  EXPECT_GT(right, 750);
}

TEST(Network, CostsLeaveProbabilitiesProbabilities) {
  const Made made(3000, 2, 19);
  auto task = made.task();
  task.costs = {0, 1, 12, 0};
  const auto model = descriptor.fit_classifier(task, {{"kpi_share", 1.0}}, silent());
  ASSERT_TRUE(model.ok());
  double expected = 0, found = 0;
  for (const double p : predict(*model, task.train)) expected += p;
  for (const auto y : made.y) found += y;
  EXPECT_NEAR(expected / found, 1, 0.1);
}

TEST(Network, HiddenLayersAreWholeNumbers) {
  const Made made(200, 2, 20);
  const auto model = descriptor.fit_classifier(
      made.task(), {{"hidden", std::vector<double>{3.5}}}, silent());
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, &models::errors::kParameterType);
}

TEST(Network, TenThousandCategoriesAreSound) {
  const Made made(10'500, 2, 21);
  std::vector<std::string> known;
  std::vector<std::uint32_t> codes;
  for (std::uint32_t i = 0; i < 10'500; ++i) {
    if (i < 10'000) known.push_back("c" + std::to_string(i));
    codes.push_back(i % 10'000);
  }
  auto task = made.task();
  task.train.columns.push_back(
      {.name = "code", .codes = codes, .categories = known, .valid = made.valid});
  const auto model = descriptor.fit_classifier(task, {{"epochs_max", std::int64_t{20}}}, silent());
  ASSERT_TRUE(model.ok());
  for (const double p : predict(*model, task.train)) ASSERT_TRUE(p >= 0 && p <= 1);
}

}  // namespace
}  // namespace holdfast::network
