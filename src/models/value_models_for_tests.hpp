#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/progress.hpp"
#include "core/random.hpp"
#include "lifetime/contracts.hpp"
#include "models/value_task.hpp"

namespace holdfast::models {

/// Customers who buy at a rate of their own and leave after any purchase. For tests only.
struct MadeCustomers {
  std::vector<double> frequency, recency, age, spend;

  ValueTask task() const {
    return {
        .purchases = {frequency, recency, age, {}}, .mean_spend = spend, .ended = {}, .open = {}};
  }
};

inline MadeCustomers made_customers(std::size_t count) {
  Random random(20240331);
  MadeCustomers made;
  for (std::size_t i = 0; i < count; ++i) {
    const double rate = random.gamma(0.6) / 8 + 1e-9, end = 20 + 30 * random.uniform();
    const double one = random.gamma(0.8), other = random.gamma(2.5);
    const double scale = random.gamma(4) / 15;
    double x = 0, last = 0, total = 0;
    for (double at = random.exponential(rate); at <= end; at += random.exponential(rate)) {
      x += 1;
      last = at;
      total += random.gamma(6) / scale;
      if (random.chance(one / (one + other))) break;
    }
    made.frequency.push_back(x);
    made.recency.push_back(last);
    made.age.push_back(end);
    made.spend.push_back(x > 0 ? total / x : 0);
  }
  return made;
}

inline const forms::ValueModel& form_of(const FittedModel& model) {
  return std::get<forms::ValueModel>(model.form);
}

/// The saved form reads back as it was.
inline void expect_round_trip(const FittedModel& model) {
  const auto json = to_json(model, {});
  const auto again = from_json(json);
  ASSERT_TRUE(again.ok()) << message_of(again.error(), Language::En);
  EXPECT_EQ(form_of(*again).parameters, form_of(model).parameters);
  EXPECT_EQ(form_of(*again).variance, form_of(model).variance);
  EXPECT_EQ(to_json(*again, {}), json);
  EXPECT_EQ(again->kind, ModelKind::Value);
}

/// A clear message in both languages, and its name.
inline std::string refusal(const ModelDescriptor& descriptor, const ValueTask& task) {
  const auto model = descriptor.fit_value(task, {}, silent());
  EXPECT_FALSE(model.ok());
  if (model.ok()) return {};
  EXPECT_FALSE(message_of(model.error(), Language::En).empty());
  EXPECT_FALSE(message_of(model.error(), Language::Zh).empty());
  return std::string(model.error().kind->name);
}

/// The model of 800 made customers says of a customer what its engine says, and reads back.
template <typename Fit>
void expect_purchases_as_engine(const ModelDescriptor& descriptor, const Result<Fit>& fit,
                                const std::vector<double>& parameters) {
  const auto made = made_customers(800);
  const auto model = descriptor.fit_value(made.task(), {}, silent());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  const auto& form = form_of(*model);
  EXPECT_EQ(form.parameters, parameters);
  const lifetime::Customer customer{3, 20, 30};
  EXPECT_EQ(forms::alive(form, customer), fit->alive(customer));
  EXPECT_EQ(forms::expected_purchases(form, customer, 13), fit->expected(customer, 13));
  EXPECT_EQ(forms::purchase_chances(form, customer, 13), fit->chances(customer, 13));
  EXPECT_EQ(forms::expected_of_new(form, 13), fit->expected_new(13));
  EXPECT_EQ(model->tables.at(0).rows.size(), parameters.size());
  EXPECT_FALSE(model->notes.at(0).zh.empty());
  expect_round_trip(*model);
}

inline void expect_bad_purchases_refused(const ModelDescriptor& descriptor) {
  const auto kind = [&](std::vector<double> x, std::vector<double> t, std::vector<double> age) {
    return refusal(descriptor, {.purchases = {x, t, age, {}}});
  };
  EXPECT_EQ(kind({}, {}, {}), "models.no_rows");
  EXPECT_EQ(kind({3}, {2}, {9}), "lifetime.too_few");
  EXPECT_EQ(kind({0, 0}, {0, 0}, {9, 5}), "lifetime.no_repeat");
  EXPECT_EQ(kind({1, 1}, {3, 4}, {-9, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({1, 1}, {3, NAN}, {9, 9}), "lifetime.bad_value");
}

/// Fader & Hardie (2007), table 1: the high-end segment, survivors of 1,000.
inline const std::vector<double> kEnded = {131, 126, 90, 60, 42, 34, 26};
inline const std::vector<double> kOpen = {0, 0, 0, 0, 0, 0, 491};

/// The power is a parameter only where `fitted` is 3.
inline void expect_contracts_as_engine(const ModelDescriptor& descriptor,
                                       const Result<lifetime::ContractFit>& fit,
                                       std::size_t fitted) {
  const auto model =
      descriptor.fit_value({.ended = kEnded, .open = kOpen, .period_days = 365}, {}, silent());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  ASSERT_TRUE(fit.ok());
  const auto& form = form_of(*model);
  EXPECT_EQ(form.parameters, (std::vector<double>{fit->gamma, fit->delta, fit->power}));
  EXPECT_EQ(forms::survival(form, 5), fit->survival(5));
  EXPECT_EQ(forms::remaining(form, 2, 20, 0.1), fit->remaining(2, 20, 0.1));
  EXPECT_EQ(model->tables.at(0).rows.size(), fitted);
  expect_round_trip(*model);
}

inline void expect_bad_contracts_refused(const ModelDescriptor& descriptor) {
  const auto kind = [&](std::vector<double> ended, std::vector<double> open) {
    return refusal(descriptor, {.ended = ended, .open = open, .period_days = 365});
  };
  EXPECT_EQ(kind({}, {}), "models.no_rows");
  EXPECT_EQ(kind({0, 0}, {5, 7}), "lifetime.nobody_lost");
  EXPECT_EQ(kind({9, 0}, {0, 0}), "lifetime.nobody_stays");
  EXPECT_EQ(kind({-1, 4}, {0, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({NAN, 4}, {0, 9}), "lifetime.bad_value");
  EXPECT_EQ(kind({3, 4}, {9}), "lifetime.shape");
}

}  // namespace holdfast::models
