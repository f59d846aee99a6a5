#include "history/manifest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "history/errors.hpp"

namespace holdfast::history {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kTypes = {tables::ColumnType::Boolean, tables::ColumnType::Integer,
                               tables::ColumnType::Real,    tables::ColumnType::Money,
                               tables::ColumnType::Day,     tables::ColumnType::Instant,
                               tables::ColumnType::Text};
constexpr std::array<std::string_view, kTypes.size()> kTypeNames = {
    "boolean", "integer", "real", "money", "day", "instant", "text"};

std::string_view word_of(tables::ColumnType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

tables::ColumnType type_of(const std::string& word) {
  const auto found = std::ranges::find(kTypeNames, word);
  if (found == kTypeNames.end()) throw std::runtime_error("unknown column type " + word);
  return kTypes[static_cast<std::size_t>(found - kTypeNames.begin())];
}

Json json_of(const FileEntry& file) {
  return {{"path", file.path}, {"bytes", file.bytes}, {"rows", file.rows}};
}

FileEntry file_of(const Json& json) {
  return {json.at("path"), json.at("bytes"), json.at("rows")};
}

Json json_of(const std::optional<Day>& day) { return day ? Json(to_string(*day)) : Json(nullptr); }

std::optional<Day> day_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return parse_iso_day(json.get<std::string>());
}

Json json_of(const SourceEntry& source) {
  return {{"id", source.id},           {"location", source.location}, {"hash", source.hash},
          {"bytes", source.bytes},     {"rows", source.rows},         {"orphans", source.orphans},
          {"current", source.is_current}};
}

SourceEntry source_of(const Json& json) {
  return {json.at("id"),   json.at("location"), json.at("hash"),   json.at("bytes"),
          json.at("rows"), json.at("orphans"),  json.at("current")};
}

Json json_of(const TableEntry& table) {
  Json columns = Json::array();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Json column = {{"name", table.columns[i]},
                   {"type", word_of(table.types[i])},
                   {"from", table.origins[i]}};
    if (table.types[i] == tables::ColumnType::Text) {
      column["categories"] = table.categories[i] ? Json(*table.categories[i]) : Json(nullptr);
    }
    columns.push_back(std::move(column));
  }
  Json files = Json::array();
  for (const auto& file : table.files) files.push_back(json_of(file));
  Json sources = Json::array();
  for (const auto& source : table.sources) sources.push_back(json_of(source));
  return {{"name", table.name},
          {"fingerprint", table.fingerprint},
          {"context", table.is_context},
          {"rows", table.rows},
          {"first_day", json_of(table.first_day)},
          {"last_day", json_of(table.last_day)},
          {"complete_until", json_of(table.complete_until)},
          {"known_lag_days", table.known_lag_days},
          {"known_at_is_assumed", table.has_assumed_known_at},
          {"columns", std::move(columns)},
          {"files", std::move(files)},
          {"sources", std::move(sources)}};
}

TableEntry table_of(const Json& json) {
  TableEntry table;
  table.name = json.at("name");
  table.fingerprint = json.at("fingerprint");
  table.is_context = json.at("context");
  table.rows = json.at("rows");
  table.first_day = day_of(json.at("first_day"));
  table.last_day = day_of(json.at("last_day"));
  table.complete_until = day_of(json.at("complete_until"));
  table.known_lag_days = json.at("known_lag_days");
  table.has_assumed_known_at = json.at("known_at_is_assumed");
  for (const auto& column : json.at("columns")) {
    table.columns.push_back(column.at("name"));
    table.types.push_back(type_of(column.at("type")));
    table.origins.push_back(column.at("from"));
    Categories categories;
    if (column.contains("categories") && !column["categories"].is_null()) {
      categories = column["categories"].get<std::vector<std::string>>();
    }
    table.categories.push_back(std::move(categories));
  }
  for (const auto& file : json.at("files")) table.files.push_back(file_of(file));
  for (const auto& source : json.at("sources")) table.sources.push_back(source_of(source));
  return table;
}

Json json_of(const Manifest& manifest) {
  Json keys = Json::array();
  for (const auto& file : manifest.keys) keys.push_back(json_of(file));
  Json tables = Json::array();
  for (const auto& table : manifest.tables) tables.push_back(json_of(table));
  return {{"format", kFormat},
          {"number", manifest.number},
          {"imported_at", manifest.imported_at},
          {"hash", "xxh64 of the key in NFKC, trimmed"},
          {"seed", 0},
          {"bucket_count", manifest.bucket_count()},
          {"keys", std::move(keys)},
          {"tables", std::move(tables)}};
}

}  // namespace

const TableEntry* Manifest::find(std::string_view table) const {
  const auto found =
      std::ranges::find_if(tables, [&](const auto& entry) { return entry.name == table; });
  return found == tables.end() ? nullptr : &*found;
}

std::set<std::string> Manifest::paths() const {
  std::set<std::string> paths;
  for (const auto& file : keys) paths.insert(file.path);
  for (const auto& table : tables) {
    for (const auto& file : table.files) paths.insert(file.path);
  }
  paths.erase("");
  return paths;
}

std::filesystem::path manifest_path(const std::filesystem::path& store, std::int64_t number) {
  return store / (number == 0 ? "manifest.json" : fmt::format("manifest-{}.json", number));
}

bool has_manifest(const std::filesystem::path& store) {
  std::error_code ignored;
  return std::filesystem::exists(manifest_path(store, 0), ignored);
}

Result<Manifest> load_manifest(const std::filesystem::path& store, std::int64_t number) {
  if (!has_manifest(store)) return Error{errors::kNoStore, {{"store", store.string()}}};
  const auto path = manifest_path(store, number);
  const auto text = read_file(path);
  if (!text.ok()) {
    return Error{errors::kNoSuchManifest, {{"store", store.string()}, {"number", number}}};
  }
  try {
    const auto json = Json::parse(*text);
    const int format = json.at("format");
    if (format > kFormat) {
      return Error{errors::kNewerFormat, {{"path", path.string()}, {"format", format}}};
    }
    Manifest manifest;
    manifest.number = json.at("number");
    manifest.imported_at = json.at("imported_at");
    const int bucket_count = json.at("bucket_count");
    while ((1 << manifest.bucket_bits) < bucket_count) ++manifest.bucket_bits;
    for (const auto& file : json.at("keys")) manifest.keys.push_back(file_of(file));
    for (const auto& table : json.at("tables")) manifest.tables.push_back(table_of(table));
    return manifest;
  } catch (const std::exception& failure) {
    return Error{errors::kDamaged, {{"path", path.string()}, {"why", failure.what()}}};
  }
}

Result<void> publish_manifest(const std::filesystem::path& store, const Manifest& manifest) {
  const auto text = json_of(manifest).dump(1) + "\n";
  HOLDFAST_TRY_VOID(write_file_atomically(manifest_path(store, manifest.number), text));
  return write_file_atomically(manifest_path(store, 0), text);
}

}  // namespace holdfast::history
