#include "cli/terminal_progress.hpp"

#include <ostream>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::cli {

TerminalProgress::TerminalProgress(std::ostream& out, Language language, bool is_terminal)
    : out_(&out), language_(language), is_terminal_(is_terminal) {}

TerminalProgress::~TerminalProgress() { finish(); }

void TerminalProgress::begin(const Text& what, std::int64_t total) {
  const std::scoped_lock lock(mutex_);
  finish();
  what_ = what.in(language_);
  total_ = total;
  done_ = 0;
  begun_ = drawn_ = Clock::now();
  is_open_ = true;
  if (!is_terminal_) return;
  draw(false);
}

void TerminalProgress::advance(std::int64_t done) {
  const std::scoped_lock lock(mutex_);
  done_ += done;
  if (!is_terminal_ || Clock::now() - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = Clock::now();
  draw(false);
}

void TerminalProgress::end() {
  const std::scoped_lock lock(mutex_);
  finish();
}

void TerminalProgress::finish() {
  if (!is_open_) return;
  is_open_ = false;
  draw(true);
}

void TerminalProgress::draw(bool is_last) {
  const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  std::string line = "  " + what_;
  if (total_ > 1) line += fmt::format("  {} / {}", with_thousands(done_), with_thousands(total_));
  if (total_ <= 1 && done_ > 1) line += "  " + with_thousands(done_);
  if (done_ > 1000 && seconds > 0.5) {
    line += fmt::format("  {}/s", with_thousands(static_cast<std::int64_t>(
                                      static_cast<double>(done_) / seconds)));
  }
  if (!is_last && done_ > 0 && total_ > done_ && seconds > 1) {
    const double left = seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_);
    line += fmt::format(fmt::runtime(language_ == Language::Zh ? "  剩余 {:.0f} 秒" : "  {:.0f} s left"), left);
  }
  if (is_last) line += fmt::format("  {:.1f} s", seconds);
  if (is_terminal_) *out_ << "\r\033[K";
  *out_ << line;
  if (is_last || !is_terminal_) *out_ << "\n";
  out_->flush();
}

}  // namespace holdfast::cli
