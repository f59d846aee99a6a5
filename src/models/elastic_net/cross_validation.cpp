#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <Eigen/Core>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/elastic_net/path.hpp"

namespace holdfast::elastic_net {
namespace {

constexpr std::size_t kRowsAtOnce = 512;
constexpr double kProbabilityMin = 1e-5;  // As cv.glmnet cuts what it scores.

/// −2 ln likelihood of one row.
double deviance_of(double eta, bool churned) {
  const double p = 1 / (1 + std::exp(-eta));
  const double cut = std::clamp(p, kProbabilityMin, 1 - kProbabilityMin);
  return -2 * std::log(churned ? cut : 1 - cut);
}

/// Mean deviance of the chosen rows at every lambda.
std::vector<double> scored(const Path& path, MatrixView x, std::span<const std::uint8_t> y,
                           std::span<const double> weight, const std::vector<std::size_t>& rows) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto lambdas = static_cast<Eigen::Index>(path.lambdas.size());
  const auto p = static_cast<Eigen::Index>(x.cols);
  const Eigen::Map<const RowMajor> beta(path.coefficients.data(), lambdas, p);
  const Eigen::Map<const Eigen::RowVectorXd> intercepts(path.intercepts.data(), lambdas);
  std::vector<double> sums(path.lambdas.size(), 0.0);
  double total = 0;
  for (std::size_t begin = 0; begin < rows.size(); begin += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, rows.size() - begin);
    RowMajor block(static_cast<Eigen::Index>(count), p);
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = x.row(rows[begin + i]);
      std::ranges::copy(row, block.row(static_cast<Eigen::Index>(i)).data());
    }
    const RowMajor eta = (block * beta.transpose()).rowwise() + intercepts;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t r = rows[begin + i];
      total += weight[r];
      for (Eigen::Index k = 0; k < lambdas; ++k) {
        sums[static_cast<std::size_t>(k)] +=
            weight[r] * deviance_of(eta(static_cast<Eigen::Index>(i), k), y[r] == 1);
      }
    }
  }
  for (double& sum : sums) sum /= total;
  return sums;
}

/// Weighted mean of the folds and its standard error.
void summarise(const std::vector<std::vector<double>>& deviances, const std::vector<double>& weights,
               CrossValidation& result) {
  double total = 0;
  for (const double w : weights) total += w;
  for (std::size_t k = 0; k < deviances.front().size(); ++k) {
    double mean = 0;
    for (std::size_t f = 0; f < weights.size(); ++f) mean += weights[f] / total * deviances[f][k];
    double squares = 0;
    for (std::size_t f = 0; f < weights.size(); ++f) {
      squares += weights[f] / total * (deviances[f][k] - mean) * (deviances[f][k] - mean);
    }
    result.deviance.push_back(mean);
    result.error.push_back(std::sqrt(squares / static_cast<double>(weights.size() - 1)));
  }
}

void choose(CrossValidation& result) {
  const auto smallest = std::ranges::min_element(result.deviance);
  result.smallest = static_cast<std::size_t>(smallest - result.deviance.begin());
  const double limit = *smallest + result.error[result.smallest];
  const auto within = std::ranges::find_if(result.deviance, [&](double d) { return d <= limit; });
  result.one_error = static_cast<std::size_t>(within - result.deviance.begin());
}

}  // namespace

Result<CrossValidation> cross_validate(MatrixView x, std::span<const std::uint8_t> y,
                                       std::span<const double> weight,
                                       std::span<const std::uint32_t> fold,
                                       std::size_t folds_count,
                                       const std::vector<double>& lambdas,
                                       const Options& options) {
  HOLDFAST_CHECK(fold.size() == x.rows && folds_count >= 2 && !lambdas.empty());
  HOLDFAST_TRY_VOID(check_outcomes(y, weight));
  const Design design(x, weight);
  Options given = options;
  given.lambdas = lambdas;
  std::vector<std::vector<double>> deviances(folds_count);
  std::vector<double> weights(folds_count, 0.0);
  std::vector<std::optional<Error>> failures(folds_count);
  parallel_for(folds_count, 1, [&](std::size_t f, std::size_t) {
    std::vector<double> others(weight.begin(), weight.end());
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < x.rows; ++r) {
      if (fold[r] != f || !(weight[r] > 0)) continue;
      others[r] = 0;
      rows.push_back(r);
      weights[f] += weight[r];
    }
    const auto checked = check_outcomes(y, others);
    if (!checked.ok()) {
      failures[f] = checked.error();
      return;
    }
    if (rows.empty()) return;
    const Path path = solved_path(design, y, others, deviations_of(design, others), given);
    deviances[f] = scored(path, x, y, weight, rows);
  });
  for (auto& failure : failures) {
    if (failure) return std::move(*failure);
  }
  std::vector<std::vector<double>> filled;
  std::vector<double> filled_weights;
  for (std::size_t f = 0; f < folds_count; ++f) {
    if (deviances[f].empty()) continue;
    filled.push_back(std::move(deviances[f]));
    filled_weights.push_back(weights[f]);
  }
  CrossValidation result;
  summarise(filled, filled_weights, result);
  choose(result);
  return result;
}

Folds make_folds(std::span<const std::uint8_t> y, std::span<const double> weight,
                 std::span<const std::uint32_t> group, std::size_t count, std::uint64_t seed) {
  // Groups in the order in which they first have a row.
  std::map<std::uint32_t, std::size_t> place;
  std::vector<std::size_t> of_row(y.size(), 0);
  std::vector<bool> has_churner;
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    of_row[r] = has_churner.size();
    if (!group.empty()) of_row[r] = place.emplace(group[r], has_churner.size()).first->second;
    if (of_row[r] == has_churner.size()) has_churner.push_back(false);
    if (y[r] == 1) has_churner[of_row[r]] = true;
  }
  std::vector<std::size_t> dealt[2];
  for (std::size_t g = 0; g < has_churner.size(); ++g) dealt[has_churner[g] ? 1 : 0].push_back(g);
  Folds folds;
  const std::size_t fewest = dealt[0].empty() ? dealt[1].size()
                                              : std::min(dealt[0].size(), dealt[1].size());
  folds.count = std::min(count, fewest);
  folds.of_row.assign(y.size(), 0);
  if (folds.count < 2) return folds;
  Random random(seed);
  std::vector<std::uint32_t> of_group(has_churner.size());
  std::size_t next = 0;
  for (auto& groups : dealt) {
    random.shuffle(groups);
    for (const auto g : groups) of_group[g] = static_cast<std::uint32_t>(next++ % folds.count);
  }
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (weight[r] > 0) folds.of_row[r] = of_group[of_row[r]];
  }
  return folds;
}

}  // namespace holdfast::elastic_net
