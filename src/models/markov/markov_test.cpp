// Source: Kemeny & Snell (1960), Finite Markov Chains: the Land of Oz; the engine's own references are
// in tests/reference/migration/SOURCE.md.

#include <gtest/gtest.h>

#include "migration/errors.hpp"
#include "migration/chain.hpp"
#include "models/markov/counts.hpp"
#include "models/transition_task.hpp"

namespace holdfast::markov {
extern const ModelDescriptor descriptor;
namespace {

// One customer whose moves have Oz's shares: rain 2 1 1, nice 2 0 2, snow 1 1 2.
struct Oz {
  std::vector<std::uint16_t> state{0, 0, 0, 1, 0, 2, 0, 1, 2, 1, 2, 2, 2};
  std::vector<std::uint32_t> customer = std::vector<std::uint32_t>(state.size(), 7);
  std::vector<std::int32_t> period;

  Oz() {
    for (std::size_t p = 0; p < state.size(); ++p) period.push_back(static_cast<std::int32_t>(p));
  }
  TransitionTask task() const {
    return {.states = {"rain", "nice", "snow"}, .segments = {}, .periods = {"first"},
            .customer = customer, .period = period, .state = state, .segment = {}, .gone = {}, .seed = 3};
  }
};

const forms::StateTransitions& form_of(const FittedModel& model) {
  return std::get<forms::StateTransitions>(model.form);
}

TEST(Markov, CountsAndTellsTheLongRun) {
  const Oz oz;
  const auto model = descriptor.fit_transition(oz.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  const auto& form = form_of(*model);
  EXPECT_EQ(form.periods.front(), "first");
  EXPECT_EQ(form.periods.size(), 12);
  double moves = 0;
  for (const auto count : form.counts) moves += static_cast<double>(count);
  EXPECT_EQ(moves, 12);
  EXPECT_NEAR(form.shares[0], 2.0 / 5, 1e-15);  // Rain to rain: 2 of 5.
  const auto far = forms::shares_after(form, {1, 0, 0}, 200);
  const auto matrix = matrix_of(form, 0.95);
  const auto run = migration::long_run(*matrix);
  for (std::size_t s = 0; s < 3; ++s) EXPECT_NEAR(far[s], run->shares[0][s], 1e-12);
  EXPECT_EQ(model->tables.size(), 3);
}

TEST(Markov, ComesBackFromItsEnvelope) {
  const Oz oz;
  const auto model = descriptor.fit_transition(oz.task(), {}, silent());
  const auto again = from_json(to_json(*model, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->kind, ModelKind::Transition);
  EXPECT_EQ(form_of(*again).counts, form_of(*model).counts);
  EXPECT_EQ(form_of(*again).triples, form_of(*model).triples);
  EXPECT_EQ(form_of(*again).shares, form_of(*model).shares);
  EXPECT_EQ(to_json(*again, {}), to_json(*model, {}));
}

TEST(Markov, TakesFinalStatesByName) {
  Oz oz;
  oz.state = {0, 1, 0, 0, 2};
  oz.customer.resize(5);
  oz.period.resize(5);
  const auto unknown = descriptor.fit_transition(oz.task(), {}, silent());
  ASSERT_TRUE(unknown.ok());  // Snow is entered and never seen left: a note says so.
  EXPECT_FALSE(unknown->notes.empty());
  const auto model =
      descriptor.fit_transition(oz.task(), {{"absorbing", std::vector<std::string>{"snow"}}}, silent());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(form_of(*model).shares[8], 1);
  EXPECT_FALSE(descriptor.fit_transition(oz.task(), {{"absorbing", std::vector<std::string>{"hail"}}}, silent()).ok());
}

TEST(Markov, SaysWhatIsWrong) {
  Oz oz;
  TransitionTask nobody = oz.task();
  nobody.customer = {};
  nobody.period = {};
  nobody.state = {};
  EXPECT_EQ(descriptor.fit_transition(nobody, {}, silent()).error().kind, &migration::errors::kNoRows);
  oz.period[1] = 0;
  EXPECT_EQ(descriptor.fit_transition(oz.task(), {}, silent()).error().kind, &migration::errors::kTwice);
}

}  // namespace
}  // namespace holdfast::markov
