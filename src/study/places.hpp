#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "study/study.hpp"

/// Where each key of a study stands in its file. Inner header of study/.
namespace holdfast::study {

struct Places {
  struct Spot {
    std::int64_t line = 0;
    std::int64_t column = 0;
  };
  std::string file;
  std::map<std::string, Spot, std::less<>> spots;  // By key path: "table.policies.start".

  /// Of the key, or of the nearest section around it.
  Place of(const std::string& key) const {
    for (std::string_view path = key; !path.empty();) {
      if (const auto found = spots.find(path); found != spots.end()) {
        return {file, found->second.line, found->second.column, key};
      }
      const auto dot = path.rfind('.');
      path = dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
    }
    return {file, 0, 0, key};
  }
};

/// Checks what is read, filling in what follows from the rest (the only contract table).
void check(Checked& checked, const Places& places);

}  // namespace holdfast::study
