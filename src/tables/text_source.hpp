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
  /// Errors: missing, unreadable, empty. `encoding` nothing: found from the first bytes.
  static Result<std::unique_ptr<TextSource>> open(const std::string& path,
                                                  std::optional<Encoding> encoding);
  ~TextSource();

  /// Appends about `bytes` more of UTF-8 to `out`; false at the end. Errors: damaged archive.
  Result<bool> read(std::size_t bytes, std::string& out);
  Encoding encoding() const;
  bool is_encoding_sure() const;
  double share_done() const;
  std::int64_t file_bytes() const;
  /// Bytes of the unpacked, undecoded text read so far; for estimating rows.
  std::int64_t raw_bytes_read() const;

 private:
  struct State;
  explicit TextSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::tables
