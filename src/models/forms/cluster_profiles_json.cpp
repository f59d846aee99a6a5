#include <cmath>

#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"

namespace holdfast::forms {

using nlohmann::ordered_json;

ordered_json to_json(const ClusterProfiles& form) {
  ordered_json json = {{"about",
                        "distance = base + sum of weight x (term - center)^2 + slope x term; a row "
                        "is in the cluster of least distance + lean, in none beyond far (null: however far)"},
                       {"far", std::isinf(form.far) ? ordered_json() : number_json(form.far)},
                       {"clusters", ordered_json::array()}};
  for (const auto& cluster : form.clusters) {
    json["clusters"].push_back({{"rows", number_json(cluster.rows)},
                                {"base", number_json(cluster.base)},
                                {"lean", number_json(cluster.lean)},
                                {"center", numbers_json(cluster.center)},
                                {"weight", numbers_json(cluster.weight)},
                                {"slope", numbers_json(cluster.slope)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, ClusterProfiles& form) {
  if (!json.at("far").is_null()) form.far = number_from(json.at("far"));
  for (const auto& one : json.at("clusters")) {
    ClusterProfiles::Cluster cluster{.rows = number_from(one.at("rows")),
                                     .base = number_from(one.at("base")),
                                     .lean = number_from(one.at("lean")),
                                     .center = numbers_from(one.at("center")),
                                     .weight = numbers_from(one.at("weight")),
                                     .slope = numbers_from(one.at("slope"))};
    require(cluster.center.size() == shape.terms_count &&
                cluster.weight.size() == shape.terms_count &&
                cluster.slope.size() == shape.terms_count,
            "clusters and terms differ in number");
    form.clusters.push_back(std::move(cluster));
  }
  require(!form.clusters.empty(), "no cluster");
}

}  // namespace holdfast::forms
