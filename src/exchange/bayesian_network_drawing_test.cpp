// What a reader sees of a Bayesian network: every variable, every arc once, parents above children.

#include "exchange/bayesian_network_drawing.hpp"

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/example_results.hpp"
#include "exchange/format.hpp"

namespace holdfast::exchange {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Text labelled(const std::string& id) { return {"label of " + id, id + "的名称"}; }

/// Class 0 → every other; beside it the tree 1 → 2, 1 → 3, 3 → 4, and as many children of 2 as asked.
FittedModel network_of(std::size_t children) {
  FittedModel model;
  forms::BayesianNetwork form;
  const auto add = [&](std::vector<std::int32_t> parents) {
    const auto column = static_cast<std::int32_t>(form.variables.size()) - 1;
    form.variables.push_back({.states = {.column = column, .states_count = 2},
                              .parents = std::move(parents),
                              .table = {}});
    if (column >= 0) model.column_names.push_back("c" + std::to_string(column));
  };
  add({});
  add({0});
  add({0, 1});
  add({0, 1});
  add({0, 3});
  for (std::size_t i = 0; i < children; ++i) add({0, 2});
  model.categories.resize(model.column_names.size());
  model.form = std::move(form);
  return model;
}

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Attribute of the box whose tooltip begins with a name.
double box_of(const std::string& svg, const std::string& name, const std::string& attribute) {
  const auto title = svg.find("<title>" + name + ": ");
  EXPECT_NE(title, std::string::npos) << name;
  const auto box = svg.rfind("<rect", title);
  return std::strtod(svg.c_str() + svg.find(attribute + "=\"", box) + attribute.size() + 2, nullptr);
}

TEST(BayesianNetworkDrawing, ShowsEveryVariableAndEveryArcOnce) {
  const auto svg = draw_network(network_of(0), labelled);
  EXPECT_EQ(times(svg, "<rect"), 5U);
  EXPECT_EQ(times(svg, "target-node"), 1U);
  EXPECT_EQ(times(svg, "<g class=\"arc of-target\">"), 4U);
  EXPECT_EQ(times(svg, "<g class=\"arc\">"), 3U);
  EXPECT_EQ(times(svg, "<polygon"), 7U);
  EXPECT_THAT(svg, HasSubstr("Churned → label of c0"));
  EXPECT_THAT(svg, HasSubstr("c2的名称 → c3的名称"));
  EXPECT_THAT(svg, Not(HasSubstr("nat")));
}

TEST(BayesianNetworkDrawing, SetsVariablesBelowTheirParents) {
  const auto svg = draw_network(network_of(0), labelled);
  const double top = box_of(svg, "Churned", "y"), first = box_of(svg, "label of c0", "y");
  EXPECT_LT(top, first);
  EXPECT_LT(first, box_of(svg, "label of c1", "y"));
  EXPECT_EQ(box_of(svg, "label of c1", "y"), box_of(svg, "label of c2", "y"));
  EXPECT_LT(box_of(svg, "label of c2", "y"), box_of(svg, "label of c3", "y"));
}

TEST(BayesianNetworkDrawing, BreaksLongRowsWithoutOverlap) {
  const auto model = network_of(20);
  const auto svg = draw_network(model, labelled);
  std::vector<std::pair<double, double>> corners;
  for (const auto& name : model.column_names) {
    corners.emplace_back(box_of(svg, "label of " + name, "x"), box_of(svg, "label of " + name, "y"));
  }
  for (std::size_t i = 0; i < corners.size(); ++i) {
    EXPECT_GE(corners[i].first, 0);
    EXPECT_LE(corners[i].first + 152, 1120);
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_TRUE(std::abs(corners[i].first - corners[j].first) > 152 ||
                  std::abs(corners[i].second - corners[j].second) > 40) << i << " " << j;
    }
  }
}

TEST(BayesianNetworkDrawing, ThickensArcsByTheirInformation) {
  auto model = network_of(0);
  model.tables.push_back({.id = "arcs", .title = {}, .columns = {"from", "to", "information"},
                          .headers = {},
                          .rows = {{"churned", "c0", 0.2}, {"c0", "c1", 0.05}}});
  const auto svg = draw_network(model, labelled);
  EXPECT_THAT(svg, HasSubstr("Churned → label of c0: 0.2 nat"));
  EXPECT_THAT(svg, HasSubstr("stroke-width=\"4\""));     // 1 + 3 × 0.2 / 0.2
  EXPECT_THAT(svg, HasSubstr("stroke-width=\"1.75\""));  // 1 + 3 × 0.05 / 0.2
}

TEST(BayesianNetworkDrawing, LeavesOutOtherModelsAndCrowds) {
  EXPECT_FALSE(is_drawable_network({}));
  EXPECT_EQ(draw_network({}, labelled), "");
  EXPECT_TRUE(is_drawable_network(network_of(20)));
  EXPECT_FALSE(is_drawable_network(network_of(100)));
}

TEST(BayesianNetworkDrawing, EscapesNames) {
  const auto svg = draw_network(network_of(0), [](const std::string&) { return Text{kHostile, kHostile}; });
  EXPECT_THAT(svg, Not(HasSubstr(kHostile)));
}

TEST(BayesianNetworkDrawing, StandsInTheReport) {
  auto results = example_results();
  EXPECT_THAT(render_report(results, {}), Not(HasSubstr("The Bayesian network")));
  results.models[1].model = network_of(3);
  const auto html = render_report(results, {});
  const auto at = html.find("<section id=\"inside\"");
  EXPECT_THAT(html.substr(at), HasSubstr("The Bayesian network"));
  EXPECT_THAT(html.substr(at), HasSubstr("贝叶斯网络"));
  EXPECT_EQ(times(html, "target-node"), 2U);  // Its style and its box.
}

TEST(SensitivityFigure, ShadesTheKeyIndicators) {
  auto results = example_results();
  FittedModel model;
  model.form = forms::Network{};
  model.tables.push_back(
      {.id = "sensitivity", .title = {"Sensitivity", "敏感性"},
       .columns = {"input", "contribution", "cumulative", "is_kpi"},
       .headers = {},
       .rows = {{"premium_change", 0.62, 0.62, "*"}, {kHostile, 0.2, 0.82, "*"},
                {"tenure_days", 0.18, 1.0, ""}}});
  results.models[1].model = model;
  const auto html = render_report(results, {});
  const auto at = html.find("What moves the degree of churn");
  ASSERT_NE(at, std::string::npos);
  const auto drawing = html.substr(at, html.find("</svg>", at) - at);
  EXPECT_EQ(times(drawing, "bar c1"), 2U);
  EXPECT_EQ(times(drawing, "bar other-input"), 1U);
  EXPECT_THAT(drawing, HasSubstr("20.0% (82.0%)"));
  EXPECT_THAT(html, Not(HasSubstr(kHostile)));
}

}  // namespace
}  // namespace holdfast::exchange
