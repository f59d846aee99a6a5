#include "tables/profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/random.hpp"
#include "core/text.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kDistinctExact = 1 << 20;
constexpr std::size_t kHashesKept = 1 << 16;
constexpr std::size_t kValuesKept = 1 << 20;
constexpr std::size_t kCountedMax = 100'000;
constexpr std::array kQuantiles = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
constexpr double kOutlierRanges = 3;

/// Distinct values: exact up to a size, then by the k smallest hashes (Bar-Yossef et al. 2002).
class DistinctCounter {
 public:
  void add(std::uint64_t hash) {
    if (hashes_.size() < kDistinctExact && !is_estimate_) {
      hashes_.insert(hash);
      return;
    }
    if (!is_estimate_) {
      is_estimate_ = true;
      smallest_.insert(hashes_.begin(), hashes_.end());
      hashes_.clear();
      while (smallest_.size() > kHashesKept) smallest_.erase(std::prev(smallest_.end()));
    }
    if (hash >= *std::prev(smallest_.end())) return;
    smallest_.insert(hash);
    if (smallest_.size() > kHashesKept) smallest_.erase(std::prev(smallest_.end()));
  }
  std::int64_t count() const {
    if (!is_estimate_) return static_cast<std::int64_t>(hashes_.size());
    const double kth = static_cast<double>(*std::prev(smallest_.end())) / 0x1.0p64;
    return std::llround(static_cast<double>(smallest_.size() - 1) / kth);
  }
  bool is_estimate() const { return is_estimate_; }

 private:
  std::unordered_set<std::uint64_t> hashes_;
  std::set<std::uint64_t> smallest_;
  bool is_estimate_ = false;
};

/// A column as it is met.
struct ColumnState {
  ColumnProfile profile;
  DistinctCounter distinct;
  std::unordered_map<std::string, std::int64_t> counts;  // Up to kCountedMax values.
  bool counts_are_partial = false;
  std::vector<double> values;  // All, then a reservoir (Vitter's R).
  Random random{20240331};
  std::int64_t numbers = 0;
  double mean = 0, squares = 0;  // Welford.

  void add_number(double value) {
    ++numbers;
    if (numbers == 1) profile.min = profile.max = value;
    profile.min = std::min(profile.min, value);
    profile.max = std::max(profile.max, value);
    const double step = value - mean;
    mean += step / static_cast<double>(numbers);
    squares += step * (value - mean);
    if (values.size() < kValuesKept) {
      values.push_back(value);
    } else if (const auto at = random.below(static_cast<std::uint64_t>(numbers)); at < kValuesKept) {
      values[at] = value;
    }
  }
  void count(const std::string& text, std::int64_t times) {
    const auto found = counts.find(text);
    if (found != counts.end()) {
      found->second += times;
    } else if (counts.size() < kCountedMax) {
      counts.emplace(text, times);
    } else {
      counts_are_partial = true;
    }
  }
};

std::string text_of_number(ColumnType type, double value) {
  switch (type) {
    case ColumnType::Day: return to_string(Day{static_cast<std::int32_t>(value)});
    case ColumnType::Instant: return to_string(Instant{static_cast<std::int64_t>(value)});
    case ColumnType::Money: return fmt::format("{:.2f}", value / 100);
    case ColumnType::Boolean: return value != 0 ? "true" : "false";
    default: return brief(value, 10);
  }
}

void add_texts(ColumnState& state, const Column& column, std::size_t rows) {
  std::vector<std::int64_t> times(column.categories.size());
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.valid[row] == 0) {
      ++state.profile.missing_count;
    } else {
      ++times[column.codes[row]];
    }
  }
  for (std::size_t code = 0; code < times.size(); ++code) {
    if (times[code] == 0) continue;
    state.distinct.add(hash64(column.categories[code]));
    state.count(column.categories[code], times[code]);
  }
}

void add_numbers(ColumnState& state, const Column& column, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.valid[row] == 0) {
      ++state.profile.missing_count;
      continue;
    }
    const double value = column.type == ColumnType::Real ? column.reals[row]
                                                         : static_cast<double>(column.integers[row]);
    state.add_number(value);
    const std::string_view bytes(reinterpret_cast<const char*>(&value), sizeof value);
    state.distinct.add(hash64(bytes));
    if (!state.counts_are_partial) state.count(text_of_number(column.type, value), 1);
  }
}

bool has_mixed_case(const ColumnState& state) {
  std::unordered_map<std::string, int> spellings;
  for (const auto& [text, times] : state.counts) {
    if (++spellings[lower(trimmed(text))] > 1) return true;
  }
  return false;
}

void find_suspicions(ColumnState& state, Day today) {
  auto& profile = state.profile;
  auto& found = profile.suspicions;
  const auto present = profile.rows - profile.missing_count;
  if (present == 0) {
    found.push_back(Suspicion::AllMissing);
    return;
  }
  if (profile.distinct_count == 1 && profile.rows > 1) found.push_back(Suspicion::Constant);
  const bool is_whole = profile.type == ColumnType::Text || profile.type == ColumnType::Integer;
  if (is_whole && profile.distinct_count == present && present > 20) {
    found.push_back(Suspicion::AllUnique);
  }
  if (profile.outliers_count > 0) found.push_back(Suspicion::Outliers);
  const bool is_day = profile.type == ColumnType::Day;
  if (is_day || profile.type == ColumnType::Instant) {
    const double unit = is_day ? 1 : static_cast<double>(kMicrosPerDay);
    if (profile.max / unit >= today.number + 1) found.push_back(Suspicion::FutureDates);
    if (profile.min / unit < day_from_civil(1900, 1, 1)->number) found.push_back(Suspicion::AncientDates);
  }
  if (profile.type == ColumnType::Text && has_mixed_case(state)) found.push_back(Suspicion::MixedCase);
  // Almost a key, but not quite: a handful of values stand twice.
  if (is_whole && !profile.is_estimate && profile.distinct_count < present && present > 100 &&
      profile.distinct_count * 100 >= present * 99) {
    found.push_back(Suspicion::DuplicateKeys);
  }
}

void finish_numbers(ColumnState& state) {
  auto& profile = state.profile;
  profile.mean = state.mean;
  profile.sd = state.numbers > 1 ? std::sqrt(state.squares / static_cast<double>(state.numbers - 1)) : 0;
  std::ranges::sort(state.values);
  for (const double q : kQuantiles) {
    const double at = q * static_cast<double>(state.values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto above = std::min(below + 1, state.values.size() - 1);
    const double share = at - static_cast<double>(below);
    profile.quantiles.push_back(state.values[below] * (1 - share) + state.values[above] * share);
  }
  const bool is_measure = profile.type == ColumnType::Real || profile.type == ColumnType::Integer ||
                          profile.type == ColumnType::Money;
  const double range = profile.quantiles[4] - profile.quantiles[2];
  if (!is_measure || range <= 0) return;
  const double low = profile.quantiles[2] - kOutlierRanges * range;
  const double high = profile.quantiles[4] + kOutlierRanges * range;
  const auto outside = std::ranges::count_if(state.values, [&](double v) { return v < low || v > high; });
  profile.outliers_count = static_cast<std::int64_t>(
      static_cast<double>(outside) / static_cast<double>(state.values.size()) *
      static_cast<double>(state.numbers));
}

}  // namespace

struct Profiler::State {
  std::string name;
  Day today;
  std::int64_t rows = 0;
  std::vector<ColumnState> columns;
};

Profiler::Profiler(std::string name, Day today) : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
  state_->today = today;
}
Profiler::~Profiler() = default;
Profiler::Profiler(Profiler&&) noexcept = default;

void Profiler::add(const Table& rows) {
  auto& columns = state_->columns;
  if (columns.empty()) columns.resize(rows.columns.size());
  state_->rows += static_cast<std::int64_t>(rows.rows);
  for (std::size_t c = 0; c < rows.columns.size(); ++c) {
    const auto& column = rows.columns[c];
    auto& state = columns[c];
    state.profile.name = column.name;
    state.profile.type = column.type;
    state.profile.rows += static_cast<std::int64_t>(rows.rows);
    if (column.type == ColumnType::Text) {
      add_texts(state, column, rows.rows);
    } else {
      add_numbers(state, column, rows.rows);
    }
  }
}

TableProfile Profiler::finish() {
  TableProfile profile{.name = state_->name, .rows = state_->rows, .columns = {}};
  for (auto& state : state_->columns) {
    state.profile.distinct_count = state.distinct.count();
    state.profile.is_estimate = state.distinct.is_estimate();
    if (state.numbers > 0) finish_numbers(state);
    std::vector<std::pair<std::string, std::int64_t>> top(state.counts.begin(), state.counts.end());
    std::ranges::sort(top, [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    top.resize(std::min<std::size_t>(top.size(), 10));
    state.profile.top_values = std::move(top);
    find_suspicions(state, state_->today);
    profile.columns.push_back(std::move(state.profile));
  }
  return profile;
}

Text text_of(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::Constant: return {"the same value in every row", "每行取值相同"};
    case Suspicion::AllMissing: return {"no value at all", "全部缺失"};
    case Suspicion::AllUnique: return {"every value is different: a key?", "取值全不相同:是否为键?"};
    case Suspicion::Outliers:
      return {"values far outside the quartiles", "存在远离四分位区间的值"};
    case Suspicion::FutureDates: return {"dates in the future", "存在未来日期"};
    case Suspicion::AncientDates: return {"dates before 1900", "存在 1900 年以前的日期"};
    case Suspicion::DuplicateKeys:
      return {"almost a key, but some values stand twice", "近似唯一,但有重复的键值"};
    case Suspicion::MixedCase:
      return {"values that differ only by case or spaces", "存在仅大小写或空格不同的值"};
  }
  return {};
}

ReferenceCheck check_reference(const std::vector<std::string>& from,
                               const std::vector<std::string>& to) {
  std::unordered_set<std::string> known;
  for (const auto& key : to) known.insert(normalised_key(key));
  std::set<std::string> distinct;
  for (const auto& key : from) distinct.insert(normalised_key(key));
  ReferenceCheck check;
  check.values_count = static_cast<std::int64_t>(distinct.size());
  for (const auto& key : distinct) {
    if (known.contains(key)) continue;
    ++check.orphans_count;
    if (check.orphan_examples.size() < 5) check.orphan_examples.push_back(key);
  }
  return check;
}

}  // namespace holdfast::tables
