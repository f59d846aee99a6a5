#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "exchange/portable/portable_model.hpp"

namespace holdfast::exchange {

/// An ONNX model (operator sets 15 and ai.onnx.ml 3, all arithmetic in double). One input a column,
/// [N, 1]: numbers as double, NaN where missing; categories as string, "" where missing. Output
/// `churn_probability`, `effect` or `cluster`, double [N, 1]; of models of when customers leave a
/// `score_…` of each exit besides. Trees that send missing values one way stand as
/// TreeEnsembleRegressor, the rest as arithmetic. The first rows with their answers are kept as
/// metadata `verification`.
Result<std::string> to_onnx(const PortableModel& model, const CheckedRows& rows,
                            std::string_view version);

/// Runs a model as to_onnx writes it, operator by operator, on rows of the model's columns.
/// Errors: kCheckFailed.
Result<std::vector<double>> run_onnx(const std::string& bytes, const FittedModel& model,
                                     const dataset::Columns& rows);

}  // namespace holdfast::exchange
