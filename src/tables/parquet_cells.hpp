#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <arrow/type_fwd.h>

#include "tables/column_builder.hpp"
#include "tables/table.hpp"
#include "tables/time_zone.hpp"

namespace holdfast::tables {

/// A cell of a Parquet column that does not fit what is declared.
struct MisfitCell {
  std::size_t row = 0;
  std::string value;
  Error reason;
};

/// One Arrow array as the column `wanted` describes. Same type: copied as it is; else cell by cell
/// through `builder`. A cell that does not fit is missing in the column and noted in `misfits`.
Column column_of(const arrow::Array& array, const ColumnFormat& wanted, ColumnBuilder& builder,
                 const TimeZone& zone, std::vector<MisfitCell>& misfits);

}  // namespace holdfast::tables
