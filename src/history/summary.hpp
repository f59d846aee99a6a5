#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "history/customers.hpp"
#include "history/layout.hpp"
#include "history/manifest.hpp"
#include "history/merge.hpp"
#include "history/old_rows.hpp"
#include "history/references.hpp"

namespace holdfast::history {

/// Where a table's files lie, relative to the store.
std::string table_folder(const std::string& table, std::size_t index);

/// What the manifest says of a table, put together from its buckets. `old`: for what stayed as it
/// was; null: nothing did.
TableEntry summarise(const TableLayout& layout, const TableEntry* old,
                     const std::vector<MergedTable>& parts);

/// Notes that a source was taken in; earlier contents of the same location are no longer current.
void take_source(TableEntry& entry, const SourceEntry& source);

/// Whose customer the values of a stored column are. Errors: kDamaged.
Result<void> fill_references(const StoreFile& file, const TableLayout& layout,
                             const std::string& column, const StoredKeys& keys,
                             const std::vector<std::size_t>& begins, const Customers& customers,
                             ReferenceMap& map);

}  // namespace holdfast::history
