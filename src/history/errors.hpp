#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::history::errors {

// An import as a whole.
extern const ErrorKind kTooManyBadRows;   // {table} {bad} {read} {limit} {quarantine}
extern const ErrorKind kEmptyTable;       // {table}
extern const ErrorKind kNoSource;         // {table} {location}
extern const ErrorKind kLocked;           // {store}
extern const ErrorKind kKeyPathCycle;     // {table}
extern const ErrorKind kUnknownTimeZone;  // {zone}
extern const ErrorKind kUnwritable;       // {path} {why}
extern const ErrorKind kTooLarge;         // {what}

// Opening and reading a store.
extern const ErrorKind kNoStore;           // {store}
extern const ErrorKind kNoSuchManifest;    // {store} {number}
extern const ErrorKind kNewerFormat;       // {path} {format}
extern const ErrorKind kDamaged;           // {path} {why}
extern const ErrorKind kTableNotImported;  // {table}
extern const ErrorKind kUnknownTable;      // {table} {nearest}
extern const ErrorKind kUnknownColumn;     // {table} {column} {nearest}

// Why one row is in quarantine.
extern const ErrorKind kMissingKey;       // {column}
extern const ErrorKind kOrphan;           // {value} {table} {column}
extern const ErrorKind kMissingTime;      // {column}
extern const ErrorKind kEndsBeforeStart;  // {start} {end}
extern const ErrorKind kDuplicateKey;     // {key}

// Warnings.
extern const ErrorKind kSameContent;  // {location} {other}
extern const ErrorKind kRowsBad;      // {table} {bad} {read}
extern const ErrorKind kOrphans;      // {table} {orphans} {read}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> history_kinds();

}  // namespace holdfast::history::errors
