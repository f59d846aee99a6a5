#pragma once

#include <stdexcept>
#include <string>

namespace holdfast {

/// The machine failed: disk full, database locked. Caught in main, the server and the Python border.
class SystemFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Prints the condition and where it stands, then aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace holdfast

/// We were wrong: stops the program, in release builds too.
#define HOLDFAST_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::holdfast::check_failed(#condition, __FILE__, __LINE__))
