#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace holdfast::forms {

/// Place of a name in a list of names, as enumerators stand in JSON. Throws where it is not there.
template <std::size_t n>
std::size_t index_of(const std::string_view (&names)[n], std::string_view name) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == name) return i;
  }
  throw std::runtime_error("unknown name: " + std::string(name));
}

}  // namespace holdfast::forms
