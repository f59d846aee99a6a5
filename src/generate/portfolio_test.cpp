// The truth is the source: kCoefficients states the model, the tests find it again.

#include "generate/portfolio.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "core/file.hpp"
#include "core/text.hpp"
#include "core/text_encoding.hpp"
#include "generate/errors.hpp"
#include "generate/truth.hpp"
#include "generate/world.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::generate {
namespace {

std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().filename().string()] = *read_file(entry.path());
  }
  return files;
}

TEST(Portfolio, TheSameOptionsGiveTheSameBytes) {
  const testing::TemporaryFolder a;
  const testing::TemporaryFolder b;
  ASSERT_TRUE(portfolio(a.path(), {.customers = 300}).ok());
  ASSERT_TRUE(portfolio(b.path(), {.customers = 300}).ok());
  const auto first = files_below(a.path());
  EXPECT_EQ(first.size(), 12U);
  EXPECT_TRUE(first == files_below(b.path()));
}

TEST(Portfolio, AnotherSeedGivesOtherPeople) {
  EXPECT_NE(simulate({.customers = 5, .seed = 1}).customers[0].phone,
            simulate({.customers = 5, .seed = 2}).customers[0].phone);
}

TEST(Portfolio, CsvFilesAreGbkWithChineseHeaders) {
  const testing::TemporaryFolder folder;
  const auto summary = portfolio(folder.path(), {.customers = 300});
  ASSERT_TRUE(summary.ok());
  for (const auto& [name, bytes] : files_below(folder.path() / "data")) {
    if (name.ends_with(".xlsx")) continue;
    EXPECT_FALSE(is_utf8(bytes)) << name;
    EXPECT_EQ(detect_encoding(bytes, true).encoding, Encoding::Gb18030) << name;
    Utf8Decoder decoder(Encoding::Gb18030);
    std::string text;
    decoder.decode(bytes, true, text);
    EXPECT_EQ(decoder.malformed_count(), 0) << name;
    EXPECT_EQ(text.find("\uFFFD"), std::string::npos) << name;
    const auto lines = static_cast<std::int64_t>(split(text, '\n').size()) - 2;
    EXPECT_EQ(summary->rows.at(name), lines) << name;
  }
  const auto policies = to_utf8(*read_file(folder.path() / "data" / "保单.csv"), Encoding::Gb18030);
  EXPECT_TRUE(policies.starts_with("保单号,客户号,车牌号,起保日期,终保日期,保费,"));
}

TEST(Portfolio, NobodyKnowsTheFuture) {
  const PortfolioOptions options{.customers = 500};
  const auto world = simulate(options);
  for (const auto& policy : world.policies) {
    EXPECT_LT(policy.start, options.to);
    EXPECT_TRUE(!policy.cancelled || *policy.cancelled < options.to);
    EXPECT_TRUE(policy.exit_reason.empty() || policy.end < options.to || policy.cancelled);
  }
  for (const auto& payment : world.payments)
    EXPECT_TRUE(!payment.paid || *payment.paid < options.to);
  for (const auto& claim : world.claims) {
    EXPECT_LE(claim.happened, claim.reported);
    EXPECT_TRUE(!claim.settled || *claim.settled < options.to);
  }
  for (const auto& reminder : world.reminders) {
    EXPECT_LT(reminder.sent, options.to);
    EXPECT_LT(reminder.sent, world.policies[reminder.policy].end - kDecisionLeadDays);
  }
}

TEST(Portfolio, ARenewedPolicyHasASuccessorAndALapsedOneHasNoneInTime) {
  const PortfolioOptions options{.customers = 2000};
  const auto world = simulate(options);
  std::map<std::string, std::vector<Day>> starts;
  for (const auto& policy : world.policies)
    starts[policy.plate + world.customers[policy.customer].key].push_back(policy.start);
  int lapsed = 0;
  for (const auto& decision : world.decisions) {
    const auto& policy = world.policies[decision.policy];
    if (policy.end + 30 >= options.to) continue;
    const auto& all = starts[policy.plate + world.customers[policy.customer].key];
    const bool has_successor = std::any_of(all.begin(), all.end(), [&](Day start) {
      return start >= policy.end && start <= policy.end + 30;
    });
    EXPECT_EQ(has_successor, decision.decided == Decided::Renewed) << policy.number;
    EXPECT_EQ(policy.exit_reason.empty(), decision.decided == Decided::Renewed);
    lapsed += decision.decided == Decided::Lapsed ? 1 : 0;
  }
  const double share = lapsed / static_cast<double>(world.decisions.size());
  EXPECT_GT(share, 0.12);
  EXPECT_LT(share, 0.3);
}

// Solves a · x = b in place, a symmetric and positive definite.
std::vector<double> solved(std::vector<std::vector<double>> a, std::vector<double> b) {
  const auto n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t r = i + 1; r < n; ++r) {
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

TEST(Portfolio, LogisticRegressionFindsTheStatedCoefficients) {
  const auto world = simulate({.customers = 12'000});
  constexpr std::size_t kTerms = kDriversCount + 1;
  std::vector<double> beta(kTerms, 0);
  std::vector<std::vector<double>> information;
  for (int iteration = 0; iteration < 12; ++iteration) {
    information.assign(kTerms, std::vector<double>(kTerms, 0));
    std::vector<double> gradient(kTerms, 0);
    for (const auto& decision : world.decisions) {
      if (decision.decided == Decided::Declined) continue;
      std::vector<double> x = {1};
      x.insert(x.end(), decision.drivers.begin(), decision.drivers.end());
      double eta = 0;
      for (std::size_t k = 0; k < kTerms; ++k) eta += beta[k] * x[k];
      const double p = 1 / (1 + std::exp(-eta));
      const double residual = (decision.decided == Decided::Lapsed ? 1 : 0) - p;
      for (std::size_t i = 0; i < kTerms; ++i) {
        gradient[i] += residual * x[i];
        for (std::size_t j = 0; j < kTerms; ++j) information[i][j] += p * (1 - p) * x[i] * x[j];
      }
    }
    const auto step = solved(information, gradient);
    for (std::size_t k = 0; k < kTerms; ++k) beta[k] += step[k];
  }
  for (std::size_t k = 0; k < kTerms; ++k) {
    std::vector<double> unit(kTerms, 0);
    unit[k] = 1;
    const double error = std::sqrt(solved(information, unit)[k]);
    const double truth = k == 0 ? kIntercept : kCoefficients[k - 1].value;
    EXPECT_NEAR(beta[k], truth, 4 * error) << (k == 0 ? "intercept" : kCoefficients[k - 1].name);
    EXPECT_LT(error, 0.35) << "the data say too little about " << k;
  }
}

TEST(Portfolio, ImpossibleOptionsAreAnError) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(portfolio(folder.path(), {.customers = 0}).error().kind, &errors::kBadOptions);
  EXPECT_EQ(portfolio(folder.path(), {.from = Day{19000}, .to = Day{19100}}).error().kind,
            &errors::kBadOptions);
}

}  // namespace
}  // namespace holdfast::generate
