#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

/// Turns an expression's text into tokens.
namespace holdfast::study {

enum class TokenKind : std::uint8_t { End, Number, Text, Name, QuotedName, Symbol };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;  // Text and names without quotes; symbols in ASCII.
  double number = 0;
  int position = 0;  // In characters from 1.
};

/// Ends with a token of kind End. Errors: malformed UTF-8, an open quote, a stray character, a
/// number too large, a source of more than 65,536 bytes.
Result<std::vector<Token>> tokens_of(std::string_view source);

/// True where a token is this word of the language, in any case.
bool is_word(const Token& token, std::string_view word);

/// A name as the lexer reads it back: quoted where it must be.
std::string name_in_source(std::string_view name);
/// A text in single quotes, quotes doubled.
std::string text_in_source(std::string_view text);

}  // namespace holdfast::study
