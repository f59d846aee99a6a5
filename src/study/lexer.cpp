#include "study/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/text.hpp"
#include "study/errors.hpp"

namespace holdfast::study {
namespace {

constexpr std::size_t kSourceBytesMax = 65'536;

constexpr std::array<std::string_view, 24> kReserved = {
    "or",   "and",   "not",  "in",    "between", "like", "is",    "null",
    "true", "false", "case", "when",  "then",    "else", "end",   "where",
    "date", "day",   "days", "month", "months",  "year", "years", "week"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

/// Characters as typed on a Chinese keyboard, and mathematical signs.
struct Twin {
  std::string_view wide;
  std::string_view ascii;
};
constexpr std::array<Twin, 23> kTwins = {
    {{"（", "("}, {"）", ")"}, {"，", ","}, {"＝", "="},     {"＜", "<"},    {"＞", ">"},
     {"＋", "+"}, {"－", "-"}, {"＊", "*"}, {"／", "/"},     {"％", "%"},    {"．", "."},
     {"≤", "<="}, {"≥", ">="}, {"≠", "<>"}, {"×", "*"},      {"÷", "/"},     {"、", ","},
     {"＇", "'"}, {"‘", "'"},  {"’", "'"},  {"\u3000", " "}, {"\u00a0", " "}}};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    for (;;) {
      skip_blanks();
      start_ = position_;
      if (at_ == source_.size()) break;
      HOLDFAST_TRY_VOID(read_one());
    }
    tokens_.push_back({TokenKind::End, "", 0, start_});
    return std::move(tokens_);
  }

 private:
  Result<void> read_one() {
    const char c = source_[at_];
    if (is_digit(c) ||
        (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]) && !follows_name())) {
      return read_number();
    }
    const auto symbol = symbol_here();
    if (symbol.ascii == "'") return read_quoted(TokenKind::Text);
    if (c == '"') return read_quoted(TokenKind::QuotedName);
    if (!symbol.ascii.empty()) return read_symbol(symbol);
    if (is_name_start(c)) return read_name();
    return unreadable(std::string(1, c));
  }

  /// The symbol that starts here with the bytes it takes; empty where none does.
  Twin symbol_here() const {
    const auto rest = source_.substr(at_);
    for (const auto& twin : kTwins) {
      if (rest.starts_with(twin.wide)) return twin;
    }
    if (std::string_view("()+-*/%,.=<>!'").find(rest.front()) != std::string_view::npos) {
      return {rest.substr(0, 1), rest.substr(0, 1)};
    }
    return {};
  }

  void skip_blanks() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        step(1);
      } else if (const auto symbol = symbol_here(); symbol.ascii == " ") {
        step(symbol.wide.size());
      } else {
        return;
      }
    }
  }

  /// `a.1` is no number after a name: a column may be called 1 only in quotes.
  bool follows_name() const {
    return !tokens_.empty() && tokens_.back().position + 1 >= start_ &&
           (tokens_.back().kind == TokenKind::Name || tokens_.back().kind == TokenKind::QuotedName);
  }

  Result<void> read_number() {
    const auto* first = source_.data() + at_;
    const auto* last = source_.data() + source_.size();
    double number = 0;
    const auto [stop, failure] = std::from_chars(first, last, number);
    const auto size = static_cast<std::size_t>(stop - first);
    if (failure != std::errc{} || !std::isfinite(number)) {
      return unreadable(std::string(source_.substr(at_, std::max<std::size_t>(size, 1))));
    }
    step(size);
    tokens_.push_back({TokenKind::Number, std::string(first, stop), number, start_});
    return {};
  }

  Result<void> read_quoted(TokenKind kind) {
    const auto open = kind == TokenKind::QuotedName ? std::string_view("\"") : symbol_here().wide;
    // Curly quotes close as they opened, so that 'it’s' is one text.
    const auto close = open == "‘" ? std::string_view("’") : open;
    const auto closes = [&] { return source_.substr(at_).starts_with(close); };
    std::string text;
    step(open.size());
    while (at_ < source_.size()) {
      if (!closes()) {
        text += source_[at_];
        step(1);
        continue;
      }
      step(close.size());
      if (!closes()) {
        if (kind == TokenKind::QuotedName && text.empty()) return unreadable("\"\"");
        tokens_.push_back({kind, std::move(text), 0, start_});
        return {};
      }
      text += close;  // Doubled: one of it.
      step(close.size());
    }
    return unreadable(std::string(open));
  }

  Result<void> read_symbol(Twin symbol) {
    auto text = std::string(symbol.ascii);
    step(symbol.wide.size());
    // Two-character operators, however each half is typed.
    if (at_ < source_.size() && (text == "<" || text == ">" || text == "!" || text == "=")) {
      const auto next = symbol_here();
      const bool joins = next.ascii == "=" || (text == "<" && next.ascii == ">");
      if (joins) {
        text += next.ascii;
        step(next.wide.size());
      }
    }
    if (text == "!") return unreadable(text);
    if (text == "!=") text = "<>";
    if (text == "==") text = "=";
    tokens_.push_back({TokenKind::Symbol, std::move(text), 0, start_});
    return {};
  }

  Result<void> read_name() {
    const auto from = at_;
    while (at_ < source_.size() && is_name_part(source_[at_])) {
      if (static_cast<unsigned char>(source_[at_]) >= 0x80 && !symbol_here().ascii.empty()) break;
      step(1);
    }
    tokens_.push_back({TokenKind::Name, std::string(source_.substr(from, at_ - from)), 0, start_});
    return {};
  }

  /// Goes on by some bytes, counting characters.
  void step(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i, ++at_) {
      if ((static_cast<unsigned char>(source_[at_]) & 0xC0) != 0x80) ++position_;
    }
  }

  Error unreadable(std::string found) const {
    return {errors::kExpressionText, {{"found", found}, {"position", start_}}, {"", 0, start_, ""}};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int position_ = 1;  // Of the next character.
  int start_ = 1;     // Of the token being read.
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view source) {
  if (source.size() > kSourceBytesMax) {
    return Error{errors::kExpressionTooDeep, {{"limit", kSourceBytesMax}, {"position", 1}}};
  }
  if (!is_utf8(source)) {
    return Error{errors::kExpressionText, {{"found", "\uFFFD"}, {"position", 1}}};
  }
  return Lexer(source).run();
}

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::Name && token.text.size() == word.size() &&
         lower(token.text) == word;
}

std::string name_in_source(std::string_view name) {
  const bool reserved = std::ranges::find(kReserved, lower(name)) != kReserved.end();
  bool is_plain = !name.empty() && is_name_start(name.front()) && !reserved;
  for (const char c : name) is_plain = is_plain && is_name_part(c);
  for (const auto& twin : kTwins)
    is_plain = is_plain && name.find(twin.wide) == std::string_view::npos;
  if (is_plain) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string text_in_source(std::string_view text) {
  std::string out = "'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') out += '\'';
    out += text[i];
  }
  return out + '\'';
}

}  // namespace holdfast::study
