#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "exchange/portable/portable_model.hpp"

namespace holdfast::exchange {

/// A PMML 4.4 document. It gives the churn probability (class "1" of `churned`), the `effect` of a
/// treatment, or the `cluster`. Trees, lines and centres stand as TreeModel, RegressionModel and
/// ClusteringModel, everything else as the transformations the standard has for arithmetic;
/// calibration, or what hazards make of time, is the last model of a chain. `rows` are written into
/// the document as ModelVerification.
///
/// Missing values, and categories the model does not know, behave as in the model.
std::string to_pmml(const PortableModel& model, const CheckedRows& rows,
                    std::string_view version);

/// Cox regression of one exit as the standard's own element, its baseline as BaseCumHazardTables:
/// `cumulative_hazard` until `days`, and the `churn_probability` made of it.
/// Errors: kNoElement where there is another law, more than one exit, or fixed days.
Result<std::string> to_pmml_cox(const PortableModel& model, const CheckedRows& rows,
                                std::string_view version);

/// Reads a document as these write it and gives its answers for rows of the model's columns: from the
/// text, knowing nothing of the model but its columns. Errors: kCheckFailed.
Result<std::vector<double>> run_pmml(const std::string& document, const FittedModel& model,
                                     const dataset::Columns& rows);

}  // namespace holdfast::exchange
