#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <mutex>
#include <string>

#include "core/progress.hpp"

namespace holdfast::cli {

/// On a terminal one line that is drawn over, with rate and time left; elsewhere a plain line when a
/// piece of work begins and one when it ends.
class TerminalProgress : public Progress {
 public:
  TerminalProgress(std::ostream& out, Language language, bool is_terminal);
  ~TerminalProgress() override;
  void begin(const Text& what, std::int64_t total) override;
  void advance(std::int64_t done) override;
  void end() override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw(bool is_last);
  void finish();

  std::ostream* out_;
  Language language_;
  bool is_terminal_;
  std::mutex mutex_;
  std::string what_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  Clock::time_point begun_;
  Clock::time_point drawn_;
  bool is_open_ = false;
};

}  // namespace holdfast::cli
