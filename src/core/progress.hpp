#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "core/language.hpp"

namespace holdfast {

/// Told how work is going, by `advance` how much more is done. Thread-safe. The default says nothing.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new piece of work begins; total 0: unknown.
  virtual void begin(const Text& what, std::int64_t total) { (void)what, (void)total; }
  virtual void advance(std::int64_t done) { (void)done; }
  virtual void end() {}
};

/// A Progress that says nothing.
Progress& silent();

/// Set by Ctrl-C; long work looks at it between blocks and returns errors::kCancelled.
std::atomic<bool>& cancel_requested();

}  // namespace holdfast
