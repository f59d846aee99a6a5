#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/facts.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"

namespace holdfast::study {
namespace {

namespace fs = std::filesystem;

bool is_data_file(const fs::path& path) {
  auto name = lower(path.filename().string());
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  for (const auto* end : {".csv", ".txt", ".tsv", ".asc", ".xlsx", ".xls", ".parquet"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

/// Folders stand for the data files in them.
std::vector<std::string> without_folders(const std::vector<std::string>& locations) {
  std::vector<std::string> out;
  for (const auto& location : locations) {
    std::error_code ignored;
    if (tables::is_database(location) || !fs::is_directory(location, ignored)) {
      out.push_back(location);
      continue;
    }
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(location, ignored)) {
      if (entry.is_regular_file() && is_data_file(entry.path()))
        files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    out.insert(out.end(), files.begin(), files.end());
  }
  return out;
}

std::string location_in_study(const std::string& location, const fs::path& folder) {
  if (tables::is_database(location)) return location;
  std::error_code failure;
  const auto base = fs::absolute(folder.empty() ? fs::path(".") : folder, failure);
  const auto relative = fs::absolute(location, failure)
                            .lexically_normal()
                            .lexically_proximate(base.lexically_normal());
  return relative.empty() ? location : relative.generic_string();
}

std::string name_from(const std::string& location) {
  if (tables::is_database(location)) {
    const auto at = location.find("table=");
    return tidy_name(at == std::string::npos ? "rows" : location.substr(at + 6));
  }
  auto stem = fs::path(location).filename();
  if (stem.extension() == ".gz") stem = stem.stem();
  return tidy_name(stem.stem().string());
}

/// Drops what all names begin with: telco_churn_status, telco_churn_services → status, services.
void shorten_names(std::vector<TableFacts>& tables) {
  if (tables.size() < 2) return;
  std::string prefix = tables[0].name;
  for (const auto& table : tables) {
    while (!table.name.starts_with(prefix)) prefix.pop_back();
  }
  const auto cut = prefix.rfind('_');
  if (cut == std::string::npos) return;
  for (auto& table : tables) table.name = tidy_name(table.name.substr(cut + 1));
}

void make_names_unique(std::vector<TableFacts>& tables) {
  std::set<std::string> taken;
  for (auto& table : tables) {
    const auto wanted = table.name;
    for (int i = 2; !taken.insert(table.name).second; ++i)
      table.name = fmt::format("{}_{}", wanted, i);
  }
}

Result<TableFacts> scan(const std::string& source, tables::ReadOptions options,
                        const std::string& outcome) {
  for (auto& column : options.columns) {
    if (column.name != outcome || outcome.empty()) continue;
    tables::ColumnFormat plain;
    plain.name = column.name;
    column = plain;
  }
  TableFacts facts;
  facts.options = options;
  HOLDFAST_TRY(const auto reader, tables::open(source, options, [](const tables::BadRow&) {}));
  for (;;) {
    tables::Table piece;
    HOLDFAST_TRY(const bool has_more, reader->next(piece));
    if (piece.rows > 0) facts.add(piece);
    if (!has_more) break;
    if (facts.rows >= kFactRowsMax) {
      facts.is_whole = false;
      break;
    }
  }
  return facts;
}

Text said_by_name(const std::string& outcome) {
  return {fmt::format("{} says who left, by its name and values; --outcome COLUMN names another.",
                      outcome),
          fmt::format("按名称和取值,{} 列标明是否流失;如为其他列请用 --outcome 指定。", outcome)};
}

}  // namespace

Result<std::vector<TableFacts>> gather(const std::vector<std::string>& locations,
                                       const fs::path& folder, const std::string& outcome) {
  std::vector<TableFacts> all;
  for (const auto& location : without_folders(locations)) {
    const auto files = tables::expand(location);
    const auto& source = files.empty() ? location : files.front();
    HOLDFAST_TRY(const auto layouts, tables::inspect_all(source));
    for (const auto& layout : layouts) {
      HOLDFAST_TRY(auto facts, scan(source, layout.options, outcome));
      facts.location = location_in_study(location, folder);
      facts.name = name_from(location);
      if (layout.sheets.size() > 1) facts.name += "_" + tidy_name(layout.options.sheet);
      all.push_back(std::move(facts));
    }
  }
  shorten_names(all);
  make_names_unique(all);
  return all;
}

Result<Proposal> propose(const std::vector<std::string>& locations, const fs::path& folder,
                         const ProposalOptions& options) {
  if (locations.empty()) return Error{errors::kNoLocations};
  HOLDFAST_TRY(const auto tables, gather(locations, folder, options.outcome));
  if (tables.empty()) return Error{errors::kNoLocations};
  auto proposed = propose_from(tables, options);
  if (!proposed.ok() && proposed.error().kind == &errors::kNothingToPredict) {
    auto by_name = options;
    HOLDFAST_TRY(by_name.outcome, outcome_by_name(tables));
    // Read again: the words of an outcome are compared as the file spells them.
    HOLDFAST_TRY(auto again, propose(locations, folder, by_name));
    again.notes.insert(again.notes.begin(), said_by_name(by_name.outcome));
    return again;
  }
  HOLDFAST_TRY(auto proposal, std::move(proposed));
  proposal.study.folder = folder;
  return proposal;
}

}  // namespace holdfast::study
