#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "exchange/portable/sql.hpp"

namespace holdfast::exchange {

enum class Format : std::uint8_t { Pmml, Onnx, Sql };

struct ExportOptions {
  Format format = Format::Pmml;
  Dialect dialect = Dialect::Sqlite;      // SQL.
  std::string table = "customers";        // SQL: what the query reads.
  std::string version;                    // Of the program.
};

/// A model in another system's words, and how far that text's own answers are from the model's.
struct Exported {
  std::string content;
  std::size_t rows_checked = 0;           // 0: the model reads no rows; its rules were read back.
  double largest_difference = 0;          // Of the probability.
};

/// False for models that answer of baskets or states: they are written without rows.
bool reads_rows(const FittedModel& model);

/// Writes the model and runs what was written on `rows`: PMML and ONNX by reading the document back,
/// SQL in SQLite (other dialects: the same query in SQLite's words).
///
/// Errors     kNoFormula, kNotBinary, kCheckFailed; kDiffers over 1e-6.
Result<Exported> export_model(const FittedModel& model, const dataset::Columns& rows,
                              const ExportOptions& options);

}  // namespace holdfast::exchange
