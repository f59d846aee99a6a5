#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "models/survival_task.hpp"

namespace holdfast::models {

/// Made customers for tests: two exits of known hazards, 0.01 exp(x0) and 0.005 exp(−x1 + 0.8 of
/// those in the north) a day; noise; a category; missing cells.
struct SurvivalSample {
  std::vector<double> first, second, noise, duration, weight;
  std::vector<std::uint32_t> area, group;
  std::vector<std::uint8_t> exit, valid, all_valid;
  std::vector<std::string> areas = {"north", "south", "west"};

  explicit SurvivalSample(std::size_t rows, std::uint64_t seed = 7) {
    Random random(seed);
    for (std::size_t i = 0; i < rows; ++i) {
      first.push_back(random.normal());
      second.push_back(random.normal());
      noise.push_back(random.normal());
      area.push_back(static_cast<std::uint32_t>(random.below(3)));
      valid.push_back(random.chance(0.9) ? 1 : 0);
      all_valid.push_back(1);
      group.push_back(static_cast<std::uint32_t>(i));
      weight.push_back(1);
      const double lapses = random.exponential(0.01 * std::exp(first[i]));
      const double dies =
          random.exponential(0.005 * std::exp(-second[i] + (area[i] == 0 ? 0.8 : 0)));
      const double lost = 30 + 300 * random.uniform();
      const double time = std::ceil(std::min({lapses, dies, lost}));
      duration.push_back(time);
      exit.push_back(time >= lost ? 0 : lapses < dies ? 1 : 2);
    }
  }

  dataset::Columns columns() const {
    return {.rows = first.size(),
            .columns = {{.name = "first", .values = first, .valid = all_valid},
                        {.name = "second", .values = second, .valid = all_valid},
                        {.name = "noise", .values = noise, .valid = valid},
                        {.name = "area", .codes = area, .categories = areas, .valid = all_valid}}};
  }
  SurvivalTask task() const {
    return {.train = columns(),
            .duration = duration,
            .exit = exit,
            .weight = weight,
            .group = group,
            .exits = {"lapsed", "died"},
            .seed = 11};
  }
};

}  // namespace holdfast::models
