#include <algorithm>
#include <cmath>

#include "scoring/scores.hpp"

namespace holdfast::scoring {

std::int64_t expected_loss_cents(double probability, std::int64_t value_cents) {
  return std::llround(probability * static_cast<double>(value_cents));
}

std::vector<CustomerScore> roll_up(const features::FeatureMatrix& matrix, const Scores& scores) {
  std::vector<CustomerScore> by_customer(matrix.customer_keys.size());
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    auto& score = by_customer[matrix.customer[row]];
    score.customer = matrix.customer[row];
    score.probability = std::max(score.probability, scores.probability[row]);
    score.value_cents += matrix.value_cents[row];
    score.expected_loss_cents += scores.expected_loss_cents[row];
    ++score.contracts_count;
  }
  std::erase_if(by_customer, [](const CustomerScore& score) { return score.contracts_count == 0; });
  return by_customer;
}

}  // namespace holdfast::scoring
