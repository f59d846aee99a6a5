// Contract terms: the row's own contract (or the customer's current one), its chain of earlier
// terms, and what else the customer holds.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "features/attribute.hpp"

namespace holdfast::features {
namespace {

struct ContractScratch final : Prepared {
  CodeMaps codes;
  std::vector<std::uint32_t> products;
};

/// A column whose change from one term to the next is told: the premium, discount levels.
struct Change {
  Cell cell;
  int share = kNoSlot;       // Now ÷ before − 1.
  int difference = kNoSlot;  // Now − before.
};

class ContractFamily final : public Family {
 public:
  int table = 0;
  bool is_own_contract = false;  // The study's entity is the contract.
  Cell end, cancelled, product, amount, vehicle;
  std::vector<RowAttribute> attributes;
  std::vector<Change> changes;
  int days_to_end = kNoSlot, term_days = kNoSlot, days_in_term = kNoSlot, tenure_days = kNoSlot;
  int renewals = kNoSlot, contracts = kNoSlot, active = kNoSlot, products = kNoSlot;
  int active_amount = kNoSlot;

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<ContractScratch>();
    scratch->codes = map_codes(attributes, bucket.tables[static_cast<std::size_t>(table)]);
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    auto& scratch = static_cast<ContractScratch&>(*prepared);
    const auto& data = batch.table(table);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = batch.view(table).of(row);
      const auto cutoff = batch.cutoffs[row];
      if (!seen.empty()) out.set(tenure_days, row, cutoff - data.event_day[seen.front()]);
      portfolio(data, seen, cutoff, row, scratch, out);
      const auto current = current_of(batch, data, seen, cutoff, row);
      if (!current) continue;
      term(data, *current, cutoff, row, out);
      for (std::size_t a = 0; a < attributes.size(); ++a) {
        write_attribute(attributes[a], scratch.codes[a], data, *current, cutoff, row, out);
      }
      chain(data, seen, *current, cutoff, row, out);
    }
  }

 private:
  bool is_active(const history::TableData& data, std::uint32_t source, std::int32_t cutoff) const {
    if (cancelled.exists() && cancelled.is_readable(data, source, cutoff)) return false;
    if (!end.exists() || !end.is_readable(data, source, cutoff)) return true;
    return data.columns[static_cast<std::size_t>(end.column)].days[source] >= cutoff;
  }

  std::optional<std::uint32_t> current_of(const Batch& batch, const history::TableData& data,
                                          std::span<const std::uint32_t> seen, std::int32_t cutoff,
                                          std::size_t row) const {
    if (seen.empty()) return std::nullopt;
    if (is_own_contract && batch.rows[row].contract_row != kNoRow) {
      const auto own = batch.rows[row].contract_row;
      if (std::ranges::find(seen, own) == seen.end()) return std::nullopt;
      return own;
    }
    for (auto at = seen.size(); at > 0; --at) {
      if (is_active(data, seen[at - 1], cutoff)) return seen[at - 1];
    }
    return seen.back();
  }

  void term(const history::TableData& data, std::uint32_t source, std::int32_t cutoff,
            std::size_t row, Out& out) const {
    out.set(days_in_term, row, cutoff - data.event_day[source]);
    if (!end.exists() || !end.is_readable(data, source, cutoff)) return;
    const auto last = data.columns[static_cast<std::size_t>(end.column)].days[source];
    out.set(days_to_end, row, last - cutoff);
    out.set(term_days, row, last - data.event_day[source]);
  }

  void portfolio(const history::TableData& data, std::span<const std::uint32_t> seen,
                 std::int32_t cutoff, std::size_t row, ContractScratch& scratch, Out& out) const {
    double held = 0, sum = 0;
    scratch.products.clear();
    for (const auto source : seen) {
      if (!is_active(data, source, cutoff)) continue;
      held += 1;
      if (amount.exists() && amount.is_readable(data, source, cutoff)) {
        sum += number_at(data.columns[static_cast<std::size_t>(amount.column)], source);
      }
      if (product.exists() && product.is_readable(data, source, cutoff)) {
        const auto code = data.columns[static_cast<std::size_t>(product.column)].codes[source];
        if (std::ranges::find(scratch.products, code) == scratch.products.end()) {
          scratch.products.push_back(code);
        }
      }
    }
    out.set(contracts, row, static_cast<double>(seen.size()));
    out.set(active, row, held);
    out.set(products, row, static_cast<double>(scratch.products.size()));
    out.set(active_amount, row, sum);
  }

  bool same_chain(const history::TableData& data, std::uint32_t a, std::uint32_t b) const {
    for (const auto* cell : {&product, &vehicle}) {
      if (!cell->exists()) continue;
      const auto& column = data.columns[static_cast<std::size_t>(cell->column)];
      if (!column.is_valid(a) || !column.is_valid(b)) continue;
      if (number_at(column, a) != number_at(column, b)) return false;
    }
    return true;
  }

  /// Earlier terms of the same product and vehicle; the latest of them is what a renewal changed.
  void chain(const history::TableData& data, std::span<const std::uint32_t> seen,
             std::uint32_t current, std::int32_t cutoff, std::size_t row, Out& out) const {
    double earlier = 0;
    std::optional<std::uint32_t> before;
    for (const auto source : seen) {
      if (data.event_day[source] >= data.event_day[current]) break;
      if (!same_chain(data, source, current)) continue;
      earlier += 1;
      before = source;
    }
    out.set(renewals, row, earlier);
    if (!before) return;
    for (const auto& change : changes) {
      const auto& column = data.columns[static_cast<std::size_t>(change.cell.column)];
      if (!change.cell.is_readable(data, current, cutoff) ||
          !change.cell.is_readable(data, *before, cutoff)) {
        continue;
      }
      const double now = number_at(column, current), then = number_at(column, *before);
      out.set(change.difference, row, now - then);
      if (then != 0) out.set(change.share, row, now / then - 1);
    }
  }
};

bool is_discount(std::string_view name) {
  return name_has(name, {"discount", "bonus", "ncd", "折扣", "优惠", "无赔款"});
}

}  // namespace

void add_contract_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("contract")) return;
  auto family = std::make_unique<ContractFamily>();
  const int t = builder.table(table.name);
  family->table = t;
  family->is_own_contract = builder.study().entity == study::Entity::Contract;
  family->end = builder.cell(t, table, table.end, true);
  family->cancelled = builder.cell(t, table, table.cancelled);
  if (!table.product.empty()) family->product = builder.cell(t, table, table.product);
  if (builder.type_of(table.name, table.product) != tables::ColumnType::Text) family->product = {};
  if (!table.vehicle.empty()) family->vehicle = builder.cell(t, table, table.vehicle);
  if (!table.amount.empty()) family->amount = builder.cell(t, table, table.amount);

  const auto add = [&](std::string name, std::vector<std::string> columns, std::string unit, Text sentence) {
    return builder.add(table, {.name = table.name + "_" + name,
                               .family = "contract",
                               .columns = std::move(columns),
                               .unit = std::move(unit),
                               .sentence = std::move(sentence)});
  };
  family->tenure_days = add("tenure_days", {table.start}, "days",
                            {"time since the first contract began", "首份合同起的时间"});
  family->days_in_term = add("days_in_term", {table.start}, "days",
                             {"time since the current term began", "当前合同已生效时间"});
  if (family->end.exists()) {
    family->days_to_end = add("days_to_end", {table.end}, "days",
                              {"time until the contract ends", "距合同到期的时间"});
    family->term_days = add("term_days", {table.start, table.end}, "days",
                            {"length of the term", "合同期限"});
  }
  family->renewals = add("renewals", {table.start}, "",
                         {"renewals so far", "至今续保次数"});
  family->contracts = add("total", {table.start}, "", {"contracts ever begun", "历史合同总数"});
  family->active = add("active", {table.start, table.end}, "", {"contracts in force", "有效合同数"});
  if (family->product.exists()) {
    family->products = add("products_held", {table.product}, "",
                           {"different products in force", "持有的有效产品种数"});
  }
  if (family->amount.exists()) {
    const auto* spec = table.find(table.amount);
    family->active_amount = add(table.amount + "_in_force", {table.amount}, spec == nullptr ? "" : spec->unit,
                                {fmt::format("total {} of contracts in force", label_of(table, table.amount).en),
                                 fmt::format("有效合同的{}合计", label_of(table, table.amount).zh)});
  }
  for (const auto* column : builder.usable(table)) {
    const auto& name = column->format.name;
    const auto type = builder.type_of(table.name, name);
    const bool is_number = type != tables::ColumnType::Text && type != tables::ColumnType::Day;
    if (!is_number || (name != table.amount && !is_discount(name))) continue;
    const auto label = label_of(table, name);
    Change change{.cell = builder.cell(t, table, name)};
    change.share = add(name + "_change", {name}, "share",
                       {fmt::format("change of {} against the term before", label.en),
                        fmt::format("{}较上期的变动比例", label.zh)});
    change.difference = add(name + "_difference", {name}, column->unit,
                            {fmt::format("difference of {} to the term before", label.en),
                             fmt::format("{}较上期的变动额", label.zh)});
    family->changes.push_back(change);
  }
  family->attributes = propose_row_attributes(builder, table, "contract");
  builder.keep(std::move(family));
}

}  // namespace holdfast::features
