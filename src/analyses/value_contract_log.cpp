#include <algorithm>
#include <tuple>

#include "analyses/errors.hpp"
#include "analyses/terms.hpp"
#include "analyses/value_amounts.hpp"

namespace holdfast::analyses::value_parts {
namespace {

/// One term of a contract.
struct Term {
  std::string contract;
  std::string chain;                // What its successors share with it.
  std::int32_t start = 0, end = 0;  // The day after its last; a cancellation ends it.
  std::int32_t agreed_end = 0;      // Whether it was cancelled or not.
  bool is_cancelled = false;
  double premium = 0;               // As agreed.
  double amount = 0, profit = 0;    // Earned so far.
  bool is_open = false;             // Runs on: what it will cost is not known yet.
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
  std::optional<std::size_t> end, cancelled, contract, product;
  std::optional<std::size_t> chain;  // Nothing: any contract of the customer succeeds any other.
};

ContractColumns columns_of(const Setting& setting, const study::Study& study) {
  const auto& table = *setting.table;
  const bool is_by_contract =
      study.entity == study::Entity::Contract && table.contract_key != table.customer_key;
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
  if (!is_by_contract) return columns;
  columns.contract = add(table.contract_key);
  const bool is_by_vehicle = study.churn && study.churn->successor_by_vehicle;
  const auto vehicle = is_by_vehicle ? add(table.vehicle) : std::nullopt;
  columns.product = add(table.product);
  columns.chain = vehicle ? vehicle : columns.contract;
  return columns;
}

std::optional<std::int32_t> day_in(const CustomerEvents& events,
                                   const std::optional<std::size_t>& column, std::size_t row) {
  if (!column || events.columns[*column].valid[row] == 0) return std::nullopt;
  return static_cast<std::int32_t>(events.columns[*column].values[row]);
}

Term term_of(const CustomerEvents& events, const ContractColumns& columns, const Amounts& amounts,
             std::size_t row, std::int32_t usual_days) {
  Term term;
  term.start = events.day[row];
  term.premium = term.amount = amounts.spend(row);
  term.profit = amounts.profit(row);
  term.end = day_in(events, columns.end, row).value_or(term.start + usual_days);
  term.agreed_end = term.end;
  const auto cancelled = day_in(events, columns.cancelled, row);
  if (cancelled && *cancelled >= term.start && *cancelled < term.end) {
    term.end = *cancelled;
    term.is_cancelled = true;
  }
  if (columns.contract) term.contract = key_cell(events.columns[*columns.contract], row);
  if (columns.chain) term.chain = key_cell(events.columns[*columns.chain], row);
  return term;
}

/// Some number every renewal anew: then contracts of one product succeed each other.
void choose_chain(ContractColumns& columns, const CustomerEvents& events) {
  if (!columns.chain || columns.chain != columns.contract) return;
  std::vector<std::string> keys;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    keys.clear();
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row)
      keys.push_back(key_cell(events.columns[*columns.contract], row));
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end()) return;  // A number that is renewed.
  }
  columns.chain = columns.product;
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
    return std::tie(a.chain, a.start) < std::tie(b.chain, b.start);
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
        i > 0 && terms[i - 1].chain == term.chain && term.start <= until + grace_days;
    if (!is_next) {
      if (i > 0) close();
      log.contracts.push_back({.customer = customer, .key = term.contract, .start = term.start});
      until = term.start;
    }
    auto& contract = log.contracts.back();
    ++contract.terms;
    if (term.agreed_end + grace_days <= log.last_day) ++contract.decided;
    contract.key = term.contract;
    contract.last_amount = term.premium;
    contract.amount += term.amount;
    contract.profit += term.profit;
    log.margins.push_back(
        {static_cast<std::uint32_t>(log.contracts.size() - 1), contract.terms, term.profit});
    until = std::max(until, term.end);
    is_cancelled = term.is_cancelled;
  }
  if (!terms.empty()) close();
}

/// Where costs are known, a term that runs on would flatter: it is paid, its costs are yet to come. With
/// costs by row it counts once they are known, with costs by day as far as it has gone.
void count_earned(Term& term, const Amounts& amounts, std::size_t row, const study::ValueSpec& spec,
                  std::int32_t last_day) {
  term.is_open = term.end > last_day + 1;
  if (!term.is_open || (spec.cost.empty() && spec.cost_table.empty())) return;
  const double days = term.end - term.start, gone = last_day + 1 - term.start;
  const bool has_row_cost = amounts.cost != nullptr;
  double share = days > 0 ? std::clamp(gone / days, 0.0, 1.0) : 1;
  if (has_row_cost) share = amounts.cost->valid[row] != 0 ? 1 : 0;
  term.amount *= share;
  term.profit *= share;
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
  auto columns = columns_of(setting, study);
  HOLDFAST_TRY(const auto events, read_events(inputs, setting.table->name, columns.names, progress));
  if (events.rows() == 0) {
    return Error{errors::kNothingThere,
                 {{"analysis", "value"},
                  {"what", "table " + setting.table->name +
                               " has no rows before this day (此日之前没有记录)"}}};
  }
  choose_chain(columns, events);
  ContractLog log;
  log.last_day = inputs.as_of().number - 1;
  log.first_day = *std::ranges::min_element(events.day);
  log.term_days = usual_length(events, columns);
  const auto rule = term_rule(study);
  const int grace_days = rule.grace_days;
  const auto amounts = amounts_of(events, setting, columns.amount);
  std::vector<Term> terms;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    terms.clear();
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (!rule.is_taken_up(events.day[row], day_in(events, columns.cancelled, row))) {
        ++log.terms_not_taken_up;
        continue;
      }
      terms.push_back(term_of(events, columns, amounts, row, log.term_days));
      count_earned(terms.back(), amounts, row, setting.spec, log.last_day);
      log.open_terms += terms.back().is_open ? 1 : 0;
    }
    if (terms.empty()) continue;
    const auto first = log.contracts.size();
    add_contracts(log, terms, static_cast<std::uint32_t>(log.keys.size()), grace_days);
    log.keys.push_back(events.customer_keys[c]);
    take_costs(log, costs, first, events.customer_keys[c]);
  }
  if (log.contracts.empty()) {
    return Error{errors::kNothingThere,
                 {{"analysis", "value"},
                  {"what", "no term of table " + setting.table->name + " was taken up (没有一个合同期生效)"}}};
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
  return log;
}

}  // namespace holdfast::analyses::value_parts
