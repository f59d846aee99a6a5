#pragma once

#include <cstdint>
#include <vector>

#include "exchange/portable/formula.hpp"

namespace holdfast::exchange {

/// Named steps by how far they stand from the columns: a layer uses only named steps of layers before
/// it. Steps the root does not need are left out; the root stands in the last layer.
std::vector<std::vector<std::int32_t>> layers_of(const Formula& formula);

}  // namespace holdfast::exchange
