#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "exchange/portable/portable_model.hpp"
#include "exchange/portable/sql.hpp"

namespace holdfast::exchange {

enum class Format : std::uint8_t { Pmml, Onnx, Sql };
/// "PMML".
std::string_view name_of(Format format);

struct ExportOptions {
  Format format = Format::Pmml;
  Dialect dialect = Dialect::Sqlite;      // SQL.
  std::string table = "customers";        // SQL: what the query reads.
  std::string version;                    // Of the program.
  LeavingQuestion leaving;                // Models of when customers leave.
  bool is_cox_element = false;            // PMML of cox and fine_gray: see to_pmml_cox.
};

/// A model in another system's words, and how far that text's own answers are from the model's.
struct Exported {
  std::string content;
  std::size_t rows_checked = 0;           // 0: the model reads no rows; its rules were read back.
  double largest_difference = 0;          // Of the probability or effect; of groups: 0, or 1 and more.
  std::string answer = "churn_probability";  // Or "effect", "cluster".
};

/// False for models that answer of baskets, states or purchases: they are written without rows.
bool reads_rows(const FittedModel& model);

/// The formats a model of the shelf can be written in; none: only its JSON. A network or SVM of many
/// classes, or a few categories too many, may still be refused with a reason.
std::vector<Format> formats_of(const ModelDescriptor& model);

/// Writes the model and runs what was written on `rows`: PMML and ONNX by reading the document back,
/// SQL in SQLite (other dialects: the same query in SQLite's words).
///
/// Errors     kNoFormula, kNotBinary, kNoSuchExit, kNeedsDays, kNoElement, kCheckFailed; kDiffers
///            over 1e-6.
Result<Exported> export_model(const FittedModel& model, const dataset::Columns& rows,
                              const ExportOptions& options);

}  // namespace holdfast::exchange
