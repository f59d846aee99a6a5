#include "pattern/rules.hpp"

#include <algorithm>
#include <tuple>

#include "pattern/errors.hpp"
#include "pattern/significance.hpp"

namespace holdfast::pattern {
namespace {

Result<void> check_options(const RuleOptions& options) {
  const auto bad = [](const char* name, auto value, const char* needed) {
    return Error(errors::kBadOption, {{"option", name}, {"value", value}, {"needed", needed}});
  };
  if (!(options.confidence_min >= 0 && options.confidence_min <= 1)) {
    return bad("confidence_min", options.confidence_min, "[0, 1]");
  }
  if (!(options.lift_min >= 0)) return bad("lift_min", options.lift_min, "0 …");
  if (!(options.p_max > 0 && options.p_max <= 1)) return bad("p_max", options.p_max, "(0, 1]");
  if (options.consequent_max < 1) return bad("consequent_max", options.consequent_max, "1 …");
  return {};
}

// The sets of one length are sorted, so their counts need no table of their own.
class Counts {
 public:
  explicit Counts(const ItemSets& sets) : sets_(sets) {
    for (std::size_t s = 0; s < sets.size(); ++s) {
      if (first_.size() <= sets[s].size()) first_.resize(sets[s].size() + 1, s);
    }
    first_.push_back(sets.size());
  }
  /// 0 where the set is not there.
  std::size_t of(std::span<const Item> set) const {
    if (set.size() + 1 >= first_.size()) return 0;
    std::size_t low = first_[set.size()], high = first_[set.size() + 1];
    const std::size_t end = high;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const auto there = sets_[middle];
      if (std::lexicographical_compare(there.begin(), there.end(), set.begin(), set.end())) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < end && std::ranges::equal(sets_[low], set) ? sets_.counts[low] : 0;
  }

 private:
  const ItemSets& sets_;
  std::vector<std::size_t> first_;  // Of each length; [0] is 0.
};

void measure(Rule& rule, std::size_t total) {
  const auto n = static_cast<double>(total), both = static_cast<double>(rule.count);
  const auto a = static_cast<double>(rule.antecedent_count);
  const auto c = static_cast<double>(rule.consequent_count);
  rule.support = both / n;
  rule.confidence = both / a;
  rule.lift = both * n / (a * c);
  rule.leverage = (both * n - a * c) / (n * n);
  if (rule.count < rule.antecedent_count) rule.conviction = (n - c) / n * (a / (a - both));
}

void test(Rule& rule, std::size_t total) {
  const Meeting meeting{rule.count, rule.antecedent_count, rule.consequent_count, total};
  rule.fisher_p = fisher_upper_p(meeting);
  rule.chi_squared = chi_squared(meeting);
  rule.chi_squared_p = chi_squared_upper_p(rule.chi_squared);
}

// Calls visit(mask) for every choice of `chosen` of `size` places, as a list of places.
template <typename Visit>
void for_each_choice(std::size_t size, std::size_t chosen, const Visit& visit) {
  std::vector<std::size_t> places(chosen);
  for (std::size_t i = 0; i < chosen; ++i) places[i] = i;
  while (true) {
    visit(places);
    std::size_t i = chosen;
    while (i > 0 && places[i - 1] == size - chosen + i - 1) --i;
    if (i == 0) return;
    ++places[i - 1];
    for (; i < chosen; ++i) places[i] = places[i - 1] + 1;
  }
}

bool stronger(const Rule& x, const Rule& y) {
  if (x.lift != y.lift) return x.lift > y.lift;
  if (x.confidence != y.confidence) return x.confidence > y.confidence;
  if (x.count != y.count) return x.count > y.count;
  return std::tie(x.antecedent, x.consequent) < std::tie(y.antecedent, y.consequent);
}

}  // namespace

Result<std::vector<Rule>> association_rules(const ItemSets& sets, const RuleOptions& options) {
  HOLDFAST_TRY_VOID(check_options(options));
  if (sets.size() > 0 && sets[0].size() != 1) return Error(errors::kSubsetMissing);
  const Counts counts(sets);
  std::vector<Rule> rules;
  bool complete = true;
  Rule rule;
  for (std::size_t s = 0; s < sets.size() && rules.size() <= options.rules_max; ++s) {
    const auto set = sets[s];
    if (set.size() < std::max<std::size_t>(options.length_min, 2)) continue;
    const auto visit = [&](const std::vector<std::size_t>& places) {
      rule.antecedent.clear();
      rule.consequent.clear();
      for (std::size_t i = 0, next = 0; i < set.size(); ++i) {
        const bool right = next < places.size() && places[next] == i;
        (right ? rule.consequent : rule.antecedent).push_back(set[i]);
        if (right) ++next;
      }
      rule.count = sets.counts[s];
      rule.antecedent_count = counts.of(rule.antecedent);
      rule.consequent_count = counts.of(rule.consequent);
      rule.conviction.reset();
      if (rule.antecedent_count == 0 || rule.consequent_count == 0) {
        complete = false;
        return;
      }
      measure(rule, sets.baskets);
      if (rule.confidence < options.confidence_min || rule.lift < options.lift_min) return;
      test(rule, sets.baskets);
      if (rule.fisher_p <= options.p_max) rules.push_back(rule);
    };
    for (std::size_t right = 1; right <= std::min(options.consequent_max, set.size() - 1);
         ++right) {
      for_each_choice(set.size(), right, visit);
    }
  }
  if (!complete) return Error(errors::kSubsetMissing);
  if (rules.size() > options.rules_max) {
    return Error(errors::kTooMany, {{"limit", options.rules_max}, {"count_min", sets.count_min}});
  }
  std::sort(rules.begin(), rules.end(), stronger);
  return rules;
}

}  // namespace holdfast::pattern
