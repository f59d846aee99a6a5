#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::run::errors {

extern const ErrorKind kNoChurnDefinition;
extern const ErrorKind kNoModelFitted;   // {why}
extern const ErrorKind kNothingToScore;  // {as_of}
extern const ErrorKind kNotTrainedYet;   // {folder}
extern const ErrorKind kNoSuchFittedModel;  // {model} {models}
extern const ErrorKind kNoSuchAnalysis;  // {analysis}
extern const ErrorKind kNoSuchCustomer;  // {key}
extern const ErrorKind kSeveralMaskedAlike;  // {key} {count}
std::vector<const ErrorKind*> run_kinds();

}  // namespace holdfast::run::errors
