#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::study::errors {

// The expression language. Every one has {position}, the character from 1.
extern const ErrorKind kExpressionSyntax;    // {found} {expected}
extern const ErrorKind kExpressionText;      // {found}: an unclosed quote, a stray character.
extern const ErrorKind kExpressionTooDeep;   // {limit}
extern const ErrorKind kUnknownName;         // {name} {nearest}
extern const ErrorKind kUnknownFunction;     // {name} {nearest}
extern const ErrorKind kWrongArguments;      // {function} {signature}
extern const ErrorKind kTypesDiffer;         // {what} {wanted} {got}
extern const ErrorKind kAggregateHere;       // {function}
extern const ErrorKind kUnknownTableColumn;  // {table} {column} {nearest}
extern const ErrorKind kUnknownTableName;    // {table} {nearest}

// The study file.
extern const ErrorKind kSyntax;        // {why}
extern const ErrorKind kNotUtf8;
extern const ErrorKind kUnknownKey;    // {key} {nearest}
extern const ErrorKind kWrongType;     // {example}
extern const ErrorKind kUnknownWord;   // {value} {known}
extern const ErrorKind kMissing;       // {key}
extern const ErrorKind kOutOfRange;    // {value} {min} {max}
extern const ErrorKind kNotAscending;  // {what}
extern const ErrorKind kNotUnique;     // {name}
extern const ErrorKind kNoTables;
extern const ErrorKind kNoSuchTable;   // {table} {nearest}
extern const ErrorKind kNoSuchColumn;  // {table} {column} {nearest}
extern const ErrorKind kNeedsColumn;   // {role} {key}
extern const ErrorKind kNotADate;      // {column} {type}
extern const ErrorKind kNotANumber;    // {column} {type}
extern const ErrorKind kNoKey;         // {table}
extern const ErrorKind kNoChurn;
extern const ErrorKind kChurnNeeds;       // {kind} {key}
extern const ErrorKind kChurnNeedsTable;  // {kind} {role}
extern const ErrorKind kNoCutoffs;
extern const ErrorKind kLimitsOrder;   // {red} {orange} {yellow}
extern const ErrorKind kLabelAsInput;  // {column}
extern const ErrorKind kNotBoolean;    // {got}
extern const ErrorKind kEmbargoShort;  // {days} {needed}
extern const ErrorKind kIgnoredUsed;   // {column}
extern const ErrorKind kNoTimeToSplit;
extern const ErrorKind kRoundAbout;  // {table}

// Warnings.
extern const ErrorKind kPersonalUnused;  // {column}
extern const ErrorKind kNameUnsure;      // {name} {nearest}

// The proposal.
extern const ErrorKind kNoLocations;
extern const ErrorKind kOutcomeMissing;   // {column} {nearest}
extern const ErrorKind kOutcomeUnsure;    // {columns}
extern const ErrorKind kOutcomeOneValue;  // {column}
extern const ErrorKind kNoRows;           // {table}
extern const ErrorKind kKeyRepeats;       // {table} {column} {rows} {customers}
extern const ErrorKind kNothingToPredict;
extern const ErrorKind kOutcomeUnnamed;  // {columns}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> study_kinds();

}  // namespace holdfast::study::errors
