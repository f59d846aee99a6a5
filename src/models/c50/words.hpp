#pragma once

#include <string>
#include <vector>

#include "models/c50/c50.hpp"
#include "models/model.hpp"

/// A C5.0 classifier in words and tables.
namespace holdfast::c50 {

/// Every rule as a sentence in both languages, with its class, cover, errors, confidence and lift.
ReportTable rules_table(const forms::RuleSet& rules, const dataset::Columns& columns,
                        const std::vector<std::string>& classes);

/// Columns by how many rows' answers ask them.
ReportTable usage_table(const Fit& fit, const dataset::Columns& columns);

/// Columns by what leaving them out costs, and those left out.
ReportTable winnowing_table(const Fit& fit, const dataset::Columns& columns);

}  // namespace holdfast::c50
