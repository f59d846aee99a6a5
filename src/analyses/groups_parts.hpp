#pragma once

#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/groups_words.hpp"
#include "models/grouping_task.hpp"

/// Inner header of the analysis of groups: what a model found, and what is made of it.
namespace holdfast::analyses {

/// A model's groups of today's customers.
struct Grouped {
  FittedModel model;
  Text name;  // Of the model.
  std::vector<forms::NearestCluster> today;
  std::vector<std::int32_t> label;  // [today rows] below 0: in none.
  std::vector<Group> groups;
  Portrayed portrayed;
  std::size_t outliers = 0;
  Estimate left, value;  // Of all.
  Estimate left_none, value_none;  // Of outliers.
  double stake = 0;      // Of all.
  double stake_none = 0; // Of outliers.
  double fit = 0;        // Mean silhouette of all in a group.

  /// The groups divide customers who run into each other: no kinds of use were found.
  bool is_division() const;
};

Section groups_section(const Grouped& grouped, const GroupRows& rows);
/// How the number of groups was found, as the model says.
Section number_section(const Grouped& grouped);

/// What a manager reads first.
std::vector<Text> findings_of(const Grouped& grouped, const GroupRows& rows);
/// What a desk can do with each group.
Table desk_table(const Grouped& grouped, const GroupRows& rows);

/// What outliers are called.
Text in_none();
/// "12.3 % (11.0–13.6 %)".
Text share_in_words(const Estimate& estimate);
/// "€323 (€310–€336)".
Text money_in_words(const Estimate& estimate, const std::string& currency);

}  // namespace holdfast::analyses
