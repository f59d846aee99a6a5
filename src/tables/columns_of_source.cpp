#include "tables/columns_of_source.hpp"

#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {

std::vector<std::string> header_names(const std::vector<std::string>& cells) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto name = std::string(trimmed(cells[i]));
    std::erase(name, '\r');
    std::ranges::replace(name, '\n', ' ');
    if (name.empty()) name = "column_" + std::to_string(i + 1);
    auto unique = name;
    for (int n = 2; taken.contains(unique); ++n) unique = name + "_" + std::to_string(n);
    taken.insert(unique);
    names.push_back(unique);
  }
  return names;
}

Result<std::vector<int>> place_columns(const std::vector<std::string>& names,
                                       const ReadOptions& options, const std::string& path) {
  std::vector<int> places(names.size(), -1);
  for (std::size_t wanted = 0; wanted < options.columns.size(); ++wanted) {
    const auto& name = options.columns[wanted].name;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      auto near = nearest(name, names);
      if (near.empty()) near = join({names.begin(), names.begin() + std::min<std::ptrdiff_t>(12, std::ssize(names))}, ", ");
      return Error{errors::kNoSuchColumn,
                   {{"column", name}, {"nearest", near}, {"path", path}},
                   {.file = path}};
    }
    auto& place = places[static_cast<std::size_t>(found - names.begin())];
    if (place >= 0) {
      return Error{holdfast::errors::kInvalidArgument,
                   {{"what", "a column is declared twice: " + name}},
                   {.file = path}};
    }
    place = static_cast<int>(wanted);
  }
  return places;
}

}  // namespace holdfast::tables
