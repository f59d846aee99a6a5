#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace holdfast {

/// What models of movement learn from: where each customer stood in each period. Rows in any order,
/// one a customer and period; neighbouring periods have neighbouring numbers.
struct TransitionTask {
  std::vector<std::string> states;              // Names; `state` indexes them.
  std::vector<std::string> segments;            // Names; empty: one segment.
  std::vector<std::string> periods;             // Names; `period` indexes them.
  std::span<const std::uint32_t> customer;      // [rows]
  std::span<const std::int32_t> period;         // [rows]
  std::span<const std::uint16_t> state;         // [rows]
  std::span<const std::uint16_t> segment;       // [rows]; empty where there is one.
  std::optional<std::uint16_t> gone;            // State of those whose rows end before the last period.
  std::uint64_t seed = 0;
};

}  // namespace holdfast
