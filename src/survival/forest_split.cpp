#include "survival/forest_split.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace holdfast::survival {
namespace {

// From here on bins are filled first and walked through then; below, rows are walked through.
constexpr std::size_t kRowsForBins = 1024;
constexpr double kVarianceMin = 1e-7;

using Lanes = Eigen::Array<float, 8, 1>;

}  // namespace

ForestSplitter::ForestSplitter(const ForestSample& sample, const ForestOptions& options)
    : sample_(sample),
      exits_(sample.exits.size()),
      leaf_rows_min_(options.leaf_rows_min),
      group_weight_(exits_ * kGroups),
      first_score_(exits_),
      reach_mask_((kGroups + 1) * kGroups),
      bin_risk_(kBins * (kGroups + 1)),
      bin_score_(kBins * exits_),
      columns_(sample.columns.size()) {
  const double root = std::ceil(std::sqrt(static_cast<double>(sample.columns.size())));
  columns_tried_ = options.columns_tried > 0 ? static_cast<std::size_t>(options.columns_tried)
                                             : static_cast<std::size_t>(root);
  for (std::size_t reach = 0; reach <= kGroups; ++reach) {
    std::fill_n(reach_mask_.begin() + static_cast<std::ptrdiff_t>(reach * kGroups), reach, 1.0f);
  }
  std::iota(columns_.begin(), columns_.end(), 0u);
}

ForestSplit ForestSplitter::best(std::span<const ForestMember> members, Random& random) {
  best_ = {};
  take_node(members);
  if (moment_risk_.empty() || draws_ < 2 * leaf_rows_min_) return best_;
  take_groups();
  // Shuffled from the front until enough columns vary.
  std::size_t tried = 0;
  for (std::size_t c = 0; c < columns_.size() && tried < columns_tried_; ++c) {
    std::swap(columns_[c], columns_[c + random.below(columns_.size() - c)]);
    const auto column = columns_[c];
    const bool varies =
        members.size() < kRowsForBins ? scan_rows(members, column) : scan_bins(members, column);
    tried += varies ? 1 : 0;
  }
  return best_;
}

// Goes through the node's times of leaving: who is at risk, and what each row has to score.
void ForestSplitter::take_node(std::span<const ForestMember> members) {
  moment_risk_.clear();
  moment_weight_.clear();
  score_.resize(members.size() * exits_);
  reach_.resize(members.size());
  draws_ = 0;
  for (const auto& member : members) draws_ += member.draws;
  double at_risk = draws_;
  std::vector<double> hazard(exits_);
  std::vector<double> left(exits_);
  for (std::size_t i = 0; i < members.size();) {
    const auto moment = sample_.moment[members[i].place];
    auto end = i;
    double draws = 0;
    double left_in_all = 0;
    std::fill(left.begin(), left.end(), 0.0);
    for (; end < members.size() && sample_.moment[members[end].place] == moment; ++end) {
      draws += members[end].draws;
      const auto exit = sample_.exit[members[end].place];
      if (exit == 0) continue;
      left[exit - 1u] += members[end].draws;
      left_in_all += members[end].draws;
    }
    if (left_in_all > 0) {
      moment_risk_.push_back(at_risk);
      for (std::size_t e = 0; e < exits_; ++e) {
        hazard[e] += left[e] / at_risk;
        moment_weight_.push_back(at_risk > 1 ? left[e] * (at_risk - left[e]) / (at_risk - 1) : 0.0);
      }
    }
    for (; i < end; ++i) {
      reach_[i] = static_cast<std::uint32_t>(moment_risk_.size());
      const auto exit = sample_.exit[members[i].place];
      for (std::size_t e = 0; e < exits_; ++e) {
        score_[i * exits_ + e] = members[i].draws * ((exit == e + 1 ? 1.0 : 0.0) - hazard[e]);
      }
    }
    at_risk -= draws;
  }
}

// Each time a group of its own, or stretches of about equal weight that speak with their middle.
void ForestSplitter::take_groups() {
  const auto moments = moment_risk_.size();
  std::vector<double> weight(moments);
  for (std::size_t m = 0; m < moments; ++m) {
    for (std::size_t e = 0; e < exits_; ++e) weight[m] += moment_weight_[m * exits_ + e];
  }
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  const bool is_exact = moments <= kGroups;
  std::fill(group_weight_.begin(), group_weight_.end(), 0.0f);
  group_risk_.fill(0);
  std::vector<std::uint32_t> groups_until(moments + 1);  // Whose middle is among the first moments.
  std::size_t groups = 0;
  double before = 0;
  for (std::size_t begin = 0; begin < moments;) {
    auto end = begin;
    double own = 0;
    const double border = total * static_cast<double>(groups + 1) / kGroups;
    do {
      own += weight[end++];
    } while (end < moments && !is_exact && (before + own < border || groups + 1 == kGroups));
    auto middle = begin;
    for (double sum = weight[begin]; sum < own / 2 && middle + 1 < end;) sum += weight[++middle];
    const double risk = moment_risk_[middle];
    group_risk_[groups] = static_cast<float>(risk);
    for (std::size_t e = 0; e < exits_; ++e) {
      double sum = 0;
      for (auto m = begin; m < end; ++m) sum += moment_weight_[m * exits_ + e];
      group_weight_[e * kGroups + groups] = static_cast<float>(sum / (risk * risk));
    }
    groups_until[middle + 1] = 1;
    ++groups;
    before += own;
    begin = end;
  }
  std::partial_sum(groups_until.begin(), groups_until.end(), groups_until.begin());
  for (auto& reach : reach_) reach = groups_until[reach];
  lanes_used_ = (groups + kLanes - 1) / kLanes * kLanes;
}

void ForestSplitter::clear_first() {
  first_risk_.fill(0);
  std::fill(first_score_.begin(), first_score_.end(), 0.0);
  first_draws_ = 0;
}

bool ForestSplitter::scan_rows(std::span<const ForestMember> members, std::uint32_t column) {
  std::array<std::uint32_t, kBins + 1> begin{};
  for (const auto& member : members) ++begin[sample_.bins_of(member.place)[column] + 1u];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  by_bin_.resize(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    by_bin_[begin[sample_.bins_of(members[i].place)[column]]++] = static_cast<std::uint32_t>(i);
  }
  clear_first();
  auto bin = sample_.bins_of(members[by_bin_[0]].place)[column];
  bool varies = false;
  for (const auto i : by_bin_) {
    const auto next = sample_.bins_of(members[i].place)[column];
    if (next != bin) {
      close_bin(column, bin, next);
      bin = next;
      varies = true;
    }
    const auto draws = static_cast<float>(members[i].draws);
    const float* mask = reach_mask_.data() + reach_[i] * kGroups;
    for (std::size_t k = 0; k < reach_[i]; k += kLanes) {
      Eigen::Map<Lanes>(first_risk_.data() + k) += draws * Eigen::Map<const Lanes>(mask + k);
    }
    for (std::size_t e = 0; e < exits_; ++e) first_score_[e] += score_[i * exits_ + e];
    first_draws_ += members[i].draws;
  }
  return varies;
}

bool ForestSplitter::scan_bins(std::span<const ForestMember> members, std::uint32_t column) {
  constexpr auto kStride = kGroups + 1;
  std::fill(bin_risk_.begin(), bin_risk_.end(), 0.0f);
  std::fill(bin_score_.begin(), bin_score_.end(), 0.0);
  bin_draws_.fill(0);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::size_t bin = sample_.bins_of(members[i].place)[column];
    bin_risk_[bin * kStride + reach_[i]] += static_cast<float>(members[i].draws);
    for (std::size_t e = 0; e < exits_; ++e) {
      bin_score_[bin * exits_ + e] += score_[i * exits_ + e];
    }
    bin_draws_[bin] += members[i].draws;
  }
  clear_first();
  std::size_t last = kBins;
  bool varies = false;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    if (bin_draws_[bin] == 0) continue;
    if (last < kBins) {
      close_bin(column, static_cast<std::uint8_t>(last), static_cast<std::uint8_t>(bin));
      varies = true;
    }
    last = bin;
    float sum = 0;
    for (std::size_t k = lanes_used_; k-- > 0;) {
      sum += bin_risk_[bin * kStride + k + 1];
      first_risk_[k] += sum;
    }
    for (std::size_t e = 0; e < exits_; ++e) first_score_[e] += bin_score_[bin * exits_ + e];
    first_draws_ += bin_draws_[bin];
  }
  return varies;
}

void ForestSplitter::close_bin(std::uint32_t column, std::uint8_t below, std::uint8_t above) {
  if (first_draws_ < leaf_rows_min_ || draws_ - first_draws_ < leaf_rows_min_) return;
  double chi_squared = 0;
  for (std::size_t e = 0; e < exits_; ++e) {
    Lanes sum = Lanes::Zero();
    const float* weight = group_weight_.data() + e * kGroups;
    for (std::size_t k = 0; k < lanes_used_; k += kLanes) {
      const Eigen::Map<const Lanes> first(first_risk_.data() + k);
      const Eigen::Map<const Lanes> all(group_risk_.data() + k);
      sum += Eigen::Map<const Lanes>(weight + k) * first * (all - first);
    }
    const double variance = sum.sum();
    if (variance > kVarianceMin) chi_squared += first_score_[e] * first_score_[e] / variance;
  }
  if (chi_squared > best_.chi_squared) best_ = {chi_squared, column, below, above};
}

}  // namespace holdfast::survival
