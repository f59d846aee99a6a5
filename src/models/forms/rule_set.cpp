#include "models/forms/rule_set.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"

namespace holdfast::forms {
namespace {

bool is_met(const RuleCondition& condition, std::span<const Cell> row) {
  const Cell& cell = row[static_cast<std::size_t>(condition.column)];
  if (cell.is_missing) return false;
  if (condition.is_category) return std::ranges::binary_search(condition.codes, cell.code);
  return (!condition.has_low || cell.value > condition.low) &&
         (!condition.has_high || cell.value <= condition.high);
}

}  // namespace

bool is_met(const Rule& rule, std::span<const Cell> row) {
  return std::ranges::all_of(rule.conditions,
                             [&](const auto& condition) { return is_met(condition, row); });
}

std::size_t winner_of(std::span<const double> votes) {
  std::size_t winner = 0;
  for (std::size_t c = 1; c < votes.size(); ++c) {
    if (votes[c] > votes[winner] + RuleSet::kVotesEqual) winner = c;
  }
  return winner;
}

void RuleSetScorer::add_list(const RuleList& list, std::span<const Cell> row,
                             std::span<double> shares) const {
  const auto classes = form_->classes;
  std::vector<double> votes(classes, 0.0), voters(classes, 0.0);
  for (const auto& rule : list.rules) {
    if (!is_met(rule, row)) continue;
    votes[static_cast<std::size_t>(rule.cls)] += rule.confidence;
    voters[static_cast<std::size_t>(rule.cls)] += 1;
  }
  const double total = std::accumulate(votes.begin(), votes.end(), 0.0);
  if (!(total > 0)) {
    for (std::size_t c = 0; c < classes; ++c) shares[c] += list.default_shares[c];
    return;
  }
  const auto winner = winner_of(votes);
  const double mean = votes[winner] / voters[winner];
  const auto k = static_cast<double>(classes);
  const double sureness = std::max(RuleSet::kSurenessLeast, (k * mean - 1) / (k - 1));
  for (std::size_t c = 0; c < classes; ++c) {
    const double share = form_->is_winner_only ? (c == winner ? 1.0 : 0.0) : votes[c] / total;
    shares[c] += (1 - sureness) / k + sureness * share;
  }
}

void RuleSetScorer::score(const Rows& rows, std::span<double> out) const {
  const auto outputs = form_->outputs_count();
  HOLDFAST_CHECK(out.size() == rows.count * outputs);
  std::vector<double> shares(form_->classes);
  for (std::size_t r = 0; r < rows.count; ++r) {
    std::ranges::fill(shares, 0.0);
    for (const auto& list : form_->lists) {
      add_list(list, rows.cells.subspan(r * rows.width, rows.width), shares);
    }
    const auto lists = static_cast<double>(form_->lists.size());
    for (std::size_t o = 0; o < outputs; ++o) {
      out[r * outputs + o] = shares[outputs == 1 ? 1 : o] / lists;
    }
  }
}

}  // namespace holdfast::forms
