#include "models/bayes/structure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/log_gamma.hpp"
#include "core/parallel.hpp"

namespace holdfast::bayes {

Parents tree_augmented(const States& states) {
  const std::size_t columns = states.columns.size();
  Parents parents(columns + 1);
  if (columns == 0) return parents;
  std::vector<double> weights(columns * columns, 0.0);
  const std::vector<std::size_t> given = {0};
  parallel_for(columns, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t a = begin; a < end; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        weights[a * columns + b] = mutual_information(states, a + 1, b + 1, given);
      }
    }
  });
  std::size_t root = 0;
  double most = -1;
  for (std::size_t c = 0; c < columns; ++c) {
    const double information = mutual_information(states, c + 1, 0, {});
    if (information > most) most = information, root = c;
  }
  // Prim's tree: each column joins where it shares most with one that is in.
  std::vector<double> best(columns, -1);
  std::vector<std::size_t> from(columns, root);
  std::vector<std::uint8_t> is_in(columns, 0);
  std::size_t next = root;
  for (std::size_t step = 0; step < columns; ++step) {
    is_in[next] = 1;
    if (next != root) parents[next + 1].push_back(static_cast<std::int32_t>(from[next] + 1));
    parents[next + 1].insert(parents[next + 1].begin(), 0);
    for (std::size_t c = 0; c < columns; ++c) {
      const double weight = weights[std::max(c, next) * columns + std::min(c, next)];
      if (is_in[c] == 0 && weight > best[c]) best[c] = weight, from[c] = next;
    }
    most = -1;
    for (std::size_t c = 0; c < columns; ++c) {
      if (is_in[c] == 0 && best[c] > most) most = best[c], next = c;
    }
  }
  return parents;
}

double family_score(const States& states, std::size_t variable,
                    const std::vector<std::int32_t>& parents, const SearchOptions& options) {
  std::vector<std::size_t> family(parents.begin(), parents.end());
  family.push_back(variable);
  const auto counts = counts_of(states, family);
  const std::size_t own = states_count(states, variable);
  const auto combinations = static_cast<double>(counts.size() / own);
  double score = 0, total = 0;
  const double cell = options.equivalent_sample_size / static_cast<double>(counts.size());
  const double whole = options.equivalent_sample_size / combinations;
  for (std::size_t at = 0; at < counts.size(); at += own) {
    double sum = 0;
    for (std::size_t s = 0; s < own; ++s) sum += counts[at + s];
    total += sum;
    for (std::size_t s = 0; s < own; ++s) {
      const double n = counts[at + s];
      if (options.score == Score::Bdeu) score += log_gamma(n + cell) - log_gamma(cell);
      else if (n > 0) score += n * std::log(n / sum);
    }
    if (options.score == Score::Bdeu) score += log_gamma(whole) - log_gamma(sum + whole);
  }
  if (options.score == Score::Bic) {
    score -= 0.5 * std::log(std::max(total, 1.0)) * combinations * static_cast<double>(own - 1);
  }
  return score;
}

std::vector<std::size_t> class_blanket(const States& states, double alpha, int conditions_max) {
  std::vector<std::size_t> blanket;
  const auto given_without = [&](std::size_t left_out) {
    std::vector<std::size_t> given;
    for (const auto v : blanket) {
      if (v != left_out && given.size() < static_cast<std::size_t>(conditions_max)) given.push_back(v);
    }
    return given;
  };
  const std::size_t variables = states.columns.size() + 1;
  while (blanket.size() + 1 < variables) {
    std::vector<Independence> tests(variables);
    const auto given = given_without(0);
    parallel_for(variables, 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t v = std::max<std::size_t>(begin, 1); v < end; ++v) {
        tests[v] = independence(states, v, 0, given);
      }
    });
    std::size_t best = 0;
    for (std::size_t v = 1; v < variables; ++v) {
      if (std::ranges::find(blanket, v) != blanket.end() || tests[v].p_value > alpha) continue;
      if (best == 0 || tests[v].information > tests[best].information) best = v;
    }
    if (best == 0) break;
    blanket.push_back(best);
  }
  for (std::size_t i = blanket.size(); i-- > 0;) {
    const auto v = blanket[i];
    if (independence(states, v, 0, given_without(v)).p_value <= alpha) continue;
    blanket.erase(blanket.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::ranges::sort(blanket);
  return blanket;
}

}  // namespace holdfast::bayes
