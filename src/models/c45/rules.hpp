#pragma once

#include "models/c45/c45.hpp"
#include "models/model.hpp"

/// A tree in words and tables.
namespace holdfast::c45 {

/// Every leaf: its rule, T rows, A active, L lost, loss ratio L/A and churn rate L/T (DOMAIN.md
/// shows both), highest churn rate first.
ReportTable leaves_table(const Tree& tree, const dataset::Columns& columns);

/// One sentence a leaf, in both languages: "if age <= 30 and area = urban, 42% leave (63 of 150)".
ReportTable rules_table(const Tree& tree, const dataset::Columns& columns);

}  // namespace holdfast::c45
