#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::cli::errors {

extern const ErrorKind kBadUsage;        // {why} {command}
extern const ErrorKind kNoCommand;
extern const ErrorKind kUnknownCommand;  // {value} {near}
extern const ErrorKind kUnknownOption;   // {command} {value} {near}
extern const ErrorKind kTooManyValues;   // {command} {value}
extern const ErrorKind kMissingValue;    // {command} {value}
extern const ErrorKind kBadDay;          // {value}
extern const ErrorKind kStudyExists;     // {path}
extern const ErrorKind kStudyInvalid;    // {count}
extern const ErrorKind kBadNumber;       // {option} {value}
extern const ErrorKind kBadTarget;       // {value}
extern const ErrorKind kBadChoice;       // {what} {value} {choices}
extern const ErrorKind kAuditFailed;     // {features}
std::vector<const ErrorKind*> cli_kinds();

}  // namespace holdfast::cli::errors
