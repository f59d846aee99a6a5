// Reference: Fader & Hardie 2007 (survivors of two segments and their estimates), Fader & Hardie
// 2010, SciPy's fits (tests/reference/lifetime/SOURCE.md).
#include "lifetime/contracts.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "lifetime/errors.hpp"
#include "lifetime/reference_values.hpp"
#include "lifetime/spend.hpp"
#include "testing/printed.hpp"

namespace holdfast::lifetime {
namespace {

struct Cohort {
  std::vector<double> ended, open;
  explicit Cohort(const std::vector<double>& survivors) {
    for (std::size_t t = 1; t < survivors.size(); ++t) {
      ended.push_back(survivors[t - 1] - survivors[t]);
    }
    open.assign(ended.size(), 0.0);
    open.back() = survivors.back();
  }
};

const Cohort kRegular({1000, 631, 468, 382, 326, 289, 262, 241});
const Cohort kHighEnd({1000, 869, 743, 653, 593, 551, 517, 491});

TEST(ContractsReference, AreThoseOfThePaper) {
  const auto regular = fit_contracts(kRegular.ended, kRegular.open);
  const auto high_end = fit_contracts(kHighEnd.ended, kHighEnd.open);
  ASSERT_TRUE(regular.ok() && high_end.ok());
  EXPECT_PRINTED(regular->gamma, "0.704");
  EXPECT_PRINTED(regular->delta, "1.182");
  EXPECT_PRINTED(high_end->gamma, "0.668");
  EXPECT_PRINTED(high_end->delta, "3.806");
}

TEST(ContractsReference, EqualScipy) {
  for (const auto& [name, cohort] : {std::pair("regular", kRegular), {"high_end", kHighEnd}}) {
    for (const bool has_power : {false, true}) {
      const std::string key = std::string(has_power ? "bdw." : "sbg.") + name;
      const auto fit = fit_contracts(cohort.ended, cohort.open, has_power);
      ASSERT_TRUE(fit.ok()) << key;
      const auto wanted = reference(key + ".fit");
      EXPECT_NEAR(fit->gamma, wanted[0], 1e-4 * wanted[0]) << key;
      EXPECT_NEAR(fit->delta, wanted[1], 1e-4 * wanted[1]) << key;
      EXPECT_NEAR(fit->power, has_power ? wanted[2] : 1, 1e-4) << key;
      EXPECT_NEAR(fit->loglik, reference(key + ".loglik")[0], 1e-7) << key;
    }
  }
}

TEST(ContractsReference, ResidualValueIsTheClosedForm) {
  const ContractFit fit{0.668, 3.806, 1, {}, 0, 0};
  const auto wanted = reference("sbg.derl");
  for (std::size_t n = 1; n <= wanted.size(); ++n) {
    // There, the payment due now counts in full and is not sure yet.
    const double found = 1.1 * fit.remaining(static_cast<double>(n) - 1, 500, 0.1);
    EXPECT_NEAR(found, wanted[n - 1], 1e-9);
  }
}

TEST(Contracts, SayWhatIsWrong) {
  const auto kind = [](std::vector<double> ended, std::vector<double> open) {
    const auto fit = fit_contracts(ended, open, false);
    return fit.ok() ? "fine" : std::string(fit.error().kind->name);
  };
  EXPECT_EQ(kind({}, {}), "lifetime.too_few");
  EXPECT_EQ(kind({1}, {0}), "lifetime.too_few");
  EXPECT_EQ(kind({0, 0}, {3, 4}), "lifetime.nobody_lost");
  EXPECT_EQ(kind({9, 0}, {0, 0}), "lifetime.nobody_stays");
  EXPECT_EQ(kind({9, -1}, {0, 5}), "lifetime.bad_value");
  EXPECT_EQ(kind({9, 1}, {5}), "lifetime.shape");
  EXPECT_EQ(kind({100, 90, 81, 73}, {0, 0, 0, 656}), "lifetime.leaving_alike");
}

TEST(SpendReference, ExpectedEqualsLifetimes) {
  const GammaGamma spend{6.25, 3.74, 15.44, {}, 0, 0};
  const auto wanted = reference("spend.expected");
  const std::vector<std::pair<double, double>> rows = {{0, 0}, {1, 5}, {2, 40}, {10, 80}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto found = spend.expected(rows[i].first, rows[i].second);
    ASSERT_TRUE(found.ok());
    EXPECT_NEAR(*found, wanted[i], 1e-10 * wanted[i]);
  }
  const GammaGamma heavy{6.25, 0.9, 15.44, {}, 0, 0};
  EXPECT_EQ(heavy.expected(0, 0).error().kind, &errors::kNoMean);
}

TEST(Spend, SaysWhatIsWrong) {
  const auto kind = [](std::vector<double> purchases, std::vector<double> spend) {
    const auto fit = fit_spend(purchases, spend);
    return fit.ok() ? "fine" : std::string(fit.error().kind->name);
  };
  EXPECT_EQ(kind({0, 0}, {0, 0}), "lifetime.no_repeat");
  EXPECT_EQ(kind({1}, {5}), "lifetime.too_few");
  EXPECT_EQ(kind({1, 2, 1}, {5, 0, 3}), "lifetime.bad_spend");
  EXPECT_EQ(kind({1, 2, 1}, {5, -2, 3}), "lifetime.bad_spend");
  EXPECT_EQ(kind({1, -2, 1}, {5, 2, 3}), "lifetime.bad_value");
  EXPECT_EQ(kind({1, 2}, {5}), "lifetime.shape");
}

}  // namespace
}  // namespace holdfast::lifetime
