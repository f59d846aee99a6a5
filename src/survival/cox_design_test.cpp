#include "survival/cox_design.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace holdfast::survival {
namespace {

struct Made {
  std::vector<double> x, entry, exit;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> stratum;
  std::size_t cols;

  Spells spells(bool has_entries) const {
    if (!has_entries) return {{}, exit, event, {}, stratum};
    return {entry, exit, event, {}, stratum};
  }
  MatrixView view() const { return {x.data(), exit.size(), cols}; }
};

Made made(std::size_t rows, std::size_t cols, bool is_whole) {
  Random random(17);
  Made data;
  data.cols = cols;
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < cols; ++c) {
      data.x.push_back(random.normal());
      sum += 0.3 * data.x.back();
    }
    const double entry = 20 * random.uniform();
    const double stay = 100 * random.exponential(std::exp(sum));
    data.entry.push_back(is_whole ? std::floor(entry) : entry);
    data.exit.push_back(data.entry.back() + 1 + (is_whole ? std::floor(stay) : stay));
    data.event.push_back(random.chance(0.4) ? 1 : 0);
    data.stratum.push_back(static_cast<std::int32_t>(random.below(3)));
  }
  return data;
}

// From 100,000 rows on, some rows find where to begin and steps go by what those say.
TEST(CoxDesign, ManyRowsEndWhereTheirOwnInformationSays) {
  for (const bool has_entries : {false, true}) {
    for (const bool is_whole : {false, true}) {
      const auto data = made(110'000, 5, is_whole);
      const auto spells = data.spells(has_entries);
      const auto fit = fit_cox(spells, data.view());
      ASSERT_TRUE(fit.ok());
      set_threads(1);
      const auto alone = fit_cox(spells, data.view());
      set_threads(0);
      EXPECT_EQ(alone->coefficients, fit->coefficients);
      EXPECT_EQ(alone->variance, fit->variance);
      EXPECT_EQ(alone->loglik, fit->loglik);

      const auto design = design_of(spells, data.view(), {});
      ASSERT_TRUE(design.ok());
      const auto slope = slope_of(*design, scaled_coefficients(*design, *fit), Ties::Efron);
      EXPECT_NEAR(slope.loglik, fit->loglik, 1e-11 * std::abs(fit->loglik));
      const auto p = design->cols;
      for (std::size_t a = 0; a < p; ++a) {
        double step = 0;  // Left to go, in standard errors.
        for (std::size_t b = 0; b < p; ++b) {
          step += fit->variance[a * p + b] * slope.gradient[b] * design->scale[b];
          double product = 0;
          for (std::size_t c = 0; c < p; ++c) {
            product += fit->variance[a * p + c] * design->scale[c] * slope.information[c * p + b];
          }
          EXPECT_NEAR(product * design->scale[b], a == b ? 1 : 0, 1e-8);
        }
        EXPECT_LT(std::abs(step), 1e-8 * std::sqrt(fit->variance[a * p + a]));
      }
    }
  }
}

// Some rows of a design are the design of those rows.
TEST(CoxDesign, ThinnedIsTheDesignOfFewerRows) {
  const auto data = made(20'000, 3, true);
  const std::vector<double> beta = {0.2, 0.1, -0.3};
  for (const bool has_entries : {false, true}) {
    for (const std::size_t every : {1, 7, 500}) {
      const auto whole = design_of(data.spells(has_entries), data.view(), {});
      ASSERT_TRUE(whole.ok());
      const auto some = thinned(*whole, every);
      Made kept;
      kept.cols = 3;
      for (std::size_t i = 0; i < whole->rows; i += every) {
        const auto row = whole->order[i];
        kept.x.insert(kept.x.end(), data.x.data() + row * 3, data.x.data() + row * 3 + 3);
        kept.entry.push_back(data.entry[row]);
        kept.exit.push_back(data.exit[row]);
        kept.event.push_back(data.event[row]);
        kept.stratum.push_back(data.stratum[row]);
      }
      const auto own = design_of(kept.spells(has_entries), kept.view(), {});
      ASSERT_TRUE(own.ok());
      EXPECT_EQ(some.events, own->events);
      EXPECT_EQ(some.groups.size(), own->groups.size());
      const auto slope = [&](const CoxDesign& design) {
        auto scaled = beta;
        for (std::size_t c = 0; c < 3; ++c) scaled[c] *= design.scale[c];
        auto found = slope_of(design, scaled, Ties::Efron);
        for (std::size_t c = 0; c < 3; ++c) found.gradient[c] *= design.scale[c];
        return found;
      };
      const auto a = slope(some), b = slope(*own);
      EXPECT_NEAR(a.loglik, b.loglik, 1e-10 * std::abs(b.loglik)) << every;
      for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(a.gradient[c], b.gradient[c], 1e-7) << every;
    }
  }
}

// The sums over tied events in closed form against one term an event.
TEST(CoxDesign, InformationEqualsTheWalkOverItsGroups) {
  const auto data = made(3'000, 4, true);
  for (const auto ties : {Ties::Breslow, Ties::Efron}) {
    const auto design = design_of(data.spells(true), data.view(), {});
    ASSERT_TRUE(design.ok());
    const std::vector<double> beta = {0.5, -0.2, 0.1, 0};
    const auto slope = slope_of(*design, beta, ties);
    std::vector<double> information(16);
    walk_groups(*design, risks_of(*design, beta), ties, true,
                [&](std::size_t, const GroupTerms& terms) {
                  for (std::size_t k = 0; k < 16; ++k) information[k] += terms.information[k];
                });
    for (std::size_t k = 0; k < 16; ++k) {
      EXPECT_NEAR(slope.information[k], information[k], 1e-9 * information[0]);
    }
  }
}

TEST(Ordered, IsAscendingAndKeepsTheOrderOfEqualTimes) {
  Random random(5);
  const double infinity = std::numeric_limits<double>::infinity();
  const auto expect_ordered = [](const std::vector<double>& time) {
    const std::vector<std::uint8_t> event(time.size(), 1);
    for (const bool descending : {false, true}) {
      std::vector<std::uint32_t> expected(time.size());
      std::iota(expected.begin(), expected.end(), 0U);
      std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
        return descending ? time[a] > time[b] : time[a] < time[b];
      });
      EXPECT_EQ(ordered({{}, time, event, {}, {}}, time, descending), expected);
    }
  };
  std::vector<double> even, days, skewed, far, zeros(100'000), infinite;
  for (std::size_t i = 0; i < 100'000; ++i) {
    even.push_back(random.uniform());
    days.push_back(std::floor(300 * random.uniform()) - 5);
    skewed.push_back(std::exp(20 * random.normal()));
    far.push_back(random.chance(0.5) ? -1e308 * random.uniform() : 1e308 * random.uniform());
    if (i % 2 == 0) zeros[i] = -0.0;
    infinite.push_back(i % 3 == 0 ? -infinity : random.uniform());
  }
  for (const auto& time : {even, days, skewed, far, zeros, infinite}) expect_ordered(time);
  expect_ordered({3, 1, 2, 1});
  expect_ordered(std::vector<double>(10'000, 5e-324));
}

}  // namespace
}  // namespace holdfast::survival
