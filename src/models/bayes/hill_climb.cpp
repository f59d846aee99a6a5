#include <algorithm>
#include <map>
#include <optional>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/bayes/structure.hpp"

namespace holdfast::bayes {
namespace {

constexpr double kWorthIt = 1e-8;
constexpr std::size_t kTableMax = 200'000;  // Cells of one family.

struct Move {
  enum class Kind : std::uint8_t { Add, Remove, Reverse } kind = Kind::Add;
  std::size_t from = 0, to = 0;
  double gain = 0;
};

class Climber {
 public:
  Climber(const States& states, std::vector<std::size_t> variables, const SearchOptions& options)
      : states_(&states), variables_(std::move(variables)), options_(&options),
        parents_(states.columns.size() + 1) {}

  void climb() {
    while (const auto move = best_move()) apply(*move);
  }

  double score() {
    double sum = 0;
    for (const auto v : variables_) sum += family(v, parents_[v]);
    return sum;
  }

  const Parents& parents() const { return parents_; }
  void start_from(const Parents& parents) { parents_ = parents; }

  /// Some arcs removed, added or turned at random, none against the rules.
  void shake(Random& random) {
    const std::size_t changes = 1 + variables_.size() / 3;
    for (std::size_t i = 0; i < changes; ++i) {
      const auto from = variables_[random.below(variables_.size())];
      const auto to = variables_[random.below(variables_.size())];
      if (from == to) continue;
      const auto kind = has(from, to) ? (random.chance(0.5) ? Move::Kind::Remove : Move::Kind::Reverse)
                                      : Move::Kind::Add;
      const Move move{kind, from, to, 0};
      if (is_allowed(move)) apply(move);
    }
  }

 private:
  bool has(std::size_t from, std::size_t to) const {
    return std::ranges::find(parents_[to], static_cast<std::int32_t>(from)) != parents_[to].end();
  }

  std::vector<std::int32_t> with(std::size_t to, std::size_t from) const {
    auto parents = parents_[to];
    parents.insert(std::ranges::lower_bound(parents, static_cast<std::int32_t>(from)),
                   static_cast<std::int32_t>(from));
    return parents;
  }

  std::vector<std::int32_t> without(std::size_t to, std::size_t from) const {
    auto parents = parents_[to];
    std::erase(parents, static_cast<std::int32_t>(from));
    return parents;
  }

  /// Whether `to` is among the ancestors of `from`, an arc from → `left_out` not counted.
  bool reaches(std::size_t from, std::size_t to, std::optional<std::size_t> left_out = {}) const {
    if (from == to) return true;
    for (const auto parent : parents_[from]) {
      const auto p = static_cast<std::size_t>(parent);
      if (left_out && p == *left_out) continue;
      if (reaches(p, to)) return true;
    }
    return false;
  }

  bool fits(std::size_t variable, const std::vector<std::int32_t>& parents) const {
    if (parents.size() > static_cast<std::size_t>(options_->parents_max)) return false;
    std::size_t size = states_count(*states_, variable);
    for (const auto parent : parents) {
      size *= states_count(*states_, static_cast<std::size_t>(parent));
      if (size > kTableMax) return false;
    }
    return true;
  }

  bool is_allowed(const Move& move) const {
    switch (move.kind) {
      case Move::Kind::Remove: return true;
      case Move::Kind::Add:
        return fits(move.to, with(move.to, move.from)) && !reaches(move.from, move.to);
      case Move::Kind::Reverse:
        return fits(move.from, with(move.from, move.to)) && !reaches(move.to, move.from, move.from);
    }
    return false;
  }

  double gain_of(const Move& move) {
    const double now = family(move.to, parents_[move.to]);
    if (move.kind == Move::Kind::Add) return family(move.to, with(move.to, move.from)) - now;
    double gain = family(move.to, without(move.to, move.from)) - now;
    if (move.kind == Move::Kind::Reverse) {
      gain += family(move.from, with(move.from, move.to)) - family(move.from, parents_[move.from]);
    }
    return gain;
  }

  std::optional<Move> best_move() {
    std::optional<Move> best;
    const auto consider = [&](Move move) {
      if (!is_allowed(move)) return;
      move.gain = gain_of(move);
      if (move.gain > kWorthIt && (!best || move.gain > best->gain)) best = move;
    };
    for (const auto from : variables_) {
      for (const auto to : variables_) {
        if (from == to) continue;
        if (!has(from, to)) {
          consider({Move::Kind::Add, from, to, 0});
          continue;
        }
        consider({Move::Kind::Remove, from, to, 0});
        consider({Move::Kind::Reverse, from, to, 0});
      }
    }
    return best;
  }

  void apply(const Move& move) {
    if (move.kind == Move::Kind::Add) {
      parents_[move.to] = with(move.to, move.from);
      return;
    }
    parents_[move.to] = without(move.to, move.from);
    if (move.kind == Move::Kind::Reverse) parents_[move.from] = with(move.from, move.to);
  }

  double family(std::size_t variable, const std::vector<std::int32_t>& parents) {
    const auto key = std::pair(variable, parents);
    if (const auto found = scores_.find(key); found != scores_.end()) return found->second;
    return scores_[key] = family_score(*states_, variable, parents, *options_);
  }

  const States* states_;
  std::vector<std::size_t> variables_;
  const SearchOptions* options_;
  Parents parents_;
  std::map<std::pair<std::size_t, std::vector<std::int32_t>>, double> scores_;
};

}  // namespace

Parents hill_climb(const States& states, const std::vector<std::size_t>& variables,
                   const SearchOptions& options) {
  Climber climber(states, variables, options);
  climber.climb();
  auto best = climber.parents();
  double best_score = climber.score();
  Random random(options.seed);
  for (int restart = 0; restart < options.restarts && variables.size() > 1; ++restart) {
    climber.start_from(best);
    climber.shake(random);
    climber.climb();
    const double score = climber.score();
    if (score > best_score + kWorthIt) best = climber.parents(), best_score = score;
  }
  return best;
}

}  // namespace holdfast::bayes
