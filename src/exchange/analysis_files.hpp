#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "core/day.hpp"
#include "core/error.hpp"
#include "core/language.hpp"
#include "exchange/key_mask.hpp"

/// An analysis as files and words: its blocks go in, whatever they say; the same number reads the
/// same on the page, in JSON, in Excel and on the terminal.
namespace holdfast::exchange {

/// What every page and file says of where it comes from.
struct AnalysisContext {
  std::string study_name;
  Language language = Language::En;
  std::string version;                     // Of the program.
  Day as_of;
  std::int64_t manifest_number = 0;
  std::uint64_t seed = 0;
  std::string currency;
  KeyMask key_mask = {};                   // Masks where customer keys identify a person.
};

/// One self-contained HTML file, as render_report makes it.
std::string render_analysis(const analyses::Analysis& analysis, const AnalysisContext& context);

/// Every number with its name. Deterministic bytes (no clock).
std::string analysis_json(const analyses::Analysis& analysis, const AnalysisContext& context);

/// Findings and a sheet a table and a heat map, shaded; the first customers on a sheet of their own.
Result<void> write_analysis_xlsx(const std::filesystem::path& path,
                                 const analyses::Analysis& analysis, const AnalysisContext& context);

/// `key`, `contract_key` where there are contracts, and a column each; texts in both languages as
/// <id>_en and <id>_zh. Keys that tell who somebody is are masked, still one for each customer.
Result<void> write_customers(const std::filesystem::path& path,
                             const analyses::CustomerColumns& customers, const KeyMask& key_mask = {});

/// Findings, and the tables a terminal has room for: so many rows of each.
std::string analysis_text(const analyses::Analysis& analysis, const AnalysisContext& context,
                          Language language, std::size_t rows_max = 12);

/// A number as `format` writes it; not finite: a dash.
std::string written(double value, analyses::Format format, const std::string& currency);

}  // namespace holdfast::exchange
