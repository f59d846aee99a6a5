// How long ago: days since the last and the first event, also by kind.

#include <algorithm>

#include <fmt/format.h>

#include "features/builder.hpp"

namespace holdfast::features {
namespace {

struct RecencyScratch final : Prepared {
  std::vector<std::uint32_t> place_of;  // By code of the kind column.
  std::vector<std::int32_t> last_day;   // [kinds + 1]
};

class RecencyFamily final : public Family {
 public:
  int table = 0;
  int since_last = kNoSlot, since_first = kNoSlot;
  Cell kind;
  std::vector<std::string> kinds;
  std::vector<int> since_kind;  // [kinds]

  std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const override {
    auto scratch = std::make_unique<RecencyScratch>();
    if (kinds.empty()) return scratch;
    const auto& column = bucket.tables[static_cast<std::size_t>(table)]
                             .columns[static_cast<std::size_t>(kind.column)];
    for (const auto& category : column.categories) {
      scratch->place_of.push_back(
          static_cast<std::uint32_t>(std::ranges::find(kinds, category) - kinds.begin()));
    }
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    const auto& data = batch.table(table);
    const auto& view = batch.view(table);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      if (view.count[row] == 0) continue;
      const auto seen = view.of(row);
      out.set(since_last, row, batch.cutoffs[row] - data.event_day[seen.back()]);
      out.set(since_first, row, batch.cutoffs[row] - data.event_day[seen.front()]);
    }
    if (!kinds.empty()) by_kind(batch, static_cast<RecencyScratch&>(*prepared), out);
  }

 private:
  void by_kind(const Batch& batch, RecencyScratch& scratch, Out& out) const {
    constexpr auto kNot = std::numeric_limits<std::int32_t>::min();
    const auto& data = batch.table(table);
    const auto& view = batch.view(table);
    const auto& codes = batch.column(table, kind.column).codes;
    const bool goes_on = view.is_shared && kind.is_plain();
    std::size_t from = 0;
    scratch.last_day.assign(kinds.size() + 1, kNot);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto seen = view.of(row);
      if (!goes_on) {
        from = 0;
        scratch.last_day.assign(kinds.size() + 1, kNot);
      }
      for (; from < seen.size(); ++from) {
        const auto r = seen[from];
        if (!kind.is_readable(data, r, batch.cutoffs[row])) continue;
        scratch.last_day[scratch.place_of[codes[r]]] = data.event_day[r];
      }
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        if (scratch.last_day[k] != kNot) out.set(since_kind[k], row, batch.cutoffs[row] - scratch.last_day[k]);
      }
    }
  }
};

}  // namespace

void add_recency_features(Builder& builder, const study::TableSpec& table) {
  if (!builder.wants("recency")) return;
  auto family = std::make_unique<RecencyFamily>();
  family->table = builder.table(table.name);
  const auto add = [&](std::string name, std::string en, std::string zh, std::string filter) {
    Draft draft{.name = table.name + "_" + name, .family = "recency", .columns = {table.event_time}};
    draft.unit = "days";
    draft.filter = std::move(filter);
    draft.sentence = {std::move(en), std::move(zh)};
    return builder.add(table, std::move(draft));
  };
  family->since_last = add("days_since_last", fmt::format("time since the last of {}", label_of(table).en),
                           fmt::format("距最近一次{}的时间", label_of(table).zh), "");
  family->since_first = add("days_since_first", fmt::format("time since the first of {}", label_of(table).en),
                            fmt::format("距首次{}的时间", label_of(table).zh), "");
  const auto kinds = top_categories(builder, table.name, table.kind);
  bool has_kinds = false;
  if (!table.kind.empty() && kinds.size() > 1) {
    for (const auto& kind : kinds) {
      family->since_kind.push_back(add("days_since_last_" + name_part(kind),
                                       fmt::format("time since the last “{}” of {}", kind, label_of(table).en),
                                       fmt::format("距最近一次“{}”{}的时间", kind, label_of(table).zh),
                                       fmt::format("{} = '{}'", table.kind, kind)));
      has_kinds |= family->since_kind.back() != kNoSlot;
    }
  }
  if (has_kinds) {
    family->kinds = kinds;
    family->kind = builder.cell(family->table, table, table.kind);
  }
  if (has_kinds || family->since_last != kNoSlot || family->since_first != kNoSlot) {
    builder.keep(std::move(family));
  }
}

}  // namespace holdfast::features
