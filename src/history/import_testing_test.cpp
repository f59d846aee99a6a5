// What the tests of importing share: see import_testing.hpp.
#include "history/import_testing.hpp"

#include <filesystem>

namespace holdfast::history::testing {

std::string cell(const ColumnData& column, std::size_t row) {
  if (!column.is_valid(row)) return "-";
  switch (column.type) {
    case ColumnType::Text: return column.categories[column.codes[row]];
    case ColumnType::Day: return to_string(Day{column.days[row]});
    case ColumnType::Real: return std::to_string(column.reals[row]);
    default: return std::to_string(column.integers[row]);
  }
}

std::vector<std::string> Project::rows(const std::string& name,
                                       const std::vector<std::string>& columns) {
  std::vector<std::string> lines;
  const auto opened = store();
  for (int b = 0; b < opened.bucket_count(); ++b) {
    const auto bucket = opened.read_bucket(b, {{name, columns}});
    if (!bucket.ok()) {
      ADD_FAILURE() << render(bucket.error(), Language::En);
      return lines;
    }
    const auto& data = bucket->tables[0];
    for (std::size_t customer = 0; customer < bucket->keys.size(); ++customer) {
      for (auto row = data.begin[customer]; row < data.begin[customer + 1]; ++row) {
        std::string line = bucket->keys[customer];
        if (data.event_day[row] != std::numeric_limits<std::int32_t>::min()) {
          line += " " + to_string(Day{data.event_day[row]});
        }
        for (const auto& column : data.columns) line += " " + cell(column, row);
        if (!data.known_day.empty()) line += " known " + to_string(Day{data.known_day[row]});
        if (!data.superseded_day.empty() && data.superseded_day[row] != kNeverDay) {
          line += " until " + to_string(Day{data.superseded_day[row]});
        }
        lines.push_back(line);
      }
    }
  }
  return lines;
}

std::map<std::string, std::string> Project::files() const {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store_path())) {
    if (entry.path().extension() != ".parquet") continue;
    auto name = entry.path().lexically_relative(store_path()).generic_string();
    contents[name.substr(0, name.rfind('-'))] = *read_file(entry.path());
  }
  return contents;
}

}  // namespace holdfast::history::testing
