#pragma once

#include <string>
#include <vector>

#include "models/forms/tree.hpp"
#include "models/growing/split.hpp"
#include "models/model.hpp"

/// A tree in words and tables.
namespace holdfast::growing {

/// Every leaf: its rule, T rows, A active, L lost, loss ratio L/A and churn rate L/T (DOMAIN.md
/// shows both), highest churn rate first. With more than two classes: rows by class, and the leaf's
/// class with its share.
ReportTable leaves_table(const forms::Tree& tree, const dataset::Columns& columns,
                         const std::vector<std::string>& classes);

/// One sentence a leaf, in both languages: "if age <= 30 and area = urban, 42% leave (63 of 150)".
ReportTable rules_table(const forms::Tree& tree, const dataset::Columns& columns,
                        const std::vector<std::string>& classes);

/// The tree as text, a line a branch and the leaf's class with its rows and errors, in J48's layout.
std::string text_of(const forms::Tree& tree, const dataset::Columns& columns,
                    const std::vector<std::string>& classes);

/// The same as a table, a line a row; of two classes A (active) and L (lost).
ReportTable text_table(const forms::Tree& tree, const dataset::Columns& columns,
                       const std::vector<std::string>& classes);

/// The children of a split: "<= 30.5 | > 30.5", "{a, b} | {c}".
Text children_of(const Split& split, const dataset::Columns& columns);

}  // namespace holdfast::growing
