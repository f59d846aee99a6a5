#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "models/elastic_net/path.hpp"
#include "models/elastic_net/solver.hpp"
#include "models/errors.hpp"

namespace holdfast::elastic_net {
namespace {

// Where glmnet ends a path of its own choice (glmnet.control).
constexpr std::size_t kLambdasMin = 5;
constexpr double kDevianceChangeMin = 1e-5;
constexpr double kDevianceExplainedMax = 0.999;

std::vector<double> falling(double first, double share_min, int count) {
  std::vector<double> lambdas;
  for (int k = 0; k < count; ++k) {
    const double at = count > 1 ? static_cast<double>(k) / (count - 1) : 0;
    lambdas.push_back(first * std::pow(share_min, at));
  }
  return lambdas;
}

bool is_over(const std::vector<double>& explained) {
  const std::size_t count = explained.size();
  if (count < kLambdasMin) return false;
  return explained[count - 1] > kDevianceExplainedMax ||
         explained[count - 1] - explained[count - 2] < kDevianceChangeMin;
}

void add_solution(const Solver& solver, const Design& design, double lambda, double null_deviance,
                  Path& path) {
  const Point& point = solver.point();
  double intercept = point.intercept;
  for (std::size_t j = 0; j < design.columns(); ++j) {
    const double beta = design.scales()[j] > 0 ? point.beta[j] / design.scales()[j] : 0;
    path.coefficients.push_back(beta);
    intercept -= beta * design.means()[j];
  }
  path.lambdas.push_back(lambda);
  path.intercepts.push_back(intercept);
  path.deviance_explained.push_back(1 - solver.deviance() / null_deviance);
  path.nonzero.push_back(static_cast<int>(solver.active().size()));
}

}  // namespace

Path solved_path(const Design& design, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::vector<double> scales,
                 const Options& options) {
  const Likelihood likelihood(design, y, weight);
  const double null_deviance = likelihood.null_deviance();
  Solver solver(likelihood, std::move(scales), options.mix, options.tolerance);
  std::vector<double> lambdas = options.lambdas;
  const bool is_ours = lambdas.empty();
  if (is_ours) {
    const auto rows = static_cast<std::size_t>(
        std::ranges::count_if(weight, [](double w) { return w > 0; }));
    const double share = options.lambda_share_min > 0 ? options.lambda_share_min
                         : rows > design.columns()    ? 1e-4
                                                      : 1e-2;
    lambdas = falling(solver.lambda_max(), share, options.lambdas_count);
  }
  Path path{.null_deviance = null_deviance * likelihood.total_weight()};
  for (const double lambda : lambdas) {
    solver.solve(lambda);
    add_solution(solver, design, lambda, null_deviance, path);
    if (is_ours && is_over(path.deviance_explained)) break;
  }
  return path;
}

Result<void> check_outcomes(std::span<const std::uint8_t> y, std::span<const double> weight) {
  double of_class[2] = {0, 0};
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (weight[r] > 0) of_class[y[r] == 1 ? 1 : 0] += weight[r];
  }
  if (of_class[0] == 0 && of_class[1] == 0) {
    return Error{models::errors::kNoRows, {{"model", "elastic_net"}}};
  }
  if (of_class[0] == 0 || of_class[1] == 0) {
    return Error{models::errors::kOneClass,
                 {{"model", "elastic_net"},
                  {"outcome", of_class[1] == 0 ? "stayed (未流失)" : "churned (流失)"}}};
  }
  return {};
}

Result<Path> fit_path(MatrixView x, std::span<const std::uint8_t> y,
                      std::span<const double> weight, const Options& options) {
  HOLDFAST_CHECK(y.size() == x.rows && weight.size() == x.rows);
  HOLDFAST_TRY_VOID(check_outcomes(y, weight));
  const Design design(x, weight);
  std::vector<double> scales;
  for (const double scale : design.scales()) scales.push_back(scale > 0 ? 1 : 0);
  return solved_path(design, y, weight, std::move(scales), options);
}

}  // namespace holdfast::elastic_net
