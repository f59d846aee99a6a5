#include "tables/text_source.hpp"

#include <algorithm>
#include <filesystem>

#include <zlib.h>

#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kSampleBytes = 1 << 20;
// Fewer characters than this may fit another encoding by chance.
constexpr std::size_t kTellingBytes = 24;
constexpr std::size_t kTellingMalformed = 4;

/// Without a branch per byte, so that it is done many bytes at a time.
bool is_ascii(std::string_view text) {
  constexpr std::size_t kBlock = 4096;
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    unsigned char any = 0;
    for (const char c : text.substr(at, kBlock)) any |= static_cast<unsigned char>(c);
    if (any >= 0x80) return false;
  }
  return true;
}

std::size_t non_ascii_bytes(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
}

/// Whether the sample plainly is not what the study says. A few damaged characters are no proof:
/// their rows go to quarantine one by one.
bool is_plainly_other(std::string_view sample, Encoding declared, const DetectedEncoding& detected) {
  if (declared == detected.encoding) return false;
  const bool are_both_utf16 = (declared == Encoding::Utf16Le || declared == Encoding::Utf16Be) &&
                              (detected.encoding == Encoding::Utf16Le || detected.encoding == Encoding::Utf16Be);
  if (are_both_utf16) return false;  // "utf-16" means either order.
  if (detected.bom_bytes > 0) return true;
  const auto telling = non_ascii_bytes(sample);
  if (detected.encoding == Encoding::Utf8) return detected.is_sure && telling >= kTellingBytes;
  if (declared != Encoding::Utf8) return false;  // Any bytes read as GB18030 or Windows-1252.
  Utf8Decoder decoder(declared);
  std::string ignored;
  decoder.decode(sample, false, ignored);
  const auto malformed = static_cast<std::size_t>(decoder.malformed_count());
  return malformed >= kTellingMalformed && malformed * 3 > telling;
}

}  // namespace

struct TextSource::State {
  std::string path;
  gzFile file = nullptr;  // zlib reads plain files too.
  std::int64_t file_bytes = 0;
  std::string ahead;      // Read for detection, not yet handed out.
  bool is_end = false;
  DetectedEncoding detected;
  std::unique_ptr<Utf8Decoder> decoder;
  bool is_cr_only = false;  // Old Macintosh line ends.
  bool may_be_cut = false;  // The decoder may hold the beginning of a character.

  ~State() {
    if (file != nullptr) gzclose(file);
  }

  Result<void> fill(std::size_t bytes) {
    if (is_end) return {};
    const auto before = ahead.size();
    ahead.resize(before + bytes);
    const int got = gzread(file, ahead.data() + before, static_cast<unsigned>(bytes));
    ahead.resize(before + static_cast<std::size_t>(std::max(got, 0)));
    int code = Z_OK;
    const char* why = gzerror(file, &code);
    // A gzip file cut short reads on as if it ended, then says Z_BUF_ERROR.
    if (got < 0 || code == Z_BUF_ERROR || code == Z_DATA_ERROR) {
      return Error{errors::kDamaged, {{"path", path}, {"why", why}}, {.file = path}};
    }
    is_end = static_cast<std::size_t>(got) < bytes;
    return {};
  }
};

TextSource::TextSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
TextSource::~TextSource() = default;

Result<std::unique_ptr<TextSource>> TextSource::open(const std::string& path,
                                                     std::optional<Encoding> encoding) {
  auto state = std::make_unique<State>();
  state->path = path;
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) {
    return Error{holdfast::errors::kFileMissing, {{"path", path}}};
  }
  if (std::filesystem::is_directory(status)) {
    return Error{errors::kNotATable, {{"path", path}, {"why", "a folder"}}};
  }
  state->file_bytes = static_cast<std::int64_t>(std::filesystem::file_size(path, failure));
  state->file = gzopen(path.c_str(), "rb");
  if (state->file == nullptr) {
    return Error{holdfast::errors::kFileUnreadable, {{"path", path}, {"why", "cannot be opened"}}};
  }
  gzbuffer(state->file, 1 << 18);
  HOLDFAST_TRY_VOID(state->fill(kSampleBytes));
  if (state->ahead.empty()) return Error{errors::kEmpty, {{"path", path}}, {.file = path}};
  state->detected = detect_encoding(state->ahead, state->is_end);
  if (encoding) {
    if (is_plainly_other(state->ahead, *encoding, state->detected)) {
      return Error{errors::kWrongEncoding,
                   {{"path", path}, {"declared", name_of(*encoding)},
                    {"detected", name_of(state->detected.encoding)}},
                   {.file = path}};
    }
    state->detected.is_sure = true;
    if (*encoding != state->detected.encoding && state->detected.bom_bytes > 0 &&
        !(*encoding == Encoding::Utf16Le && state->detected.encoding == Encoding::Utf16Be)) {
      state->detected.bom_bytes = 0;
    }
    // "utf-16" means either order; the byte-order mark decides.
    if (!(*encoding == Encoding::Utf16Le && state->detected.encoding == Encoding::Utf16Be)) {
      state->detected.encoding = *encoding;
    }
  }
  state->ahead.erase(0, static_cast<std::size_t>(state->detected.bom_bytes));
  state->decoder = std::make_unique<Utf8Decoder>(state->detected.encoding);
  state->is_cr_only = state->ahead.find('\n') == std::string::npos &&
                      state->ahead.find('\r') != std::string::npos;
  return std::unique_ptr<TextSource>(new TextSource(std::move(state)));
}

Result<bool> TextSource::read(std::size_t bytes, std::string& out) {
  auto& state = *state_;
  if (state.ahead.empty()) {
    if (state.is_end) return false;
    HOLDFAST_TRY_VOID(state.fill(bytes));
  }
  const auto before = out.size();
  // Most of most files: nothing to decode, and no half character kept from before.
  if (state.detected.encoding == Encoding::Utf8 && !state.may_be_cut && is_ascii(state.ahead)) {
    out += state.ahead;
  } else {
    state.decoder->decode(state.ahead, state.is_end, out);
    state.may_be_cut = !state.ahead.empty() && static_cast<unsigned char>(state.ahead.back()) >= 0x80;
  }
  state.ahead.clear();
  if (state.is_cr_only) {
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), '\r', '\n');
  }
  return true;
}

Encoding TextSource::encoding() const { return state_->detected.encoding; }
bool TextSource::is_encoding_sure() const { return state_->detected.is_sure; }
std::int64_t TextSource::malformed_count() const { return state_->decoder->malformed_count(); }

Result<DetectedEncoding> TextSource::detect_in_depth(const std::string& path) {
  HOLDFAST_TRY(const auto source, open(path, std::nullopt));
  auto& state = *source->state_;
  std::string lines;  // Those with a byte above 127.
  for (bool more = true; more && lines.size() < kSampleBytes;) {
    for (std::size_t at = 0; at < state.ahead.size();) {
      const auto end = std::min(state.ahead.find('\n', at), state.ahead.size() - 1);
      const auto line = std::string_view(state.ahead).substr(at, end + 1 - at);
      // A line cut by the border of two reads may begin inside a character.
      const bool is_cut = at == 0 || end + 1 == state.ahead.size();
      if (!is_cut && std::ranges::any_of(line, [](char c) { return c < 0; })) lines += line;
      at = end + 1;
    }
    state.ahead.clear();
    more = !state.is_end;
    HOLDFAST_TRY_VOID(state.fill(kSampleBytes));
  }
  return detect_encoding(lines, true);
}

double TextSource::share_done() const {
  if (state_->file_bytes == 0) return 1;
  return std::min(1.0, static_cast<double>(gzoffset(state_->file)) /
                           static_cast<double>(state_->file_bytes));
}

}  // namespace holdfast::tables
