#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::analyses::errors {

extern const ErrorKind kNoTableFor;    // {analysis} {wanted} {key}
extern const ErrorKind kNoColumnFor;   // {analysis} {wanted} {table} {key}
extern const ErrorKind kNothingThere;  // {analysis} {what}
extern const ErrorKind kNobodyLeaves;  // {analysis} {rows}
extern const ErrorKind kAllAtOnce;     // {rows} {time}
extern const ErrorKind kNoDuration;    // {column} {negative} {missing}
extern const ErrorKind kTooFew;        // {analysis} {rows} {held_back} {needed}
extern const ErrorKind kNoInput;       // {analysis}
extern const ErrorKind kModelOfOtherKind;  // {analysis} {model} {kind}
extern const ErrorKind kMeaningUnknown;  // {column} {values} {key}
extern const ErrorKind kBadQuestion;   // {what} {why}
extern const ErrorKind kNoDimension;   // {name} {names}
extern const ErrorKind kNoLevels;      // {name}
std::vector<const ErrorKind*> analyses_kinds();

}  // namespace holdfast::analyses::errors
