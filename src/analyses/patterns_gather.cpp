#include <algorithm>
#include <bit>
#include <optional>

#include "analyses/errors.hpp"
#include "analyses/events.hpp"
#include "analyses/patterns_parts.hpp"
#include "features/builder.hpp"

namespace holdfast::analyses::patterns {
namespace {

// Values that belong to one customer each are numbers of invoices and the like, not items.
constexpr double kCustomersOfAnItem = 2;

const study::TableSpec* choose_table(const study::Study& study, const std::string& named) {
  if (!named.empty()) return study.find(named);
  for (const auto& table : study.tables) {
    if (table.topic == study::Topic::Purchase) return &table;
  }
  // What the company does is no choice of the customer.
  const auto is_chosen = [](const study::TableSpec& table) {
    return table.role == study::Role::Event && table.topic != study::Topic::Payment &&
           table.topic != study::Topic::Reminder;
  };
  for (const auto& table : study.tables) {
    if (is_chosen(table) && !table.kind.empty()) return &table;
  }
  for (const auto& table : study.tables) {
    if (is_chosen(table)) return &table;
  }
  return nullptr;
}

std::vector<std::string> item_candidates(const study::TableSpec& table,
                                         const study::PatternsSpec& spec) {
  if (!spec.item.empty()) return {spec.item};
  if (!table.kind.empty()) return {table.kind};
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    const auto& name = column.format.name;
    const bool is_text = column.format.type == tables::ColumnType::Text;
    if (!is_text || column.is_ignored || column.mark != study::Mark::None) continue;
    if (name == table.customer_key || name == table.contract_key || name == spec.basket) continue;
    names.push_back(name);
  }
  return names;
}

double customers_of_a_value(const CustomerEvents& events, const EventColumn& column) {
  std::vector<std::size_t> last(column.categories.size(), static_cast<std::size_t>(-1));
  std::vector<std::uint8_t> is_used(last.size());
  std::size_t pairs = 0, used = 0;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    for (auto row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (column.valid[row] == 0) continue;
      const auto code = column.codes[row];
      if (last[code] != c) ++pairs;
      last[code] = c;
      used += is_used[code] == 0 ? 1 : 0;
      is_used[code] = 1;
    }
  }
  return used < 2 ? 0 : static_cast<double>(pairs) / static_cast<double>(used);
}

// The column of items: the one named, else the first whose values many customers share.
std::optional<std::size_t> choose_item(const CustomerEvents& events, std::size_t candidates) {
  if (candidates == 1) return 0;
  for (std::size_t c = 0; c < candidates; ++c) {
    if (customers_of_a_value(events, events.columns[c]) >= kCustomersOfAnItem) return c;
  }
  return std::nullopt;
}

struct Line {
  std::uint64_t basket;  // Day, or value of the basket column, as bits.
  std::uint32_t item;
  std::int64_t day;
};

void add_customer(std::vector<Line>& lines, Bought& bought) {
  for (const auto& line : lines) {
    bought.items_by_customer.push_back(line.item);
    bought.days.push_back(line.day);
  }
  bought.customer_starts.push_back(bought.days.size());
  std::ranges::stable_sort(lines, {}, &Line::basket);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0 && lines[i].basket != lines[i - 1].basket)
      bought.basket_starts.push_back(bought.basket_items.size());
    bought.basket_items.push_back(lines[i].item);
  }
  if (!lines.empty()) bought.basket_starts.push_back(bought.basket_items.size());
}

}  // namespace

Result<Bought> gather(const Inputs& inputs, const study::PatternsSpec& spec, Progress& progress) {
  const auto* table = choose_table(inputs.study(), spec.table);
  if (table == nullptr) {
    return Error{errors::kNoTableFor, {{"analysis", "patterns"},
                                       {"wanted", "events with a column of items"},
                                       {"key", "patterns.table"}}};
  }
  auto columns = item_candidates(*table, spec);
  const Error no_item{errors::kNoColumnFor, {{"analysis", "patterns"},
                                             {"wanted", "a text that several customers share"},
                                             {"table", table->name},
                                             {"key", "patterns.item"}}};
  if (columns.empty()) return no_item;
  const auto candidates = columns.size();
  if (!table->amount.empty()) columns.push_back(table->amount);
  if (!spec.basket.empty()) columns.push_back(spec.basket);
  HOLDFAST_TRY(const auto events, read_events(inputs, table->name, columns, progress));
  const auto chosen = choose_item(events, candidates);
  if (!chosen || !events.columns[*chosen].is_category()) return no_item;
  const auto& item = events.columns[*chosen];
  const auto* amount = table->amount.empty() ? nullptr : &events.columns[candidates];
  const auto* basket = spec.basket.empty() ? nullptr : &events.columns.back();
  Bought bought{.table = features::label_of(*table),
                .item = features::label_of(*table, item.name),
                .items = item.categories,
                .is_guessed = spec.table.empty() && table->topic != study::Topic::Purchase};
  std::vector<Line> lines;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    lines.clear();
    for (auto row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (item.valid[row] == 0) {
        ++bought.rows_without_item;
        continue;
      }
      if (amount != nullptr && amount->valid[row] != 0 && amount->values[row] < 0) {
        ++bought.rows_returned;
        continue;
      }
      const auto day = static_cast<std::int64_t>(events.day[row]);
      std::uint64_t number = static_cast<std::uint32_t>(events.day[row]);
      if (basket != nullptr) {
        if (basket->valid[row] == 0) continue;
        number = basket->is_category() ? basket->codes[row] : std::bit_cast<std::uint64_t>(basket->values[row]);
      }
      lines.push_back({number, item.codes[row], day});
    }
    if (lines.empty()) continue;
    bought.customer_keys.push_back(events.customer_keys[c]);
    add_customer(lines, bought);
  }
  if (bought.baskets() == 0) {
    return Error{errors::kNothingThere,
                 {{"analysis", "patterns"}, {"what", table->name + " has no rows with an item"}}};
  }
  return bought;
}

std::string joined(const std::vector<std::uint32_t>& places, const std::vector<std::string>& items) {
  std::string text;
  for (const auto place : places) {
    if (!text.empty()) text += " + ";
    text += items[place];
  }
  return text;
}

}  // namespace holdfast::analyses::patterns
