#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "survival/cox_design.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBlockRows = 8192;
constexpr Eigen::Index kBatch = 128;

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Sums of weighted outer products, a batch of rows at a time.
class OuterSum {
 public:
  explicit OuterSum(Eigen::Index cols)
      : sum_(Eigen::MatrixXd::Zero(cols, cols)), batch_(kBatch, cols) {}

  // `weight` ≥ 0.
  void add(const double* x, double weight) {
    const double root = std::sqrt(weight);
    double* to = batch_.data() + filled_ * batch_.cols();
    for (Eigen::Index c = 0; c < batch_.cols(); ++c) to[c] = root * x[c];
    if (++filled_ == kBatch) flush();
  }
  const Eigen::MatrixXd& total() {
    flush();
    return sum_;
  }

 private:
  void flush() {
    if (filled_ > 0 && sum_.size() > 0) {  // Of no columns there is nothing to point at.
      sum_.selfadjointView<Eigen::Lower>().rankUpdate(batch_.topRows(filled_).transpose());
    }
    filled_ = 0;
  }

  Eigen::MatrixXd sum_;
  RowMatrix batch_;
  Eigen::Index filled_ = 0;
};

struct Sweep {
  const CoxDesign& design;
  Ties ties;
  bool with_information;
  std::vector<double> log_risk;
  std::vector<double> risk;
  double shift = 0;
  std::vector<double> hazard;        // By group; one more, 0, for "none".
  std::vector<double> event_excess;  // What those who leave have less.

  std::size_t width() const { return design.cols + 1; }

  void make_risks(const std::vector<double>& coefficients) {
    const auto n = design.rows;
    log_risk.resize(n);
    risk.resize(n);
    std::vector<double> largest((n + kBlockRows - 1) / kBlockRows, -1e300);
    parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
      double top = -1e300;
      for (std::size_t i = begin; i < end; ++i) {
        const double* x = design.row(i);
        double sum = design.offset[i];
        for (std::size_t c = 0; c < design.cols; ++c) sum += x[c] * coefficients[c];
        log_risk[i] = sum;
        top = std::max(top, sum);
      }
      largest[begin / kBlockRows] = top;
    });
    shift = *std::max_element(largest.begin(), largest.end());
    parallel_for(n, kBlockRows, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        risk[i] = design.weight[i] * std::exp(log_risk[i] - shift);
      }
    });
  }

  void add_row(std::size_t place, double sign, double* sum) const {
    const double r = sign * risk[place];
    const double* x = design.row(place);
    sum[0] += r;
    for (std::size_t c = 0; c < design.cols; ++c) sum[c + 1] += r * x[c];
  }

  void add_group(const EventGroup& group, double* sum) const {
    if (group.is_first) std::fill_n(sum, width(), 0.0);
    for (std::size_t i = group.row_begin; i < group.row_end; ++i) add_row(i, 1, sum);
    for (std::size_t e = group.entry_begin; e < group.entry_end; ++e) {
      add_row(design.by_entry[e], -1, sum);
    }
  }

  // The sums with which every block of groups begins.
  std::vector<double> beginnings() const {
    const auto blocks = design.blocks.size() - 1;
    std::vector<double> sums((blocks + 1) * width());
    std::vector<std::uint8_t> restarts(blocks);
    parallel_for(blocks, 1, [&](std::size_t b, std::size_t) {
      for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
        if (design.groups[g].is_first) restarts[b] = 1;
        add_group(design.groups[g], sums.data() + (b + 1) * width());
      }
    });
    for (std::size_t b = 0; b < blocks; ++b) {
      if (restarts[b] != 0) continue;
      for (std::size_t c = 0; c < width(); ++c)
        sums[(b + 1) * width() + c] += sums[b * width() + c];
    }
    return sums;
  }

  // One group: its hazard, its part of the log likelihood and of Σ d x̄ x̄ᵀ.
  double close_group(std::size_t g, const std::vector<double>& sum, std::vector<double>& tied,
                     std::vector<double>& mean, OuterSum& outer) {
    const auto& group = design.groups[g];
    const bool is_efron = ties == Ties::Efron && group.events > 1;
    double loglik = 0;
    if (is_efron) std::fill(tied.begin(), tied.end(), 0.0);
    for (auto i = group.tie_begin; i < group.row_end; ++i) {
      if (design.event[i] == 0) continue;
      loglik += design.weight[i] * (log_risk[i] - shift);
      if (is_efron) add_row(i, 1, tied.data());
    }
    const auto parts = is_efron ? group.events : 1;
    const double each = group.event_weight / static_cast<double>(parts);
    for (std::size_t k = 0; k < parts; ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(parts);
      const double below = sum[0] - share * tied[0];
      hazard[g] += each / below;
      event_excess[g] += share * each / below;
      loglik -= each * std::log(below);
      if (!with_information) continue;
      for (std::size_t c = 0; c < design.cols; ++c) {
        mean[c] = (sum[c + 1] - share * tied[c + 1]) / below;
      }
      outer.add(mean.data(), each);
    }
    return loglik;
  }
};

// Σ over strata of what has come together until each group's time.
std::vector<double> cumulated(const CoxDesign& design, const std::vector<double>& step) {
  std::vector<double> sum(step.size());
  for (std::size_t g = design.groups.size(); g-- > 0;) {
    const bool is_last = g + 1 == design.groups.size() || design.groups[g + 1].is_first;
    sum[g] = step[g] + (is_last ? 0 : sum[g + 1]);
  }
  return sum;
}

}  // namespace

CoxSlope slope_of(const CoxDesign& design, const std::vector<double>& coefficients, Ties ties,
                  bool with_information) {
  const auto p = static_cast<Eigen::Index>(design.cols);
  Sweep sweep{design, ties, with_information, {}, {}, 0, {}, {}};
  sweep.make_risks(coefficients);
  sweep.hazard.assign(design.groups.size() + 1, 0);
  sweep.event_excess.assign(design.groups.size() + 1, 0);
  const auto beginnings = sweep.beginnings();
  const auto group_blocks = design.blocks.size() - 1;
  std::vector<Eigen::MatrixXd> taken(group_blocks);
  std::vector<double> loglik(group_blocks);
  parallel_for(group_blocks, 1, [&](std::size_t b, std::size_t) {
    const auto* begin = beginnings.data() + b * sweep.width();
    std::vector<double> sum(begin, begin + sweep.width());
    std::vector<double> tied(sweep.width());
    std::vector<double> mean(design.cols);
    OuterSum outer(p);
    for (auto g = design.blocks[b]; g < design.blocks[b + 1]; ++g) {
      sweep.add_group(design.groups[g], sum.data());
      loglik[b] += sweep.close_group(g, sum, tied, mean, outer);
    }
    taken[b] = outer.total();
  });
  const auto hazard = cumulated(design, sweep.hazard);
  const auto row_blocks = (design.rows + kBlockRows - 1) / kBlockRows;
  std::vector<Eigen::MatrixXd> given(row_blocks);
  std::vector<Eigen::VectorXd> gradients(row_blocks);
  parallel_for(design.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    OuterSum outer(p);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p);
    for (std::size_t i = begin; i < end; ++i) {
      double expected = hazard[design.exit_group[i]];
      if (!design.entry_group.empty()) expected -= hazard[design.entry_group[i]];
      if (design.event[i] != 0) expected -= sweep.event_excess[design.exit_group[i]];
      expected = std::max(0.0, expected * sweep.risk[i]);
      const double* x = design.row(i);
      const double residual = (design.event[i] != 0 ? design.weight[i] : 0) - expected;
      for (Eigen::Index c = 0; c < p; ++c) gradient(c) += residual * x[c];
      if (expected > 0 && with_information) outer.add(x, expected);
    }
    given[begin / kBlockRows] = outer.total();
    gradients[begin / kBlockRows] = gradient;
  });
  CoxSlope slope;
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(p, p);
  for (const auto& part : given) information += part;
  for (const auto& part : taken) information -= part;
  for (const auto& part : gradients) gradient += part;
  for (const double part : loglik) slope.loglik += part;
  information.triangularView<Eigen::StrictlyUpper>() = information.transpose();
  slope.gradient.assign(gradient.begin(), gradient.end());
  slope.information.assign(information.reshaped().begin(), information.reshaped().end());
  return slope;
}

}  // namespace holdfast::survival
