// Reference: lifetimes 0.11.3 (tests/reference/lifetime/SOURCE.md).
#include "lifetime/purchases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.hpp"
#include "lifetime/bg_nbd.hpp"
#include "lifetime/errors.hpp"
#include "lifetime/nbd.hpp"
#include "lifetime/pareto_nbd.hpp"
#include "lifetime/reference_values.hpp"

namespace holdfast::lifetime {
namespace {

constexpr std::array<Customer, 8> kCustomers = {{{0, 0, 38.86},
                                                 {0, 0, 27.0},
                                                 {1, 1.71, 38.86},
                                                 {2, 30.43, 38.86},
                                                 {7, 29.43, 38.86},
                                                 {26, 30.86, 31.0},
                                                 {5, 12.0, 12.0},
                                                 {3, 0.29, 20.0}}};
constexpr std::array<int, 4> kHorizons = {1, 13, 39, 200};

struct Columns {
  std::vector<double> frequency, recency, age;
  void add(double x, double t, double end) {
    frequency.push_back(x);
    recency.push_back(t);
    age.push_back(end);
  }
  Purchases view() const { return {frequency, recency, age, {}}; }
};

void expect_close(double found, double wanted, double bound, const std::string& what) {
  EXPECT_NEAR(found, wanted, bound * std::max(1.0, std::abs(wanted))) << what;
}

template <typename Model>
void expect_forecasts(const Model& model, const std::string& name) {
  const auto alive = reference(name + ".alive");
  const auto fresh = reference(name + ".new");
  ASSERT_EQ(alive.size(), kCustomers.size());
  for (std::size_t i = 0; i < kCustomers.size(); ++i) {
    expect_close(model.alive(kCustomers[i]), alive[i], 1e-9, name + ".alive");
  }
  for (std::size_t h = 0; h < kHorizons.size(); ++h) {
    const auto wanted = reference(name + ".expected." + std::to_string(kHorizons[h]));
    expect_close(model.expected_new(kHorizons[h]), fresh[h], 1e-9, name + ".new");
    for (std::size_t i = 0; i < kCustomers.size(); ++i) {
      expect_close(model.expected(kCustomers[i], kHorizons[h]), wanted[i], 1e-8, name);
    }
  }
}

TEST(ForecastReference, EqualsLifetimes) {
  expect_forecasts(BgNbd{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0}, "bg");
  expect_forecasts(BgNbd{true, 0.525, 6.183, 0.891, 1.614, {}, 0, 0}, "mbg");
  expect_forecasts(ParetoNbd{0.553, 10.578, 0.606, 11.669, {}, 0, 0}, "pareto");
}

TEST(ForecastReference, ChancesOfCountsEqualLifetimes) {
  const auto fresh = BgNbd{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0}.chances({}, 39);
  const auto wanted = reference("bg.chances.39");
  for (std::size_t n = 0; n < wanted.size(); ++n) EXPECT_NEAR(fresh[n], wanted[n], 1e-12);
  const ParetoNbd pareto{0.553, 10.578, 0.606, 11.669, {}, 0, 0};
  for (std::size_t i = 0; i < kCustomers.size(); ++i) {
    const auto found = pareto.chances(kCustomers[i], 39);
    const auto given = reference("pareto.chances." + std::to_string(i));
    ASSERT_GE(found.size(), given.size());
    for (std::size_t n = 0; n < given.size(); ++n) EXPECT_NEAR(found[n], given[n], 1e-10) << i;
  }
}

template <typename Model>
void expect_chances_add_up(const Model& model, const Customer& customer, double horizon) {
  double sum = 0, mean = 0;
  const auto chances = model.chances(customer, horizon);
  for (std::size_t n = 0; n < chances.size(); ++n) {
    EXPECT_GE(chances[n], 0);
    sum += chances[n];
    mean += static_cast<double>(n) * chances[n];
  }
  const double expected = model.expected(customer, horizon);
  EXPECT_NEAR(sum, 1, 1e-10) << customer.frequency << " " << horizon;
  EXPECT_NEAR(mean, expected, 1e-8 * std::max(1.0, expected))
      << customer.frequency << " " << horizon;
}

TEST(Forecast, ChancesAddUpToOneAndToTheMean) {
  std::vector<Customer> customers(kCustomers.begin(), kCustomers.end());
  customers.push_back({3000, 38, 38.86});  // Would buy thousands of times.
  for (const auto& customer : customers) {
    for (const double horizon : {0.0, 1e-6, 1.0, 39.0, 400.0}) {
      expect_chances_add_up(BgNbd{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0}, customer, horizon);
      expect_chances_add_up(BgNbd{true, 0.525, 6.183, 0.891, 1.614, {}, 0, 0}, customer, horizon);
      expect_chances_add_up(ParetoNbd{0.553, 10.578, 0.606, 11.669, {}, 0, 0}, customer, horizon);
    }
  }
}

TEST(Forecast, IsSmoothWhereTheClosedFormDividesByZero) {
  const Customer customer{3, 20, 30};
  const auto bg = [&](double a) {
    return BgNbd{false, 0.243, 4.414, a, 2.426, {}, 0, 0}.expected(customer, 39);
  };
  const auto pareto = [&](double s) {
    return ParetoNbd{0.553, 10.578, s, 11.669, {}, 0, 0}.expected(customer, 39);
  };
  EXPECT_NEAR(bg(1), 0.5 * (bg(1 - 1e-5) + bg(1 + 1e-5)), 1e-9);
  EXPECT_NEAR(pareto(1), 0.5 * (pareto(1 - 1e-5) + pareto(1 + 1e-5)), 1e-9);
}

// Customers as BG/NBD says, or leaving at any time as Pareto/NBD says.
Columns made_up(std::uint64_t seed, int count, bool is_pareto) {
  Random random(seed);
  Columns columns;
  for (int i = 0; i < count; ++i) {
    const double rate = random.gamma(0.6) / 8;
    const double age = 20 + 30 * random.uniform();
    const double one = random.gamma(0.8), other = random.gamma(2.5);
    const double chance = is_pareto ? 0 : one / (one + other);
    const double leaves = is_pareto ? random.exponential(random.gamma(0.6) / 12 + 1e-12) : age;
    double x = 0, last = 0;
    for (double at = 0;;) {
      at += random.exponential(rate + 1e-12);
      if (at > std::min(age, leaves)) break;
      x += 1;
      last = at;
      if (random.chance(chance)) break;
    }
    columns.add(x, last, age);
  }
  return columns;
}

// The reason in words, both languages, nothing left to fill in.
void expect_a_reason(const Error& error) {
  static const std::vector<const ErrorKind*> kReasons = {&errors::kRatesAlike, &errors::kNobodyLeaves,
                                                         &errors::kLeavingAlike,
                                                         &errors::kLeavingApart,
                                                         &errors::kRunsAway};
  EXPECT_NE(std::ranges::find(kReasons, error.kind), kReasons.end()) << error.kind->name;
  for (const auto language : {Language::En, Language::Zh}) {
    const auto words = message_of(error, language);
    EXPECT_GT(words.size(), 10U);
    EXPECT_EQ(words.find_first_of("{}"), std::string::npos) << words;
  }
}

// Of BG/NBD as Fader, Hardie & Lee (2005) write it, up to what depends on the data alone; a of 0: NBD.
double bg_loglik(const Columns& columns, double r, double alpha, double a, double b) {
  double sum = 0;
  for (std::size_t i = 0; i < columns.frequency.size(); ++i) {
    const double x = columns.frequency[i], last = columns.recency[i], age = columns.age[i];
    const double here = -(r + x) * std::log(alpha + age);
    sum += std::lgamma(r + x) - std::lgamma(r) + r * std::log(alpha);
    if (a == 0) {
      sum += here;
      continue;
    }
    const double stays = std::lgamma(b + x) - std::lgamma(b) + std::lgamma(a + b) - std::lgamma(a + b + x);
    double chance = std::exp(stays);
    if (x > 0) {
      chance += a / (b + x - 1) * std::exp(stays) *
                std::exp(-(r + x) * (std::log(alpha + last) - std::log(alpha + age)));
    }
    sum += here + std::log(chance);
  }
  return sum;
}

// Nobody leaves: then no chance of leaving makes the data likelier.
void expect_nobody_leaves(const Columns& columns, std::uint64_t seed) {
  const auto nbd = fit_nbd(columns.view());
  if (!nbd.ok()) return;
  const double best = bg_loglik(columns, nbd->r, nbd->alpha, 0, 1);
  for (const double scale_r : {0.8, 1.0, 1.25}) {
    for (const double scale_alpha : {0.7, 1.0, 1.4}) {
      for (const double share : {1e-4, 0.01, 0.05, 0.2}) {
        for (const double sum : {0.3, 3.0, 30.0}) {
          EXPECT_LE(bg_loglik(columns, scale_r * nbd->r, scale_alpha * nbd->alpha, share * sum,
                              (1 - share) * sum),
                    best + 0.02)
              << seed << " " << share << " " << sum;
        }
      }
    }
  }
}

TEST(PurchaseFits, SettleOrSayWhyNotOnEverySeed) {
  int settled = 0, all = 0, nobody_leaves = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const int count = std::array{20, 60, 200, 1000}[seed % 4];
    for (const bool is_pareto : {false, true}) {
      const auto columns = made_up(seed, count, is_pareto);
      const auto judge = [&](const auto& fit) {
        ++all;
        if (fit.ok()) {
          ++settled;
          EXPECT_TRUE(std::isfinite(fit->loglik));
          EXPECT_GT(fit->variance[0], 0);
          return;
        }
        expect_a_reason(fit.error());
      };
      const auto bg = fit_bg_nbd(columns.view());
      judge(bg);
      judge(fit_bg_nbd(columns.view(), {.is_modified = true}));
      judge(fit_pareto_nbd(columns.view()));
      if (bg.ok() || bg.error().kind != &errors::kNobodyLeaves) continue;
      ++nobody_leaves;
      expect_nobody_leaves(columns, seed);
    }
  }
  RecordProperty("settled", settled);
  EXPECT_GT(settled, all / 2);
  EXPECT_GT(nobody_leaves, 0);
}

// Of 20 customers it may be likeliest that some leave at once and the others never: at the boundary,
// and likelier than nobody leaving, which is where the climb from the usual start ends.
TEST(PurchaseFits, TellSomeLeavingAtOnceFromNobodyLeaving) {
  const auto columns = made_up(36, 20, true);
  const auto bg = fit_bg_nbd(columns.view());
  ASSERT_FALSE(bg.ok());
  EXPECT_EQ(bg.error().kind, &errors::kLeavingApart) << bg.error().kind->name;
  expect_a_reason(bg.error());
  const auto nbd = fit_nbd(columns.view());
  ASSERT_TRUE(nbd.ok());
  EXPECT_GT(bg_loglik(columns, nbd->r, nbd->alpha, 1e-3, 1e-2), bg_loglik(columns, nbd->r, nbd->alpha, 0, 1));
}

TEST(PurchaseFits, FollowTheUnitOfTimeAndWeights) {
  const auto columns = made_up(7, 1000, false);
  auto days = columns;
  for (auto& value : days.recency) value *= 7;
  for (auto& value : days.age) value *= 7;
  const auto weeks = fit_bg_nbd(columns.view());
  const auto other = fit_bg_nbd(days.view());
  ASSERT_TRUE(weeks.ok() && other.ok());
  EXPECT_NEAR(other->alpha, 7 * weeks->alpha, 1e-6 * other->alpha);
  EXPECT_NEAR(other->b, weeks->b, 1e-6);
  auto twice = columns;
  for (std::size_t i = 0; i < 1000; ++i) {
    twice.add(columns.frequency[i], columns.recency[i], columns.age[i]);
  }
  const std::vector<double> two(1000, 2.0);
  const auto weighted = fit_pareto_nbd({columns.frequency, columns.recency, columns.age, two});
  const auto repeated = fit_pareto_nbd(twice.view());
  ASSERT_TRUE(weighted.ok() && repeated.ok());
  EXPECT_NEAR(weighted->beta, repeated->beta, 1e-9 * repeated->beta);
}

TEST(PurchaseFits, SayWhatIsWrong) {
  const auto kind = [](const Columns& columns) {
    const auto fit = fit_bg_nbd(columns.view());
    const auto other = fit_pareto_nbd(columns.view());
    EXPECT_FALSE(fit.ok());
    EXPECT_FALSE(other.ok());
    if (fit.ok() || other.ok()) return std::string();
    EXPECT_EQ(fit.error().kind, other.error().kind);
    return std::string(fit.error().kind->name);
  };
  EXPECT_EQ(kind({{}, {}, {}}), "lifetime.too_few");
  EXPECT_EQ(kind({{2}, {3}, {9}}), "lifetime.too_few");
  EXPECT_EQ(kind({{0, 0}, {0, 0}, {9, 5}}), "lifetime.no_repeat");
  EXPECT_EQ(kind({{0, 0}, {0, 0}, {0, 0}}), "lifetime.no_repeat");
  EXPECT_EQ(kind({{1, 1}, {0, 4}, {0, 9}}), "lifetime.bad_recency");
  EXPECT_EQ(kind({{1, 1}, {10, 4}, {9, 9}}), "lifetime.bad_recency");
  EXPECT_EQ(kind({{0, 1}, {3, 4}, {9, 9}}), "lifetime.bad_recency");
  EXPECT_EQ(kind({{1, 1}, {3, 4}, {-9, 9}}), "lifetime.bad_value");
  EXPECT_EQ(kind({{1.5, 1}, {3, 4}, {9, 9}}), "lifetime.bad_value");
  EXPECT_EQ(kind({{1, 1}, {3, NAN}, {9, 9}}), "lifetime.bad_value");
  EXPECT_EQ(kind({{1, 1}, {3}, {9, 9}}), "lifetime.shape");
}

TEST(Summary, JoinsPurchasesOfADayAndLeavesTheFirstOutOfSpend) {
  const std::vector<Transaction> log = {{5, 30, 7}, {5, 10, 4}, {5, 10, 6},  {5, 24, 20},
                                        {5, 24, 2}, {9, 50, 1}, {7, 12, 11}, {5, 45, 3}};
  const auto summary = summarise(log, {.end = 40, .holdout_end = 50, .unit = 2});
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->customer, (std::vector<std::uint32_t>{5, 7}));
  EXPECT_EQ(summary->frequency, (std::vector<double>{2, 0}));
  EXPECT_EQ(summary->recency, (std::vector<double>{10, 0}));
  EXPECT_EQ(summary->age, (std::vector<double>{15, 14}));
  EXPECT_EQ(summary->spend, (std::vector<double>{14.5, 0}));
  EXPECT_EQ(summary->total_spend, (std::vector<double>{39, 11}));
  EXPECT_EQ(summary->holdout, (std::vector<double>{1, 0}));
  EXPECT_EQ(summarise(log, {.end = 5}).error().kind, &errors::kTooFew);
  EXPECT_EQ(summarise(log, {.end = 40, .unit = 0}).error().kind, &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::lifetime
