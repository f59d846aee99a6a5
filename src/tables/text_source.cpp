#include "tables/text_source.hpp"

#include <algorithm>
#include <filesystem>

#include <zlib.h>

#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kSampleBytes = 1 << 20;

}  // namespace

struct TextSource::State {
  std::string path;
  gzFile file = nullptr;  // zlib reads plain files too.
  std::int64_t file_bytes = 0;
  std::int64_t raw_bytes = 0;
  std::string ahead;      // Read for detection, not yet handed out.
  bool is_end = false;
  DetectedEncoding detected;
  std::unique_ptr<Utf8Decoder> decoder;
  bool is_cr_only = false;  // Old Macintosh line ends.

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
    raw_bytes += got;
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
  state.decoder->decode(state.ahead, state.is_end, out);
  state.ahead.clear();
  if (state.is_cr_only) {
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), '\r', '\n');
  }
  return true;
}

Encoding TextSource::encoding() const { return state_->detected.encoding; }
bool TextSource::is_encoding_sure() const { return state_->detected.is_sure; }
std::int64_t TextSource::file_bytes() const { return state_->file_bytes; }
std::int64_t TextSource::raw_bytes_read() const { return state_->raw_bytes; }

double TextSource::share_done() const {
  if (state_->file_bytes == 0) return 1;
  return std::min(1.0, static_cast<double>(gzoffset(state_->file)) /
                           static_cast<double>(state_->file_bytes));
}

}  // namespace holdfast::tables
