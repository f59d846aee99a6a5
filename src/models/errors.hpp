#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::models::errors {

extern const ErrorKind kNoSuchModel;        // {model} {nearest}
extern const ErrorKind kNoSuchParameter;    // {model} {parameter} {nearest}
extern const ErrorKind kParameterType;      // {model} {parameter} {expected}
extern const ErrorKind kParameterRange;     // {model} {parameter} {value} {range}
extern const ErrorKind kNoRows;             // {model}
extern const ErrorKind kOneClass;           // {model} {outcome}
extern const ErrorKind kNoUsableColumn;     // {model}
extern const ErrorKind kTooManyClasses;     // {model} {classes} {most}
extern const ErrorKind kFractionalWeights;  // {model}
extern const ErrorKind kRanAway;            // {model}
extern const ErrorKind kNoEstimate;         // {model} {why}
extern const ErrorKind kLibraryFailed;      // {library} {why}
extern const ErrorKind kNotAnEnvelope;      // {why}
extern const ErrorKind kNewerEnvelope;      // {version} {known}
extern const ErrorKind kHashMismatch;       // {stated} {found}
extern const ErrorKind kNotATree;           // {model}
extern const ErrorKind kNoSuchNode;         // {node} {nodes}
extern const ErrorKind kNoSuchColumn;       // {column}
extern const ErrorKind kNoSuchCategory;     // {column} {category}
extern const ErrorKind kPartsNothing;       // {column}
extern const ErrorKind kNoExits;            // {model} {exit}
extern const ErrorKind kNoDuration;         // {model} {row} {duration}
extern const ErrorKind kPriors;             // {model} {classes} {given}
extern const ErrorKind kConstantOutcome;    // {model} {rows} {value}
extern const ErrorKind kOneOutcomeInGroup;  // {model} {group} {rows} {value}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> models_kinds();

}  // namespace holdfast::models::errors
