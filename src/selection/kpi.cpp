#include "selection/kpi.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/text.hpp"

namespace holdfast::selection {
namespace {

std::map<std::string, double> by_name(const std::vector<Strength>& strengths) {
  std::map<std::string, double> result;
  for (const auto& one : strengths) result[one.name] = one.value;
  return result;
}

bool is_named(const std::string& name, const std::vector<std::string>& patterns) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const auto& pattern) {
           return matches_pattern(pattern, name);
         });
}

}  // namespace

std::vector<Kpi> choose_kpis(const Evidence& evidence, const study::SelectionSpec& spec) {
  const auto lasso = by_name(evidence.lasso);
  const auto permutation = by_name(evidence.permutation);
  const auto sensitivity = by_name(evidence.sensitivity);
  const auto value_of = [](const auto& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? 0.0 : found->second;
  };
  std::vector<Kpi> kpis;
  std::vector<Strength> found;
  for (const auto& measures : evidence.univariate) {
    Kpi kpi{.name = measures.name, .measures = measures};
    kpi.lasso = value_of(lasso, kpi.name);
    kpi.permutation = value_of(permutation, kpi.name);
    kpi.contribution = value_of(sensitivity, kpi.name);
    const auto place = std::ranges::find(evidence.mrmr, kpi.name, &Chosen::name);
    if (place != evidence.mrmr.end()) {
      kpi.mrmr_rank = static_cast<int>(place - evidence.mrmr.begin()) + 1;
    }
    kpi.is_named = is_named(kpi.name, spec.named);
    kpi.is_found = kpi.is_named && measures.p_value <= spec.p_max &&
                   measures.cramers_v >= spec.effect_min;
    const bool is_left_out = !evidence.lasso.empty() && kpi.lasso == 0;
    if (kpi.is_found && !is_left_out) found.push_back({kpi.name, kpi.contribution});
    kpis.push_back(std::move(kpi));
  }
  std::ranges::stable_sort(found, std::greater{}, &Strength::value);
  const auto computed = reaching(found, spec.share);
  for (auto& kpi : kpis) {
    kpi.is_computed = std::ranges::find(computed, kpi.name) != computed.end();
  }
  std::ranges::stable_sort(kpis, [](const Kpi& a, const Kpi& b) {
    const auto key = [](const Kpi& k) {
      return std::tuple(!k.is_computed, !k.is_found, !k.is_named, -k.contribution,
                        -k.measures.information_value);
    };
    return key(a) < key(b);
  });
  return kpis;
}

}  // namespace holdfast::selection
