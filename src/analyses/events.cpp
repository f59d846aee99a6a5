#include "analyses/events.hpp"

#include <algorithm>
#include <optional>

#include "core/parallel.hpp"
#include "history/history_view.hpp"

namespace holdfast::analyses {
namespace {

using history::Bucket;
using history::ColumnData;

/// Appends one cell; numbers in the units people write.
void append(const ColumnData& from, std::size_t row, bool is_known, EventColumn& to) {
  const bool is_valid = is_known && from.is_valid(row);
  to.valid.push_back(is_valid ? 1 : 0);
  switch (from.type) {
    case tables::ColumnType::Text:
      to.codes.push_back(is_valid ? from.codes[row] : 0);
      break;
    case tables::ColumnType::Day:
      to.values.push_back(is_valid ? static_cast<double>(from.days[row]) : 0);
      break;
    case tables::ColumnType::Real:
      to.values.push_back(is_valid ? from.reals[row] : 0);
      break;
    case tables::ColumnType::Money:
      to.values.push_back(is_valid ? static_cast<double>(from.integers[row]) / 100 : 0);
      break;
    default:
      to.values.push_back(is_valid ? static_cast<double>(from.integers[row]) : 0);
  }
}

/// The columns read of a table, and for each the place of the one that says when its value was known;
/// those behind `names` are read for that alone.
struct Reading {
  static constexpr std::size_t kAtOnce = static_cast<std::size_t>(-1);

  std::vector<std::string> names, all;
  std::vector<std::size_t> known_at;  // [names]
};

Reading reading_of(const study::TableSpec* table, const std::vector<std::string>& columns) {
  Reading reading;
  for (const auto& column : columns) {
    if (!column.empty()) reading.names.push_back(column);
  }
  reading.all = reading.names;
  for (const auto& name : reading.names) {
    std::string known_at;
    if (table != nullptr) {
      if (const auto* spec = table->find(name)) known_at = spec->known_at;
      if (name == table->cancelled) known_at = name;  // Nobody knows of it before.
    }
    auto place = Reading::kAtOnce;
    if (!known_at.empty()) {
      const auto at = std::ranges::find(reading.all, known_at);
      place = static_cast<std::size_t>(at - reading.all.begin());
      if (at == reading.all.end()) reading.all.push_back(known_at);
    }
    reading.known_at.push_back(place);
  }
  return reading;
}

bool is_cell_known(const history::TableData& table, const Reading& reading, std::size_t column,
                   std::size_t row, Day as_of) {
  if (reading.known_at[column] == Reading::kAtOnce) return true;
  const auto known = table.columns[reading.known_at[column]].day(row);
  return known && *known < as_of.number;
}

/// One bucket's customers with what was known of them.
CustomerEvents events_of(const Bucket& bucket, Day as_of, const Reading& reading) {
  const auto& names = reading.names;
  CustomerEvents events;
  events.begin.push_back(0);
  const auto& table = bucket.tables[0];
  for (std::size_t c = 0; c < names.size(); ++c) {
    auto& column = events.columns.emplace_back();
    column.name = names[c];
    column.categories = table.columns[c].categories;
  }
  for (std::uint32_t customer = 0; customer < bucket.keys.size(); ++customer) {
    const history::HistoryView view(bucket, customer, as_of);
    const auto [first, last] = view.happened(0);
    for (auto row = first; row < last; ++row) {
      if (!view.is_known(0, row)) continue;
      events.day.push_back(table.event_day[row]);
      for (std::size_t c = 0; c < names.size(); ++c) {
        append(table.columns[c], row, is_cell_known(table, reading, c, row, as_of), events.columns[c]);
      }
    }
    if (events.day.size() == events.begin.back()) continue;
    events.customer_keys.push_back(bucket.keys[customer]);
    events.begin.push_back(events.day.size());
  }
  return events;
}

/// Categories of all buckets, sorted, so that codes do not depend on who lies in which bucket.
std::vector<std::string> all_categories(const std::vector<CustomerEvents>& parts, std::size_t column) {
  std::vector<std::string> names;
  for (const auto& part : parts) {
    const auto& own = part.columns[column].categories;
    names.insert(names.end(), own.begin(), own.end());
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

void append_column(const std::vector<CustomerEvents>& parts, std::size_t c, EventColumn& to) {
  to.name = parts.front().columns[c].name;
  to.categories = all_categories(parts, c);
  for (const auto& part : parts) {
    const auto& from = part.columns[c];
    to.values.insert(to.values.end(), from.values.begin(), from.values.end());
    to.valid.insert(to.valid.end(), from.valid.begin(), from.valid.end());
    std::vector<std::uint32_t> own(from.categories.size());
    for (std::size_t k = 0; k < own.size(); ++k) {
      const auto at = std::ranges::lower_bound(to.categories, from.categories[k]);
      own[k] = static_cast<std::uint32_t>(at - to.categories.begin());
    }
    for (std::size_t r = 0; r < from.codes.size(); ++r) {
      to.codes.push_back(from.valid[r] != 0 ? own[from.codes[r]] : 0);
    }
  }
}

CustomerEvents joined(const std::vector<CustomerEvents>& parts) {
  CustomerEvents all;
  all.begin.push_back(0);
  for (const auto& part : parts) {
    const auto before = all.day.size();
    all.customer_keys.insert(all.customer_keys.end(), part.customer_keys.begin(),
                             part.customer_keys.end());
    all.day.insert(all.day.end(), part.day.begin(), part.day.end());
    for (std::size_t i = 1; i < part.begin.size(); ++i) all.begin.push_back(before + part.begin[i]);
  }
  for (std::size_t c = 0; !parts.empty() && c < parts.front().columns.size(); ++c) {
    append_column(parts, c, all.columns.emplace_back());
  }
  return all;
}

}  // namespace

Result<CustomerEvents> read_events(const Inputs& inputs, std::string_view table,
                                   const std::vector<std::string>& columns, Progress& progress) {
  const auto reading = reading_of(inputs.study().find(table), columns);
  const auto buckets = static_cast<std::size_t>(inputs.store().bucket_count());
  const std::vector<history::TableColumns> wanted = {{std::string(table), reading.all}};
  progress.begin({"reading " + std::string(table), "读取 " + std::string(table)},
                 static_cast<std::int64_t>(buckets));
  std::vector<CustomerEvents> parts(buckets);
  std::vector<std::optional<Error>> failures(buckets);
  parallel_for(buckets, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      auto bucket = inputs.store().read_bucket(static_cast<int>(b), wanted);
      if (bucket.ok()) parts[b] = events_of(*bucket, inputs.as_of(), reading);
      else failures[b] = bucket.error();
      progress.advance(1);
    }
  });
  progress.end();
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return joined(parts);
}

const study::TableSpec* table_for(const study::Study& study, const std::string& named,
                                  std::span<const study::Topic> topics, bool needs_amount) {
  if (!named.empty()) return study.find(named);
  const auto fits = [&](const study::TableSpec& table) {
    return table.role == study::Role::Event && (!needs_amount || !table.amount.empty());
  };
  for (const auto topic : topics) {
    for (const auto& table : study.tables) {
      if (table.topic == topic && (fits(table) || table.role == study::Role::Attribute)) return &table;
    }
  }
  for (const auto& table : study.tables) {
    if (fits(table)) return &table;
  }
  return nullptr;
}

}  // namespace holdfast::analyses
