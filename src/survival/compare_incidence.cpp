#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/distributions.hpp"
#include "survival/competing.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

using Eigen::ArrayXd;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of one group at each time at which somebody leaves.
struct Course {
  ArrayXd at_risk, own, others;          // Own: by the exit.
  ArrayXd staying, chance, other_chance; // After the time; chance: of having left by the exit.
  ArrayXd staying_before, chance_before;
  ArrayXd counted;                       // At risk of the subdistribution.

  explicit Course(Eigen::Index times)
      : at_risk(ArrayXd::Zero(times)), own(ArrayXd::Zero(times)), others(ArrayXd::Zero(times)) {}

  void follow() {
    const auto times = at_risk.size();
    for (auto* values : {&staying, &chance, &other_chance, &staying_before, &chance_before, &counted}) {
      values->resize(times);
    }
    double stay = 1, left = 0, other = 0;
    for (Eigen::Index t = 0; t < times; ++t) {
      staying_before[t] = stay;
      chance_before[t] = left;
      const double n = at_risk[t];
      counted[t] = stay > 0 ? n * (1 - left) / stay : 0;
      if (n > 0) {
        left += stay * own[t] / n;
        other += stay * others[t] / n;
        stay *= std::max(0.0, 1 - (own[t] + others[t]) / n);
      }
      staying[t] = stay;
      chance[t] = left;
      other_chance[t] = other;
    }
  }
};

std::vector<Course> courses_of(const Spells& spells, std::uint8_t exit,
                               std::span<const std::int32_t> group,
                               const std::vector<std::int32_t>& groups) {
  std::vector<double> times;
  for (std::size_t i = 0; i < spells.rows(); ++i) {
    if (spells.event[i] != 0 && spells.weight_of(i) > 0) times.push_back(spells.exit[i]);
  }
  std::ranges::sort(times);
  times.erase(std::ranges::unique(times).begin(), times.end());
  std::vector<Course> courses(groups.size(), Course(static_cast<Eigen::Index>(times.size())));
  for (std::size_t i = 0; i < spells.rows(); ++i) {
    const auto place = std::ranges::lower_bound(groups, group[i]) - groups.begin();
    auto& course = courses[static_cast<std::size_t>(place)];
    const auto until = std::ranges::upper_bound(times, spells.exit[i]) - times.begin();
    if (until == 0) continue;
    course.at_risk[until - 1] += spells.weight_of(i);  // Cumulated backwards below.
    if (spells.event[i] == 0) continue;
    (spells.event[i] == exit ? course.own : course.others)[until - 1] += spells.weight_of(i);
  }
  for (auto& course : courses) {
    for (auto t = course.at_risk.size(); t-- > 1;) course.at_risk[t - 1] += course.at_risk[t];
    course.follow();
  }
  return courses;
}

// Scores and variance as Gray's theorem 2 has them; what leads by one time is as before it, what
// follows as after it.
struct Comparison {
  VectorXd observed, expected;
  MatrixXd variance;

  Comparison(const std::vector<Course>& courses, double rho) {
    const auto count = static_cast<Eigen::Index>(courses.size());
    const auto times = courses[0].own.size();
    observed = VectorXd::Zero(count);
    expected = VectorXd::Zero(count);
    variance = MatrixXd::Zero(count, count);
    ArrayXd counted = ArrayXd::Zero(times), own = ArrayXd::Zero(times);
    for (const auto& course : courses) counted += course.counted, own += course.own;
    const ArrayXd hazard = (counted > 0).select(own / counted.max(1e-300), 0.0);
    ArrayXd not_left(times), not_left_before(times);  // By the exit, of all.
    double rest = 1;
    for (Eigen::Index t = 0; t < times; ++t) {
      not_left_before[t] = rest;
      rest *= std::max(0.0, 1 - hazard[t]);
      not_left[t] = rest;
    }
    const ArrayXd weight = rho == 0 ? ArrayXd::Ones(times) : not_left_before.pow(rho).eval();
    for (Eigen::Index k = 0; k < count; ++k) {
      const auto& course = courses[static_cast<std::size_t>(k)];
      observed[k] = (weight * course.own).sum();
      expected[k] = (weight * course.counted * hazard).sum();
    }
    for (Eigen::Index r = 0; r < count; ++r) {
      add_variance(courses, r, weight, counted, hazard, not_left, not_left_before);
    }
  }

  void add_variance(const std::vector<Course>& courses, Eigen::Index r, const ArrayXd& weight,
                    const ArrayXd& counted, const ArrayXd& hazard, const ArrayXd& not_left,
                    const ArrayXd& not_left_before) {
    const auto& course = courses[static_cast<std::size_t>(r)];
    const auto times = weight.size();
    const auto count = static_cast<Eigen::Index>(courses.size());
    MatrixXd direct(count, times), later(count, times);
    for (Eigen::Index k = 0; k < count; ++k) {
      const auto& other = courses[static_cast<std::size_t>(k)];
      double sum = 0;
      for (auto t = times; t-- > 0;) {
        const double share = counted[t] > 0 ? other.counted[t] / counted[t] : 0;
        const double left = std::max(1 - course.chance_before[t], 1e-12);
        direct(k, t) = weight[t] * ((k == r ? 1 : 0) - share) * course.counted[t] / left;
        later(k, t) = sum;
        sum += direct(k, t) * hazard[t];
      }
    }
    double other_before = 0;
    for (Eigen::Index t = 0; t < times; ++t) {
      const double n = course.at_risk[t];
      const double scale = n > 0 ? course.staying_before[t] / n : 0;
      const double own_step = not_left_before[t] * hazard[t];
      const double other_step = course.other_chance[t] - other_before;
      other_before = course.other_chance[t];
      const double ratio = course.staying[t] > 0 ? not_left[t] / course.staying[t] : 0;
      const VectorXd a = direct.col(t) + (1 - ratio) * later.col(t);
      const VectorXd b = -ratio * later.col(t);
      variance.noalias() += scale * own_step * a * a.transpose();
      variance.noalias() += scale * other_step * b * b.transpose();
    }
  }
};

}  // namespace

Result<GroupTest> compare_incidence(const Spells& spells, std::uint8_t exit,
                                    std::span<const std::int32_t> group, double rho) {
  HOLDFAST_TRY_VOID(check(spells));
  if (group.size() != spells.rows()) {
    return Error(errors::kShape,
                 {{"what", "group"}, {"found", group.size()}, {"expected", spells.rows()}});
  }
  if (!spells.entry.empty() || !spells.stratum.empty() || exit == 0) {
    return Error(errors::kBadOption,
                 {{"what", "Gray's test takes no late entries and strata, and an exit"}});
  }
  GroupTest test;
  test.groups.assign(group.begin(), group.end());
  std::ranges::sort(test.groups);
  test.groups.erase(std::ranges::unique(test.groups).begin(), test.groups.end());
  if (test.groups.size() < 2) return Error(errors::kOneGroup);
  const auto courses = courses_of(spells, exit, group, test.groups);
  double events = 0;
  for (const auto& course : courses) events += course.own.sum();
  if (!(events > 0)) return Error(errors::kNoEvents, {{"rows", spells.rows()}});
  const Comparison comparison(courses, rho);
  // The last group's score follows from the others'.
  const auto count = static_cast<Eigen::Index>(test.groups.size()) - 1;
  const VectorXd score = (comparison.observed - comparison.expected).head(count);
  const MatrixXd variance = comparison.variance.topLeftCorner(count, count);
  test.degrees = static_cast<int>(count);
  test.chi_squared =
      std::max(0.0, score.dot(variance.completeOrthogonalDecomposition().solve(score)));
  test.p_value = chi_squared_upper_p(test.chi_squared, test.degrees);
  test.observed.assign(comparison.observed.begin(), comparison.observed.end());
  test.expected.assign(comparison.expected.begin(), comparison.expected.end());
  test.variance.assign(comparison.variance.reshaped().begin(),
                       comparison.variance.reshaped().end());
  return test;
}

}  // namespace holdfast::survival
