#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/survival_say.hpp"
#include "explanation/reasons.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kMonth = 30;
constexpr std::size_t kRowsExplained = 20'000;  // Where reasons cost more than a sum.
constexpr int kReasons = 3;

/// The output of the model whose parts are reasons: the first churn exit.
std::size_t explained_output(const SurvivalFindings& found, const FittedModel& model) {
  std::size_t exit = 0;
  while (exit + 1 < found.rows.exits.size() && !found.rows.exits[exit].is_churn) ++exit;
  const auto* trees = std::get_if<forms::HazardTrees>(&model.form);
  if (trees == nullptr) return std::min(exit, outputs_count(model) - 1);
  const auto at = std::ranges::lower_bound(trees->times, found.times.main) - trees->times.begin();
  const auto time = std::min<std::size_t>(static_cast<std::size_t>(at), trees->times.size() - 1);
  return exit * trees->times.size() + time;
}

void add_reasons(const SurvivalFindings& found, CustomerColumns& customers) {
  const auto& model = found.models.front().model;
  const bool is_cheap = std::holds_alternative<forms::HazardModel>(model.form);
  const auto& today = found.rows.today;
  if (!is_cheap && today.rows > kRowsExplained) return;
  const auto frame = dataset::Frame::align(today, model.column_names, model.categories);
  if (!frame.ok()) return;
  const auto columns = frame->view();
  std::vector<features::FeatureInfo> infos;
  for (const auto& name : model.column_names) {
    const auto known = std::ranges::find(today.features, name, &features::FeatureInfo::name);
    infos.push_back(known == today.features.end() ? features::FeatureInfo{.name = name} : *known);
  }
  const auto parts = contributions(model, columns, explained_output(found, model));
  const auto reasons = explanation::reasons_of(infos, columns, parts,
                                               explanation::compare_population(columns), kReasons);
  for (int k = 0; k < kReasons; ++k) {
    CustomerColumns::Column column{
        .id = fmt::format("reason_{}", k + 1),
        .header = {fmt::format("reason {}", k + 1), fmt::format("原因 {}", k + 1)}};
    for (const auto& own : reasons) {
      column.texts.push_back(static_cast<std::size_t>(k) < own.size() ? own[static_cast<std::size_t>(k)].sentence
                                                                      : Text{});
    }
    customers.columns.push_back(std::move(column));
  }
}

}  // namespace

CustomerColumns say_of_each(const SurvivalFindings& found) {
  const auto& rows = found.rows;
  const auto& today = rows.today;
  CustomerColumns customers;
  const auto count = found.today.rows();
  if (count == 0) return customers;
  const bool has_contracts = today.contract_keys.size() > 1;
  for (std::size_t r = 0; r < count; ++r) {
    customers.customer_keys.push_back(today.customer_keys[today.customer[r]]);
    if (has_contracts) customers.contract_keys.push_back(today.contract_keys[today.contract[r]]);
  }
  for (const int days : found.spec.horizons_days) {
    CustomerColumns::Column all{
        .id = fmt::format("leaving_{}d", days),
        .header = {fmt::format("leaves within {} days", days), fmt::format("{} 天内离开", days)},
        .format = Format::Share};
    all.values.assign(count, 0);
    std::vector<CustomerColumns::Column> by_exit;
    for (std::size_t e = 0; e < rows.exits.size(); ++e) {
      const auto& exit = rows.exits[e];
      CustomerColumns::Column one{
          .id = fmt::format("leaving_{}d_{}", days, exit.id),
          .header = {fmt::format("within {} days: {}", days, exit.label.en),
                     fmt::format("{} 天内:{}", days, exit.label.zh)},
          .format = Format::Share};
      for (std::size_t r = 0; r < count; ++r) {
        one.values.push_back(found.today.leaving_within(r, e, rows.today_since[r], days));
        all.values[r] += one.values.back();
      }
      by_exit.push_back(std::move(one));
    }
    customers.columns.push_back(std::move(all));
    if (by_exit.size() > 1) {
      for (auto& one : by_exit) customers.columns.push_back(std::move(one));
    }
  }
  const int most = *std::ranges::max_element(found.spec.horizons_days);
  CustomerColumns::Column remaining{
      .id = "remaining_days",
      .header = {fmt::format("days still to come, of the next {}", most), fmt::format("未来 {} 天内预期留存天数", most)},
      .format = Format::Days};
  CustomerColumns::Column riskiest{
      .id = "riskiest_month",
      .header = {"month of highest risk, from today", "风险最高的月份(从今天起)"},
      .format = Format::Count};
  const int months = std::max(1, static_cast<int>(most / kMonth));
  for (std::size_t r = 0; r < count; ++r) {
    remaining.values.push_back(found.today.remaining(r, rows.today_since[r], most));
    riskiest.values.push_back(found.today.riskiest_month(r, rows.today_since[r], months));
  }
  customers.columns.push_back(std::move(remaining));
  customers.columns.push_back(std::move(riskiest));
  add_reasons(found, customers);
  return customers;
}

}  // namespace holdfast::analyses
