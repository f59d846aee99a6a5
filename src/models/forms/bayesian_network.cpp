#include "models/forms/bayesian_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/check.hpp"

namespace holdfast::forms {
namespace {

constexpr double kLogitLargest = 700;

/// A table over some variables, the last one fastest.
struct Factor {
  std::vector<std::size_t> variables;  // Ascending.
  std::vector<std::size_t> sizes;      // [variables]
  std::vector<double> values;
};

std::size_t states_of(const BayesianNetwork& network, std::size_t variable) {
  return static_cast<std::size_t>(network.variables[variable].states.states_count);
}

/// Walks over all states of some variables; gives the place in a factor over some of them.
class Counter {
 public:
  Counter(const std::vector<std::size_t>& variables, const std::vector<std::size_t>& sizes)
      : variables_(&variables), sizes_(&sizes), at_(variables.size(), 0) {}

  std::size_t total() const {
    return std::accumulate(sizes_->begin(), sizes_->end(), std::size_t{1}, std::multiplies{});
  }
  void advance() {
    for (std::size_t i = at_.size(); i-- > 0;) {
      if (++at_[i] < (*sizes_)[i]) return;
      at_[i] = 0;
    }
  }
  std::size_t place_in(const Factor& factor) const {
    std::size_t place = 0;
    std::size_t i = 0;
    for (std::size_t f = 0; f < factor.variables.size(); ++f) {
      while ((*variables_)[i] != factor.variables[f]) ++i;
      place = place * factor.sizes[f] + at_[i];
    }
    return place;
  }

 private:
  const std::vector<std::size_t>* variables_;
  const std::vector<std::size_t>* sizes_;
  std::vector<std::size_t> at_;
};

/// A variable's table with its evidence put in.
Factor factor_of(const BayesianNetwork& network, std::size_t variable,
                 std::span<const std::int32_t> evidence) {
  const auto& own = network.variables[variable];
  std::vector<std::size_t> all(own.parents.begin(), own.parents.end());
  all.push_back(variable);
  std::vector<std::size_t> sizes;
  for (const auto v : all) sizes.push_back(states_of(network, v));
  Factor factor;
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](auto i) { return all[i]; });
  for (const auto i : order) {
    if (evidence[all[i]] >= 0) continue;
    factor.variables.push_back(all[i]);
    factor.sizes.push_back(sizes[i]);
  }
  Counter counter(factor.variables, factor.sizes);
  factor.values.resize(counter.total());
  std::vector<std::size_t> at(all.size());
  for (std::size_t n = 0; n < factor.values.size(); ++n) {
    // The place among the free variables, spread over all of them.
    std::size_t rest = n;
    for (std::size_t f = factor.variables.size(); f-- > 0;) {
      const auto place = static_cast<std::size_t>(
          std::ranges::find(all, factor.variables[f]) - all.begin());
      at[place] = rest % factor.sizes[f];
      rest /= factor.sizes[f];
    }
    std::size_t place = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto state = evidence[all[i]] >= 0 ? static_cast<std::size_t>(evidence[all[i]]) : at[i];
      place = place * sizes[i] + state;
    }
    factor.values[n] = own.table[place];
  }
  return factor;
}

Factor product(const std::vector<Factor>& factors) {
  Factor result;
  for (const auto& factor : factors) {
    for (std::size_t i = 0; i < factor.variables.size(); ++i) {
      const auto at = std::ranges::lower_bound(result.variables, factor.variables[i]);
      if (at != result.variables.end() && *at == factor.variables[i]) continue;
      const auto place = at - result.variables.begin();
      result.variables.insert(at, factor.variables[i]);
      result.sizes.insert(result.sizes.begin() + place, factor.sizes[i]);
    }
  }
  Counter counter(result.variables, result.sizes);
  result.values.assign(counter.total(), 1.0);
  for (double& value : result.values) {
    for (const auto& factor : factors) value *= factor.values[counter.place_in(factor)];
    counter.advance();
  }
  return result;
}

Factor summed_out(const Factor& factor, std::size_t variable) {
  Factor result;
  for (std::size_t i = 0; i < factor.variables.size(); ++i) {
    if (factor.variables[i] == variable) continue;
    result.variables.push_back(factor.variables[i]);
    result.sizes.push_back(factor.sizes[i]);
  }
  Counter counter(factor.variables, factor.sizes);
  result.values.assign(Counter(result.variables, result.sizes).total(), 0.0);
  for (const double value : factor.values) {
    result.values[counter.place_in(result)] += value;
    counter.advance();
  }
  return result;
}

/// The query, what is known, and all they descend from: nobody else has a say.
std::vector<std::size_t> relevant(const BayesianNetwork& network,
                                  std::span<const std::int32_t> evidence, std::size_t query) {
  std::set<std::size_t> seen;
  std::vector<std::size_t> open = {query};
  for (std::size_t v = 0; v < network.variables.size(); ++v) {
    if (evidence[v] >= 0) open.push_back(v);
  }
  while (!open.empty()) {
    const auto v = open.back();
    open.pop_back();
    if (!seen.insert(v).second) continue;
    for (const auto parent : network.variables[v].parents) {
      open.push_back(static_cast<std::size_t>(parent));
    }
  }
  return {seen.begin(), seen.end()};
}

/// The variable whose elimination makes the smallest table.
std::size_t next_to_eliminate(const std::vector<Factor>& factors, std::size_t query) {
  std::set<std::size_t> open;
  for (const auto& factor : factors) open.insert(factor.variables.begin(), factor.variables.end());
  open.erase(query);
  std::size_t best = query;
  double smallest = 0;
  for (const auto variable : open) {
    std::set<std::size_t> joined;
    double size = 1;
    for (const auto& factor : factors) {
      if (std::ranges::find(factor.variables, variable) == factor.variables.end()) continue;
      for (std::size_t i = 0; i < factor.variables.size(); ++i) {
        if (joined.insert(factor.variables[i]).second) size *= static_cast<double>(factor.sizes[i]);
      }
    }
    if (best == query || size < smallest) best = variable, smallest = size;
  }
  return best;
}

/// Place of a row of states in a variable's table, for one state of the class.
double table_value(const BayesianNetwork& network, std::size_t variable,
                   const std::vector<std::int32_t>& states, std::int32_t class_state) {
  const auto& own = network.variables[variable];
  const auto state_of = [&](std::size_t v) {
    return static_cast<std::size_t>(v == 0 ? class_state : states[v]);
  };
  std::size_t place = 0;
  for (const auto parent : own.parents) {
    const auto p = static_cast<std::size_t>(parent);
    place = place * states_of(network, p) + state_of(p);
  }
  return own.table[place * states_of(network, variable) + state_of(variable)];
}

void to_logits(const std::vector<double>& log_p, std::span<double> out) {
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = std::clamp(log_p[k + 1] - log_p[0], -kLogitLargest, kLogitLargest);
  }
}

}  // namespace

std::vector<double> posterior(const BayesianNetwork& network, std::span<const std::int32_t> evidence,
                              std::size_t query) {
  HOLDFAST_CHECK(evidence.size() == network.variables.size());
  std::vector<double> result(states_of(network, query), 0.0);
  if (evidence[query] >= 0) {
    result[static_cast<std::size_t>(evidence[query])] = 1;
    return result;
  }
  std::vector<Factor> factors;
  for (const auto v : relevant(network, evidence, query)) {
    factors.push_back(factor_of(network, v, evidence));
  }
  for (auto v = next_to_eliminate(factors, query); v != query;
       v = next_to_eliminate(factors, query)) {
    std::vector<Factor> touched;
    std::erase_if(factors, [&](const Factor& factor) {
      if (std::ranges::find(factor.variables, v) == factor.variables.end()) return false;
      touched.push_back(factor);
      return true;
    });
    factors.push_back(summed_out(product(touched), v));
  }
  const auto whole = product(factors);
  const double total = std::accumulate(whole.values.begin(), whole.values.end(), 0.0);
  // Evidence that cannot be says nothing.
  for (std::size_t s = 0; s < result.size(); ++s) {
    result[s] = total > 0 ? whole.values[s] / total : 1 / static_cast<double>(result.size());
  }
  return result;
}

std::vector<std::size_t> markov_blanket(const BayesianNetwork& network, std::size_t query) {
  std::set<std::size_t> blanket(network.variables[query].parents.begin(),
                                network.variables[query].parents.end());
  for (std::size_t v = 0; v < network.variables.size(); ++v) {
    const auto& parents = network.variables[v].parents;
    if (std::ranges::find(parents, static_cast<std::int32_t>(query)) == parents.end()) continue;
    blanket.insert(v);
    blanket.insert(parents.begin(), parents.end());
  }
  blanket.erase(query);
  return {blanket.begin(), blanket.end()};
}

BayesianNetworkScorer::BayesianNetworkScorer(const BayesianNetwork& form)
    : form_(&form), blanket_(markov_blanket(form, 0)) {
  for (std::size_t v = 1; v < form.variables.size(); ++v) {
    const auto& parents = form.variables[v].parents;
    if (std::ranges::find(parents, 0) != parents.end()) children_.push_back(v);
  }
}

void BayesianNetworkScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = form_->outputs_count();
  const std::size_t variables = form_->variables.size();
  std::vector<std::int32_t> states(variables, -1);
  std::vector<double> log_p(outputs + 1);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const Cell* row = rows.cells.data() + r * rows.width;
    for (std::size_t v = 1; v < variables; ++v) {
      const auto& own = form_->variables[v].states;
      states[v] = own.state_of(row[own.column]);
    }
    const bool is_known =
        std::ranges::all_of(blanket_, [&](std::size_t v) { return states[v] >= 0; });
    if (is_known) {
      for (std::size_t k = 0; k <= outputs; ++k) {
        const auto state = static_cast<std::int32_t>(k);
        log_p[k] = std::log(table_value(*form_, 0, states, state));
        for (const auto child : children_) {
          log_p[k] += std::log(table_value(*form_, child, states, state));
        }
      }
    } else {
      const auto p = posterior(*form_, states, 0);
      for (std::size_t k = 0; k <= outputs; ++k) log_p[k] = std::log(std::max(p[k], 1e-300));
    }
    to_logits(log_p, out.subspan(r * outputs, outputs));
  }
}

}  // namespace holdfast::forms
