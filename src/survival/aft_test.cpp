// Reference: R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include "survival/aft.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

const std::vector<std::pair<std::string, AftFamily>> kFamilies = {
    {"exponential", AftFamily::Exponential},
    {"weibull", AftFamily::Weibull},
    {"lognormal", AftFamily::LogNormal},
    {"loglogistic", AftFamily::LogLogistic}};

void expect_aft(const AftFit& fit, const std::string& name) {
  std::vector<double> coefficients = {fit.intercept};
  coefficients.insert(coefficients.end(), fit.coefficients.begin(), fit.coefficients.end());
  expect_near(coefficients, name + ".coef");
  expect_near({fit.scale}, name + ".scale");
  expect_near(fit.variance, name + ".variance");
  // R gives that of the intercept alone first.
  EXPECT_NEAR(fit.loglik, reference(name + ".loglik").at(1), 1e-8);
}

TEST(AftReference, EqualsSurvreg) {
  const ReferenceTable lung("lung");
  const ReferenceTable veteran("veteran");
  const auto l = lung.events("event");
  const auto v = veteran.events("event");
  const auto lx = lung.matrix({"age", "sex", "ecog"});
  const auto vx = veteran.matrix({"trt", "karno", "small", "adeno", "large"});
  std::vector<double> weight;
  for (const double age : veteran["age"]) weight.push_back(1 + age / 50);
  for (const auto& [name, family] : kFamilies) {
    const auto plain = fit_aft({{}, lung["time"], l, {}, {}}, {lx.data(), l.size(), 3}, family);
    ASSERT_TRUE(plain.ok()) << name;
    expect_aft(*plain, "aft.lung." + name);
    const auto weighted =
        fit_aft({{}, veteran["time"], v, weight, {}}, {vx.data(), v.size(), 5}, family);
    ASSERT_TRUE(weighted.ok()) << name;
    expect_aft(*weighted, "aft.veteran." + name);
    std::vector<double> medians;
    for (std::size_t row = 0; row < 5; ++row) {
      const std::span<const double> one(vx.data() + row * 5, 5);
      medians.push_back(weighted->quantile(one, 0.5));
      EXPECT_NEAR(weighted->survival(one, medians.back()), 0.5, 1e-12);
    }
    expect_near(medians, "aft.veteran." + name + ".quantile");
  }
}

// An exponential time has no memory: who enters late at e and leaves at t stayed t − e.
TEST(Aft, LateEntriesOfAnExponentialAreNoLoss) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  const auto& exit = lung["time"];
  double at_risk = 0;
  double events = 0;
  for (std::size_t i = 0; i < exit.size(); ++i) {
    at_risk += exit[i] - lung["entry"][i];
    events += event[i];
  }
  const auto fit = fit_aft({lung["entry"], exit, event, {}, {}}, {nullptr, exit.size(), 0},
                           AftFamily::Exponential);
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->intercept, std::log(at_risk / events), 1e-12);
}

TEST(Aft, FindsWhatWasPlantedDespiteLateEntry) {
  Random random(3);
  std::vector<double> entry, exit, x;
  std::vector<std::uint8_t> event;
  while (exit.size() < 20'000) {
    const double column = random.normal();
    const double time = std::exp(3 + 0.5 * column + 0.7 * std::log(random.exponential(1)));
    const double enters = 20 * random.uniform();
    if (time <= enters) continue;
    const double lost = enters + 60 * random.uniform();
    entry.push_back(enters);
    exit.push_back(std::min(time, lost));
    event.push_back(time <= lost ? 1 : 0);
    x.push_back(column);
  }
  const auto fit =
      fit_aft({entry, exit, event, {}, {}}, {x.data(), exit.size(), 1}, AftFamily::Weibull);
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->intercept, 3, 0.03);
  EXPECT_NEAR(fit->coefficients[0], 0.5, 0.03);
  EXPECT_NEAR(fit->scale, 0.7, 0.03);
}

TEST(Aft, SaysWhatCannotBeEstimated) {
  const std::vector<double> exit = {1, 2, 3, 4, 5, 6};
  const std::vector<double> zero = {0, 2, 3, 4, 5, 6};
  const std::vector<std::uint8_t> event = {1, 1, 1, 0, 1, 0};
  const std::vector<std::uint8_t> none(6);
  const std::vector<double> flat(6, 2.0);
  const MatrixView nothing{nullptr, 6, 0};
  EXPECT_EQ(fit_aft({{}, exit, none, {}, {}}, nothing, AftFamily::Weibull).error().kind,
            &errors::kNoEvents);
  EXPECT_EQ(fit_aft({{}, zero, event, {}, {}}, nothing, AftFamily::Weibull).error().kind,
            &errors::kBadValue);
  EXPECT_EQ(
      fit_aft({{}, exit, event, {}, {}}, {flat.data(), 6, 1}, AftFamily::LogNormal).error().kind,
      &errors::kCollinear);
}

}  // namespace
}  // namespace holdfast::survival
