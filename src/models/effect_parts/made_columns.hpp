#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "effect/made_trial.hpp"
#include "models/effect_task.hpp"

namespace holdfast::models {

/// A made trial as columns: x0 … numbers, the last a category that tells whether x0 is above 0.
struct MadeColumns {
  effect::MadeTrial trial;
  std::vector<std::vector<double>> values;
  std::vector<std::uint32_t> codes;
  std::vector<std::string> categories{"high", "low", "unseen"};
  std::vector<std::vector<std::uint8_t>> valid;

  explicit MadeColumns(std::size_t rows, std::size_t cols = 5, std::uint64_t seed = 3,
                bool is_confounded = false)
      : trial(effect::made_trial(rows, cols, seed, is_confounded)),
        values(cols, std::vector<double>(rows)),
        codes(rows),
        valid(cols + 1, std::vector<std::uint8_t>(rows, 1)) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < cols; ++c) values[c][r] = trial.x[r * cols + c];
      codes[r] = values[0][r] > 0 ? 0 : 1;
      if (r % 7 == 0) valid[1][r] = 0;
      if (r % 11 == 0) valid[cols][r] = 0;
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = codes.size(), .columns = {}};
    for (std::size_t c = 0; c < values.size(); ++c) {
      columns.columns.push_back({trial.names[c], values[c], {}, {}, valid[c]});
    }
    columns.columns.push_back({"side", {}, codes, categories, valid.back()});
    return columns;
  }
  EffectTask task() const {
    return {.train = view(), .outcome = trial.outcome, .treated = trial.treated, .seed = 5};
  }
};

}  // namespace holdfast::models
