#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "exchange/portable/export.hpp"
#include "study/study.hpp"

namespace holdfast::run {

struct ExportRequest {
  exchange::ExportOptions options;
  std::string model_id;               // Empty: the champion.
  std::filesystem::path path;         // Empty: out/models/<id>.<pmml|onnx|sql>.
};

struct ExportedFile {
  std::string model_id;
  std::filesystem::path path;
  std::size_t rows_checked = 0;
  double largest_difference = 0;
  std::string answer;                 // "churn_probability", "effect", "cluster".
};

/// Writes a fitted model of the study for another system, checked on the customers active today.
/// Errors: no such model in out/models, or one of the shelf without such a form; as exchange::export_model; kFileUnwritable.
Result<ExportedFile> export_model(const study::Study& study, const ExportRequest& request,
                                  Progress& progress);

}  // namespace holdfast::run
