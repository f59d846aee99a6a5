#include "analyses/groups_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analyses/cramers_v.hpp"
#include "analyses/errors.hpp"
#include "core/text.hpp"
#include "dataset/modelled_columns.hpp"
#include "selection/univariate.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Split;
using features::FeatureInfo;

constexpr std::size_t kPlainColumns = 8;
constexpr std::size_t kColumns = 10;
constexpr std::size_t kLeast = 4;       // Columns, however alike.
constexpr std::size_t kFirst = 6;       // Columns; they say at least
constexpr double kStrongEnoughFirst = 0.1;  // so much of what the strongest does,
constexpr double kStrongEnough = 0.4;   // further ones so much.
constexpr double kPresentLeast = 0.5;   // Share of customers with a value.
constexpr double kSameMost = 0.98;      // Share of customers with the most frequent one, if asked for,
constexpr double kSameMostChosen = 0.85;  // or chosen here.
constexpr double kRareMost = 0.5;       // Share of customers whose category is rare.
constexpr double kRare = 0.02;
constexpr std::size_t kLevelsMost = 12;  // Of a category, not rare: names of agents portray nobody.
constexpr double kSpreadLeast = 0.05;   // From the 5 % to the 95 % quantile, of the median.
constexpr double kAlike = 0.7;          // Association of two columns that say much the same.
constexpr int kBins = 5;

Error nothing(std::string_view en, std::string_view zh) {
  return {errors::kNothingThere, {{"analysis", "groups"}, {"what", fmt::format("{} ({})", en, zh)}}};
}

bool parts_by_category(const features::FeatureColumn& column, std::size_t rows, double same_most) {
  std::vector<std::size_t> counts(column.categories.size());
  double all = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    if (column.valid[r] != 0) ++counts[column.codes[r]], ++all;
  }
  double rare = 0;
  std::size_t frequent = 0;
  for (const auto count : counts) {
    const double share = static_cast<double>(count) / all;
    if (share > same_most) return false;
    if (share < kRare) rare += share;
    else ++frequent;
  }
  return rare <= kRareMost && frequent <= kLevelsMost;
}

bool parts_by_number(const features::FeatureColumn& column, const FeatureInfo& info, std::size_t rows,
                     double same_most) {
  std::vector<double> values;
  for (std::size_t r = 0; r < rows; ++r) {
    if (column.valid[r] != 0 && std::isfinite(column.values[r])) values.push_back(column.values[r]);
  }
  if (values.empty()) return false;
  std::ranges::sort(values);
  std::size_t most = 0;
  for (std::size_t i = 0, same = 0; i < values.size(); ++i) {
    same = i > 0 && values[i] == values[i - 1] ? same + 1 : 1;
    most = std::max(most, same);
  }
  if (static_cast<double>(most) > same_most * static_cast<double>(values.size())) return false;
  if (info.unit == "calendar year" || info.unit == "date") return true;  // Far from 0 by nature.
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return at(0.95) - at(0.05) > kSpreadLeast * std::abs(at(0.5));
}

/// Whether a column parts today's customers at all.
bool says_something(const features::FeatureColumn& column, const FeatureInfo& info, std::size_t rows,
                    double same_most) {
  std::size_t present = 0;
  for (std::size_t r = 0; r < rows; ++r) present += column.valid[r] != 0;
  if (static_cast<double>(present) < kPresentLeast * static_cast<double>(rows)) return false;
  return column.categories.empty() ? parts_by_number(column, info, rows, same_most)
                                   : parts_by_category(column, rows, same_most);
}

enum class Fact { Plain, Behaviour, Derived };

/// What portrays a customer are plain facts first, then what they did; not how something changed, nor
/// a count of one kind of it.
Fact kind_of(const FeatureInfo& info) {
  constexpr std::string_view kPlain[] = {"attribute", "contract", "own"};
  constexpr std::string_view kBehaviour[] = {"window", "recency", "rfm", "payment"};
  constexpr std::string_view kDerived[] = {"_change", "_difference", "_first", "_last_", "_min_",
                                           "_max_",   "_mean_",      "_sd_",   "_distinct_"};
  const auto is_of = [&](const auto& families) {
    return std::ranges::find(families, info.family) != std::end(families);
  };
  if (!info.filter.empty() || std::ranges::any_of(kDerived, [&](auto part) {
        return info.name.find(part) != std::string::npos;
      })) {
    return Fact::Derived;
  }
  return is_of(kPlain) ? Fact::Plain : is_of(kBehaviour) ? Fact::Behaviour : Fact::Derived;
}

std::size_t index_of(const features::FeatureMatrix& matrix, const std::string& name) {
  const auto found = std::ranges::find(matrix.features, name, &FeatureInfo::name);
  return static_cast<std::size_t>(found - matrix.features.begin());
}

/// How alike two columns of states are.
double cramers_v(const std::vector<std::uint8_t>& a, std::size_t a_states,
                 const std::vector<std::uint8_t>& b, std::size_t b_states) {
  std::vector<double> cells(a_states * b_states);
  for (std::size_t r = 0; r < a.size(); ++r) ++cells[a[r] * b_states + b[r]];
  return analyses::cramers_v(cells, b_states);
}

/// √ of the share of `ordered`'s variance that lies between the states of the other column.
double correlation_ratio(const std::vector<std::uint8_t>& ordered, const std::vector<std::uint8_t>& by,
                         std::size_t states) {
  std::vector<double> count(states), sum(states);
  double mean = 0, squares = 0;
  for (std::size_t r = 0; r < by.size(); ++r) {
    count[by[r]] += 1;
    sum[by[r]] += ordered[r];
    mean += ordered[r];
    squares += static_cast<double>(ordered[r]) * ordered[r];
  }
  const auto n = static_cast<double>(by.size());
  mean /= n;
  const double all = squares / n - mean * mean;
  double between = 0;
  for (std::size_t s = 0; s < states; ++s) {
    if (count[s] > 0) between += count[s] / n * std::pow(sum[s] / count[s] - mean, 2);
  }
  return all > 0 ? std::sqrt(between / all) : 0;
}

/// Columns as states; what they say of each other and of an outcome.
class Candidates {
 public:
  Candidates(const dataset::Columns& columns, std::span<const double> weight)
      : discrete_(selection::discretised(columns, weight, kBins)) {
    for (const auto& column : columns.columns) is_category_.push_back(column.is_category());
  }

  std::size_t count() const { return discrete_.names.size(); }
  const std::string& name(std::size_t c) const { return discrete_.names[c]; }

  /// 0 to 1: the largest of what holds for their kinds.
  double alike(std::size_t a, std::size_t b) const {
    const double v = cramers_v(states(a), count(a), states(b), count(b));
    const double by_a = is_category_[b] ? 0 : correlation_ratio(states(b), states(a), count(a));
    const double by_b = is_category_[a] ? 0 : correlation_ratio(states(a), states(b), count(b));
    return std::max({v, by_a, by_b});
  }

  /// Columns by what they say of an outcome, the most first.
  std::vector<std::size_t> ranked(const std::vector<std::uint8_t>& outcome, std::size_t outcomes,
                                  std::vector<double>& strength) const {
    strength.clear();
    for (std::size_t c = 0; c < count(); ++c) {
      strength.push_back(cramers_v(states(c), count(c), outcome, outcomes));
    }
    std::vector<std::size_t> order(count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](auto a, auto b) { return strength[a] > strength[b]; });
    return order;
  }

 private:
  const std::vector<std::uint8_t>& states(std::size_t c) const { return discrete_.states[c]; }
  std::size_t count(std::size_t c) const { return std::max<std::size_t>(1, discrete_.states_count[c]); }

  selection::Discrete discrete_;
  std::vector<bool> is_category_;
};

/// What customers are worth, in fifths; empty where nothing is known.
std::vector<std::uint8_t> fifths(const std::vector<std::int64_t>& values) {
  auto sorted = values;
  std::ranges::sort(sorted);
  if (sorted.empty() || sorted.front() == sorted.back()) return {};
  std::vector<std::uint8_t> found;
  for (const auto value : values) {
    const auto below = std::ranges::lower_bound(sorted, value) - sorted.begin();
    found.push_back(static_cast<std::uint8_t>(5 * below / static_cast<std::int64_t>(sorted.size())));
  }
  return found;
}

/// Rows by which columns are judged: those of training, or today's where no outcome is known.
struct Judged {
  dataset::Frame frame;
  std::vector<std::uint8_t> left;    // [rows] or empty.
  std::vector<std::uint8_t> fifths;  // [rows] or empty.
};

Result<Judged> judged(const dataset::Dataset* data, const features::FeatureMatrix& today,
                      const std::vector<std::string>& usable) {
  Judged rows;
  if (data == nullptr) {
    std::vector<std::vector<std::string>> categories;
    for (const auto& name : usable) categories.push_back(today.columns[index_of(today, name)].categories);
    HOLDFAST_TRY(rows.frame, dataset::Frame::align(today, usable, categories));
    rows.fifths = fifths(today.value_cents);
    return rows;
  }
  const auto train = data->rows_of(Split::Train);
  rows.frame = dataset::Frame::gather(*data, train);
  rows.left.assign(rows.frame.y().begin(), rows.frame.y().end());
  std::vector<std::int64_t> values;
  for (const auto r : train) values.push_back(data->matrix.value_cents[r]);
  rows.fifths = fifths(values);
  return rows;
}

/// Takes columns in turn: the one that says most of who leaves, the one that says most of the value,
/// but none that is much like one taken before, and after the first few none that says little.
class Choice {
 public:
  Choice(const Judged& rows, const std::vector<std::string>& usable)
      : Choice(rows, columns_of(rows, usable)) {}

  /// Of these, until there are `most` in all.
  void take(const std::vector<std::string>& names, std::size_t most) {
    for (std::size_t i = 0; i < candidates_.count(); ++i) {
      for (const auto& order : orders_) {
        const auto c = order[i];
        const bool says_little = strength_[c] < (taken_.size() < kFirst ? kStrongEnoughFirst : kStrongEnough);
        const bool is_asked = std::ranges::find(names, candidates_.name(c)) != names.end();
        if (!is_asked || is_seen_[c] || says_little || taken_.size() >= most) continue;
        is_seen_[c] = true;
        const bool is_like =
            std::ranges::any_of(taken_, [&](auto t) { return candidates_.alike(c, t) > kAlike; });
        (is_like ? alike_ : taken_).push_back(c);
      }
    }
  }
  /// Where nearly all say the same, some of that after all: one column alone is no portrait.
  void fill_up(std::size_t least) {
    const auto more = std::min(alike_.size(), least - std::min(least, taken_.size()));
    const auto end = alike_.begin() + static_cast<std::ptrdiff_t>(more);
    taken_.insert(taken_.end(), alike_.begin(), end);
    alike_.erase(alike_.begin(), end);
  }
  std::vector<std::string> taken() const { return names_of(taken_); }
  std::vector<std::string> alike() const { return names_of(alike_); }

 private:
  static dataset::Columns columns_of(const Judged& rows, const std::vector<std::string>& usable) {
    auto columns = rows.frame.view();
    std::erase_if(columns.columns, [&](const auto& column) {
      return std::ranges::find(usable, column.name) == usable.end();
    });
    return columns;
  }
  Choice(const Judged& rows, const dataset::Columns& columns)
      : candidates_(columns, std::vector<double>(columns.rows, 1.0)),
        strength_(candidates_.count()),
        is_seen_(candidates_.count()) {
    if (!rows.left.empty()) add(rows.left, 2);
    if (!rows.fifths.empty()) add(rows.fifths, 5);
    if (orders_.empty()) add(std::vector<std::uint8_t>(columns.rows), 1);
  }
  void add(const std::vector<std::uint8_t>& outcome, std::size_t outcomes) {
    std::vector<double> strength;
    auto order = candidates_.ranked(outcome, outcomes, strength);
    const double most = order.empty() ? 0 : strength[order.front()];
    for (std::size_t c = 0; c < strength.size(); ++c) {
      strength_[c] = std::max(strength_[c], most > 0 ? strength[c] / most : 1);
    }
    orders_.push_back(std::move(order));
  }
  std::vector<std::string> names_of(const std::vector<std::size_t>& columns) const {
    std::vector<std::string> names;
    for (const auto c : columns) names.push_back(candidates_.name(c));
    return names;
  }

  Candidates candidates_;
  std::vector<double> strength_;  // [candidates] of what the strongest says, the larger of both.
  std::vector<bool> is_seen_;
  std::vector<std::vector<std::size_t>> orders_;
  std::vector<std::size_t> taken_, alike_;
};

std::vector<std::string> asked_for(const std::vector<std::string>& patterns,
                                   const features::FeatureMatrix& today) {
  std::vector<std::string> names;
  for (const auto& pattern : patterns) {
    for (const auto& feature : today.features) {
      if (!matches_pattern(pattern, feature.name)) continue;
      if (std::ranges::find(names, feature.name) == names.end()) names.push_back(feature.name);
    }
  }
  return names;
}

Text named(const Inputs& inputs, const features::FeatureMatrix& today, const std::vector<std::string>& names) {
  std::vector<std::string> en, zh;
  for (const auto& name : names) {
    const auto words = inputs.words_of(today.features[index_of(today, name)]);
    en.push_back(words.en);
    zh.push_back(words.zh);
  }
  return {join(en, "; "), join(zh, ";")};
}

Result<GroupInputs> inputs_asked_for(const Inputs& inputs, const features::FeatureMatrix& today,
                                     const std::vector<std::string>& patterns) {
  GroupInputs chosen;
  std::vector<std::string> left_out;
  for (auto& name : asked_for(patterns, today)) {
    const auto at = index_of(today, name);
    const bool parts = says_something(today.columns[at], today.features[at], today.rows, kSameMost);
    (parts ? chosen.names : left_out).push_back(std::move(name));
  }
  if (chosen.names.empty()) {
    return nothing("no column parts today's customers", "没有能区分当前客户的字段");
  }
  if (!left_out.empty()) {
    const auto words = named(inputs, today, left_out);
    chosen.notes.push_back({"Left out, as nearly all customers have the same value, a rare one or none: " + words.en + ".",
                            "未使用(几乎所有客户取值相同、罕见或缺失):" + words.zh + "。"});
  }
  return chosen;
}

bool says_something_of(const features::FeatureMatrix& matrix, const std::string& name, double same_most) {
  const auto at = index_of(matrix, name);
  return at < matrix.features.size() &&
         says_something(matrix.columns[at], matrix.features[at], matrix.rows, same_most);
}

/// Usable ones among the facts of a kind: they part today's customers and, so that it can be seen how
/// those like them fared, past ones.
std::vector<std::string> usable_of(const std::vector<std::string>& modelled, const dataset::Dataset* data,
                                   const features::FeatureMatrix& today, Fact kind) {
  const double same_most = kind == Fact::Derived ? kSameMost : kSameMostChosen;
  std::vector<std::string> usable;
  for (const auto& name : modelled) {
    const auto at = index_of(today, name);
    if (at == today.features.size() || kind_of(today.features[at]) != kind) continue;
    if (!says_something_of(today, name, same_most)) continue;
    if (data == nullptr || says_something_of(data->matrix, name, same_most)) usable.push_back(name);
  }
  return usable;
}

/// Columns that models may use, marks respected.
std::vector<std::string> modelled_of(const Inputs& inputs, const dataset::Dataset* data,
                                     const features::FeatureMatrix& today) {
  std::vector<std::string> names;
  if (data != nullptr) {
    for (const auto c : data->modelled) names.push_back(data->matrix.features[c].name);
    return names;
  }
  std::vector<std::uint32_t> rows(today.rows);
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<Text> notes;
  const std::vector<std::uint8_t> nobody(today.rows);
  for (const auto c : dataset::modelled_columns(today, rows, nobody, inputs.study(), notes)) {
    names.push_back(today.features[c].name);
  }
  return names;
}

}  // namespace

Result<GroupInputs> group_inputs(const Inputs& inputs, const dataset::Dataset* data,
                                 const features::FeatureMatrix& today) {
  const auto& spec = inputs.study().analyses.groups;
  if (spec && !spec->columns.empty()) return inputs_asked_for(inputs, today, spec->columns);
  const auto modelled = modelled_of(inputs, data, today);
  const auto plain = usable_of(modelled, data, today, Fact::Plain);
  const auto behaviour = usable_of(modelled, data, today, Fact::Behaviour);
  auto usable = plain;
  usable.insert(usable.end(), behaviour.begin(), behaviour.end());
  if (usable.empty()) usable = usable_of(modelled, data, today, Fact::Derived);
  if (usable.empty()) return nothing("no column parts today's customers", "没有能区分当前客户的字段");
  HOLDFAST_TRY(const auto rows, judged(data, today, usable));
  Choice choice(rows, usable);
  choice.take(plain, kPlainColumns);
  choice.take(usable, kColumns);
  choice.fill_up(kLeast);
  GroupInputs chosen{.names = choice.taken()};
  const auto alike = choice.alike();
  chosen.notes.push_back(
      {fmt::format("The study names no columns for groups. Of {} facts about customers those were taken, at most {}, that "
                   "say most of who leaves and of what a customer is worth in turn, what customers are before what they "
                   "did; none that more than {:.0f} % share or that hardly varies.", usable.size(), kColumns,
                   100 * kSameMostChosen),
       fmt::format("方案未指定分群字段:从 {} 个客户事实中,轮流选取与流失、与价值最相关者,至多 {} 个,先取客户属性,后取行为;"
                   "超过 {:.0f}% 的客户取值相同或几乎不变者不用。", usable.size(), kColumns, 100 * kSameMostChosen)});
  if (!alike.empty()) {
    const auto words = named(inputs, today, alike);
    chosen.notes.push_back({fmt::format("Left out, as one of those taken says much the same (association above {}): {}.",
                                        kAlike, words.en),
                            fmt::format("因与所选字段重复(关联度大于 {})未使用:{}。", kAlike, words.zh)});
  }
  return chosen;
}

}  // namespace holdfast::analyses
