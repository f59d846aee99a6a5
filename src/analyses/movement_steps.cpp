#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "analyses/errors.hpp"
#include "analyses/movement_parts.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses::movement {
namespace {

constexpr std::size_t kStepsMax = 60;  // Kinds; rarer ones are one.

bool has_steps(const study::TableSpec& table, const study::MovementSpec& spec) {
  if (!spec.path_table.empty()) return table.name == spec.path_table;
  return table.role == study::Role::Event && !table.kind.empty();
}

struct Happened {
  std::uint32_t customer;
  std::int32_t day;
  migration::Step step;
};

// Rare kinds join one; the others keep their order.
void join_rare(std::vector<Happened>& all, std::vector<Text>& names) {
  if (names.size() <= kStepsMax) return;
  std::vector<std::size_t> counts(names.size());
  for (const auto& one : all) ++counts[one.step];
  auto ordered = counts;
  std::ranges::nth_element(ordered, ordered.begin() + kStepsMax - 1, std::ranges::greater{});
  const auto least = ordered[kStepsMax - 1];
  std::vector<migration::Step> place(names.size());
  std::vector<Text> kept;
  for (std::size_t s = 0; s < names.size(); ++s) {
    if (counts[s] < least || kept.size() == kStepsMax) continue;
    place[s] = static_cast<migration::Step>(kept.size() + 1);
    kept.push_back(names[s]);
  }
  for (auto& one : all) {
    const auto at = place[one.step];
    one.step = at == 0 ? static_cast<migration::Step>(kept.size()) : at - 1;
  }
  kept.push_back({"others", "其他"});
  names = std::move(kept);
}

}  // namespace

Result<std::optional<Steps>> gather_steps(const Inputs& inputs, const study::MovementSpec& spec,
                                          const States& states, Progress& progress) {
  Steps steps;
  std::unordered_map<std::string, std::uint32_t> number;
  for (std::uint32_t c = 0; c < states.customers(); ++c) number.emplace(states.customer_keys[c], c);
  std::vector<Happened> all;
  for (const auto& table : inputs.study().tables) {
    if (!has_steps(table, spec)) continue;
    HOLDFAST_TRY(const auto events, read_events(inputs, table.name, {table.kind}, progress));
    if (events.rows() == 0) continue;
    const auto label = features::label_of(table);
    const auto first = static_cast<migration::Step>(steps.names.size());
    const auto* kind = table.kind.empty() || !events.columns[0].is_category() ? nullptr
                                                                              : &events.columns[0];
    if (kind == nullptr) {
      steps.names.push_back(label);
    } else {
      for (const auto& value : kind->categories)
        steps.names.push_back({label.en + ": " + value, label.zh + "·" + value});
    }
    for (std::size_t c = 0; c < events.customers(); ++c) {
      const auto own = number.find(events.customer_keys[c]);
      if (own == number.end()) continue;
      for (auto row = events.begin[c]; row < events.begin[c + 1]; ++row) {
        if (kind != nullptr && kind->valid[row] == 0) continue;
        all.push_back({own->second, events.day[row],
                       first + (kind == nullptr ? 0 : kind->codes[row])});
      }
    }
    steps.tables.push_back(label);
  }
  if (all.empty()) return std::optional<Steps>{};
  join_rare(all, steps.names);
  std::ranges::stable_sort(all, [](const Happened& a, const Happened& b) {
    return std::tie(a.customer, a.day) < std::tie(b.customer, b.day);
  });
  steps.starts.assign(states.customers() + 1, 0);
  for (const auto& one : all) {
    steps.step.push_back(one.step);
    steps.day.push_back(one.day);
    ++steps.starts[one.customer + 1];
  }
  for (std::size_t c = 1; c < steps.starts.size(); ++c) steps.starts[c] += steps.starts[c - 1];
  return std::optional(std::move(steps));
}

Result<std::optional<Lost>> gather_lost(const Inputs& inputs, const study::MovementSpec& spec,
                                        Progress& progress) {
  if (spec.destination.empty()) return std::optional<Lost>{};
  const auto& tables = inputs.study().tables;
  const auto at = std::ranges::find_if(tables, [&](const study::TableSpec& table) {
    return table.role == study::Role::Event && table.type_of(spec.destination) &&
           !table.amount.empty();
  });
  if (at == tables.end()) {
    return Error{errors::kNoTableFor,
                 {{"analysis", "movement"},
                  {"wanted", "events with an amount and the column " + spec.destination},
                  {"key", "movement.destination"}}};
  }
  HOLDFAST_TRY(const auto events,
               read_events(inputs, at->name, {at->amount, spec.destination}, progress));
  const auto& amount = events.columns[0];
  const auto& where = events.columns[1];
  if (!where.is_category()) {
    return Error{errors::kNoColumnFor, {{"analysis", "movement"},
                                        {"wanted", "a text of destinations"},
                                        {"table", at->name},
                                        {"key", "movement.destination"}}};
  }
  Lost lost;
  for (const auto& name : where.categories) lost.destinations.push_back({name, name});
  lost.destinations.push_back({"not said", "未注明"});
  std::vector<double> amounts;
  std::vector<std::uint16_t> destinations;
  for (std::size_t row = 0; row < events.rows(); ++row) {
    if (amount.valid[row] == 0) continue;
    amounts.push_back(std::abs(amount.values[row]));  // Outflows are often written below 0.
    destinations.push_back(static_cast<std::uint16_t>(
        where.valid[row] != 0 ? where.codes[row] : where.categories.size()));
  }
  HOLDFAST_TRY(lost.found, migration::destinations_of({.amount = amounts,
                                                       .destination = destinations,
                                                       .segment = {},
                                                       .destinations = lost.destinations.size()}));
  return std::optional(std::move(lost));
}

}  // namespace holdfast::analyses::movement
