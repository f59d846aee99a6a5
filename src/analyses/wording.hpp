#pragma once

#include "analyses/figures.hpp"

/// Other names of figures.hpp, for those who still call them so.
namespace holdfast::analyses {

inline std::string counted(double value) { return whole(value); }
inline std::string in_percent(double share, int decimals = 1) { return percent(share, decimals); }

}  // namespace holdfast::analyses
