// The kinds of the last k events, latest first.

#include <fmt/format.h>

#include "features/attribute.hpp"

namespace holdfast::features {
namespace {

struct SequenceScratch final : Prepared {
  std::vector<std::uint32_t> codes;
};

class SequenceFamily final : public Family {
 public:
  int table = 0;
  Cell kind;
  std::vector<std::string> categories;
  std::vector<int> slots;  // [k] latest first.

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<SequenceScratch>();
    const auto& column = bucket.tables[static_cast<std::size_t>(table)]
                             .columns[static_cast<std::size_t>(kind.column)];
    scratch->codes = map_categories(column.categories, categories);
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    const auto& map = static_cast<SequenceScratch&>(*prepared).codes;
    const auto& data = batch.table(table);
    const auto& codes = batch.column(table, kind.column).codes;
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = batch.view(table).of(row);
      for (std::size_t k = 0; k < slots.size() && k < seen.size(); ++k) {
        const auto source = seen[seen.size() - 1 - k];
        if (!kind.is_readable(data, source, batch.cutoffs[row])) continue;
        out.set_code(slots[k], row, map[codes[source]]);
      }
    }
  }
};

}  // namespace

void add_sequence_features(Builder& builder, const study::TableSpec& table) {
  if (table.kind.empty() || !builder.wants("sequence")) return;
  const auto& counts = builder.categories_of(table.name, table.kind);
  if (counts.size() < 2) return;
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : counts) kinds.push_back(kind);
  auto family = std::make_unique<SequenceFamily>();
  family->table = builder.table(table.name);
  for (int k = 1; k <= builder.study().features.last_kinds; ++k) {
    const auto which = k == 1 ? Text{"the latest", "最近一次"}
                              : Text{fmt::format("number {} from the end", k), fmt::format("倒数第{}次", k)};
    const int slot = builder.add_category(
        table,
        {.name = fmt::format("{}_{}_last_{}", table.name, table.kind, k),
         .family = "sequence",
         .columns = {table.kind},
         .sentence = {fmt::format("{} of {}, {}", label_of(table, table.kind).en, label_of(table).en, which.en),
                      fmt::format("{}{}的{}", which.zh, label_of(table).zh, label_of(table, table.kind).zh)}},
        kinds);
    family->slots.push_back(slot);
    if (slot == kNoSlot) continue;
    family->categories = builder.slots()[static_cast<std::size_t>(slot)].categories;
  }
  if (family->categories.empty()) return;
  family->kind = builder.cell(family->table, table, table.kind);
  builder.keep(std::move(family));
}

}  // namespace holdfast::features
