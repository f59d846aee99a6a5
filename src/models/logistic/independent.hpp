#pragma once

#include <cstddef>
#include <vector>

namespace holdfast::logistic {

/// Rows of a matrix of sums of products, in order, leaving out those that earlier ones add up to, as
/// R does.
/// Shapes     gram: [k x k].
std::vector<std::size_t> independent(const std::vector<double>& gram, std::size_t k);

}  // namespace holdfast::logistic
