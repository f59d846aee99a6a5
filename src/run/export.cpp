#include "run/export.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "dataset/dataset.hpp"
#include "features/program.hpp"
#include "history/store.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/run.hpp"

namespace holdfast::run {
namespace {

constexpr std::size_t kRowsChecked = 5000;

/// Up to kRowsChecked of those active today, at a fixed stride.
Result<dataset::Frame> rows_to_check(const study::Study& study, const FittedModel& model,
                                     Progress& progress) {
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  const features::RowPlan plan{.is_scoring = true, .as_of = default_as_of(study, store), .cutoffs = {}};
  HOLDFAST_TRY(const auto matrix, features::compute(program, store, plan, progress));
  return dataset::Frame::align(matrix, model.column_names, model.categories);
}

std::string_view ending_of(exchange::Format format) {
  constexpr std::string_view kEndings[] = {".pmml", ".onnx", ".sql"};
  return kEndings[static_cast<std::size_t>(format)];
}

/// The first rows of a view.
dataset::Columns first_rows(dataset::Columns columns, std::size_t rows_max) {
  columns.rows = std::min(columns.rows, rows_max);
  for (auto& column : columns.columns) {
    column.valid = column.valid.first(columns.rows);
    if (!column.values.empty()) column.values = column.values.first(columns.rows);
    if (!column.codes.empty()) column.codes = column.codes.first(columns.rows);
  }
  return columns;
}

}  // namespace

Result<ExportedFile> export_model(const study::Study& study, const ExportRequest& request,
                                  Progress& progress) {
  const Artifacts artifacts(study);
  HOLDFAST_TRY(const auto model, artifacts.load_model(request.model_id));
  dataset::Frame frame;
  if (exchange::reads_rows(model)) {
    HOLDFAST_TRY(frame, rows_to_check(study, model, progress));
  }
  auto options = request.options;
  options.version = HOLDFAST_VERSION;
  HOLDFAST_TRY(const auto exported, exchange::export_model(
                                        model, first_rows(frame.view(), kRowsChecked), options));
  ExportedFile file{.model_id = model.model_id,
                    .path = request.path,
                    .rows_checked = exported.rows_checked,
                    .largest_difference = exported.largest_difference,
                    .answer = exported.answer};
  if (file.path.empty()) {
    file.path = artifacts.out() / "models" /
                (model.model_id + std::string(ending_of(options.format)));
  }
  HOLDFAST_TRY_VOID(write_file_atomically(file.path, exported.content));
  return file;
}

}  // namespace holdfast::run
