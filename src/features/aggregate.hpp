#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "features/builder.hpp"
#include "study/expression.hpp"

/// Aggregates and columns of expressions, computed for one row from the visible history.
/// Inside features/ only.
namespace holdfast::features {

/// Leaves of a filter, and where their cells are.
using FilterCells = std::vector<std::pair<const study::Expression*, Cell>>;

/// One Aggregate or Column node, bound to its table.
struct Lowered {
  const study::Expression* node = nullptr;
  int table = -1;
  Cell cell;                      // Missing: rows are counted.
  const study::Expression* filter = nullptr;
  FilterCells filter_cells;
  bool is_filter_plain = true;    // Its truth does not depend on the cutoff.
  bool is_own_contract = false;   // Column of the row's own contract.
  double constant = 0;            // First constant argument.
};

/// Truth of a plain filter by row of the bucket: 0 not asked yet, 1 false or unknown, 2 true.
using FilterMemory = std::vector<std::uint8_t>;

/// Errors: the store lacks the column, or its mark forbids it.
Result<Lowered> lower_leaf(Builder& builder, const study::Expression& node);
/// All Aggregate and Column leaves outside aggregates, in order of appearance.
void leaves_of(const study::Expression& node, std::vector<const study::Expression*>& leaves);
study::Value value_of(const Lowered& lowered, const Batch& batch, std::size_t row,
                      FilterMemory& memory);

}  // namespace holdfast::features
