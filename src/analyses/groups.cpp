#include <algorithm>
#include <limits>

#include "analyses/analyses.hpp"
#include "analyses/groups_parts.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<std::int32_t> labels_of(const std::vector<forms::NearestCluster>& found) {
  std::vector<std::int32_t> labels;
  for (const auto& near : found) labels.push_back(near.cluster);
  return labels;
}

/// Sizes, worth and fit.
void count(Grouped& grouped, const GroupRows& rows) {
  double placed = 0;
  for (std::size_t r = 0; r < grouped.today.size(); ++r) {
    const auto& near = grouped.today[r];
    if (near.cluster < 0) {
      ++grouped.outliers;
      continue;
    }
    auto& group = grouped.groups[static_cast<std::size_t>(near.cluster)];
    ++group.customers;
    group.fit += near.fit;
    grouped.fit += near.fit;
    placed += 1;
    if (!rows.value.empty()) group.worth += rows.value[r];
  }
  if (placed > 0) grouped.fit /= placed;
  for (auto& group : grouped.groups) {
    const auto customers = static_cast<double>(group.customers);
    group.share = customers / static_cast<double>(grouped.today.size());
    group.fit = group.customers == 0 ? 0 : group.fit / customers;
  }
}

Result<void> tell(Grouped& grouped, const GroupRows& rows) {
  const std::size_t groups = outputs_count(grouped.model);
  grouped.groups.resize(groups);
  grouped.label = labels_of(grouped.today);
  count(grouped, rows);
  HOLDFAST_TRY(grouped.portrayed, portrayed(rows, grouped.label, groups));
  std::vector<std::int32_t> past;
  if (rows.past.rows() > 0) past = labels_of(models::groups_of(grouped.model, rows.past.view()));
  const auto fare = fare_of(rows, past, grouped.label, groups);
  grouped.left = fare.left_all;
  grouped.value = fare.value_all;
  grouped.left_none = fare.left_none;
  grouped.value_none = fare.value_none;
  for (std::size_t k = 0; k < groups; ++k) {
    auto& group = grouped.groups[k];
    group.name = name_of_group(rows, grouped.portrayed, k);
    group.sentence = sentence_of_group(rows, grouped.portrayed, k);
    group.left = fare.left[k];
    group.value = fare.value[k];
    if (group.left.known) group.stake = group.left.at * group.worth;
    grouped.stake += group.stake;
  }
  if (grouped.left_none.known && grouped.value_none.known) {
    grouped.stake_none = grouped.left_none.at * grouped.value_none.at * static_cast<double>(grouped.outliers);
    grouped.stake += grouped.stake_none;
  }
  return {};
}

Result<Grouped> grouped_by(const study::ModelSpec& spec, const GroupRows& rows, std::uint64_t seed,
                           Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
  HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, spec.parameters));
  Grouped grouped{.name = descriptor->name};
  const GroupingTask task{.train = rows.today.view(), .seed = seed};
  HOLDFAST_TRY(grouped.model, descriptor->fit_grouping(task, parameters, progress));
  grouped.today = models::groups_of(grouped.model, rows.today.view());
  HOLDFAST_TRY_VOID(tell(grouped, rows));
  return grouped;
}

Result<CustomerColumns> customers_of(const Inputs& inputs, const Grouped& grouped, Progress& progress) {
  HOLDFAST_TRY(const auto* today, inputs.today(progress));
  CustomerColumns out;
  const bool has_contracts = today->contract_keys.size() > 1;
  CustomerColumns::Column number{.id = "group", .header = {"Group", "客户群"}, .format = Format::Count, .values = {}};
  CustomerColumns::Column name{.id = "group_name", .header = {"Group in words", "客户群描述"}, .values = {}, .texts = {}};
  CustomerColumns::Column distance{.id = "distance", .header = {"Distance from its group", "与所属群的距离"}, .values = {}};
  CustomerColumns::Column fit{.id = "fit", .header = {"Fit", "契合度"}, .values = {}};
  CustomerColumns::Column outlier{.id = "is_outlier", .header = {"Outlier", "异常"}, .format = Format::Count, .values = {}};
  for (std::size_t r = 0; r < today->rows; ++r) {
    out.customer_keys.push_back(today->customer_keys[today->customer[r]]);
    if (has_contracts) out.contract_keys.push_back(today->contract_keys[today->contract[r]]);
    const auto& near = grouped.today[r];
    const bool is_in = near.cluster >= 0;
    number.values.push_back(is_in ? static_cast<double>(near.cluster + 1) : kNone);
    name.texts.push_back(is_in ? grouped.groups[static_cast<std::size_t>(near.cluster)].name
                               : Text{"in none", "不属任何群"});
    distance.values.push_back(near.distance);
    fit.values.push_back(near.fit);
    outlier.values.push_back(is_in ? 0.0 : 1.0);
  }
  out.columns = {std::move(number), std::move(name), std::move(distance), std::move(fit), std::move(outlier)};
  return out;
}

Result<Analysis> analyse_groups(const Inputs& inputs, Progress& progress) {
  HOLDFAST_TRY(const auto rows, group_rows(inputs, progress));
  const auto& spec = inputs.study().analyses.groups;
  std::vector<study::ModelSpec> models = {{.id = "two_step"}};
  if (spec && !spec->models.empty()) models = spec->models;
  Analysis analysis{.id = "groups", .title = {"Who is alike", "客户分群"}};
  analysis.notes = rows.notes;
  std::vector<Section> numbers;
  for (const auto& one : models) {
    HOLDFAST_TRY(auto grouped, grouped_by(one, rows, inputs.study().seed, progress));
    if (analysis.models.empty()) {
      analysis.findings = findings_of(grouped, rows);
      HOLDFAST_TRY(analysis.customers, customers_of(inputs, grouped, progress));
    }
    analysis.sections.push_back(groups_section(grouped, rows));
    numbers.push_back(number_section(grouped));
    for (const auto& note : grouped.model.notes) analysis.notes.push_back(note);
    analysis.models.push_back(std::move(grouped.model));
  }
  std::ranges::move(numbers, std::back_inserter(analysis.sections));
  return analysis;
}

}  // namespace

extern const Descriptor kGroups;
const Descriptor kGroups{"groups", "which customers are alike, what sets the groups apart, how each fares",
                         "哪些客户彼此相似,各群差别何在,流失与价值如何",
                         [](const study::AnalysisSpecs& specs) { return specs.groups.has_value(); }, analyse_groups};

}  // namespace holdfast::analyses
