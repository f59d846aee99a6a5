#include "migration/chain.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "migration/errors.hpp"

namespace holdfast::migration {
namespace {

// Which states each can come to, itself included.
std::vector<std::vector<std::uint8_t>> reach_of(const TransitionMatrix& matrix) {
  const auto k = matrix.states;
  std::vector<std::vector<std::uint8_t>> reach(k, std::vector<std::uint8_t>(k));
  std::vector<std::size_t> open;
  for (std::size_t start = 0; start < k; ++start) {
    reach[start][start] = 1;
    open = {start};
    while (!open.empty()) {
      const auto from = open.back();
      open.pop_back();
      for (std::size_t to = 0; to < k; ++to) {
        if (reach[start][to] != 0 || !(matrix.at(from, to) > 0)) continue;
        reach[start][to] = 1;
        open.push_back(to);
      }
    }
  }
  return reach;
}

// The length of the round: the greatest common divisor of depth differences along moves inside.
std::size_t round_of(const TransitionMatrix& matrix, const std::vector<State>& members) {
  std::vector<std::int64_t> depth(matrix.states, -1);
  std::vector<std::size_t> open{members.front()};
  depth[members.front()] = 0;
  std::int64_t round = 0;
  for (std::size_t at = 0; at < open.size(); ++at) {
    const auto from = open[at];
    for (const auto to : members) {
      if (!(matrix.at(from, to) > 0)) continue;
      if (depth[to] < 0) {
        depth[to] = depth[from] + 1;
        open.push_back(to);
      }
      round = std::gcd(round, depth[from] + 1 - depth[to]);
    }
  }
  return static_cast<std::size_t>(std::max<std::int64_t>(round, 1));
}

// Elimination of one state after the other, from the last on; only sums, products and quotients.
std::vector<double> stationary(const TransitionMatrix& matrix, const std::vector<State>& members) {
  const auto n = static_cast<Eigen::Index>(members.size());
  Eigen::MatrixXd a(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j)
      a(i, j) = matrix.at(members[static_cast<std::size_t>(i)],
                          members[static_cast<std::size_t>(j)]);
  }
  for (Eigen::Index m = n - 1; m > 0; --m) {
    const double out = a.row(m).head(m).sum();
    a.col(m).head(m) /= out;
    a.topLeftCorner(m, m).noalias() += a.col(m).head(m) * a.row(m).head(m);
  }
  Eigen::VectorXd shares = Eigen::VectorXd::Ones(n);
  for (Eigen::Index m = 1; m < n; ++m) shares(m) = shares.head(m).dot(a.col(m).head(m));
  shares /= shares.sum();
  std::vector<double> all(matrix.states);
  for (Eigen::Index m = 0; m < n; ++m) all[members[static_cast<std::size_t>(m)]] = shares(m);
  return all;
}

// I − Q over some states, ready to solve.
Eigen::PartialPivLU<Eigen::MatrixXd> staying_in(const TransitionMatrix& matrix,
                                                const std::vector<State>& among) {
  const auto n = static_cast<Eigen::Index>(among.size());
  Eigen::MatrixXd system(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto from = among[static_cast<std::size_t>(i)];
      const auto to = among[static_cast<std::size_t>(j)];
      if (i != j) {
        system(i, j) = -matrix.at(from, to);
        continue;
      }
      // 1 − p as the sum of the others: exact where p is nearly 1.
      double out = 0;
      for (std::size_t other = 0; other < matrix.states; ++other)
        out += other == from ? 0 : matrix.at(from, other);
      system(i, j) = out;
    }
  }
  return system.partialPivLu();
}

// [among x closed] chances to move into each closed class at once.
Eigen::MatrixXd entries(const TransitionMatrix& matrix, const ChainStructure& structure,
                        const std::vector<State>& among) {
  Eigen::MatrixXd into = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(among.size()),
                                               static_cast<Eigen::Index>(structure.closed.size()));
  for (std::size_t i = 0; i < among.size(); ++i) {
    for (std::size_t c = 0; c < structure.closed.size(); ++c) {
      for (const auto to : structure.classes[structure.closed[c]].states) {
        into(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) +=
            matrix.at(among[i], to);
      }
    }
  }
  return into;
}

std::vector<State> transient_states(const ChainStructure& structure) {
  std::vector<State> transient;
  for (std::size_t state = 0; state < structure.class_of.size(); ++state) {
    const auto own = structure.class_of[state];
    if (own != ChainStructure::kNone && !structure.classes[own].is_closed)
      transient.push_back(static_cast<State>(state));
  }
  return transient;
}

}  // namespace

Result<ChainStructure> structure_of(const TransitionMatrix& matrix) {
  const auto k = matrix.states;
  ChainStructure structure;
  structure.class_of.assign(k, ChainStructure::kNone);
  std::vector<std::uint8_t> is_seen(k);
  for (std::size_t from = 0; from < k; ++from) {
    is_seen[from] |= matrix.departures[from] != Departures::Unknown;
    for (std::size_t to = 0; to < k; ++to) is_seen[to] |= matrix.at(from, to) > 0;
  }
  for (std::size_t state = 0; state < k; ++state) {
    if (is_seen[state] != 0 && matrix.departures[state] == Departures::Unknown)
      return Error(errors::kUnknownRow, {{"state", state}});
  }
  const auto reach = reach_of(matrix);
  for (std::size_t state = 0; state < k; ++state) {
    if (is_seen[state] == 0 || structure.class_of[state] != ChainStructure::kNone) continue;
    ChainClass members{.states = {}, .is_closed = true};
    for (std::size_t other = state; other < k; ++other) {
      if (reach[state][other] == 0 || reach[other][state] == 0) continue;
      members.states.push_back(static_cast<State>(other));
      structure.class_of[other] = structure.classes.size();
    }
    for (std::size_t other = 0; other < k; ++other)
      members.is_closed &= reach[state][other] == 0 || reach[other][state] != 0;
    if (members.is_closed) {
      members.period = round_of(matrix, members.states);
      structure.closed.push_back(structure.classes.size());
    }
    structure.classes.push_back(std::move(members));
  }
  return structure;
}

std::vector<double> LongRun::from(std::span<const double> start) const {
  HOLDFAST_CHECK(start.size() == structure.class_of.size());
  std::vector<double> mixed(start.size());
  for (std::size_t c = 0; c < shares.size(); ++c) {
    double weight = 0;
    for (std::size_t state = 0; state < start.size(); ++state)
      weight += start[state] * ends_in[state * shares.size() + c];
    for (std::size_t state = 0; state < start.size(); ++state)
      mixed[state] += weight * shares[c][state];
  }
  return mixed;
}

Result<LongRun> long_run(const TransitionMatrix& matrix) {
  LongRun answer;
  HOLDFAST_TRY(answer.structure, structure_of(matrix));
  const auto& structure = answer.structure;
  const auto ends = structure.closed.size();
  for (const auto c : structure.closed)
    answer.shares.push_back(stationary(matrix, structure.classes[c].states));
  answer.ends_in.assign(matrix.states * ends, 0);
  for (std::size_t c = 0; c < ends; ++c) {
    for (const auto state : structure.classes[structure.closed[c]].states)
      answer.ends_in[state * ends + c] = 1;
  }
  const auto transient = transient_states(structure);
  if (transient.empty()) return answer;
  const Eigen::MatrixXd chances =
      staying_in(matrix, transient).solve(entries(matrix, structure, transient));
  for (std::size_t i = 0; i < transient.size(); ++i) {
    for (std::size_t c = 0; c < ends; ++c) {
      answer.ends_in[transient[i] * ends + c] =
          std::clamp(chances(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)), 0.0, 1.0);
    }
  }
  return answer;
}

Result<std::vector<double>> shares_after(const TransitionMatrix& matrix,
                                         std::span<const double> start, std::size_t periods) {
  if (start.size() != matrix.states) {
    return Error(errors::kShape, {{"what", "start"},
                                  {"found", start.size()},
                                  {"expected", matrix.states}});
  }
  HOLDFAST_TRY(const auto structure, structure_of(matrix));
  for (std::size_t state = 0; state < start.size(); ++state) {
    if (start[state] != 0 && structure.class_of[state] == ChainStructure::kNone)
      return Error(errors::kUnknownRow, {{"state", state}});
  }
  std::vector<double> now(start.begin(), start.end());
  for (std::size_t period = 0; period < periods; ++period) {
    std::vector<double> next(matrix.states);
    for (std::size_t from = 0; from < matrix.states; ++from) {
      for (std::size_t to = 0; to < matrix.states; ++to) next[to] += now[from] * matrix.at(from, to);
    }
    now = std::move(next);
  }
  return now;
}

Result<std::vector<TimeTo>> times_to(const TransitionMatrix& matrix, State target) {
  const auto k = matrix.states;
  if (target >= k) return errors::not_a_state("target", target, k);
  HOLDFAST_TRY_VOID(structure_of(matrix));
  const auto reach = reach_of(matrix);
  std::vector<State> coming;
  for (std::size_t state = 0; state < k; ++state) {
    if (state != target && reach[state][target] != 0) coming.push_back(static_cast<State>(state));
  }
  // States from which a way leads where the target is not reached any more, without passing it.
  std::vector<std::uint8_t> may_miss(k);
  for (std::size_t state = 0; state < k; ++state) may_miss[state] = reach[state][target] == 0;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto from : coming) {
      for (std::size_t to = 0; to < k && may_miss[from] == 0; ++to) {
        if (to == target || may_miss[to] == 0 || !(matrix.at(from, to) > 0)) continue;
        may_miss[from] = 1;
        grew = true;
      }
    }
  }
  std::vector<TimeTo> times(k);
  std::vector<double> weighted(k);  // Chance × periods.
  if (!coming.empty()) {
    const auto system = staying_in(matrix, coming);
    Eigen::VectorXd chance(static_cast<Eigen::Index>(coming.size()));
    for (std::size_t i = 0; i < coming.size(); ++i)
      chance(static_cast<Eigen::Index>(i)) = matrix.at(coming[i], target);
    chance = system.solve(chance).eval();
    for (std::size_t i = 0; i < coming.size(); ++i) {
      if (may_miss[coming[i]] == 0) chance(static_cast<Eigen::Index>(i)) = 1;
    }
    const Eigen::VectorXd product = system.solve(chance);
    for (std::size_t i = 0; i < coming.size(); ++i) {
      const auto at = static_cast<Eigen::Index>(i);
      weighted[coming[i]] = product(at);
      times[coming[i]] = {.chance = std::clamp(chance(at), 0.0, 1.0),
                          .is_sure = may_miss[coming[i]] == 0,
                          .periods = product(at) / chance(at)};
    }
  }
  // Again: one period, then as from wherever it leads.
  double chance = matrix.at(target, target);
  double product = chance;
  bool is_sure = matrix.departures[target] != Departures::Unknown;
  for (std::size_t to = 0; to < k; ++to) {
    if (to == target || !(matrix.at(target, to) > 0)) continue;
    chance += matrix.at(target, to) * times[to].chance;
    product += matrix.at(target, to) * (weighted[to] + times[to].chance);
    is_sure &= times[to].is_sure;
  }
  if (is_sure) chance = 1;
  times[target] = {.chance = std::min(chance, 1.0),
                   .is_sure = is_sure,
                   .periods = chance > 0 ? std::optional(product / chance) : std::nullopt};
  return times;
}

Result<Absorption> absorption(const TransitionMatrix& matrix) {
  HOLDFAST_TRY(const auto structure, structure_of(matrix));
  Absorption answer;
  for (const auto c : structure.closed) answer.ends.push_back(structure.classes[c].states.front());
  answer.transient = transient_states(structure);
  const auto n = static_cast<Eigen::Index>(answer.transient.size());
  if (n == 0) return answer;
  const auto system = staying_in(matrix, answer.transient);
  const Eigen::MatrixXd visits = system.solve(Eigen::MatrixXd::Identity(n, n));
  const Eigen::VectorXd periods = visits.rowwise().sum();
  const Eigen::VectorXd variance = 2 * visits * periods - periods - periods.cwiseAbs2();
  const Eigen::MatrixXd chances = system.solve(entries(matrix, structure, answer.transient));
  for (Eigen::Index i = 0; i < n; ++i) {
    answer.periods.push_back(periods(i));
    answer.spread.push_back(std::sqrt(std::max(0.0, variance(i))));
    for (Eigen::Index j = 0; j < n; ++j) answer.visits.push_back(visits(i, j));
    for (Eigen::Index c = 0; c < chances.cols(); ++c)
      answer.chances.push_back(std::clamp(chances(i, c), 0.0, 1.0));
  }
  return answer;
}

}  // namespace holdfast::migration
