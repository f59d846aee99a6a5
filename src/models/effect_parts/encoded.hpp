#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix_view.hpp"
#include "models/effect_task.hpp"

namespace holdfast::models {

/// Columns as numbers without holes, for the trees of src/effect.
struct Encoded {
  /// Where a number comes from.
  struct Source {
    std::size_t column = 0;
    std::int32_t category = -1;  // 1 where the cell is this one, else 0; −1: the number itself.
    double lowest = 0;           // Numbers: the least that is known; what is missing lies below it.
  };

  std::size_t rows = 0;
  std::vector<double> x;           // [rows x sources]
  std::vector<std::string> names;  // [sources] "age", "area=north".
  std::vector<Source> sources;

  MatrixView view() const { return {x.data(), rows, sources.size()}; }
};

/// Columns that do not vary and categories of fewer than 0.5 % of the rows are left out.
Encoded encode(const dataset::Columns& columns);

/// The task's columns as numbers, none of which decides who was treated. Errors: those of
/// check_task() and of effect::check_overlap; kNoUsableColumn.
Result<Encoded> encode_checked(std::string_view model_id, const EffectTask& task);

}  // namespace holdfast::models
