#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/analyses.hpp"
#include "analyses/cube_query.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"
#include "exchange/analysis_files.hpp"
#include "study/study.hpp"

/// The analyses beside the main job: import → inputs → analysis → files.
namespace holdfast::run {

struct AnalyseOptions {
  std::optional<Day> as_of;      // Nothing: the day after the data end.
  bool reveals_keys = false;     // Show keys that tell who somebody is; logged.
};

struct Analysed {
  analyses::Analysis analysis;
  exchange::AnalysisContext context;
  std::vector<std::filesystem::path> written;  // <id>.html first.
};

/// One analysis by its id, on the newest data. Errors leave the files of the last good one as they were.
Result<Analysed> analyse(const study::Study& study, std::string_view id, const AnalyseOptions& options,
                         Progress& progress);

/// One question to the cube; its files are cube_query.html and so on. Errors as above.
Result<Analysed> ask_cube(const study::Study& study, const analyses::CubeQuery& query,
                          const AnalyseOptions& options, Progress& progress);

/// <id>.html, .json, .xlsx, <id>_customers.parquet and models/<model>.json in the study's out folder.
/// Errors: kFileUnwritable.
Result<std::vector<std::filesystem::path>> write_analysis(const study::Study& study,
                                                          const analyses::Analysis& analysis,
                                                          const exchange::AnalysisContext& context);

/// What files of this study say of where they come from.
exchange::AnalysisContext context_of(const study::Study& study, const history::Store& store, Day as_of,
                                     const exchange::KeyMask& key_mask);

}  // namespace holdfast::run
