#include "core/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <unicode/ucnv.h>

#include "core/text.hpp"

namespace holdfast {
namespace {

struct EncodingName {
  std::string_view name;
  Encoding encoding;
};

constexpr std::array kNames = {
    EncodingName{"utf-8", Encoding::Utf8},          EncodingName{"utf8", Encoding::Utf8},
    EncodingName{"gb18030", Encoding::Gb18030},     EncodingName{"gbk", Encoding::Gb18030},
    EncodingName{"gb2312", Encoding::Gb18030},      EncodingName{"cp936", Encoding::Gb18030},
    EncodingName{"utf-16", Encoding::Utf16Le},      EncodingName{"utf-16le", Encoding::Utf16Le},
    EncodingName{"utf-16be", Encoding::Utf16Be},    EncodingName{"windows-1252", Encoding::Windows1252},
    EncodingName{"cp1252", Encoding::Windows1252},  EncodingName{"latin1", Encoding::Windows1252},
    EncodingName{"iso-8859-1", Encoding::Windows1252},
};

const char* icu_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8: return "UTF-8";
    case Encoding::Gb18030: return "GB18030";
    case Encoding::Utf16Le: return "UTF-16LE";
    case Encoding::Utf16Be: return "UTF-16BE";
    case Encoding::Windows1252: return "windows-1252";
  }
  return "UTF-8";
}

/// Cuts a character the sample's end may have split, so that it does not count as malformed.
std::string_view without_cut_utf8(std::string_view sample) {
  for (std::size_t back = 1; back <= 4 && back <= sample.size(); ++back) {
    const auto byte = static_cast<unsigned char>(sample[sample.size() - back]);
    if (byte < 0x80) return sample;
    if (byte >= 0xC0) return sample.substr(0, sample.size() - back);
  }
  return sample;
}

/// How the bytes read as double-byte Chinese: pairs that are common hanzi against stray ones.
struct GbPlausibility {
  std::size_t common_pairs = 0;  // GB2312 level 1 and 2 hanzi, and its punctuation.
  std::size_t other_pairs = 0;
  std::size_t malformed = 0;
};

GbPlausibility gb_plausibility(std::string_view sample) {
  GbPlausibility seen;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto lead = static_cast<unsigned char>(sample[i]);
    if (lead < 0x80) continue;
    if (i + 1 >= sample.size()) break;
    const auto trail = static_cast<unsigned char>(sample[i + 1]);
    if (lead == 0x80 || lead == 0xFF) {
      ++seen.malformed;
      continue;
    }
    if (trail >= 0x30 && trail <= 0x39 && i + 3 < sample.size()) {
      i += 3, ++seen.other_pairs;
    } else if (trail >= 0x40 && trail != 0x7F && trail != 0xFF) {
      const bool hanzi = lead >= 0xB0 && lead <= 0xF7 && trail >= 0xA1;
      const bool mark = (lead == 0xA1 || lead == 0xA3) && trail >= 0xA1;
      ++(hanzi || mark ? seen.common_pairs : seen.other_pairs);
      ++i;
    } else {
      ++seen.malformed;
    }
  }
  return seen;
}

DetectedEncoding detect_by_zero_bytes(std::string_view sample, bool& found) {
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  found = even + odd > sample.size() / 10 && (even > 4 * odd || odd > 4 * even);
  return {even > odd ? Encoding::Utf16Be : Encoding::Utf16Le, 0, true};
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  for (const auto& row : kNames) {
    if (row.encoding == encoding) return row.name;
  }
  return "utf-8";
}

std::optional<Encoding> encoding_named(std::string_view name) {
  const auto wanted = lower(name);
  for (const auto& row : kNames) {
    if (row.name == wanted) return row.encoding;
  }
  return std::nullopt;
}

DetectedEncoding detect_encoding(std::string_view sample, bool is_whole) {
  if (sample.starts_with("\xEF\xBB\xBF")) return {Encoding::Utf8, 3, true};
  if (sample.starts_with("\xFF\xFE")) return {Encoding::Utf16Le, 2, true};
  if (sample.starts_with("\xFE\xFF")) return {Encoding::Utf16Be, 2, true};
  bool is_utf16 = false;
  const auto by_zeros = detect_by_zero_bytes(sample, is_utf16);
  if (is_utf16) return by_zeros;
  if (is_utf8(is_whole ? sample : without_cut_utf8(sample))) return {Encoding::Utf8, 0, true};

  const auto gb = gb_plausibility(sample);
  const auto pairs = gb.common_pairs + gb.other_pairs;
  if (gb.malformed * 20 <= pairs && gb.common_pairs * 2 >= pairs) {
    return {Encoding::Gb18030, 0, gb.common_pairs * 10 >= pairs * 9};
  }
  // Mostly good UTF-8 with a broken byte or two is still UTF-8, not a Western code page.
  Utf8Decoder decoder(Encoding::Utf8);
  std::string decoded;
  decoder.decode(sample, is_whole, decoded);
  const auto high = static_cast<std::size_t>(
      std::ranges::count_if(sample, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  if (static_cast<std::size_t>(decoder.malformed_count()) * 20 < high) {
    return {Encoding::Utf8, 0, false};
  }
  return {Encoding::Windows1252, 0, false};
}

struct Utf8Decoder::Converter {
  UConverter* from = nullptr;
  UConverter* to = nullptr;
};

Utf8Decoder::Utf8Decoder(Encoding encoding) : encoding_(encoding), converter_(new Converter) {
  UErrorCode failure = U_ZERO_ERROR;
  converter_->from = ucnv_open(icu_name(encoding), &failure);
  converter_->to = ucnv_open("UTF-8", &failure);
  HOLDFAST_CHECK(U_SUCCESS(failure));
}

Utf8Decoder::~Utf8Decoder() {
  ucnv_close(converter_->from);
  ucnv_close(converter_->to);
  delete converter_;
}

void Utf8Decoder::decode(std::string_view bytes, bool is_last, std::string& out) {
  const auto before = out.size();
  if (encoding_ == Encoding::Utf8 && pending_.empty()) {
    // The common case costs one validation pass and one copy.
    const auto whole = is_last ? bytes : without_cut_utf8(bytes);
    if (is_utf8(whole)) {
      out.append(whole);
      pending_.assign(bytes.substr(whole.size()));
      return;
    }
  }
  std::string input = std::move(pending_);
  pending_.clear();
  input.append(bytes);
  if (encoding_ == Encoding::Utf8 && !is_last) {
    const auto whole = without_cut_utf8(input).size();
    pending_ = input.substr(whole);
    input.resize(whole);
  }
  const char* source = input.data();
  const char* const source_end = source + input.size();
  std::array<UChar, 4096> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  std::array<char, 16384> buffer;
  for (bool again = true; again;) {
    char* target = buffer.data();
    UErrorCode failure = U_ZERO_ERROR;
    ucnv_convertEx(converter_->to, converter_->from, &target, buffer.data() + buffer.size(), &source,
                   source_end, pivot.data(), &pivot_source, &pivot_target,
                   pivot.data() + pivot.size(), false,
                   is_last || encoding_ == Encoding::Utf8, &failure);
    out.append(buffer.data(), static_cast<std::size_t>(target - buffer.data()));
    again = failure == U_BUFFER_OVERFLOW_ERROR;
  }
  constexpr std::string_view kReplacement = "\uFFFD";
  for (auto at = out.find(kReplacement, before); at != std::string::npos;
       at = out.find(kReplacement, at + kReplacement.size())) {
    ++malformed_count_;
  }
}

std::string to_utf8(std::string_view bytes, Encoding encoding) {
  Utf8Decoder decoder(encoding);
  std::string out;
  decoder.decode(bytes, true, out);
  return out;
}

std::string from_utf8(std::string_view utf8, Encoding encoding) {
  UErrorCode failure = U_ZERO_ERROR;
  std::string out(utf8.size() * 4 + 16, '\0');
  const auto size = ucnv_convert(icu_name(encoding), "UTF-8", out.data(),
                                 static_cast<std::int32_t>(out.size()), utf8.data(),
                                 static_cast<std::int32_t>(utf8.size()), &failure);
  HOLDFAST_CHECK(U_SUCCESS(failure));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace holdfast
