#include "models/model_free.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/check.hpp"
#include "core/random.hpp"
#include "models/cell_table.hpp"

namespace holdfast::models {
namespace {

using forms::Cell;

constexpr std::size_t kExactMax = 8;     // Columns: 2^8 coalitions.
constexpr std::size_t kOrders = 8;       // Each with its mirror.
constexpr std::size_t kRowsPerCall = 1 << 16;

bool is_same(const Cell& a, const Cell& b) {
  if (a.is_missing || b.is_missing) return a.is_missing == b.is_missing;
  return a.code == b.code && a.value == b.value;
}

/// One row's question: which mixtures to score, and how their scores become contributions.
struct Question {
  std::span<const Cell> row, reference;
  std::vector<std::size_t> players;              // Columns that differ from the reference.
  std::vector<std::vector<std::size_t>> orders;  // Sampled; empty: all coalitions.
  std::size_t first = 0;                         // Of its scores.
};

Question question_of(std::span<const Cell> row, std::span<const Cell> reference,
                     std::uint64_t seed) {
  Question question{.row = row, .reference = reference};
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (!is_same(row[c], reference[c])) question.players.push_back(c);
  }
  if (question.players.size() <= kExactMax) return question;
  Random random(seed);  // The same orders for every row: two customers alike are explained alike.
  std::vector<std::size_t> all(row.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (std::size_t i = 0; i < kOrders; ++i) {
    random.shuffle(all);
    std::vector<std::size_t> order;
    for (const auto c : all) {
      if (!is_same(row[c], reference[c])) order.push_back(c);
    }
    question.orders.push_back(order);
    std::ranges::reverse(order);
    question.orders.push_back(order);
  }
  return question;
}

void add_mixtures(const Question& question, CellTable& mixtures) {
  std::vector<Cell> mixed;
  if (question.orders.empty()) {
    for (std::size_t set = 0; set < std::size_t{1} << question.players.size(); ++set) {
      mixed.assign(question.reference.begin(), question.reference.end());
      for (std::size_t i = 0; i < question.players.size(); ++i) {
        if ((set >> i & 1) != 0) mixed[question.players[i]] = question.row[question.players[i]];
      }
      mixtures.add(mixed);
    }
    return;
  }
  mixtures.add(question.reference);
  mixtures.add(question.row);
  for (const auto& order : question.orders) {
    mixed.assign(question.reference.begin(), question.reference.end());
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {  // The last step ends at the row itself.
      mixed[order[i]] = question.row[order[i]];
      mixtures.add(mixed);
    }
  }
}

void answer_exactly(const Question& question, std::span<const double> scores,
                    std::span<double> phi) {
  const std::size_t n = question.players.size();
  // weight of a coalition of s others: s! (n − 1 − s)! / n!
  std::vector<double> weight(n, 1.0 / static_cast<double>(std::max<std::size_t>(n, 1)));
  for (std::size_t s = 1; s < n; ++s) {
    weight[s] = weight[s - 1] * static_cast<double>(s) / static_cast<double>(n - s);
  }
  for (std::size_t set = 0; set < std::size_t{1} << n; ++set) {
    const auto size = static_cast<std::size_t>(std::popcount(set));
    for (std::size_t i = 0; i < n; ++i) {
      if ((set >> i & 1) != 0) continue;
      phi[question.players[i]] +=
          weight[size] * (scores[set | std::size_t{1} << i] - scores[set]);
    }
  }
  phi.back() = scores[0];
}

void answer_by_orders(const Question& question, std::span<const double> scores,
                      std::span<double> phi) {
  const double share = 1.0 / static_cast<double>(question.orders.size());
  std::size_t at = 2;
  for (const auto& order : question.orders) {
    double before = scores[0];
    for (std::size_t i = 0; i < order.size(); ++i) {
      const double after = i + 1 < order.size() ? scores[at++] : scores[1];
      phi[order[i]] += share * (after - before);
      before = after;
    }
  }
  phi.back() = scores[0];
}

}  // namespace

std::vector<double> model_free_contributions(const ScoreRows& score, const dataset::Columns& like,
                                             std::span<const Cell> cells,
                                             std::span<const Cell> reference,
                                             std::uint64_t seed) {
  const std::size_t columns = reference.size();
  const std::size_t width = columns + 1;
  const std::size_t rows = columns == 0 ? like.rows : cells.size() / columns;
  HOLDFAST_CHECK(like.columns.size() == columns);
  std::vector<double> result(rows * width, 0.0);
  std::vector<Question> open;
  std::size_t row = 0;
  while (row < rows) {
    CellTable mixtures(like);
    const std::size_t begin = row;
    open.clear();
    while (row < rows && mixtures.rows() < kRowsPerCall) {
      auto question = question_of(cells.subspan(row * columns, columns), reference, seed);
      question.first = mixtures.rows();
      add_mixtures(question, mixtures);
      open.push_back(std::move(question));
      ++row;
    }
    const auto scores = score(mixtures.view());
    for (std::size_t i = 0; i < open.size(); ++i) {
      const auto of_row = std::span<const double>(scores).subspan(open[i].first);
      const auto phi = std::span<double>(result).subspan((begin + i) * width, width);
      if (open[i].orders.empty()) answer_exactly(open[i], of_row, phi);
      else answer_by_orders(open[i], of_row, phi);
    }
  }
  return result;
}

}  // namespace holdfast::models
