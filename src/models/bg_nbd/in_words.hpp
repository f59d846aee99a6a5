#pragma once

#include "core/language.hpp"
#include "lifetime/bg_nbd.hpp"

namespace holdfast::models {

/// Of both processes that buy and leave after a purchase.
Text in_words(const lifetime::BgNbd& fit);

}  // namespace holdfast::models
