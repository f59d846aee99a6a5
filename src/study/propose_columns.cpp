#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/lexer.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"

/// What single columns of a table are proposed to be.
namespace holdfast::study {
namespace {

/// U+4000 to U+9FFF, as UTF-8 begins them.
bool has_chinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xE4 && byte <= 0xE9;
  });
}

}  // namespace

std::pair<std::string, std::string> find_validity(const TableFacts& facts) {
  std::pair<std::string, std::string> out;
  for (const auto& column : facts.columns) {
    const NameWords name(column.name);
    if (!column.is_dated() || !name.has({"valid"})) continue;
    (name.has({"to", "until", "end"}) ? out.second : out.first) = column.name;
  }
  return out;
}

bool is_calendar_year(const ColumnFacts& column) {
  constexpr double kFirst = 1900, kLast = 2100;
  constexpr std::size_t kYearsMin = 5;
  if (!column.is_number() || column.values.size() < kYearsMin) return false;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const double year = column.numbers[row];
    if (column.cells[row] != 0 && !(year >= kFirst && year <= kLast && year == std::floor(year))) return false;
  }
  return true;
}

bool is_index(const std::string& name, const ColumnFacts& column, const TableSpec& table) {
  return (name.empty() || lower(name) == "index" || name.starts_with("Unnamed")) &&
         is_unique(column) && table.customer_key != name;
}

bool is_key(const TableSpec& table, const std::string& name) {
  return name == table.customer_key || name == table.contract_key ||
         (table.via && table.via->column == name);
}

Text way_to_customer(const TableSpec& table) {
  if (!table.customer_key.empty()) {
    return {fmt::format("key {}", table.customer_key), fmt::format("键为 {}", table.customer_key)};
  }
  if (table.via) {
    return {fmt::format("by {} to {}", table.via->column, table.via->table),
            fmt::format("经 {} 对应到 {}", table.via->column, table.via->table)};
  }
  if (!table.join_on.empty()) {
    const auto columns = join(table.join_on, ", ");
    return {fmt::format("joined on {}", columns), fmt::format("按 {} 关联", columns)};
  }
  return {"each row is one", "每行一名"};
}

Text look_at_term(const TableFacts& facts, const ColumnFacts& known, const NameWords& words,
                  ColumnSpec& column, const TableSpec& table) {
  const auto& name = column.format.name;
  if (is_key(table, name) || !known.is_number()) return {};
  const auto* key = facts.find(table.contract_key);
  const bool counts_others =
      (words.has({"in"}) && words.has({"force"})) ||
      (words.has({"max"}) && words.has({"policies", "products", "contracts"}));
  if (counts_others) {
    column.is_ignored = true;
    return Text{"counts contracts as of the extract, so it knows who left",
                "按提取日统计合同数,已含流失信息"};
  } else if (sums_up_history(words) && key != nullptr && is_constant_by_key(facts, known, *key)) {
    column.is_ignored = true;
    return Text{"one value for all terms: a total as of the extract, which includes the future",
                "各期取值相同: 为提取日的累计值,包含未来信息"};
  } else if (builds_up_in_a_term(words)) {
    column.known_at = table.end;
    return Text{"builds up during the term, known at its end", "在合同期内累积,期末才知道"};
  }
  return {};
}

std::string currency_by_name(const std::vector<TableFacts>& tables, Language language) {
  bool is_chinese = language == Language::Zh;
  for (const auto& table : tables) {
    for (const auto& column : table.columns) {
      const NameWords name(column.name);
      if (name.has({"usd", "dollar", "美元"})) return "USD";
      if (name.has({"eur", "euro", "欧元"})) return "EUR";
      if (name.has({"gbp", "英镑"})) return "GBP";
      if (name.has({"hkd", "港元", "港币"})) return "HKD";
      if (name.has({"cny", "rmb", "yuan", "人民币"})) return "CNY";
      is_chinese = is_chinese || has_chinese(column.name);
    }
  }
  return is_chinese ? "CNY" : "";
}

void choose_topic(const TableFacts& facts, TableSpec& table) {
  if (table.role != Role::Event) return;
  table.topic = topic_of(NameWords(facts.name));
  for (const auto& column : facts.columns) {
    if (table.topic == Topic::None) table.topic = topic_of(NameWords(column.name));
  }
}

void choose_amount(const TableFacts& facts, TableSpec& table) {
  if (table.role != Role::Contract && table.role != Role::Event) return;
  int best = 0;
  const ColumnFacts *quantity = nullptr, *price = nullptr;
  for (const auto& column : facts.columns) {
    if (!column.is_number() || is_key(table, column.name)) continue;
    const NameWords words(column.name);
    const int strength =
        table.role == Role::Contract ? premium_strength(words) : amount_strength(words);
    if (is_quantity(words)) quantity = &column;
    if (is_unit_price(words)) price = &column;
    if (strength <= best) continue;
    best = strength;
    table.amount = column.name;
  }
  if (quantity == nullptr || price == nullptr || (best > 2 && table.amount != price->name)) return;
  ComputedColumn made;
  made.name = facts.find("amount") == nullptr ? "amount" : "line_amount";
  made.type = tables::ColumnType::Money;
  made.expression = name_in_source(quantity->name) + " * " + name_in_source(price->name);
  made.label = {"amount of the line", "行金额"};
  table.amount = made.name;
  table.computed.push_back(std::move(made));
}

void choose_event_columns(const TableFacts& facts, TableSpec& table) {
  for (const auto& column : facts.columns) {
    const NameWords words(column.name);
    const bool is_taken = is_key(table, column.name) || column.name == table.amount;
    const bool is_id = words.ends_with("id") || words.has({"no", "number", "编号", "号"});
    if (!is_taken && is_id && is_unique(column) && table.event_id.empty())
      table.event_id = column.name;
    const bool is_kind =
        words.has({"type", "kind", "mode", "category", "channel", "类型", "方式", "种类", "类别"});
    if (!is_taken && is_kind && column.counts.size() > 1 && column.counts.size() <= 30 &&
        table.kind.empty()) {
      table.kind = column.name;
    }
    const bool is_late =
        column.is_dated() && is_recording_time(words) && column.name != table.event_time;
    if (is_late && table.known_at.empty()) table.known_at = column.name;
  }
}

void mark_column(ColumnSpec& column, const NameWords& words, const ColumnFacts& known,
                 const TableSpec& table, Language language) {
  if (is_key(table, column.format.name)) return;
  if (words.has({"year", "年", "年份", "年度"}) && is_calendar_year(known)) column.unit = "calendar year";
  column.mark = mark_of(words);
  // Whether somebody has a mailbox or a telephone (yes, none) tells nobody who it is.
  const bool says_whether = column.format.type == tables::ColumnType::Boolean ||
                            (known.values.size() <= 2 && !is_unique(known));
  if (column.mark == Mark::Identifier && says_whether) column.mark = Mark::None;
  // A place of few values is a region, one of many an address.
  if (words.has({"address", "street", "地址", "住址"}) && known.values.size() > kCategoriesMax) {
    column.mark = Mark::Identifier;
  }
  if (column.mark != Mark::Personal) return;
  const Text reason{"to be confirmed: bears on the need for the product", "待确认: 与产品需求相关"};
  column.use_because = reason.in(language);
}

}  // namespace holdfast::study
