#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/dataset.hpp"

/// Customers of a bank as the documents count them: 80,000 with 625 variables, of which 16 matter.
namespace holdfast::bank {

struct Sizes {
  std::size_t rows = 80'000;
  std::size_t copies = 180;       // Noisy copies of those that matter.
  std::size_t numbers = 330;      // Balances, counts and rates that say nothing.
  std::size_t categories = 99;    // And categories.
};
constexpr std::size_t kMatterNumbers = 12, kMatterCategories = 4;

struct Made {
  dataset::Dataset data;                // Split by customer: 60 % train, 20 % validation, 20 % test.
  std::vector<std::string> that_matter; // Names of the 16.
};
Made made(const Sizes& sizes, std::uint64_t seed);

}  // namespace holdfast::bank
