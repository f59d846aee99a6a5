#include "automodel/combine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "automodel/fit.hpp"
#include "automodel/folds.hpp"
#include "models/nonnegative_logistic.hpp"

namespace holdfast::automodel {
namespace {

using dataset::Dataset;
using dataset::Frame;

constexpr int kBlendSteps = 40;
constexpr double kStackRidge = 1;  // Of one row's weight: decides only between members that say alike.

double logit_of(double p) {
  constexpr double kLargest = forms::Stack::kLogitLargest;
  return std::clamp(std::log(p / (1 - p)), -kLargest, kLargest);
}

/// ln(1 + exp(x)) without overflow.
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

}  // namespace

Result<StackWeights> stack_weights(const study::Study& given,
                                   const std::vector<study::ModelSpec>& members,
                                   const Dataset& data, std::span<const std::uint32_t> train,
                                   Progress& progress) {
  auto study = given;
  study.models.calibration = "none";
  const auto folds = folds_of(data, train, study.models.search_folds, study.seed);
  std::vector<double> logits;  // [rows x members]
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  for (const auto& fold : folds) {
    const auto held_out = Frame::gather(data, fold.held_out);
    const std::size_t first = y.size();
    y.insert(y.end(), held_out.y().begin(), held_out.y().end());
    weight.insert(weight.end(), held_out.weight().begin(), held_out.weight().end());
    logits.resize(y.size() * members.size());
    for (std::size_t m = 0; m < members.size(); ++m) {
      HOLDFAST_TRY(const auto model,
                   fit(study, members[m], {}, data, {.train = fold.train, .tuning = {}}, progress));
      const auto p = predict(model, held_out.view());
      for (std::size_t r = 0; r < p.size(); ++r) {
        logits[(first + r) * members.size() + m] = logit_of(p[r]);
      }
    }
  }
  const auto fitted = models::fit_nonnegative_logistic(
      {logits.data(), y.size(), members.size()}, y, weight, kStackRidge,
      1 / static_cast<double>(members.size()));
  return StackWeights{.intercept = fitted.intercept, .weights = fitted.coefficients};
}

std::vector<double> blend_weights(const study::Study&, const std::vector<const FittedModel*>& members,
                                  const Dataset& data, std::span<const std::uint32_t> tuning) {
  const auto frame = Frame::gather(data, tuning);
  std::vector<std::vector<double>> logits;
  for (const auto* member : members) {
    logits.push_back(predict(*member, frame.view()));
    for (double& p : logits.back()) p = logit_of(p);
  }
  std::vector<double> sum(frame.rows(), 0.0);
  std::vector<double> taken(members.size(), 0.0);
  for (int step = 1; step <= kBlendSteps; ++step) {
    std::size_t best = 0;
    double best_loss = std::numeric_limits<double>::infinity();
    for (std::size_t m = 0; m < members.size(); ++m) {
      double loss = 0;
      for (std::size_t r = 0; r < sum.size(); ++r) {
        const double f = (sum[r] + logits[m][r]) / step;
        loss += frame.weight()[r] * (softplus(f) - (frame.y()[r] == 1 ? f : 0));
      }
      if (loss < best_loss) best = m, best_loss = loss;
    }
    for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += logits[best][r];
    taken[best] += 1;
  }
  for (double& share : taken) share /= kBlendSteps;
  return taken;
}

ReportTable weights_table(const forms::Stack& form) {
  ReportTable table{.id = "members",
                    .title = {"Members and their weights", "成员模型及权重"},
                    .columns = {"member", "weight"},
                    .headers = {{"Member", "成员"}, {"Weight", "权重"}}};
  for (std::size_t m = 0; m < form.members.size(); ++m) {
    table.rows.push_back({form.members[m]->model_id, form.weights[m]});
  }
  return table;
}

}  // namespace holdfast::automodel
