#include "history/quarantine.hpp"

#include "core/file.hpp"

namespace holdfast::history {
namespace {

/// Quoted as RFC 4180 says; a text that a spreadsheet would take for a formula is defused.
std::string cell(const std::string& text) {
  const bool is_formula = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) !=
                                               std::string_view::npos;
  const std::string safe = is_formula ? "'" + text : text;
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Quarantine::Quarantine(std::filesystem::path path, Language language)
    : path_(std::move(path)), aside_(aside_of(path_)), language_(language) {}

Quarantine::~Quarantine() {
  if (!file_.is_open()) return;
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(aside_, ignored);
}

void Quarantine::add(const std::string& source, const tables::BadRow& row) {
  const std::scoped_lock lock(mutex_);
  if (rows_++ == 0) {
    std::error_code ignored;  // A folder that cannot be made shows itself in close().
    std::filesystem::create_directories(path_.parent_path(), ignored);
    file_.open(aside_, std::ios::binary);
    file_ << "\xEF\xBB\xBF"
          << (language_ == Language::Zh ? "来源,行,列,值,原因" : "source,line,column,value,reason")
          << "\r\n";
  }
  file_ << cell(source) << ',' << row.line << ',' << cell(row.column) << ',' << cell(row.value)
        << ',' << cell(message_of(row.reason, language_)) << "\r\n";
}

Result<void> Quarantine::close() {
  if (rows_ == 0) return {};
  file_.close();
  if (file_.fail()) {
    return Error{holdfast::errors::kFileUnwritable, {{"path", path_.string()}, {"why", "write error"}}};
  }
  return publish_file(aside_, path_);
}

}  // namespace holdfast::history
