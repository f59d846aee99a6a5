#include "analyses/effect_rows.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/events.hpp"
#include "core/text.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Split;

constexpr std::size_t kValuesShown = 8;

/// One column's value for each row of the dataset.
struct RowValues {
  std::vector<std::string> values;   // Distinct.
  std::vector<std::int32_t> of_row;  // −1: missing.
  std::string table, column;         // Where it stands; table "" for a feature.
  Text name;
};

/// Values by the order in which they come.
class Numbered {
 public:
  explicit Numbered(RowValues& to) : to_(&to) {}
  std::int32_t of(const std::string& value) {
    const auto [at, is_new] = places_.emplace(value, static_cast<std::int32_t>(to_->values.size()));
    if (is_new) to_->values.push_back(value);
    return at->second;
  }

 private:
  RowValues* to_;
  std::map<std::string, std::int32_t> places_;
};

/// The customers' table that has the column: "column", "table.column" or as its feature is called.
const study::TableSpec* table_of(const study::Study& study, const std::string& name,
                                 std::string& column) {
  for (const auto& table : study.tables) {
    if (table.role != study::Role::Customer) continue;
    for (const auto& own : table.column_names()) {
      const auto* spec = table.find(own);
      if (spec != nullptr && spec->is_ignored) continue;
      if (name != own && name != table.name + "." + own && name != table.name + "_" + own) continue;
      column = own;
      return &table;
    }
  }
  return nullptr;
}

Result<RowValues> from_table(const Inputs& inputs, const study::TableSpec& table,
                             const std::string& column, const dataset::Dataset& data,
                             Progress& progress) {
  HOLDFAST_TRY(const auto events, read_events(inputs, table.name, {column}, progress));
  RowValues found{.table = table.name, .column = column, .name = features::label_of(table, column)};
  Numbered numbered(found);
  const auto& cells = events.columns.front();
  std::unordered_map<std::string_view, std::int32_t> of_customer;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    const auto row = events.begin[c + 1] - 1;  // As known last.
    if (cells.valid[row] == 0) continue;
    const auto text = cells.is_category() ? cells.categories[cells.codes[row]]
                                          : brief(cells.values[row], 12);
    of_customer.emplace(events.customer_keys[c], numbered.of(text));
  }
  for (const auto customer : data.matrix.customer) {
    const auto at = of_customer.find(data.matrix.customer_keys[customer]);
    found.of_row.push_back(at == of_customer.end() ? -1 : at->second);
  }
  return found;
}

RowValues from_feature(const Inputs& inputs, const dataset::Dataset& data, std::size_t feature) {
  const auto& info = data.matrix.features[feature];
  const auto& column = data.matrix.columns[feature];
  RowValues found{.column = info.name, .name = inputs.words_of(info)};
  Numbered numbered(found);
  for (std::size_t row = 0; row < data.matrix.rows; ++row) {
    found.of_row.push_back(column.valid[row] == 0 ? -1
                           : info.is_category
                               ? numbered.of(column.categories[column.codes[row]])
                               : numbered.of(brief(column.values[row], 12)));
  }
  return found;
}

Result<RowValues> values_of(const Inputs& inputs, const std::string& name, const char* key,
                            const dataset::Dataset& data, Progress& progress) {
  std::string column;
  if (const auto* table = table_of(inputs.study(), name, column)) {
    return from_table(inputs, *table, column, data, progress);
  }
  const auto& features = data.matrix.features;
  const auto at = std::ranges::find(features, name, &features::FeatureInfo::name);
  if (at != features.end()) {
    return from_feature(inputs, data, static_cast<std::size_t>(at - features.begin()));
  }
  const auto customers = std::ranges::find(inputs.study().tables, study::Role::Customer,
                                           &study::TableSpec::role);
  return Error{errors::kNoColumnFor,
               {{"analysis", "effect"},
                {"table", customers == inputs.study().tables.end() ? "-" : customers->name},
                {"wanted", fmt::format("{}, a column of the customers or a feature (客户表的列或特征)", name)},
                {"key", key}}};
}

bool is_among(const std::string& value, std::initializer_list<std::string_view> words) {
  std::string lower = value;
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::find(words, std::string_view(lower)) != words.end();
}

bool means_yes(const std::string& value) {
  return is_among(value, {"1", "yes", "y", "true", "t", "treated", "treatment", "是", "处理组"});
}
bool means_no(const std::string& value) {
  return is_among(value, {"0", "no", "n", "false", "f", "control", "untreated", "none", "否", "对照组"});
}

/// Which values mean yes: those given, else the usual words. Errors: kMeaningUnknown.
Result<std::vector<std::uint8_t>> meanings(const RowValues& column,
                                           const std::vector<std::string>& given, const char* key) {
  std::vector<std::uint8_t> yes;
  for (const auto& value : column.values) {
    const bool is_yes =
        given.empty() ? means_yes(value) : std::ranges::find(given, value) != given.end();
    if (given.empty() && !is_yes && !means_no(value)) {
      std::string shown;
      for (std::size_t i = 0; i < std::min(kValuesShown, column.values.size()); ++i) {
        shown += (i > 0 ? ", " : "") + column.values[i];
      }
      if (column.values.size() > kValuesShown) shown += ", …";
      return Error{errors::kMeaningUnknown,
                   {{"column", column.column}, {"values", shown}, {"key", key}}};
    }
    yes.push_back(is_yes ? 1 : 0);
  }
  return yes;
}

/// Features made of the column: neither they nor the column may be inputs.
void leave_out(const RowValues& column, const dataset::Dataset& data, EffectRows& rows) {
  const auto& features = data.matrix.features;
  const auto named = std::ranges::find(features, column.column, &features::FeatureInfo::name);
  const bool is_feature = column.table.empty() && named != features.end();
  for (const auto& info : features) {
    const bool is_of_column = !column.table.empty() && info.table == column.table &&
                              std::ranges::find(info.columns, column.column) != info.columns.end();
    const bool is_same = is_feature && (info.name == named->name ||
                                        (info.table == named->table && info.columns == named->columns));
    if (is_of_column || is_same) rows.not_inputs.push_back(info.name);
  }
}

Result<void> set_arms(const RowValues& column, const std::vector<std::string>& given,
                      EffectRows& rows) {
  HOLDFAST_TRY(const auto yes, meanings(column, given, "effect.treated"));
  std::vector<std::int32_t> arm_of(column.values.size(), 0);
  rows.arms = {"control"};
  for (const auto& value : given) {  // Also those nobody got, who are refused later by name.
    if (std::ranges::find(rows.arms, value) == rows.arms.end()) rows.arms.push_back(value);
  }
  for (std::size_t v = 0; v < yes.size(); ++v) {
    if (yes[v] == 0) {
      rows.control_values += (rows.control_values.empty() ? "" : ", ") + column.values[v];
      continue;
    }
    auto at = std::ranges::find(rows.arms, column.values[v]);
    if (at == rows.arms.end()) at = rows.arms.insert(at, column.values[v]);
    arm_of[v] = static_cast<std::int32_t>(at - rows.arms.begin());
  }
  // Where treatments are named and there is nothing else, an empty cell says that nobody did anything.
  const bool has_empty = std::ranges::find(column.of_row, -1) != column.of_row.end();
  const std::int32_t of_empty = !given.empty() && rows.control_values.empty() && has_empty ? 0 : -1;
  if (of_empty == 0) {
    rows.control_values = "(empty 空)";
    rows.notes.push_back({"Customers without a value of " + column.column + " are taken for the control group.",
                          "将 " + column.column + " 为空的客户视为对照组。"});
  }
  for (const auto value : column.of_row) {
    rows.arm.push_back(value < 0 ? of_empty : arm_of[static_cast<std::size_t>(value)]);
    rows.treated.push_back(rows.arm.back() > 0 ? 1 : 0);
  }
  return {};
}

/// 1, 0, or −1 where it is not known.
Result<std::vector<int>> outcomes(const Inputs& inputs, const study::EffectSpec& spec,
                                  const dataset::Dataset& data, EffectRows& rows,
                                  Progress& progress) {
  std::vector<int> achieved;
  if (spec.outcome.empty()) {
    rows.is_staying = true;
    rows.outcome_name = {"staying", "留存"};
    for (const auto state : data.matrix.outcome) {
      achieved.push_back(state == features::OutcomeState::Stayed    ? 1
                         : state == features::OutcomeState::Churned ? 0
                                                                    : -1);
    }
    return achieved;
  }
  HOLDFAST_TRY(const auto column, values_of(inputs, spec.outcome, "effect.outcome", data, progress));
  HOLDFAST_TRY(const auto yes, meanings(column, spec.achieved, "effect.achieved"));
  rows.outcome_name = column.name;
  leave_out(column, data, rows);
  for (const auto value : column.of_row) {
    achieved.push_back(value < 0 ? -1 : yes[static_cast<std::size_t>(value)]);
  }
  return achieved;
}

/// The treatments of these rows are refused one by one, so that each is named.
Result<void> check_arms(const EffectRows& rows, const std::vector<std::uint32_t>& some) {
  std::vector<std::int32_t> arm;
  for (const auto row : some) arm.push_back(rows.arm[row]);
  HOLDFAST_TRY_VOID(effect::average_effects(rows.outcomes_of(some), arm, rows.arms, 0));
  return {};
}

}  // namespace

std::vector<std::uint32_t> EffectRows::all() const {
  auto rows = train;
  rows.insert(rows.end(), test.begin(), test.end());
  std::ranges::sort(rows);
  return rows;
}

std::vector<double> EffectRows::outcomes_of(const std::vector<std::uint32_t>& rows) const {
  std::vector<double> some;
  for (const auto row : rows) some.push_back(outcome[row]);
  return some;
}

std::vector<std::uint8_t> EffectRows::treated_of(const std::vector<std::uint32_t>& rows) const {
  std::vector<std::uint8_t> some;
  for (const auto row : rows) some.push_back(treated[row]);
  return some;
}

Result<EffectRows> effect_rows(const Inputs& inputs, const study::EffectSpec& spec,
                               const dataset::Dataset& data, Progress& progress) {
  if (spec.treatment.empty()) {
    return Error{errors::kNoTableFor,
                 {{"analysis", "effect"},
                  {"wanted", "a column that says who was treated (标明谁受到措施的列)"},
                  {"key", "effect.treatment"}}};
  }
  EffectRows rows;
  HOLDFAST_TRY(const auto treatment,
               values_of(inputs, spec.treatment, "effect.treatment", data, progress));
  rows.treatment_name = treatment.name;
  leave_out(treatment, data, rows);
  HOLDFAST_TRY_VOID(set_arms(treatment, spec.treated, rows));
  HOLDFAST_TRY(const auto achieved, outcomes(inputs, spec, data, rows, progress));
  std::size_t unknown = 0;
  for (std::uint32_t row = 0; row < data.split.size(); ++row) {
    const auto split = data.split[row];
    rows.outcome.push_back(achieved[row] == 1 ? 1 : 0);
    const bool is_split = split == Split::Train || split == Split::Validation || split == Split::Test;
    if (!is_split) continue;
    if (rows.arm[row] < 0 || achieved[row] < 0) {
      ++unknown;
      continue;
    }
    (split == Split::Test ? rows.test : rows.train).push_back(row);
  }
  if (unknown > 0) {
    const auto count = with_thousands(static_cast<std::int64_t>(unknown));
    rows.notes.push_back({count + " rows are left out: their treatment or outcome is not known.",
                          count + " 行未使用:不知道是否受到措施或结果如何。"});
  }
  HOLDFAST_TRY_VOID(check_arms(rows, rows.train));
  HOLDFAST_TRY_VOID(check_arms(rows, rows.test));
  return rows;
}

}  // namespace holdfast::analyses
