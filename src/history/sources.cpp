#include "history/sources.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/hash.hpp"
#include "history/errors.hpp"
#include "tables/reader.hpp"

namespace holdfast::history {
namespace {

/// "postgresql://ann:secret@host/db" without the password.
std::string without_password(const std::string& location) {
  const auto user = location.find("://");
  const auto at = location.find('@');
  if (user == std::string::npos || at == std::string::npos) return location;
  const auto colon = location.find(':', user + 3);
  if (colon == std::string::npos || colon > at) return location;
  return location.substr(0, colon) + location.substr(at);
}

std::string shown_of(const study::Study& study, const std::string& path) {
  if (study.folder.empty()) return path;
  const auto relative = std::filesystem::path(path).lexically_relative(study.folder);
  if (relative.empty() || *relative.begin() == "..") return path;
  return relative.generic_string();
}

Result<std::vector<SourcePlan>> sources_of(const study::Study& study,
                                           const study::TableSpec& table) {
  std::vector<SourcePlan> sources;
  for (const auto& location : table.locations) {
    if (tables::is_database(location)) {
      sources.push_back({.location = location, .shown = without_password(location)});
      continue;
    }
    const auto paths = tables::expand(study.resolve(location).string());
    if (paths.empty()) {
      return Error{errors::kNoSource,
                   {{"table", table.name}, {"location", location}},
                   {.file = study.file.string(), .line = table.line}};
    }
    for (const auto& path : paths) {
      std::error_code failure;
      const auto bytes = std::filesystem::file_size(path, failure);
      if (failure) {
        return Error{holdfast::errors::kFileMissing,
                     {{"path", path}},
                     {.file = study.file.string(), .line = table.line}};
      }
      sources.push_back({.location = path,
                         .shown = shown_of(study, path),
                         .bytes = static_cast<std::int64_t>(bytes)});
    }
  }
  return sources;
}

}  // namespace

Result<TablePlan> plan_sources(const study::Study& study, const study::TableSpec& table,
                               const TableEntry* old) {
  TablePlan plan;
  HOLDFAST_TRY(auto sources, sources_of(study, table));
  std::map<std::string, std::string> known;  // Contents taken in, and where they stood.
  if (old != nullptr) {
    for (const auto& source : old->sources) {
      if (source.is_current && !source.hash.empty()) known.emplace(source.hash, source.location);
    }
  }
  const bool is_alone = known.empty() && sources.size() == 1;
  for (auto& source : sources) {
    const bool is_file = !tables::is_database(source.location);
    source.needs_hash = is_file && is_alone;
    if (is_file && !is_alone) {
      HOLDFAST_TRY(source.hash, content_hash_of_file(source.location));
      const auto [same, is_new] = known.emplace(source.hash, source.shown);
      if (!is_new) {
        if (same->second != source.shown) {
          plan.warnings.push_back({errors::kSameContent,
                                   {{"location", source.shown}, {"other", same->second}}});
        }
        continue;
      }
    }
    if (old != nullptr) {
      for (const auto& before : old->sources) {
        if (before.location == source.shown) source.replaces.insert(before.id);
      }
    }
    plan.sources.push_back(std::move(source));
  }
  return plan;
}

}  // namespace holdfast::history
