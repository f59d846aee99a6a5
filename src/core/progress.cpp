#include "core/progress.hpp"

namespace holdfast {

Progress& silent() {
  static Progress quiet;
  return quiet;
}

std::atomic<bool>& cancel_requested() {
  static std::atomic<bool> requested{false};
  return requested;
}

}  // namespace holdfast
