// Two matrices of one cutoff, compared byte for byte; and how much a feature alone says of the
// outcome.

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

#include "features/audit_steps.hpp"

namespace holdfast::features::auditing {
namespace {

constexpr std::size_t kRowsMax = 20'000;
constexpr std::int64_t kClassMin = 20;
constexpr std::size_t kCategoryRowsMin = 5;

std::vector<std::uint32_t> rows_at(const FeatureMatrix& matrix, Day cutoff) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    if (matrix.cutoff_day[row] == cutoff.number) rows.push_back(row);
  }
  return rows;
}

bool is_same_entity(const FeatureMatrix& a, std::uint32_t x, const FeatureMatrix& b,
                    std::uint32_t y) {
  const auto contract = [](const FeatureMatrix& matrix, std::uint32_t row) -> std::string_view {
    if (matrix.contract_keys.empty()) return {};
    return matrix.contract_keys[matrix.contract[row]];
  };
  return a.customer_keys[a.customer[x]] == b.customer_keys[b.customer[y]] &&
         contract(a, x) == contract(b, y);
}

bool is_same_cell(const FeatureColumn& a, std::uint32_t x, const FeatureColumn& b,
                  std::uint32_t y) {
  if (a.valid[x] != b.valid[y]) return false;
  if (a.valid[x] == 0) return true;
  if (a.values.empty()) return a.categories[a.codes[x]] == b.categories[b.codes[y]];
  return std::bit_cast<std::uint64_t>(a.values[x]) == std::bit_cast<std::uint64_t>(b.values[y]);
}

void compare_columns(const std::vector<FeatureInfo>& infos,
                     const std::vector<FeatureColumn>& before,
                     const std::vector<FeatureColumn>& after, const std::vector<std::uint32_t>& x,
                     const std::vector<std::uint32_t>& y, std::vector<std::string>& names) {
  for (std::size_t c = 0; c < before.size(); ++c) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (is_same_cell(before[c], x[i], after[c], y[i])) continue;
      names.push_back(infos[c].name);
      break;
    }
  }
}

/// Area under the ROC curve of scores with ties: the chance that a leaver's is higher, halves for
/// equals.
double auc_of(std::vector<std::pair<double, std::uint8_t>> scores) {
  std::sort(scores.begin(), scores.end());
  double below = 0, pairs = 0, positives = 0;
  for (std::size_t i = 0; i < scores.size();) {
    double negatives_here = 0, positives_here = 0;
    const auto value = scores[i].first;
    for (; i < scores.size() && scores[i].first == value; ++i) {
      (scores[i].second ? positives_here : negatives_here) += 1;
    }
    pairs += positives_here * (below + negatives_here / 2);
    below += negatives_here;
    positives += positives_here;
  }
  return positives > 0 && below > 0 ? pairs / (positives * below) : 0.5;
}

double folded(double auc) { return std::max(auc, 1 - auc); }

}  // namespace

std::vector<std::string> differences(const FeatureMatrix& before, const FeatureMatrix& after,
                                     Day cutoff, std::int64_t& rows) {
  const auto x = rows_at(before, cutoff);
  const auto y = rows_at(after, cutoff);
  rows += static_cast<std::int64_t>(x.size());
  bool is_same_list = x.size() == y.size();
  for (std::size_t i = 0; i < x.size() && is_same_list; ++i) {
    is_same_list = is_same_entity(before, x[i], after, y[i]);
  }
  if (!is_same_list) return {"rows"};
  std::vector<std::string> names;
  compare_columns(before.features, before.columns, after.columns, x, y, names);
  compare_columns(before.helpers, before.helper_columns, after.helper_columns, x, y, names);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (before.value_cents[x[i]] == after.value_cents[y[i]]) continue;
    names.push_back("value at risk");
    break;
  }
  return names;
}

void Evidence::add(const FeatureMatrix& matrix) {
  std::vector<std::uint32_t> rows;
  std::map<std::uint32_t, std::uint32_t> last;  // Customer → row of the latest cutoff.
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const auto outcome = matrix.outcome[row];
    if (outcome != OutcomeState::Stayed && outcome != OutcomeState::Churned) continue;
    rows.push_back(row);
    const auto [known, is_new] = last.emplace(matrix.customer[row], row);
    if (!is_new && matrix.cutoff_day[row] >= matrix.cutoff_day[known->second]) known->second = row;
  }
  rows_.add(matrix, rows);
  rows.clear();
  for (const auto& [customer, row] : last) rows.push_back(row);
  customers_.add(matrix, rows);
}

void Evidence::Sample::add(const FeatureMatrix& matrix, const std::vector<std::uint32_t>& rows) {
  if (columns.empty()) columns.resize(matrix.columns.size());
  const auto room = kRowsMax - std::min(kRowsMax, churned.size());
  if (room == 0 || rows.empty()) return;
  const auto step = (rows.size() + room - 1) / room;
  for (std::size_t i = 0; i < rows.size(); i += step) {
    const auto row = rows[i];
    churned.push_back(matrix.outcome[row] == OutcomeState::Churned ? 1 : 0);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto& from = matrix.columns[c];
      auto& to = columns[c];
      if (from.values.empty()) to.codes.push_back(from.codes[row]);
      else to.values.push_back(from.values[row]);
      to.valid.push_back(from.valid[row]);
    }
  }
}

std::vector<Separation> Evidence::separations() const {
  auto found = rows_.separations();
  const auto by_customer = customers_.separations();
  if (found.empty()) return by_customer;
  for (std::size_t c = 0; c < by_customer.size(); ++c) {
    found[c].auc = std::max(found[c].auc, by_customer[c].auc);
    found[c].auc_missing = std::max(found[c].auc_missing, by_customer[c].auc_missing);
  }
  return found;
}

std::vector<Separation> Evidence::Sample::separations() const {
  const auto positives = std::accumulate(churned.begin(), churned.end(), std::int64_t{0});
  const auto negatives = static_cast<std::int64_t>(churned.size()) - positives;
  if (positives < kClassMin || negatives < kClassMin) return {};
  std::vector<Separation> found;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& column = columns[c];
    std::map<std::uint32_t, std::pair<double, std::size_t>> rates;  // Code → leavers, rows.
    for (std::size_t row = 0; row < churned.size() && column.values.empty(); ++row) {
      if (column.valid[row] == 0) continue;
      auto& rate = rates[column.codes[row]];
      rate.first += churned[row];
      ++rate.second;
    }
    std::vector<std::pair<double, std::uint8_t>> scores, missing;
    for (std::size_t row = 0; row < churned.size(); ++row) {
      missing.emplace_back(column.valid[row], churned[row]);
      if (column.valid[row] == 0) continue;
      if (!column.values.empty()) {
        scores.emplace_back(column.values[row], churned[row]);
        continue;
      }
      // A category of a few rows would tell each row apart by itself.
      const auto& rate = rates[column.codes[row]];
      const bool is_rare = rate.second < kCategoryRowsMin;
      scores.emplace_back(is_rare ? -1 : rate.first / static_cast<double>(rate.second),
                          churned[row]);
    }
    std::int64_t leavers = 0;
    for (const auto& score : scores) leavers += score.second;
    const bool has_both = leavers >= kClassMin &&
                          static_cast<std::int64_t>(scores.size()) - leavers >= kClassMin;
    found.push_back({c, has_both ? folded(auc_of(std::move(scores))) : 0.5,
                     folded(auc_of(std::move(missing)))});
  }
  return found;
}

}  // namespace holdfast::features::auditing
