#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/movement_bands.hpp"
#include "analyses/movement_parts.hpp"
#include "analyses/terms.hpp"
#include "core/net_amount.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses::movement {
namespace {

constexpr std::size_t kStatesMax = 12;
constexpr std::size_t kSegmentsMax = 8;
constexpr std::size_t kPeriodsLeast = 3;

/// Periods of whole months: numbers, names, last days.
struct Calendar {
  int months = 1;
  std::int32_t first_month = 0;  // Months since year 0.
  std::size_t periods = 0;       // Complete ones.

  static std::int32_t month_of(std::int32_t day) {
    const auto date = civil_of(Day{day});
    return date.year * 12 + date.month - 1;
  }
  static Day first_day(std::int32_t month) {
    return *day_from_civil(month / 12, month % 12 + 1, 1);
  }
  std::int32_t period_of(std::int32_t day) const {
    const auto since = month_of(day) - first_month;
    return since >= 0 ? since / months : -1;
  }
  std::int32_t last_day(std::size_t period) const {
    return first_day(first_month + static_cast<std::int32_t>(period + 1) * months).number - 1;
  }
  std::string name(std::size_t period) const {
    const auto month = first_month + static_cast<std::int32_t>(period) * months;
    if (months == 12 && month % 12 == 0) return fmt::format("{}", month / 12);
    return fmt::format("{}-{:02}", month / 12, month % 12 + 1);
  }
};

const study::TableSpec* choose_table(const study::Study& study, const std::string& named) {
  if (!named.empty()) return study.find(named);
  using study::Role;
  using study::Topic;
  const auto first = [&](auto fits) -> const study::TableSpec* {
    const auto at = std::ranges::find_if(study.tables, fits);
    return at == study.tables.end() ? nullptr : &*at;
  };
  const auto has_amount = [](const study::TableSpec& t) { return !t.amount.empty(); };
  if (auto* t = first([&](const auto& s) { return s.topic == Topic::Balance && has_amount(s); })) return t;
  if (auto* t = first([&](const auto& s) { return s.role == Role::Attribute && has_amount(s); })) return t;
  if (auto* t = first([&](const auto& s) { return s.topic == Topic::Purchase && has_amount(s); })) return t;
  if (auto* t = first([&](const auto& s) { return s.role == Role::Contract && has_amount(s); })) return t;
  return first([&](const auto& s) { return s.role == Role::Event && has_amount(s); });
}

Reading reading_of(const study::TableSpec& table) {
  if (table.role == study::Role::Contract) return Reading::Contract;
  if (table.role == study::Role::Attribute || table.topic == study::Topic::Balance) return Reading::Level;
  return Reading::Flow;
}

// The columns read, by place; npos: not there.
struct Places {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::string> names;
  std::size_t amount = kNone, state = kNone, by = kNone, end = kNone, cancelled = kNone;

  std::size_t add(const std::string& name) {
    if (name.empty()) return kNone;
    names.push_back(name);
    return names.size() - 1;
  }
};

/// A change of a customer's level, for tables that hold levels and contracts.
struct Change {
  std::int32_t day;
  double by;
};

class Gathering {
 public:
  Gathering(const CustomerEvents& events, const Places& places, Reading reading, int after_days,
            const TermRule& rule)
      : events_(events), places_(places), reading_(reading), after_days_(after_days), rule_(rule) {}

  double number(std::size_t place, std::size_t row) const {
    const auto& column = events_.columns[place];
    return column.valid[row] != 0 ? column.values[row] : 0;
  }
  bool has(std::size_t place, std::size_t row) const {
    return place != Places::kNone && events_.columns[place].valid[row] != 0;
  }
  /// A term that was not taken up ends as it begins.
  std::int32_t contract_end(std::size_t row) const {
    std::int32_t end = has(places_.end, row)
                           ? static_cast<std::int32_t>(number(places_.end, row))
                           : std::numeric_limits<std::int32_t>::max();
    if (has(places_.cancelled, row)) {
      // A cancellation counts within its own contract.
      const auto cancelled = static_cast<std::int32_t>(number(places_.cancelled, row));
      if (!rule_.is_taken_up(events_.day[row], cancelled)) return events_.day[row];
      if (cancelled >= events_.day[row]) end = std::min(end, cancelled);
    }
    return end;
  }
  /// The row a customer begins with; nothing where no contract of his was taken up.
  std::optional<std::size_t> first_row(std::size_t customer) const {
    auto row = events_.begin[customer];
    const auto end = events_.begin[customer + 1];
    while (row < end && reading_ == Reading::Contract && contract_end(row) <= events_.day[row]) ++row;
    return row < end ? std::optional(row) : std::nullopt;
  }
  // Levels at the end of days, ascending; one a day.
  std::vector<Change> levels(std::size_t customer) const {
    std::vector<Change> changes;
    for (auto row = events_.begin[customer]; row < events_.begin[customer + 1]; ++row) {
      const double amount = places_.amount == Places::kNone ? 1 : number(places_.amount, row);
      const auto day = events_.day[row];
      if (reading_ == Reading::Level) {
        changes.push_back({day, amount});
      } else if (reading_ == Reading::Contract) {
        const auto end = contract_end(row);
        if (end <= day) continue;
        changes.push_back({day, amount});
        if (end < std::numeric_limits<std::int32_t>::max()) changes.push_back({end, -amount});
      } else {
        changes.push_back({day, amount});
        changes.push_back({day + after_days_, -amount});  // What was bought in the last days.
      }
    }
    std::ranges::stable_sort(changes, {}, &Change::day);
    std::vector<Change> levels;
    double level = 0;
    for (const auto& change : changes) {
      level = reading_ == Reading::Level ? change.by : level + change.by;
      if (std::abs(level) < 1e-6) level = 0;  // Sums that come back to nothing.
      if (!levels.empty() && levels.back().day == change.day) levels.back().by = level;
      else levels.push_back({change.day, level});
    }
    return levels;
  }

 private:
  const CustomerEvents& events_;
  const Places& places_;
  Reading reading_;
  int after_days_;
  TermRule rule_;
};

// The usual length of a contract, in days.
int usual_term(const CustomerEvents& events, const Gathering& gathering) {
  std::vector<std::int32_t> terms;
  for (std::size_t row = 0; row < events.rows(); ++row) {
    const auto end = gathering.contract_end(row);
    if (end < std::numeric_limits<std::int32_t>::max()) terms.push_back(end - events.day[row]);
  }
  if (terms.empty()) return 0;
  const auto middle = terms.begin() + static_cast<std::ptrdiff_t>(terms.size() / 2);
  std::ranges::nth_element(terms, middle);
  return std::clamp(*middle, 0, 3650);
}

// The amount of each period from the customer's first on: what came in, or stands at the end.
std::vector<double> amounts_of(const CustomerEvents& events, const Places& places,
                               const std::vector<Change>& levels, Reading reading,
                               const Calendar& calendar, std::size_t customer, std::size_t first) {
  std::vector<double> amounts(calendar.periods - first);
  if (reading == Reading::Flow) {
    std::vector<NetAmount> sums(amounts.size());
    for (auto row = events.begin[customer]; row < events.begin[customer + 1]; ++row) {
      const auto period = static_cast<std::size_t>(calendar.period_of(events.day[row]));
      if (period >= calendar.periods) continue;
      const auto& amount = events.columns[places.amount];
      if (amount.valid[row] != 0) sums[period - first].add(amount.values[row]);
    }
    std::ranges::transform(sums, amounts.begin(), &NetAmount::value);
    return amounts;
  }
  std::size_t next = 0;
  double level = 0;
  for (std::size_t p = first; p < calendar.periods; ++p) {
    for (; next < levels.size() && levels[next].day <= calendar.last_day(p); ++next)
      level = levels[next].by;
    amounts[p - first] = level;
  }
  return amounts;
}

// By the state column: the last value in the period; levels and contracts carry it on.
std::vector<std::optional<std::uint32_t>> codes_of(const CustomerEvents& events,
                                                   const Places& places, const Gathering& gathering,
                                                   Reading reading, const Calendar& calendar,
                                                   std::size_t customer, std::size_t first) {
  std::vector<std::optional<std::uint32_t>> codes(calendar.periods - first);
  const auto& column = events.columns[places.state];
  for (auto row = events.begin[customer]; row < events.begin[customer + 1]; ++row) {
    if (column.valid[row] == 0) continue;
    const auto from = static_cast<std::size_t>(calendar.period_of(events.day[row]));
    if (from >= calendar.periods) continue;
    auto until = reading == Reading::Flow ? from + 1 : calendar.periods;
    if (reading == Reading::Contract) {
      const auto end = gathering.contract_end(row);
      while (until > from && calendar.last_day(until - 1) >= end) --until;
    }
    for (auto p = from; p < until; ++p) codes[p - first] = column.codes[row];
  }
  return codes;
}

Text measure_of(const study::TableSpec& table, Reading reading, int months,
                const std::string& currency) {
  auto measure = features::label_of(table, table.amount);
  if (reading == Reading::Flow) {
    const auto word = period_word(months);
    measure = {measure.en + " in a " + word.en, "每" + word.zh + "的" + measure.zh};
  } else if (reading == Reading::Contract) {
    measure = {measure.en + " in force", "有效" + measure.zh};
  }
  if (currency.empty()) return measure;
  return {measure.en + ", " + currency, measure.zh + "," + currency};
}

Text nothing_word(Reading reading) {
  switch (reading) {
    case Reading::Level: return {"none", "零"};
    case Reading::Flow: return {"nothing bought", "未购买"};
    case Reading::Contract: return {"none in force", "无有效合同"};
  }
  return {};
}

// The most frequent codes as places; rarer ones share the last.
struct Named {
  std::vector<Text> names;
  std::vector<std::uint16_t> place;  // [categories]
};
Named most_frequent(const EventColumn& column, std::size_t most) {
  std::vector<std::size_t> counts(column.categories.size());
  for (std::size_t row = 0; row < column.codes.size(); ++row)
    counts[column.codes[row]] += column.valid[row];
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](auto c) { return counts[c]; });
  std::erase_if(order, [&](auto c) { return counts[c] == 0; });
  Named named{.names = {}, .place = std::vector<std::uint16_t>(counts.size())};
  const bool has_rest = order.size() > most;
  const auto kept = has_rest ? most - 1 : order.size();
  for (std::size_t i = 0; i < order.size(); ++i) {
    named.place[order[i]] = static_cast<std::uint16_t>(std::min(i, kept));
    if (i < kept) named.names.push_back({column.categories[order[i]], column.categories[order[i]]});
  }
  if (has_rest) named.names.push_back({"others", "其他"});
  return named;
}

}  // namespace

Result<States> gather_states(const Inputs& inputs, const study::MovementSpec& spec,
                             Progress& progress) {
  const auto* table = choose_table(inputs.study(), spec.table);
  if (table == nullptr || (table->amount.empty() && spec.state.empty())) {
    return Error{errors::kNoTableFor, {{"analysis", "movement"},
                                       {"wanted", "dated rows with an amount or a state (带金额或状态的记录)"},
                                       {"key", "movement.table"}}};
  }
  const auto reading = reading_of(*table);
  Places places;
  places.amount = places.add(table->amount);
  places.state = places.add(spec.state);
  places.by = places.add(table->type_of(spec.by) ? spec.by : std::string());
  if (reading == Reading::Contract) {
    places.end = places.add(table->end);
    places.cancelled = places.add(table->cancelled);
  }
  HOLDFAST_TRY(const auto events, read_events(inputs, table->name, places.names, progress));
  const auto* info = inputs.store().find(table->name);
  const Error nothing{errors::kNothingThere,
                      {{"analysis", "movement"},
                       {"what", "fewer than 3 complete periods in " + table->name + " (完整的期间少于 3 个)"}}};
  if (events.rows() == 0 || info == nullptr) return nothing;
  States states{.reading = reading, .table = features::label_of(*table), .measured = {}};
  states.last_day = std::min(inputs.as_of().number - 1, info->complete_until.number);
  Calendar calendar;
  // Where the study says nothing, contracts of a year move by the year.
  const bool is_open = !inputs.study().analyses.movement.has_value();
  calendar.months = is_open && reading == Reading::Contract ? 12 : spec.every_months;
  calendar.first_month = Calendar::month_of(*std::ranges::min_element(events.day));
  if (12 % calendar.months == 0) calendar.first_month -= calendar.first_month % calendar.months;
  while (calendar.last_day(calendar.periods) <= states.last_day) ++calendar.periods;
  if (is_open && calendar.periods < kPeriodsLeast && calendar.months == 12) {
    calendar.months = 3;
    calendar.periods = 0;
    while (calendar.last_day(calendar.periods) <= states.last_day) ++calendar.periods;
  }
  if (calendar.periods < kPeriodsLeast) return nothing;
  states.months = calendar.months;
  states.measured = measure_of(*table, reading, calendar.months, inputs.study().profit.currency);
  for (std::size_t p = 0; p < calendar.periods; ++p) states.periods.push_back(calendar.name(p));
  const Gathering gathering(events, places, reading, spec.after_days, term_rule(inputs.study()));
  states.after_days = spec.after_days;
  if (reading == Reading::Contract) {
    // Within one term every contract comes to its end once, whenever a step is taken: a shorter time
    // would only say which steps are taken shortly before the end.
    states.after_days = std::max(states.after_days, usual_term(events, gathering) + 1);
  }
  if (places.state != Places::kNone && !events.columns[places.state].is_category()) {
    return Error{errors::kNoColumnFor, {{"analysis", "movement"},
                                        {"wanted", "a text of states (表示状态的文本)"},
                                        {"table", table->name},
                                        {"key", "movement.state"}}};
  }
  std::vector<double> amounts;  // Of the rows below.
  std::vector<std::optional<std::uint32_t>> codes;
  Named segments;
  const bool has_segments = places.by != Places::kNone && events.columns[places.by].is_category();
  if (has_segments) segments = most_frequent(events.columns[places.by], kSegmentsMax);
  for (std::size_t c = 0; c < events.customers(); ++c) {
    const auto first_row = gathering.first_row(c);
    if (!first_row) continue;
    const auto number = static_cast<std::uint32_t>(states.customers());
    states.customer_keys.push_back(events.customer_keys[c]);
    const auto levels = gathering.levels(c);
    for (const auto& level : levels) {
      states.balance_day.push_back(level.day);
      states.balance.push_back(level.by);
    }
    states.balance_starts.push_back(states.balance.size());
    const auto first = static_cast<std::size_t>(calendar.period_of(events.day[*first_row]));
    if (first >= calendar.periods) continue;
    if (places.state == Places::kNone) {
      const auto own = amounts_of(events, places, levels, reading, calendar, c, first);
      amounts.insert(amounts.end(), own.begin(), own.end());
    } else {
      const auto own = codes_of(events, places, gathering, reading, calendar, c, first);
      codes.insert(codes.end(), own.begin(), own.end());
    }
    std::uint16_t segment = 0;
    if (has_segments && events.columns[places.by].valid[*first_row] != 0)
      segment = segments.place[events.columns[places.by].codes[*first_row]];
    for (auto p = first; p < calendar.periods; ++p) {
      states.customer.push_back(number);
      states.period.push_back(static_cast<std::int32_t>(p));
      if (has_segments) states.segment.push_back(segment);
    }
  }
  if (has_segments) states.segments = segments.names;
  if (places.state == Places::kNone) {
    const auto bands = bands_of(spec.bands, amounts, nothing_word(reading));
    states.states = bands.names;
    states.lowest = std::uint16_t{0};
    for (const double amount : amounts) states.state.push_back(bands.of(amount));
  } else {
    const auto named = most_frequent(events.columns[places.state], kStatesMax);
    states.measured = features::label_of(*table, spec.state);
    states.states = named.names;
    const auto none = static_cast<std::uint16_t>(named.names.size());
    if (std::ranges::any_of(codes, [](const auto& code) { return !code; })) {
      states.states.push_back(nothing_word(reading));
      states.lowest = none;
    }
    for (const auto& code : codes) states.state.push_back(code ? named.place[*code] : none);
  }
  states.now.assign(states.customers(), States::kNowhere);
  for (std::size_t row = 0; row < states.state.size(); ++row) {
    if (states.period[row] + 1 == static_cast<std::int32_t>(calendar.periods))
      states.now[states.customer[row]] = states.state[row];
  }
  return states;
}

}  // namespace holdfast::analyses::movement
