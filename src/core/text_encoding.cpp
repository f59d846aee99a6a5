#include "core/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

#include <unicode/ucnv.h>
#include <unicode/utf8.h>

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

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool is_high(std::string_view text, std::size_t at) {
  return at < text.size() && byte_at(text, at) >= 0x80;
}

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool is_letter(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalpha(byte_at(text, at)) != 0;
}

/// GB2312 level 1 and 2 hanzi, and its punctuation and full-width forms.
bool is_common_pair(unsigned char lead, unsigned char trail) {
  return trail >= 0xA1 && ((lead >= 0xB0 && lead <= 0xF7) || lead == 0xA1 || lead == 0xA3);
}

/// GB18030's four bytes: high, digit, high, digit. Hardly any other text has that.
bool is_gb_four(std::string_view text, std::size_t at) {
  return is_high(text, at) && is_digit(text, at + 1) && is_high(text, at + 2) &&
         is_digit(text, at + 3);
}

/// How the bytes read as Chinese of two or four bytes: common characters against stray pairs.
struct GbPlausibility {
  std::size_t common_count = 0;
  std::size_t other_count = 0;
  std::size_t malformed_count = 0;

  bool is_plausible() const {
    const auto pairs = common_count + other_count;
    return malformed_count * 5 <= pairs && common_count * 2 >= pairs;
  }
  bool is_sure() const { return common_count >= other_count * 9; }
};

GbPlausibility gb_plausibility(std::string_view sample) {
  GbPlausibility seen;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto lead = byte_at(sample, i);
    if (lead < 0x80) continue;
    if (i + 1 >= sample.size()) break;
    const auto trail = byte_at(sample, i + 1);
    if (lead == 0x80 || lead == 0xFF) {
      ++seen.malformed_count;
    } else if (is_gb_four(sample, i)) {
      ++seen.common_count;
      i += 3;
    } else if (trail >= 0x40 && trail != 0x7F && trail != 0xFF) {
      ++(is_common_pair(lead, trail) ? seen.common_count : seen.other_count);
      ++i;
    } else {
      ++seen.malformed_count;
    }
  }
  return seen;
}

/// A run of bytes above 127 as UTF-8 reads it.
struct Utf8Run {
  std::size_t characters_count = 0;
  std::size_t long_count = 0;  // Of these, of three or four bytes.
  std::size_t malformed_count = 0;
  bool is_latin = true;        // Accented Latin letters and Western marks: up to U+017F.
};

Utf8Run as_utf8(std::string_view run) {
  Utf8Run seen;
  const auto length = static_cast<std::int64_t>(run.size());
  for (std::int64_t i = 0; i < length;) {
    const auto begin = i;
    UChar32 character = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // Inside ICU's macro.
    U8_NEXT(run.data(), i, length, character);
#pragma GCC diagnostic pop
    ++(character < 0 ? seen.malformed_count : seen.characters_count);
    if (character >= 0 && i - begin > 2) ++seen.long_count;
    seen.is_latin &= character >= 0 && character <= 0x17F;
  }
  return seen;
}

bool is_common_gb(std::string_view run) {
  if (run.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < run.size(); i += 2) {
    if (!is_common_pair(byte_at(run, i), byte_at(run, i + 1))) return false;
  }
  return true;
}

/// What speaks for either reading of text that is not all UTF-8. By chance a hanzi of GBK reads as
/// UTF-8 one time in six, and an accented letter of UTF-8 as a hanzi; a table says the same value a
/// thousand times. So different runs are counted, and only those that one of the readings explains.
struct Evidence {
  std::size_t utf8_count = 0, gb_count = 0;               // Different runs.
  std::size_t characters_count = 0, malformed_count = 0;  // All of them, as UTF-8.
};

Evidence evidence_in(std::string_view sample) {
  Evidence evidence;
  std::unordered_set<std::string_view> utf8_runs;
  std::unordered_set<std::string_view> gb_runs;
  for (std::size_t begin = 0; begin < sample.size();) {
    if (!is_high(sample, begin)) {
      ++begin;
      continue;
    }
    auto end = begin;
    while (is_high(sample, end)) ++end;
    auto run = sample.substr(begin, end - begin);
    auto seen = as_utf8(run);
    if (seen.malformed_count > 0 && run.size() % 2 == 1 && is_gb_four(sample, end - 1)) {
      gb_runs.insert(sample.substr(end - 1, 4));
      evidence.malformed_count += 2;
      run.remove_suffix(1);
      seen = as_utf8(run);
      end += 3;
    }
    evidence.characters_count += seen.characters_count;
    evidence.malformed_count += seen.malformed_count;
    const bool is_gb = is_common_gb(run);
    // "café": hardly ever does one hanzi stand within a Western word.
    const bool is_accent = seen.is_latin && ((begin > 0 && is_letter(sample, begin - 1)) ||
                                             is_letter(sample, end));
    if (seen.malformed_count == 0 && (!is_gb || is_accent)) {
      utf8_runs.insert(run);
    } else if (seen.malformed_count > 0 && is_gb) {
      gb_runs.insert(run);
    } else if (seen.long_count > seen.malformed_count) {
      utf8_runs.insert(run);  // Damaged, but a chain of three-byte characters is no accident.
    }
    begin = end;
  }
  utf8_runs.erase(std::string_view{});
  evidence.utf8_count = utf8_runs.size();
  evidence.gb_count = gb_runs.size();
  return evidence;
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
  const auto whole = is_whole ? sample : without_cut_utf8(sample);
  if (is_utf8(whole)) return {Encoding::Utf8, 0, true};

  // A broken byte or two do not make another encoding of good UTF-8: its rows are quarantined. In a
  // Western code page hardly anything reads as UTF-8.
  const auto evidence = evidence_in(whole);
  const bool is_mostly_utf8 = evidence.characters_count >= evidence.malformed_count;
  if (is_mostly_utf8 && evidence.utf8_count > evidence.gb_count) return {Encoding::Utf8, 0, false};
  const auto gb = gb_plausibility(sample);
  if (gb.is_plausible()) return {Encoding::Gb18030, 0, gb.is_sure()};
  return {is_mostly_utf8 ? Encoding::Utf8 : Encoding::Windows1252, 0, false};
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
