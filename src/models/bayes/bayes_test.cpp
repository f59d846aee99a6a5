// Reference: pgmpy 1.1.2, an independent implementation (tests/reference/pgmpy/SOURCE.md): arcs of the
// tree-augmented network, exact posteriors with any evidence, BIC and BDeu. Brute force over the
// joint distribution checks inference on random networks.

#include <cmath>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/random.hpp"
#include "models/bayes/states.hpp"
#include "models/bayes/structure.hpp"
#include "models/bayes/tables.hpp"

namespace holdfast::bayes {
namespace {

using nlohmann::json;

const std::string kFolder = std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/pgmpy/";
const std::vector<std::string> kNames = {"y", "a", "b", "c", "d", "e"};

struct Sample {
  std::vector<std::vector<std::uint32_t>> codes = std::vector<std::vector<std::uint32_t>>(5);
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;
  std::vector<std::string> categories = {"0", "1", "2", "3"};
  std::vector<std::size_t> counts = {2, 3, 3, 4, 2};

  Sample() {
    std::ifstream file(kFolder + "data.csv");
    std::string line, cell;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream cells(line);
      std::getline(cells, cell, ',');
      y.push_back(cell == "1");
      for (auto& column : codes) {
        std::getline(cells, cell, ',');
        column.push_back(static_cast<std::uint32_t>(std::stoul(cell)));
      }
      valid.push_back(1);
      weight.push_back(1);
    }
  }
  States states() const {
    ClassifierTask task{.y = y, .weight = weight};
    task.train.rows = y.size();
    for (std::size_t c = 0; c < codes.size(); ++c) {
      task.train.columns.push_back({.name = kNames[c + 1],
                                    .codes = codes[c],
                                    .categories = std::span(categories).first(counts[c]),
                                    .valid = valid});
    }
    return discretised(task, {});
  }
};

json expected() { return json::parse(std::ifstream(kFolder + "expected.json")); }

std::size_t index_of(const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(kNames, name) - kNames.begin());
}

Parents parents_from(const json& edges) {
  Parents parents(kNames.size());
  for (const auto& edge : edges) {
    parents[index_of(edge[1])].push_back(static_cast<std::int32_t>(index_of(edge[0])));
  }
  for (auto& own : parents) std::ranges::sort(own);
  return parents;
}

void expect_queries(const forms::BayesianNetwork& network, const States& states, const json& queries) {
  for (const auto& query : queries) {
    std::vector<std::int32_t> evidence(kNames.size(), -1);
    for (const auto& [name, value] : query["evidence"].items()) {
      const auto v = index_of(name);
      evidence[v] = states.columns[v - 1].state_of_category[value.get<std::size_t>()];
    }
    const auto p = forms::posterior(network, evidence, 0);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_NEAR(p[k], query["p"][k].get<double>(), 1e-12) << query["evidence"];
    }
  }
}

TEST(AgainstPgmpy, TreeAugmentedHasTheSameArcsAndPosteriors) {
  const auto states = Sample().states();
  const auto parents = tree_augmented(states);
  EXPECT_EQ(parents, parents_from(expected()["tan_edges"]));
  expect_queries(network_of(states, parents, 10), states, expected()["tan_queries"]);
}

TEST(AgainstPgmpy, InfersTheSameAgainstTheArcs) {
  const auto states = Sample().states();
  const auto network = network_of(states, parents_from(expected()["truth"]), 10);
  expect_queries(network, states, expected()["truth_queries"]);
}

TEST(AgainstPgmpy, ScoresTheSameAndSearchesNoWorse) {
  const auto states = Sample().states();
  const auto want = expected();
  for (const auto score : {Score::Bic, Score::Bdeu}) {
    const SearchOptions options{.score = score, .equivalent_sample_size = 10, .parents_max = 3};
    const std::string name = score == Score::Bic ? "bic" : "bdeu";
    EXPECT_NEAR(family_score(states, index_of("d"), {0, 3}, options),
                want["local_score_d"][name].get<double>(), 1e-6);
    std::vector<std::size_t> all(kNames.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto found = hill_climb(states, all, options);
    double total = 0, theirs = 0;
    const auto their_parents = parents_from(want["search"][name]["edges"]);
    for (std::size_t v = 0; v < all.size(); ++v) {
      total += family_score(states, v, found[v], options);
      theirs += family_score(states, v, their_parents[v], options);
    }
    EXPECT_GE(total, theirs - 1e-9) << name;
  }
}

// The data were drawn from y → a, b, d; a → c; c → d: the blanket of y is a, b, d and c, and e says
// nothing.
TEST(ClassBlanket, IsThatOfTheNetworkTheDataWereDrawnFrom) {
  const auto states = Sample().states();
  EXPECT_EQ(class_blanket(states, 0.01, 3), (std::vector<std::size_t>{1, 2, 3, 4}));
}

/// A random network over five variables of 2 or 3 states.
forms::BayesianNetwork random_network(Random& random) {
  forms::BayesianNetwork network;
  for (std::int32_t v = 0; v < 5; ++v) {
    forms::BayesianNetwork::Variable variable;
    variable.states.column = v - 1;
    variable.states.states_count = v == 0 ? 2 : 2 + static_cast<std::int32_t>(random.below(2));
    std::size_t size = 1;
    for (std::int32_t p = 0; p < v; ++p) {
      if (!random.chance(0.5)) continue;
      variable.parents.push_back(p);
      size *= static_cast<std::size_t>(
          network.variables[static_cast<std::size_t>(p)].states.states_count);
    }
    for (std::size_t i = 0; i < size; ++i) {
      double sum = 0;
      std::vector<double> row;
      for (std::int32_t s = 0; s < variable.states.states_count; ++s) {
        row.push_back(0.05 + random.uniform());
        sum += row.back();
      }
      for (const double p : row) variable.table.push_back(p / sum);
    }
    network.variables.push_back(std::move(variable));
  }
  return network;
}

double joint(const forms::BayesianNetwork& network, const std::vector<std::size_t>& at) {
  double p = 1;
  for (std::size_t v = 0; v < at.size(); ++v) {
    std::size_t place = 0;
    for (const auto parent : network.variables[v].parents) {
      const auto u = static_cast<std::size_t>(parent);
      place = place * static_cast<std::size_t>(network.variables[u].states.states_count) + at[u];
    }
    p *= network.variables[v].table[place * static_cast<std::size_t>(
                                                network.variables[v].states.states_count) + at[v]];
  }
  return p;
}

TEST(Posterior, EqualsTheSumOverTheJointDistribution) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const auto network = random_network(random);
    std::vector<std::int32_t> evidence(5, -1);
    for (std::size_t v = 1; v < 5; ++v) {
      if (random.chance(0.5)) {
        evidence[v] = static_cast<std::int32_t>(
            random.below(static_cast<std::uint64_t>(network.variables[v].states.states_count)));
      }
    }
    std::vector<double> want(2, 0.0);
    std::vector<std::size_t> at(5, 0);
    for (bool is_going = true; is_going;) {
      bool agrees = true;
      for (std::size_t v = 0; v < 5; ++v) {
        agrees = agrees && (evidence[v] < 0 || at[v] == static_cast<std::size_t>(evidence[v]));
      }
      if (agrees) want[at[0]] += joint(network, at);
      is_going = false;
      for (std::size_t v = 0; v < 5 && !is_going; ++v) {
        if (++at[v] < static_cast<std::size_t>(network.variables[v].states.states_count)) is_going = true;
        else at[v] = 0;
      }
    }
    const auto p = forms::posterior(network, evidence, 0);
    EXPECT_NEAR(p[1], want[1] / (want[0] + want[1]), 1e-12) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::bayes
