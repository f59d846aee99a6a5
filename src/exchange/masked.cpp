#include <string>
#include <vector>

#include "exchange/format.hpp"
#include "exchange/results.hpp"

namespace holdfast::exchange {

std::string masked(const std::string& value) {
  std::vector<std::string> characters;
  for (const char byte : printable(value)) {
    // A byte that continues a character belongs to the one before.
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
    if (!continues || characters.empty()) characters.emplace_back();
    characters.back() += byte;
  }
  const auto size = characters.size();
  if (size == 0) return {};
  // How much of both ends may be seen: nothing of one letter, three and four of a telephone number.
  std::size_t head = 1, tail = 1;
  if (size <= 2) tail = 0;
  if (size == 1) head = 0;
  if (size >= 7) head = 2, tail = 2;
  if (size >= 11) head = 3, tail = 4;
  std::string out;
  for (std::size_t i = 0; i < head; ++i) out += characters[i];
  out += size > 6 ? "****" : std::string(size - head - tail, '*');
  for (std::size_t i = size - tail; i < size; ++i) out += characters[i];
  return out;
}

std::string shown_key(const std::string& key, bool masks_keys) { return masks_keys ? masked(key) : key; }

}  // namespace holdfast::exchange
