#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::tables::errors {

extern const ErrorKind kNoRows;             // {path}
extern const ErrorKind kEmpty;              // {path}
extern const ErrorKind kNotATable;          // {path} {why}
extern const ErrorKind kDamaged;            // {path} {why}
extern const ErrorKind kTooLarge;           // {path} {why}
extern const ErrorKind kNoSuchColumn;       // {column} {nearest} {path}
extern const ErrorKind kNoSuchSheet;        // {sheet} {sheets}
extern const ErrorKind kRagged;             // {cells} {columns}
extern const ErrorKind kBadNumber;          // {column} {value} {type}
extern const ErrorKind kBadDate;            // {column} {value} {format}
extern const ErrorKind kNoSuchDay;          // {column} {value}
extern const ErrorKind kBadBoolean;         // {column} {value}
extern const ErrorKind kUnclosedQuote;      // {path}
extern const ErrorKind kDatabase;           // {location} {why}
extern const ErrorKind kUnsureEncoding;     // {path} {encoding}
extern const ErrorKind kAmbiguousDates;     // {column} {format}
extern const ErrorKind kAmbiguousNumbers;   // {column} {format}
extern const ErrorKind kSomeMisfits;        // {column} {count} {type}
extern const ErrorKind kWrongEncoding;      // {path} {declared} {detected}
extern const ErrorKind kBadText;            // {column} {value}
extern const ErrorKind kBadDateFormat;      // {column} {format}
extern const ErrorKind kUnknownTimeZone;    // {zone}
extern const ErrorKind kNoColumns;          // {path}
extern const ErrorKind kLineTooLong;        // {path}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> tables_kinds();

}  // namespace holdfast::tables::errors
