#include "run/analyse.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/reveal.hpp"
#include "run/run.hpp"

namespace holdfast::run {
namespace fs = std::filesystem;

exchange::AnalysisContext context_of(const study::Study& study, const history::Store& store, Day as_of,
                                     const exchange::KeyMask& key_mask) {
  return {.study_name = study.name,
          .language = study.language,
          .version = HOLDFAST_VERSION,
          .as_of = as_of,
          .manifest_number = store.manifest_number(),
          .seed = study.seed,
          .currency = study.profit.currency,
          .key_mask = key_mask};
}

Result<std::vector<fs::path>> write_analysis(const study::Study& study,
                                             const analyses::Analysis& analysis,
                                             const exchange::AnalysisContext& context) {
  const Artifacts artifacts(study);
  HOLDFAST_TRY_VOID(artifacts.prepare());
  const auto& out = artifacts.out();
  std::vector<fs::path> written;
  const auto put = [&](const fs::path& path, const std::string& contents) -> Result<void> {
    HOLDFAST_TRY_VOID(write_file_atomically(path, contents));
    written.push_back(path);
    return {};
  };
  HOLDFAST_TRY_VOID(put(out / (analysis.id + ".html"), exchange::render_analysis(analysis, context)));
  HOLDFAST_TRY_VOID(put(out / (analysis.id + ".json"), exchange::analysis_json(analysis, context)));
  const auto workbook = out / (analysis.id + ".xlsx");
  HOLDFAST_TRY_VOID(exchange::write_analysis_xlsx(workbook, analysis, context));
  written.push_back(workbook);
  if (!analysis.customers.empty()) {
    const auto customers = out / (analysis.id + "_customers.parquet");
    HOLDFAST_TRY_VOID(exchange::write_customers(customers, analysis.customers, context.key_mask));
    written.push_back(customers);
  }
  for (const auto& model : analysis.models) {
    HOLDFAST_TRY_VOID(put(out / "models" / (model.model_id + ".json"), to_json(model, {})));
  }
  return written;
}

namespace {

/// Imports what is new, lets `make` make an analysis of it, and writes that.
template <typename Make>
Result<Analysed> analysed(const study::Study& study, const AnalyseOptions& options,
                          Progress& progress, const Make& make) {
  HOLDFAST_TRY_VOID(history::import(study, {}, progress));
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  const analyses::Inputs inputs(study, store, options.as_of.value_or(default_as_of(study, store)));
  Analysed done;
  HOLDFAST_TRY(done.analysis, make(inputs));
  HOLDFAST_TRY(const bool is_masked, masks_keys(study, options.reveals_keys, done.analysis.id));
  HOLDFAST_TRY(const auto key_mask, key_mask_of(study, store.manifest_number(), is_masked));
  done.context = context_of(study, store, inputs.as_of(), key_mask);
  HOLDFAST_TRY(done.written, write_analysis(study, done.analysis, done.context));
  return done;
}

}  // namespace

Result<Analysed> analyse(const study::Study& study, std::string_view id, const AnalyseOptions& options,
                         Progress& progress) {
  const auto all = analyses::all_analyses();
  const auto found = std::ranges::find(all, id, [](const auto* one) { return one->id; });
  if (found == all.end()) return Error{errors::kNoSuchAnalysis, {{"analysis", std::string(id)}}};
  return analysed(study, options, progress, [&](const analyses::Inputs& inputs) {
    return (*found)->run(inputs, progress);
  });
}

Result<Analysed> ask_cube(const study::Study& study, const analyses::CubeQuery& query,
                          const AnalyseOptions& options, Progress& progress) {
  return analysed(study, options, progress, [&](const analyses::Inputs& inputs) {
    return analyses::answer_cube(inputs, query, progress);
  });
}

}  // namespace holdfast::run
