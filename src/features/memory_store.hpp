#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.hpp"
#include "core/random.hpp"
#include "features/state.hpp"

/// Hand-built histories for tests and benchmarks: tables in memory behind a Source.
namespace holdfast::features {

/// A history held in memory, and the study that describes it.
struct MemoryStore {
  study::Study study;
  std::vector<history::TableColumns> layout;  // Names of the tables and columns of `buckets`.
  std::vector<history::Bucket> buckets;
  std::vector<std::pair<std::string, history::TableData>> contexts;
  std::vector<history::TableColumns> context_layout;

  history::TableData pick(const history::TableData& from, const std::vector<std::string>& names,
                          const std::vector<std::string>& wanted) const {
    auto table = from;
    table.columns.clear();
    for (const auto& name : wanted) {
      table.columns.push_back(from.columns[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())]);
    }
    return table;
  }

  history::Bucket read(int bucket, const std::vector<history::TableColumns>& wanted) const {
    const auto& from = buckets[static_cast<std::size_t>(bucket)];
    history::Bucket picked;
    picked.keys = from.keys;
    for (const auto& asked : wanted) {
      const auto t = static_cast<std::size_t>(
          std::ranges::find(layout, asked.table, &history::TableColumns::table) - layout.begin());
      picked.tables.push_back(pick(from.tables[t], layout[t].columns, asked.columns));
    }
    return picked;
  }

  Source source() const {
    Source source;
    source.bucket_count = static_cast<int>(buckets.size());
    const auto describe = [&](const history::TableColumns& names, const history::TableData& data) {
      history::TableInfo info;
      info.name = names.table;
      info.columns = names.columns;
      info.rows = 1;
      for (const auto& column : data.columns) info.types.push_back(column.type);
      source.tables.push_back(std::move(info));
    };
    for (std::size_t t = 0; t < layout.size(); ++t) describe(layout[t], buckets[0].tables[t]);
    for (std::size_t t = 0; t < contexts.size(); ++t) describe(context_layout[t], contexts[t].second);
    source.read_bucket = [this](int bucket, const std::vector<history::TableColumns>& wanted)
        -> Result<history::Bucket> { return read(bucket, wanted); };
    source.read_context = [this](const std::string& table, const std::vector<std::string>& wanted)
        -> Result<history::TableData> {
      for (std::size_t t = 0; t < contexts.size(); ++t) {
        if (contexts[t].first == table) return pick(contexts[t].second, context_layout[t].columns, wanted);
      }
      return history::TableData{};
    };
    return source;
  }

  /// Every customer at every cutoff.
  static Planner plan_all(std::vector<std::int32_t> cutoffs) {
    Planner planner;
    planner.exit_classes = {""};
    planner.bind = [](const auto&) { return -1; };
    planner.plan = [cutoffs](const history::Bucket&, std::uint32_t, const RowPlan&, std::vector<PlannedRow>& rows) {
      for (const auto cutoff : cutoffs) rows.push_back({.cutoff_day = cutoff});
    };
    return planner;
  }
};

inline study::ColumnSpec column_spec(std::string name, tables::ColumnType type) {
  study::ColumnSpec column;
  column.format.name = std::move(name);
  column.format.type = type;
  return column;
}

/// How many events, and how odd, a made-up history has.
struct MadeOptions {
  std::uint32_t customers = 50;
  int buckets = 3;
  std::uint32_t events_max = 40;
  std::int32_t first_day = 18000;
  std::int32_t days = 900;
  bool has_corrections = false;  // Superseded rows.
  bool has_late_rows = false;    // known_day of its own.
  bool has_missing = true;
};

/// Events (kind, channel, amount, score, closed), people (tier, age, birth) and terms (end, premium,
/// product, bonus), a table each.
inline MemoryStore make_memory_store(std::uint64_t seed, const MadeOptions& options) {
  using tables::ColumnType;
  MemoryStore store;
  store.study.features.windows_days = {30, 90, 365};
  study::TableSpec events{.name = "claims", .role = study::Role::Event, .topic = study::Topic::Claim};
  events.columns = {column_spec("kind", ColumnType::Text), column_spec("channel", ColumnType::Text),
                    column_spec("amount", ColumnType::Money), column_spec("score", ColumnType::Real),
                    column_spec("closed", ColumnType::Day)};
  events.columns[2].unit = "CNY";
  events.event_time = "day";
  events.kind = "kind";
  events.amount = "amount";
  study::TableSpec people{.name = "people", .role = study::Role::Attribute};
  people.columns = {column_spec("tier", ColumnType::Text), column_spec("rating", ColumnType::Integer),
                    column_spec("birth", ColumnType::Day)};
  people.valid_from = "from";
  study::TableSpec terms{.name = "terms", .role = study::Role::Contract};
  terms.columns = {column_spec("end", ColumnType::Day), column_spec("premium", ColumnType::Money),
                   column_spec("product", ColumnType::Text), column_spec("bonus", ColumnType::Real)};
  terms.start = "start";
  terms.end = "end";
  terms.amount = "premium";
  terms.product = "product";
  store.study.tables = {events, people, terms};
  store.layout = {{"claims", {"kind", "channel", "amount", "score", "closed"}},
                  {"people", {"tier", "rating", "birth"}},
                  {"terms", {"end", "premium", "product", "bonus"}}};

  Random random(seed);
  store.buckets.resize(static_cast<std::size_t>(options.buckets));
  for (auto& bucket : store.buckets) {
    bucket.tables.resize(3);
    auto& e = bucket.tables[0];
    auto& p = bucket.tables[1];
    auto& k = bucket.tables[2];
    for (auto* table : {&e, &p, &k}) table->begin.push_back(0);
    const auto types = [](history::TableData& table, std::initializer_list<ColumnType> list) {
      for (const auto type : list) {
        table.columns.emplace_back();
        table.columns.back().type = type;
      }
    };
    types(e, {ColumnType::Text, ColumnType::Text, ColumnType::Money, ColumnType::Real, ColumnType::Day});
    types(p, {ColumnType::Text, ColumnType::Integer, ColumnType::Day});
    types(k, {ColumnType::Day, ColumnType::Money, ColumnType::Text, ColumnType::Real});
    e.columns[0].categories = {"theft", "crash", "glass", "fire"};
    e.columns[1].categories = {"web", "phone"};
    p.columns[0].categories = {"gold", "basic"};
    k.columns[2].categories = {"motor", "home"};
    const auto put_valid = [&](history::ColumnData& column) {
      column.valid.push_back(options.has_missing && random.chance(0.1) ? 0 : 1);
    };
    for (std::uint32_t c = 0; c < options.customers; ++c) {
      bucket.keys.push_back("C" + std::to_string(&bucket - store.buckets.data()) + "-" + std::to_string(c));
      const auto days_of = [&](std::uint64_t n) {
        std::vector<std::int32_t> days(n);
        for (auto& day : days) day = options.first_day + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(options.days)));
        std::ranges::sort(days);
        return days;
      };
      for (const auto day : days_of(random.below(options.events_max + 1))) {
        e.event_day.push_back(day);
        if (options.has_late_rows) e.known_day.push_back(day + (random.chance(0.3) ? static_cast<std::int32_t>(random.below(120)) : 0));
        if (options.has_corrections) {
          e.superseded_day.push_back(random.chance(0.2) ? day + 1 + static_cast<std::int32_t>(random.below(200)) : history::kNeverDay);
        }
        e.columns[0].codes.push_back(static_cast<std::uint32_t>(random.below(4)));
        e.columns[1].codes.push_back(static_cast<std::uint32_t>(random.below(2)));
        e.columns[2].integers.push_back(static_cast<std::int64_t>(random.below(100'000)));
        e.columns[3].reals.push_back(random.normal() * 10);
        e.columns[4].days.push_back(day + static_cast<std::int32_t>(random.below(90)));
        for (auto& column : e.columns) put_valid(column);
      }
      for (const auto day : days_of(1 + random.below(3))) {
        p.event_day.push_back(day);
        p.columns[0].codes.push_back(static_cast<std::uint32_t>(random.below(2)));
        p.columns[1].integers.push_back(static_cast<std::int64_t>(random.below(10)));
        p.columns[2].days.push_back(static_cast<std::int32_t>(random.below(10'000)));
        for (auto& column : p.columns) put_valid(column);
      }
      for (const auto day : days_of(random.below(4))) {
        k.event_day.push_back(day);
        k.columns[0].days.push_back(day + 365);
        k.columns[1].integers.push_back(10'000 + static_cast<std::int64_t>(random.below(100'000)));
        k.columns[2].codes.push_back(static_cast<std::uint32_t>(random.below(2)));
        k.columns[3].reals.push_back(random.uniform());
        for (auto& column : k.columns) put_valid(column);
      }
      for (auto* table : {&e, &p, &k}) {
        table->rows = table->event_day.size();
        table->begin.push_back(static_cast<std::uint32_t>(table->rows));
      }
    }
  }
  return store;
}

}  // namespace holdfast::features
