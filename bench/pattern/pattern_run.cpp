// Our side of the benchmark of item sets.
//
//   pattern_run BASKETS SUPPORT   mines a file of one basket a line, item numbers with blanks
//   between
//
// Prints one JSON line: seconds of the mining alone, the sets and the sum of their counts.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "pattern/item_sets.hpp"

int main(int argc, char** argv) {
  using namespace holdfast::pattern;
  if (argc != 3) {
    std::fprintf(stderr, "usage: pattern_run BASKETS SUPPORT\n");
    return 2;
  }
  std::vector<Item> items;
  std::vector<std::size_t> starts{0};
  std::ifstream file(argv[1]);
  for (std::string line; std::getline(file, line);) {
    std::istringstream numbers(line);
    for (Item item = 0; numbers >> item;) items.push_back(item);
    starts.push_back(items.size());
  }
  const auto start = std::chrono::steady_clock::now();
  const auto sets = fp_growth({items, starts}, {.support_min = std::stod(argv[2])});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!sets.ok()) {
    std::fprintf(stderr, "%s\n", message_of(sets.error(), holdfast::Language::En).c_str());
    return 1;
  }
  std::printf("{\"seconds\": %.6f, \"sets\": %zu, \"counts\": %zu}\n", seconds.count(),
              sets->size(),
              std::accumulate(sets->counts.begin(), sets->counts.end(), std::size_t{0}));
}
