// holdfast profile : what every column holds, and what is suspicious about it.

#include <chrono>
#include <filesystem>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/text.hpp"
#include "tables/profile.hpp"
#include "tables/reader.hpp"

namespace holdfast::cli {
namespace {

using nlohmann::json;

Day today() {
  const auto now = std::chrono::time_point_cast<std::chrono::days>(std::chrono::system_clock::now());
  return {static_cast<std::int32_t>(now.time_since_epoch().count())};
}

bool is_date(tables::ColumnType type) {
  return type == tables::ColumnType::Day || type == tables::ColumnType::Instant;
}

/// A number of a column as a person reads it there.
std::string value_text(const tables::ColumnProfile& column, double value) {
  if (column.type == tables::ColumnType::Day) return to_string(Day{static_cast<std::int32_t>(value)});
  if (column.type == tables::ColumnType::Instant) {
    return to_string(Instant{static_cast<std::int64_t>(value)});
  }
  if (column.type == tables::ColumnType::Money) return fmt::format("{:.2f}", value / 100);
  return brief(value, 6);
}

json as_json(const tables::ColumnProfile& column, Language language) {
  json top = json::array();
  for (const auto& [value, count] : column.top_values) top.push_back({{"value", value}, {"rows", count}});
  json suspicions = json::array();
  for (const auto suspicion : column.suspicions) suspicions.push_back(text_of(suspicion).in(language));
  json body = {{"name", column.name},
               {"type", tables::name_of(column.type)},
               {"missing", column.missing_count},
               {"distinct", column.distinct_count},
               {"is_estimate", column.is_estimate},
               {"top_values", top},
               {"suspicions", suspicions}};
  if (column.type != tables::ColumnType::Text && column.missing_count < column.rows) {
    body["min"] = value_text(column, column.min);
    body["max"] = value_text(column, column.max);
    if (!is_date(column.type)) body["mean"] = column.mean, body["sd"] = column.sd;
    json quantiles = json::array();
    for (const double q : column.quantiles) quantiles.push_back(value_text(column, q));
    body["quantiles"] = quantiles;
  }
  return body;
}

void print(const tables::TableProfile& profile, const Invocation& invocation) {
  const bool zh = invocation.language == Language::Zh;
  auto& out = *invocation.out;
  out << fmt::format(fmt::runtime(zh ? "{}: {} 行, {} 列\n" : "{}: {} rows, {} columns\n"), profile.name,
                     with_thousands(profile.rows), profile.columns.size());
  for (const auto& column : profile.columns) {
    out << fmt::format("  {}  [{}]", column.name, tables::name_of(column.type));
    if (column.missing_count > 0) {
      out << fmt::format(fmt::runtime(zh ? "  缺失 {:.1f}%" : "  missing {:.1f}%"),
                         100.0 * static_cast<double>(column.missing_count) /
                             static_cast<double>(std::max<std::int64_t>(column.rows, 1)));
    }
    out << fmt::format(fmt::runtime(zh ? "  不同值 {}{}" : "  distinct {}{}"), column.is_estimate ? "~" : "",
                       with_thousands(column.distinct_count));
    if (column.type != tables::ColumnType::Text && column.missing_count < column.rows) {
      out << fmt::format("  {} … {}", value_text(column, column.min), value_text(column, column.max));
      if (!is_date(column.type)) {
        out << fmt::format(fmt::runtime(zh ? "  均值 {}" : "  mean {}"), value_text(column, column.mean));
      }
    } else {
      for (std::size_t i = 0; i < std::min<std::size_t>(3, column.top_values.size()); ++i) {
        out << fmt::format("{}{} ({})", i == 0 ? "  " : ", ", column.top_values[i].first,
                           with_thousands(column.top_values[i].second));
      }
    }
    out << "\n";
    for (const auto suspicion : column.suspicions) {
      out << "    ! " << text_of(suspicion).in(invocation.language) << "\n";
    }
  }
}

/// Distinct values of one key column over a table's sources.
Result<std::vector<std::string>> values_of(const study::Study& study, const study::TableSpec& table,
                                           const std::string& column) {
  std::vector<std::string> values;
  for (const auto& pattern : table.locations) {
    for (const auto& location : tables::expand(study.resolve(pattern).string())) {
      auto options = table.read;
      std::erase_if(options.columns, [&](const auto& format) { return format.name != column; });
      for (auto& format : options.columns) format.type = tables::ColumnType::Text;
      HOLDFAST_TRY(const auto reader, tables::open(location, options, [](const tables::BadRow&) {}));
      tables::Table piece;
      for (;;) {
        HOLDFAST_TRY(const bool more, reader->next(piece));
        if (!more) break;
        const auto& categories = piece.columns.front().categories;
        values.insert(values.end(), categories.begin(), categories.end());
      }
    }
  }
  return values;
}

/// One source of a table and how it is read.
struct Source {
  std::string location;
  tables::ReadOptions read;
};

class Profiles {
 public:
  explicit Profiles(const Invocation& invocation) : invocation_(invocation) {}

  Result<void> add(const std::string& name, const std::vector<Source>& sources) {
    tables::Profiler profiler(name, today());
    for (const auto& source : sources) {
      HOLDFAST_TRY(const auto reader, tables::open(source.location, source.read,
                                                   [](const tables::BadRow&) {}));
      tables::Table piece;
      for (;;) {
        HOLDFAST_TRY(const bool more, reader->next(piece));
        if (!more) break;
        profiler.add(piece);
      }
    }
    const auto found = profiler.finish();
    if (!invocation_.wants_json) {
      print(found, invocation_);
      return {};
    }
    json columns = json::array();
    for (const auto& column : found.columns) columns.push_back(as_json(column, invocation_.language));
    tables_.push_back({{"table", found.name}, {"rows", found.rows}, {"columns", columns}});
    return {};
  }

  /// Whether the keys a table leads on with are in the table they lead to.
  Result<void> add_reference(const study::Study& study, const study::TableSpec& table) {
    const auto* target = study.find(table.via->table);
    if (target == nullptr) return {};
    HOLDFAST_TRY(const auto from, values_of(study, table, table.via->column));
    HOLDFAST_TRY(const auto to, values_of(study, *target, table.via->table_column));
    const auto reference = tables::check_reference(from, to);
    references_.push_back({{"from", table.name + "." + table.via->column},
                           {"to", target->name + "." + table.via->table_column},
                           {"values", reference.values_count},
                           {"orphans", reference.orphans_count},
                           {"examples", reference.orphan_examples}});
    if (invocation_.wants_json || reference.orphans_count == 0) return {};
    const auto orphans = with_thousands(reference.orphans_count);
    const auto values = with_thousands(reference.values_count);
    const auto examples = join(reference.orphan_examples, ", ");
    invocation_.say({fmt::format("  ! {} of {} values of {}.{} are not in {}: {}", orphans, values,
                                 table.name, table.via->column, target->name, examples),
                     fmt::format("  ! {}.{} 的 {} 个值中有 {} 个不在 {} 中: {}", table.name,
                                 table.via->column, values, orphans, target->name, examples)});
    return {};
  }

  void finish() const {
    if (!invocation_.wants_json) return;
    *invocation_.out << json{{"tables", tables_}, {"references", references_}}.dump(1) << "\n";
  }

 private:
  const Invocation& invocation_;
  json tables_ = json::array();
  json references_ = json::array();
};

Result<int> profile_study(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  Profiles profiles(invocation);
  for (const auto& table : study.tables) {
    std::vector<Source> sources;
    for (const auto& pattern : table.locations) {
      if (tables::is_database(pattern)) {
        sources.push_back({pattern, table.read});
        continue;
      }
      for (const auto& location : tables::expand(study.resolve(pattern).string())) {
        sources.push_back({location, table.read});
      }
    }
    HOLDFAST_TRY_VOID(profiles.add(table.name, sources));
    if (table.via) {
      HOLDFAST_TRY_VOID(profiles.add_reference(study, table));
    }
  }
  profiles.finish();
  return 0;
}

/// Every table of every file; how they are written is found, not told.
Result<int> profile_files(const Invocation& invocation, const std::vector<std::string>& locations) {
  Profiles profiles(invocation);
  for (const auto& location : locations) {
    HOLDFAST_TRY(const auto layouts, tables::inspect_all(location));
    const auto name =
        tables::is_database(location) ? location : std::filesystem::path(location).filename().string();
    for (const auto& layout : layouts) {
      for (const auto& note : layout.notes) invocation.warn(note);
      const auto of_sheet = layout.sheets.size() > 1 ? name + " " + layout.options.sheet : name;
      HOLDFAST_TRY_VOID(profiles.add(of_sheet, {{location, layout.options}}));
    }
  }
  profiles.finish();
  return 0;
}

/// A study is one .toml or the folder of one; everything else is data.
bool is_study(const std::string& location) {
  return std::filesystem::path(location).extension() == ".toml" ||
         std::filesystem::is_directory(location);
}

Result<int> profile(const Invocation& invocation) {
  const auto given = invocation.values("study");
  if (given.empty() || (given.size() == 1 && is_study(given.front()))) {
    return profile_study(invocation);
  }
  return profile_files(invocation, given);
}

}  // namespace

extern const Command kProfile;
const Command kProfile{"profile",
                       "what every column holds, and what is suspicious about it",
                       "每一列的内容及可疑之处",
                       {{.name = "study",
                         .value = "FILE...",
                         .en = "study file or its folder (default: study.toml here), or data files",
                         .zh = "研究文件或其目录(默认当前目录的 study.toml),或数据文件",
                         .is_positional = true,
                         .takes_many = true}},
                       profile};

}  // namespace holdfast::cli
