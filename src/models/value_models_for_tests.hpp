#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/progress.hpp"
#include "core/random.hpp"
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

}  // namespace holdfast::models
