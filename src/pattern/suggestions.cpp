#include "pattern/suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/text.hpp"

namespace holdfast::pattern {
namespace {

bool better(const Rule& x, const Rule& y) {
  if (x.confidence != y.confidence) return x.confidence > y.confidence;
  if (x.lift != y.lift) return x.lift > y.lift;
  if (x.count != y.count) return x.count > y.count;
  if (x.antecedent.size() != y.antecedent.size()) return x.antecedent.size() < y.antecedent.size();
  return x.antecedent < y.antecedent;
}

std::string joined(std::span<const Item> items, std::span<const std::string> names,
                   std::string_view separator) {
  std::string text;
  for (const Item item : items) {
    if (!text.empty()) text += separator;
    text += item < names.size() ? names[item] : std::to_string(item);
  }
  return text;
}

}  // namespace

Suggester::Suggester(std::span<const Rule> rules) : rules_(rules) {
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if (rules[r].consequent.size() != 1 || rules[r].antecedent.empty()) continue;
    const Item first = rules[r].antecedent.front();
    if (by_first_.size() <= first) by_first_.resize(first + 1);
    by_first_[first].push_back(r);
  }
}

std::vector<Suggestion> Suggester::suggest(std::span<const Item> held,
                                           const SuggestOptions& options) const {
  std::vector<Item> own(held.begin(), held.end());
  std::sort(own.begin(), own.end());
  own.erase(std::unique(own.begin(), own.end()), own.end());
  std::map<Item, Suggestion> found;
  for (const Item first : own) {
    if (first >= by_first_.size()) break;
    for (const std::size_t r : by_first_[first]) {
      const Rule& rule = rules_[r];
      const Item item = rule.consequent[0];
      if (!(rule.lift > options.lift_min) || rule.fisher_p > options.p_max) continue;
      if (std::binary_search(own.begin(), own.end(), item)) continue;
      if (std::ranges::find(options.left_out, item) != options.left_out.end()) continue;
      if (!std::ranges::includes(own, rule.antecedent)) continue;
      const auto [at, is_new] = found.try_emplace(item, Suggestion{item, r, 0});
      auto& suggestion = at->second;
      ++suggestion.rules_count;
      if (better(rule, rules_[suggestion.rule])) suggestion.rule = r;
    }
  }
  std::vector<Suggestion> suggestions;
  for (const auto& [item, suggestion] : found) suggestions.push_back(suggestion);
  std::stable_sort(suggestions.begin(), suggestions.end(),
                   [&](const Suggestion& x, const Suggestion& y) {
                     return better(rules_[x.rule], rules_[y.rule]);
                   });
  if (suggestions.size() > options.limit) suggestions.resize(options.limit);
  return suggestions;
}

Text evidence(const Rule& rule, std::span<const std::string> names) {
  const double percent = 100 * rule.confidence;
  const auto with = with_thousands(static_cast<std::int64_t>(rule.antecedent_count));
  const auto both = with_thousands(static_cast<std::int64_t>(rule.count));
  return {
      fmt::format("of {} baskets with {}, {} also hold {} ({:.1f} %), {:.2f} times its share of "
                  "all baskets",
                  with, joined(rule.antecedent, names, " and "), both,
                  joined(rule.consequent, names, " and "), percent, rule.lift),
      fmt::format("{} 个含 {} 的购物篮中,{} 个还含 {}({:.1f}%),是其在全部购物篮中占比的 {:.2f} 倍",
                  with, joined(rule.antecedent, names, "、"), both,
                  joined(rule.consequent, names, "、"), percent, rule.lift)};
}

}  // namespace holdfast::pattern
