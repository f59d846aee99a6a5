#include <algorithm>
#include <tuple>

#include "analyses/errors.hpp"
#include "analyses/value_amounts.hpp"

namespace holdfast::analyses::value_parts {
namespace {

/// One term of a contract.
struct Term {
  std::string contract;
  std::int32_t start = 0, end = 0;  // The day after its last; a cancellation ends it.
  bool is_cancelled = false;
  double amount = 0, profit = 0;
};

std::string key_cell(const EventColumn& column, std::size_t row) {
  if (column.valid[row] == 0) return {};
  if (column.is_category()) return column.categories[column.codes[row]];
  return std::to_string(static_cast<std::int64_t>(column.values[row]));
}

/// The columns a contract table is read by; places of those there are.
struct ContractColumns {
  std::vector<std::string> names;
  std::size_t amount = 0;
  std::optional<std::size_t> end, cancelled, contract;
};

ContractColumns columns_of(const Setting& setting, bool is_by_contract) {
  ContractColumns columns;
  const auto add = [&](const std::string& name) -> std::optional<std::size_t> {
    if (name.empty()) return std::nullopt;
    columns.names.push_back(name);
    return columns.names.size() - 1;
  };
  columns.amount = *add(setting.table->amount);
  add(setting.spec.cost);  // Beside the amount, where amounts_of looks.
  columns.end = add(setting.table->end);
  columns.cancelled = add(setting.table->cancelled);
  if (is_by_contract && setting.table->contract_key != setting.table->customer_key) {
    columns.contract = add(setting.table->contract_key);
  }
  return columns;
}

Term term_of(const CustomerEvents& events, const ContractColumns& columns, const Amounts& amounts,
             std::size_t row, std::int32_t usual_days) {
  Term term;
  term.start = events.day[row];
  term.amount = amounts.spend(row);
  term.profit = amounts.profit(row);
  const auto day_of = [&](const std::optional<std::size_t>& at) -> std::optional<std::int32_t> {
    if (!at || events.columns[*at].valid[row] == 0) return std::nullopt;
    return static_cast<std::int32_t>(events.columns[*at].values[row]);
  };
  term.end = day_of(columns.end).value_or(term.start + usual_days);
  const auto cancelled = day_of(columns.cancelled);
  if (cancelled && *cancelled >= term.start && *cancelled < term.end) {
    term.end = *cancelled;
    term.is_cancelled = true;
  }
  if (columns.contract) term.contract = key_cell(events.columns[*columns.contract], row);
  return term;
}

std::int32_t usual_length(const CustomerEvents& events, const ContractColumns& columns) {
  std::vector<std::int32_t> lengths;
  for (std::size_t row = 0; columns.end && row < events.rows(); ++row) {
    const auto& end = events.columns[*columns.end];
    if (end.valid[row] == 0) continue;
    const auto length = static_cast<std::int32_t>(end.values[row]) - events.day[row];
    if (length > 0) lengths.push_back(length);
  }
  if (lengths.empty()) return 365;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  return *middle;
}

/// Terms that follow each other are one contract; a longer gap begins another.
void add_contracts(ContractLog& log, std::vector<Term>& terms, std::uint32_t customer,
                   int grace_days) {
  std::ranges::stable_sort(terms, [](const Term& a, const Term& b) {
    return std::tie(a.contract, a.start) < std::tie(b.contract, b.start);
  });
  std::int32_t until = 0;
  bool is_cancelled = false;
  const auto close = [&] {
    auto& contract = log.contracts.back();
    contract.has_ended = is_cancelled ? until <= log.last_day : until + grace_days <= log.last_day;
    contract.watched = (log.last_day - contract.start + 1) / log.term_days;
  };
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto& term = terms[i];
    const bool is_next =
        i > 0 && terms[i - 1].contract == term.contract && term.start <= until + grace_days;
    if (!is_next) {
      if (i > 0) close();
      log.contracts.push_back({.customer = customer, .key = term.contract, .start = term.start});
      until = term.start;
    }
    auto& contract = log.contracts.back();
    ++contract.terms;
    contract.last_amount = term.amount;
    contract.amount += term.amount;
    contract.profit += term.profit;
    log.margins.push_back(
        {static_cast<std::uint32_t>(log.contracts.size() - 1), contract.terms, term.profit});
    until = std::max(until, term.end);
    is_cancelled = term.is_cancelled;
  }
  if (!terms.empty()) close();
}

void take_costs(ContractLog& log, const Costs& costs, std::size_t first, std::string_view key) {
  const auto own = costs.find(key);
  if (own == costs.end()) return;
  for (const auto& [day, cost] : own->second) {
    for (std::size_t i = log.contracts.size(); i-- > first;) {
      auto& contract = log.contracts[i];
      if (day < contract.start && i > first) continue;
      contract.profit -= cost;
      const int term = std::clamp((day - contract.start) / log.term_days + 1, 1, contract.terms);
      log.margins.push_back({static_cast<std::uint32_t>(i), term, -cost});
      break;
    }
  }
}

}  // namespace

Result<ContractLog> gather_contracts(const Inputs& inputs, const Setting& setting,
                                     Progress& progress) {
  HOLDFAST_TRY(const auto costs, read_costs(inputs, setting.spec, progress));
  const auto& study = inputs.study();
  const auto columns = columns_of(setting, study.entity == study::Entity::Contract);
  HOLDFAST_TRY(auto events, read_events(inputs, setting.table->name, columns.names, progress));
  if (events.rows() == 0) {
    return Error{errors::kNothingThere,
                 {{"analysis", "value"},
                  {"what", "table " + setting.table->name +
                               " has no rows before this day (此日之前没有记录)"}}};
  }
  ContractLog log;
  log.last_day = inputs.as_of().number - 1;
  log.first_day = *std::ranges::min_element(events.day);
  log.term_days = usual_length(events, columns);
  const int grace_days = study.churn ? study.churn->grace_days : 30;
  const auto amounts = amounts_of(events, setting, columns.amount);
  std::vector<Term> terms;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    terms.clear();
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      terms.push_back(term_of(events, columns, amounts, row, log.term_days));
    }
    const auto first = log.contracts.size();
    add_contracts(log, terms, static_cast<std::uint32_t>(c), grace_days);
    take_costs(log, costs, first, events.customer_keys[c]);
  }
  const auto is_new = [&](const Contract& contract) {
    return contract.start > log.first_day + log.term_days + grace_days;
  };
  // Left out where enough remain to see how long contracts last.
  const auto fresh = std::ranges::count_if(log.contracts, is_new);
  log.has_early = 2 * fresh >= std::ssize(log.contracts);
  std::erase_if(log.margins, [&](const value::Margin& margin) {
    return margin.period > log.contracts[margin.customer].watched;
  });
  log.keys = std::move(events.customer_keys);
  return log;
}

}  // namespace holdfast::analyses::value_parts
