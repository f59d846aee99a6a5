#include "tables/xlsx_parts.hpp"

#include <zip.h>

#include <cstdint>

#include <fmt/format.h>

#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

constexpr std::uint64_t kPartBytesMax = std::uint64_t{1} << 30;
// Deflate reaches 1000 at most, real sheets 5 to 50; below 16 MiB no ratio does harm.
constexpr std::uint64_t kRatioMax = 250;
constexpr std::uint64_t kRatioFreeBytes = 16 << 20;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

struct XlsxParts::State {
  std::string path;
  std::unique_ptr<zip_t, CloseArchive> archive;
};

XlsxParts::XlsxParts(std::unique_ptr<State> state) : state_(std::move(state)) {}
XlsxParts::~XlsxParts() = default;

Result<std::unique_ptr<XlsxParts>> XlsxParts::open(const std::string& path) {
  int code = 0;
  auto state = std::make_unique<State>();
  state->path = path;
  state->archive.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (state->archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return Error{errors::kDamaged, {{"path", path}, {"why", why}}, {.file = path}};
  }
  return std::unique_ptr<XlsxParts>(new XlsxParts(std::move(state)));
}

bool XlsxParts::has(const std::string& name) const {
  return zip_name_locate(state_->archive.get(), name.c_str(), ZIP_FL_NOCASE) >= 0;
}

Result<std::string> XlsxParts::read(const std::string& name) const {
  const auto damaged = [&](const std::string& why) {
    return Error{errors::kDamaged, {{"path", state_->path}, {"why", why}}, {.file = state_->path}};
  };
  const auto index = zip_name_locate(state_->archive.get(), name.c_str(), ZIP_FL_NOCASE);
  zip_stat_t stat;
  if (index < 0 || zip_stat_index(state_->archive.get(), static_cast<zip_uint64_t>(index), 0, &stat) != 0) {
    return damaged("part " + name + " is not there");
  }
  const auto check = [&](std::uint64_t size) -> Result<void> {
    const auto packed = std::max<std::uint64_t>(stat.comp_size, 1);
    if (size <= kPartBytesMax && (size <= kRatioFreeBytes || size / packed <= kRatioMax)) return {};
    const auto why = fmt::format("part {}: {} bytes out of {}", name, size, stat.comp_size);
    return Error{errors::kTooLarge, {{"path", state_->path}, {"why", why}}, {.file = state_->path}};
  };
  HOLDFAST_TRY_VOID(check(stat.size));
  const std::unique_ptr<zip_file_t, CloseFile> file(
      zip_fopen_index(state_->archive.get(), static_cast<zip_uint64_t>(index), 0));
  if (file == nullptr) return damaged(zip_strerror(state_->archive.get()));
  std::string contents;
  // What is claimed is only a hint for the first allocation: it may be a lie.
  contents.reserve(std::min<std::uint64_t>(stat.size, kRatioFreeBytes));
  char buffer[1 << 16];
  for (;;) {
    const auto got = zip_fread(file.get(), buffer, sizeof buffer);
    if (got < 0) return damaged("part " + name + " does not unpack");
    if (got == 0) break;
    contents.append(buffer, static_cast<std::size_t>(got));
    HOLDFAST_TRY_VOID(check(contents.size()));
  }
  return contents;
}

bool is_date_code(std::string_view code) {
  bool has_day = false;
  bool has_time = false;
  bool has_month = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"' || c == '[') {  // Quoted text; colours, locales, elapsed time.
      const auto close = code.find(c == '"' ? '"' : ']', i + 1);
      if (close == std::string_view::npos) break;
      i = close;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == ';') {
      break;  // The rest is for negative numbers and texts.
    } else if (code.substr(i).starts_with("General")) {
      return false;
    } else {
      const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      has_day |= low == 'y' || low == 'd';
      has_month |= low == 'm';
      has_time |= low == 'h' || low == 's';
    }
  }
  return has_day || (has_month && !has_time);  // "mmm" is a month, "h:mm" are minutes.
}

bool is_date_number(int format) {
  // ECMA-376 part 1, 18.8.30: 14-17 and 22; 27-31, 34-36 and 50-58 in Chinese and Japanese Excel.
  return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 31) ||
         format == 36 || (format >= 50 && format <= 54) || format == 57 || format == 58;
}

}  // namespace holdfast::tables
