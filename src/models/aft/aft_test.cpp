// References: the known hazards of the sample (exponential times: rates 0.01 exp(x0) and
// 0.005 exp(−x1 + 0.8 in the north)); survival/aft, held against R survreg.
#include <gtest/gtest.h>

#include <cmath>

#include "models/leaving.hpp"
#include "models/survival_sample.hpp"
#include "survival/aft.hpp"

namespace holdfast::aft {

extern const ModelDescriptor descriptor;

namespace {

using models::SurvivalSample;

FittedModel fitted(const SurvivalTask& task, const std::string& family) {
  Progress progress;
  auto model = descriptor.fit_survival(task, {{"family", family}}, progress);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : render(model.error(), Language::En));
  return model.ok() ? std::move(*model) : FittedModel{};
}

TEST(AftModelReference, FindsTheScaleAndTheEffects) {
  const SurvivalSample sample(6000);
  const auto model = fitted(sample.task(), "weibull");
  const auto& form = std::get<forms::HazardModel>(model.form);
  EXPECT_NEAR(form.baselines[0].scale, 1, 0.05);  // Times are exponential.
  const auto& terms = model.preparation.terms;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (terms[t].name != "first") continue;
    EXPECT_NEAR(form.predictor.coefficients[t] / terms[t].scale, 1, 0.08);
  }
}

TEST(AftModelReference, CurvesAreTheEnginesOwn) {
  SurvivalSample sample(600);
  for (auto& exit : sample.exit) exit = exit == 2 ? 0 : exit;
  auto task = sample.task();
  task.exits = {"lapsed"};
  for (const auto& [name, family] :
       {std::pair<std::string, survival::AftFamily>{"weibull", survival::AftFamily::Weibull},
        {"exponential", survival::AftFamily::Exponential},
        {"log_normal", survival::AftFamily::LogNormal},
        {"log_logistic", survival::AftFamily::LogLogistic}}) {
    const auto model = fitted(task, name);
    const auto terms = dataset::apply(model.preparation, task.train);
    const auto count = model.preparation.terms.size();
    const MatrixView x{terms.data(), 600, count};
    const auto fit = survival::fit_aft(task.spells(), x, family);
    ASSERT_TRUE(fit.ok());
    const auto& form = std::get<forms::HazardModel>(model.form);
    const auto scores = raw_score(model, task.train);
    for (const double time : {1.0, 20.0, 150.0}) {
      const double hazard = forms::cumulative_hazard(form, 0, scores[5], time);
      EXPECT_NEAR(std::exp(-hazard), fit->survival(x.row(5), time), 1e-9) << name << " " << time;
    }
  }
}

}  // namespace
}  // namespace holdfast::aft
