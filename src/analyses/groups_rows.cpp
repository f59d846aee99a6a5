#include "analyses/groups_rows.hpp"

#include <algorithm>

#include "analyses/errors.hpp"
#include "analyses/groups_inputs.hpp"
#include "analyses/known_outcomes.hpp"
#include "dataset/errors.hpp"

namespace holdfast::analyses {
namespace {

/// Groups need no outcomes; without them nothing is said of who leaves.
bool is_about_outcomes(const Error& error) {
  using namespace dataset::errors;
  const ErrorKind* const kinds[] = {&kNoRows, &kTooFewRows, &kNoChurner, &kAllChurners, &kEmptySplit, &kOneClassSplit};
  return std::ranges::find(kinds, error.kind) != std::end(kinds);
}

}  // namespace

Result<GroupRows> group_rows(const Inputs& inputs, Progress& progress) {
  const auto known = inputs.dataset(progress);
  if (!known.ok() && !is_about_outcomes(known.error())) return known.error();
  const auto* data = known.ok() ? *known : nullptr;
  HOLDFAST_TRY(const auto* today, inputs.today(progress));
  if (today->rows == 0) {
    return Error{errors::kNothingThere,
                 {{"analysis", "groups"}, {"what", "nobody is active on this day (该日没有在册客户)"}}};
  }
  HOLDFAST_TRY(auto chosen, group_inputs(inputs, data, *today));
  GroupRows rows{.names = std::move(chosen.names), .currency = inputs.study().profit.currency,
                 .notes = std::move(chosen.notes)};
  rows.is_by_contract = today->contract_keys.size() > 1;
  rows.who = rows.is_by_contract ? Text{"contracts", "份合同"} : Text{"customers", "位客户"};
  rows.bare_zh = rows.is_by_contract ? "合同" : "客户";
  for (const auto& name : rows.names) {
    const auto found = std::ranges::find(today->features, name, &features::FeatureInfo::name);
    const auto at = static_cast<std::size_t>(found - today->features.begin());
    rows.features.push_back(*found);
    rows.categories.push_back(today->columns[at].categories);
    rows.words.push_back(category_words(inputs.words_of(*found), today->columns[at].categories));
  }
  HOLDFAST_TRY(rows.today, dataset::Frame::align(*today, rows.names, rows.categories));
  if (data != nullptr) {
    const auto past = rows_with_outcome(data->matrix);
    rows.past = dataset::Frame::gather(*data, past);
    for (const auto r : past) {
      rows.left.push_back(data->matrix.outcome[r] == features::OutcomeState::Churned ? 1 : 0);
      rows.past_customer.push_back(data->matrix.customer[r]);
    }
  } else {
    rows.notes.push_back({"Nothing is said of who leaves: " + message_of(known.error(), Language::En) + ".",
                          "未能说明流失情况:" + message_of(known.error(), Language::Zh) + "。"});
  }
  for (const auto cents : today->value_cents) rows.value.push_back(static_cast<double>(cents) / 100);
  if (std::ranges::all_of(rows.value, [](double value) { return value == 0; })) rows.value.clear();
  return rows;
}

}  // namespace holdfast::analyses
