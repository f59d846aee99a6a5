#pragma once

#include <math.h>  // lgamma_r is POSIX, not of <cmath>.

namespace holdfast {

/// ln |Γ(x)|. std::lgamma writes the sign to a global, where threads would meet.
inline double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

}  // namespace holdfast
