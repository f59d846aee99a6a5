#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace holdfast {

/// The encodings a table may come in.
enum class Encoding { Utf8, Gb18030, Utf16Le, Utf16Be, Windows1252 };

std::string_view name_of(Encoding encoding);
/// Accepts the usual names: "utf-8", "gbk", "gb2312", "gb18030", "utf-16", "cp1252", "latin1".
std::optional<Encoding> encoding_named(std::string_view name);

struct DetectedEncoding {
  Encoding encoding = Encoding::Utf8;
  int bom_bytes = 0;
  bool is_sure = true;  // False where the bytes fit more than one reading.
};

/// Guesses from the first bytes: byte-order mark, zero bytes (UTF-16), well-formed UTF-8, then UTF-8
/// with damaged places, GB18030 and Windows-1252 by what only one of them explains. `is_whole`: the
/// sample is the file.
DetectedEncoding detect_encoding(std::string_view sample, bool is_whole);

/// Turns a stream of bytes into UTF-8 piece by piece; a character cut by the border of two pieces
/// is kept for the next one.
class Utf8Decoder {
 public:
  explicit Utf8Decoder(Encoding encoding);
  ~Utf8Decoder();
  Utf8Decoder(const Utf8Decoder&) = delete;
  Utf8Decoder& operator=(const Utf8Decoder&) = delete;

  /// Appends to `out`. Bytes that are no character become U+FFFD and are counted.
  void decode(std::string_view bytes, bool is_last, std::string& out);
  std::int64_t malformed_count() const { return malformed_count_; }

 private:
  struct Converter;
  Encoding encoding_;
  Converter* converter_ = nullptr;
  std::string pending_;
  std::int64_t malformed_count_ = 0;
};

/// All of it at once.
std::string to_utf8(std::string_view bytes, Encoding encoding);

/// UTF-8 to another encoding, for writing (GBK files of the generated example).
std::string from_utf8(std::string_view utf8, Encoding encoding);

}  // namespace holdfast
