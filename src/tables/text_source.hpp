#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "core/text_encoding.hpp"

namespace holdfast::tables {

/// A text file, unpacked (.gz) and decoded to UTF-8 piece by piece.
class TextSource {
 public:
  /// Errors: missing, unreadable, empty, or text that is plainly in another encoding than the one
  /// given. `encoding` nothing: found from the first bytes.
  static Result<std::unique_ptr<TextSource>> open(const std::string& path,
                                                  std::optional<Encoding> encoding);
  ~TextSource();

  /// Appends about `bytes` more of UTF-8 to `out`; false at the end. Errors: damaged archive.
  Result<bool> read(std::size_t bytes, std::string& out);
  Encoding encoding() const;
  bool is_encoding_sure() const;
  /// Characters so far that the encoding does not have; U+FFFD stands in their place.
  std::int64_t malformed_count() const;
  double share_done() const;

  /// The encoding of the bytes above 127, wherever in the file they stand: the first megabyte of a
  /// Chinese file may be plain ASCII.
  static Result<DetectedEncoding> detect_in_depth(const std::string& path);

 private:
  struct State;
  explicit TextSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::tables
