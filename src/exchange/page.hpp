#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/language.hpp"

/// The frame of every page: head, language switch, contents, footer. One file that opens without a
/// network and runs nothing.
namespace holdfast::exchange {

struct PagePart {
  std::string id;      // Anchor.
  Text title;
  std::string body;    // Finished markup; empty: left out of page and contents.
};

struct PageFrame {
  std::string study_name;
  Text title;          // What the page is.
  Language language = Language::En;
  Day as_of;
  std::string version;
  std::uint64_t seed = 0;
  std::int64_t manifest_number = 0;
};

std::string render_page(const PageFrame& frame, const std::vector<PagePart>& parts);

}  // namespace holdfast::exchange
