#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

/// A PMML 4.4 document that gives the churn probability (class "1" of `churned`). Trees and linear
/// forms stand as TreeModel and RegressionModel, everything else as the transformations the standard
/// has for arithmetic; calibration is the last model of the chain. `rows` are written into the
/// document as ModelVerification.
///
/// Missing values, and categories the model does not know, behave as in the model.
/// Errors: kNoFormula, kNotBinary.
Result<std::string> to_pmml(const FittedModel& model, const dataset::Columns& rows,
                            std::string_view version);

/// Reads a document as to_pmml writes it and gives the probabilities of rows of the model's columns:
/// from the text, knowing nothing of the model but its columns. Errors: kCheckFailed.
Result<std::vector<double>> run_pmml(const std::string& document, const FittedModel& model,
                                     const dataset::Columns& rows);

}  // namespace holdfast::exchange
