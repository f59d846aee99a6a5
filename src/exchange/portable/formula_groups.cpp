#include <cmath>

#include "exchange/portable/portable_model.hpp"

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;

Ref distance_of(FormulaBuilder& b, const std::vector<Ref>& terms,
                const forms::ClusterProfiles::Cluster& cluster) {
  std::vector<Ref> parts = {b.number(cluster.base)};
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (cluster.weight[t] != 0) {
      const auto gap = b.sum({terms[t], b.number(-cluster.center[t])});
      parts.push_back(b.product({b.number(cluster.weight[t]), gap, gap}));
    }
    if (cluster.slope[t] != 0) parts.push_back(b.product({b.number(cluster.slope[t]), terms[t]}));
  }
  return b.sum(std::move(parts));
}

}  // namespace

void add_groups(FormulaBuilder& b, PortableModel& portable) {
  const auto& form = std::get<forms::ClusterProfiles>(portable.source->form);
  const auto terms = terms_of(b, portable.model->preparation);
  const std::size_t count = form.clusters.size();
  std::vector<Ref> distances, compared;
  Ref nearest = -1;
  for (std::size_t k = 0; k < count; ++k) {
    const auto name = std::to_string(k + 1);
    distances.push_back(b.named(distance_of(b, terms, form.clusters[k]), "distance_" + name));
    auto lean = distances.back();
    if (form.clusters[k].lean != 0) {
      lean = b.named(b.sum({distances.back(), b.number(form.clusters[k].lean)}), "compared_" + name);
    }
    compared.push_back(lean);
    nearest = k == 0 ? lean : b.minimum(nearest, lean);
  }
  nearest = b.named(nearest, "nearest");
  // The first of those that are nearest.
  Ref group = b.number(static_cast<double>(count)), distance = distances.back();
  for (std::size_t k = count - 1; k-- > 0;) {
    const auto is_it = b.less_equal(compared[k], nearest);
    group = b.either(is_it, b.number(static_cast<double>(k + 1)), group);
    distance = b.either(is_it, distances[k], distance);
  }
  if (!std::isinf(form.far)) {
    group = b.either(b.less(b.number(form.far), distance), b.number(0), group);
  }
  portable.formula = b.finished(b.named(group, "cluster"));
  portable.formula.answer = "cluster";
}

}  // namespace holdfast::exchange
