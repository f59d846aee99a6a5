#pragma once

#include "core/language.hpp"
#include "lifetime/contracts.hpp"

namespace holdfast::models {

/// Of contracts, whether leaving changes with tenure or not.
Text in_words(const lifetime::ContractFit& fit);

}  // namespace holdfast::models
