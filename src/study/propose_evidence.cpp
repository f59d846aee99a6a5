#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"

/// What the data say about keys, times and outcomes.
namespace holdfast::study {
namespace {

constexpr double kUniqueShare = 0.999;
constexpr double kOverlapShare = 0.8;

bool is_key_type(const ColumnFacts& column) {
  return column.type == tables::ColumnType::Text || column.type == tables::ColumnType::Integer;
}

std::string compact(std::string_view name) {
  auto out = tidy_name(name);
  std::erase(out, '_');
  return out;
}

double share_within(const ColumnFacts& part, const ColumnFacts& whole) {
  if (part.values.empty()) return 0;
  const auto found =
      std::ranges::count_if(part.values, [&](auto hash) { return whole.values.contains(hash); });
  return static_cast<double>(found) / static_cast<double>(part.values.size());
}

bool names_somebody(const NameWords& name) {
  return name.ends_with("id") ||
         name.has({"no", "number", "code", "customer", "client", "member", "user", "subscriber",
                   "holder", "号", "编号", "代码", "客户", "会员", "用户"});
}

bool is_period(const ColumnFacts& column) {
  return column.values.size() > 1 && !column.is_dated() && comes_again(column) &&
         NameWords(column.name)
             .has({"year", "month", "quarter", "week", "period", "wave", "年", "月", "季", "周", "期"});
}

bool are_pairs_unique(const ColumnFacts& a, const ColumnFacts& b) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
  for (std::size_t row = 0; row < a.cells.size(); ++row) pairs.emplace(a.cells[row], b.cells[row]);
  return static_cast<double>(pairs.size()) >= kUniqueShare * static_cast<double>(a.cells.size());
}

/// A column with somebody's name or number on one row of every year or month.
bool is_customer_of_panel(const TableFacts& table, const ColumnFacts& column) {
  if (!is_key_type(column) || !comes_again(column) || column.values.size() <= kCategoriesMax ||
      !names_somebody(NameWords(column.name))) {
    return false;
  }
  return std::ranges::any_of(table.columns, [&](const ColumnFacts& period) {
    return &period != &column && is_period(period) && are_pairs_unique(column, period);
  });
}

/// A count of the rows beside a customer who comes again: the id in a table of one row a policy and
/// year.
bool is_row_number(const TableFacts& table, const ColumnFacts& column) {
  constexpr int kNamesSomebody = 40;
  if (column.type != tables::ColumnType::Integer) return false;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const double counted = column.numbers[0] + static_cast<double>(row);
    if (column.cells[row] == 0 || column.numbers[row] != counted) return false;
  }
  return std::ranges::any_of(table.columns, [&](const ColumnFacts& other) {
    if (&other == &column || !is_key_type(other) || !comes_again(other)) return false;
    return customer_key_strength(NameWords(other.name)) >= kNamesSomebody ||
           is_customer_of_panel(table, other);
  });
}

struct KeyGroup {
  int strength = 0;
  int tables_count = 0;
  bool is_unique_somewhere = false;
  int score() const { return strength + 25 * (tables_count - 1) + (is_unique_somewhere ? 10 : 0); }
};

std::string best_group(const std::vector<TableFacts>& tables) {
  std::map<std::string, KeyGroup> groups;
  for (const auto& table : tables) {
    for (const auto& column : table.columns) {
      const int strength = customer_key_strength(NameWords(column.name));
      if (strength == 0 || !is_key_type(column) || column.values.size() < 2) continue;
      if (is_row_number(table, column)) continue;
      auto& group = groups[compact(column.name)];
      group.strength = std::max(group.strength, strength);
      ++group.tables_count;
      group.is_unique_somewhere = group.is_unique_somewhere || is_unique(column);
    }
  }
  std::string best;
  for (const auto& [name, group] : groups) {
    if (best.empty() || group.score() > groups[best].score()) best = name;
  }
  return best;
}

/// A column of `table` whose values all but lie in a unique column of a table already reached.
std::optional<Reference> find_path(const std::vector<TableFacts>& tables, const KeyPlan& plan,
                                   std::size_t table) {
  for (std::size_t there = 0; there < tables.size(); ++there) {
    if (there == table || !plan.is_reached(there)) continue;
    for (const auto& column : tables[table].columns) {
      if (!is_key_type(column) || column.values.size() < 2) continue;
      for (const auto& target : tables[there].columns) {
        if (!is_key_type(target) || !is_unique(target)) continue;
        const bool same_name = compact(target.name) == compact(column.name);
        const bool is_key = NameWords(column.name).ends_with("id") ||
                            is_policy_key(NameWords(column.name)) ||
                            customer_key_strength(NameWords(column.name)) > 0;
        if ((same_name || is_policy_key(NameWords(target.name))) && is_key &&
            share_within(column, target) >= kOverlapShare) {
          return Reference{column.name, tables[there].name, target.name};
        }
      }
    }
  }
  return std::nullopt;
}

bool means_same_key(std::string_view table, const ColumnFacts& column, std::string_view key) {
  const NameWords name(column.name), key_name(key), table_name(table);
  const auto is_bare = [](const NameWords& words) { return words.is("id") || words.is("编号"); };
  const int strength = customer_key_strength(name), key_strength = customer_key_strength(key_name);
  if (is_bare(key_name)) return strength >= 90;
  if (is_bare(name)) {
    return key_strength >= 90 && is_unique(column) &&
           table_name.has({"customer", "client", "member", "user", "客户", "会员", "用户"});
  }
  return strength >= 60 && strength == key_strength;
}

int median(std::vector<int> numbers) {
  if (numbers.empty()) return 0;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

}  // namespace

bool is_unique(const ColumnFacts& column) {
  return column.present_count > 1 && static_cast<double>(column.values.size()) >=
                                         kUniqueShare * static_cast<double>(column.cells.size());
}

bool comes_again(const ColumnFacts& key) {
  constexpr double kRowsEach = 1.3;
  return static_cast<double>(key.present_count) >=
         kRowsEach * static_cast<double>(key.values.size());
}

std::string key_of_lone_table(const TableFacts& table) {
  const auto found = std::ranges::find_if(table.columns, [&](const ColumnFacts& column) {
    return is_customer_of_panel(table, column);
  });
  if (found != table.columns.end()) return found->name;
  for (const auto& column : table.columns) {
    const NameWords name(column.name);
    const bool is_key =
        name.ends_with("id") || name.has({"no", "number", "code", "号", "编号", "代码"});
    if (is_key && is_unique(column) && !column.is_dated()) return column.name;
  }
  return {};
}

Result<void> names_each_once(const TableSpec& table, const TableFacts& facts) {
  const auto* key = facts.find(table.customer_key);
  if (table.role != Role::Customer || key == nullptr || !comes_again(*key)) return {};
  return Error{errors::kKeyRepeats,
               {{"table", table.name},
                {"column", key->name},
                {"rows", with_thousands(key->present_count)},
                {"customers", with_thousands(static_cast<std::int64_t>(key->values.size()))}},
               {facts.location, 0, 0, ""}};
}

KeyPlan plan_keys(const std::vector<TableFacts>& tables) {
  KeyPlan plan;
  plan.customer_key.resize(tables.size());
  plan.via.resize(tables.size());
  const auto group = best_group(tables);
  if (group.empty()) return plan;
  const ColumnFacts* domain = nullptr;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const auto& column : tables[i].columns) {
      if (compact(column.name) != group || !is_key_type(column)) continue;
      plan.customer_key[i] = column.name;
      if (domain == nullptr || column.values.size() > domain->values.size()) domain = &column;
    }
  }
  // The same key under another name: id in a table of customers, customer_id in the next. Small
  // numbers overlap by chance, so that the names must agree on what they number.
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!plan.customer_key[i].empty()) continue;
    for (const auto& column : tables[i].columns) {
      if (!is_key_type(column) || !means_same_key(tables[i].name, column, domain->name)) continue;
      if (std::max(share_within(column, *domain), share_within(*domain, column)) < kOverlapShare) {
        continue;
      }
      plan.customer_key[i] = column.name;
      break;
    }
  }
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      if (plan.is_reached(i)) continue;
      plan.via[i] = find_path(tables, plan, i);
      again = again || plan.via[i].has_value();
    }
  }
  return plan;
}

std::optional<Term> find_term(const TableFacts& table) {
  const ColumnFacts *start = nullptr, *end = nullptr;
  int start_strength = 0, end_strength = 0;
  for (const auto& column : table.columns) {
    if (!column.is_dated()) continue;
    const NameWords name(column.name);
    if (const int strength = term_start_strength(name); strength > start_strength) {
      start_strength = strength;
      start = &column;
    }
    if (const int strength = term_end_strength(name); strength > end_strength) {
      end_strength = strength;
      end = &column;
    }
  }
  if (start == nullptr || end == nullptr || start == end) return std::nullopt;
  std::vector<int> durations;
  std::size_t forward = 0, both = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (start->days[row] == kNoDay || end->days[row] == kNoDay) continue;
    ++both;
    forward += end->days[row] > start->days[row] ? 1 : 0;
    durations.push_back(end->days[row] - start->days[row]);
  }
  const auto share = [](std::size_t a, std::size_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
  };
  if (both == 0 || share(both, table.rows) < 0.9 || share(forward, both) < 0.95)
    return std::nullopt;
  Term term{start->name, end->name, "", median(std::move(durations))};
  if (term.days_median < 20 || term.days_median > 2000) return std::nullopt;
  for (const auto& column : table.columns) {
    if (column.is_dated() && is_cancellation(NameWords(column.name)) && &column != end &&
        &column != start) {
      term.cancelled = column.name;
    }
  }
  return term;
}

std::string find_event_time(const TableFacts& table) {
  const ColumnFacts* best = nullptr;
  int best_score = 0;
  for (const auto& column : table.columns) {
    const NameWords name(column.name);
    if (!column.is_dated() || is_birth(name) || column.present_count == 0) continue;
    const double present =
        static_cast<double>(column.present_count) / static_cast<double>(table.rows);
    int score = 1 + static_cast<int>(present * 10);
    if (name.has({"date", "time", "day", "日期", "时间", "datetime", "timestamp"})) score += 2;
    if (name.has({"invoice", "order", "event", "transaction", "created", "happened", "occurred",
                  "issued", "发生", "创建", "下单", "缴费", "出险"})) {
      score += 3;
    }
    if (is_recording_time(name) || is_cancellation(name)) score -= 4;
    if (score > best_score) {
      best_score = score;
      best = &column;
    }
  }
  return best == nullptr ? "" : best->name;
}

bool is_constant_by_key(const TableFacts& table, const ColumnFacts& column,
                        const ColumnFacts& key) {
  struct Seen {
    std::uint64_t value = 0;
    bool is_repeated = false, differs = false;
  };
  std::unordered_map<std::uint64_t, Seen> seen;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (key.cells[row] == 0) continue;
    const auto [entry, is_new] = seen.try_emplace(key.cells[row], Seen{column.cells[row]});
    if (is_new) continue;
    entry->second.is_repeated = true;
    entry->second.differs = entry->second.differs || entry->second.value != column.cells[row];
  }
  std::size_t repeated = 0, differing = 0;
  for (const auto& [hash, entry] : seen) {
    repeated += entry.is_repeated ? 1 : 0;
    differing += entry.differs ? 1 : 0;
  }
  return repeated >= 20 && static_cast<double>(differing) <= 0.02 * static_cast<double>(repeated);
}

int usual_silence_days(const ColumnFacts& key, const ColumnFacts& time) {
  std::vector<std::pair<std::uint64_t, std::int32_t>> visits;
  for (std::size_t row = 0; row < key.cells.size(); ++row) {
    if (key.cells[row] != 0 && time.days[row] != kNoDay)
      visits.emplace_back(key.cells[row], time.days[row]);
  }
  std::ranges::sort(visits);
  const auto repeats = std::ranges::unique(visits);
  visits.erase(repeats.begin(), repeats.end());
  std::vector<int> pauses;
  auto first = kNoDay, last = kNoDay;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const auto day = visits[i].second;
    first = i == 0 ? day : std::min(first, day);
    last = i == 0 ? day : std::max(last, day);
    if (i > 0 && visits[i].first == visits[i - 1].first)
      pauses.push_back(day - visits[i - 1].second);
  }
  int days = 90;
  if (!pauses.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(static_cast<double>(pauses.size() - 1) * 0.95);
    std::ranges::nth_element(pauses, pauses.begin() + at);
    days = (pauses[static_cast<std::size_t>(at)] + 29) / 30 * 30;
  }
  const int room = visits.empty() ? 30 : (last - first) / 4 / 30 * 30;
  return std::clamp(days, 30, std::max(30, room));
}

}  // namespace holdfast::study
