// References: survival/competing with survival/cox, held against cmprsk's crr and R finegray
// (tests/reference/survival/SOURCE.md); Aalen–Johansen.
#include <gtest/gtest.h>

#include <cmath>

#include "models/leaving.hpp"
#include "models/survival_sample.hpp"
#include "survival/competing.hpp"
#include "survival/cox.hpp"

namespace holdfast::fine_gray {

extern const ModelDescriptor descriptor;

namespace {

using models::SurvivalSample;

TEST(FineGrayModelReference, CoefficientsAreTheEnginesOwn) {
  const SurvivalSample sample(500);
  const auto task = sample.task();
  Progress progress;
  const auto model = descriptor.fit_survival(task, {}, progress);
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  const auto terms = dataset::apply(model->preparation, task.train);
  const auto count = model->preparation.terms.size();
  const auto rows = survival::fine_gray_rows(task.spells(), 2);
  ASSERT_TRUE(rows.ok());
  std::vector<double> x;
  for (const auto row : rows->row) {
    x.insert(x.end(), terms.begin() + static_cast<std::ptrdiff_t>(row * count),
             terms.begin() + static_cast<std::ptrdiff_t>((row + 1) * count));
  }
  survival::CoxOptions options;
  options.ties = survival::Ties::Breslow;
  const auto fit = survival::fit_cox({rows->start, rows->stop, rows->event, rows->weight, {}},
                                     {x.data(), rows->row.size(), count}, options);
  ASSERT_TRUE(fit.ok());
  const auto& form = std::get<forms::HazardModel>(model->form);
  for (std::size_t t = 0; t < count; ++t) {
    EXPECT_NEAR(form.predictor.coefficients[count + t], fit->coefficients[t], 1e-9);
  }
}

TEST(FineGrayModelReference, WithoutInfluencesTheChanceIsAalenJohansen) {
  const SurvivalSample sample(3000);
  auto task = sample.task();
  task.train.columns = {task.train.columns[2]};  // Noise.
  Progress progress;
  const auto model = descriptor.fit_survival(task, {}, progress);
  ASSERT_TRUE(model.ok());
  const auto curves = models::leaving_curves(*model, task.train, 200);
  const auto truth = survival::competing_curves(sample.task().spells());
  for (std::size_t e = 0; e < 2; ++e) {
    double mean = 0;
    for (std::size_t r = 0; r < 3000; ++r) mean += curves.incidence_at(r, e, 120) / 3000;
    EXPECT_NEAR(mean, truth->probability_at(e, 120), 0.005) << e;
  }
}

}  // namespace
}  // namespace holdfast::fine_gray
