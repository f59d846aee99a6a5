#include "automodel/resampling.hpp"

#include "dataset/preparation.hpp"
#include "dataset/sampling.hpp"

namespace holdfast::automodel {
namespace {

constexpr int kNeighbours = 5;  // Chawla et al. (2002).

double churners_share(const dataset::Frame& frame) {
  double churners = 0, all = 0;
  for (std::size_t r = 0; r < frame.rows(); ++r) {
    all += frame.weight()[r];
    if (frame.y()[r] == 1) churners += frame.weight()[r];
  }
  return all > 0 ? churners / all : 0;
}

void add_made(dataset::Frame& train, double share, std::uint64_t seed) {
  const auto columns = train.view();
  const auto preparation = dataset::fit_preparation(columns, train.y(), train.weight(), {});
  const auto x = dataset::apply(preparation, columns);
  const auto made = dataset::smote({x.data(), columns.rows, preparation.terms.size()}, train.y(),
                                   share, kNeighbours, seed);
  train.append(made);
}

}  // namespace

Shares resample(dataset::Frame& train, const study::ModelsSpec& spec, std::uint64_t seed) {
  Shares shares;
  shares.before = shares.after = churners_share(train);
  if (spec.sampling == "none" || !(shares.before > 0) || !(shares.before < 1)) return shares;
  if (spec.sampling == "smote") {
    add_made(train, spec.sampling_share, seed);
  } else {
    const auto kind = spec.sampling == "over" ? dataset::Sampling::Over : dataset::Sampling::Under;
    train.set_weight(dataset::resampled_weights(kind, train.y(), train.weight(),
                                                spec.sampling_share, seed));
  }
  shares.after = churners_share(train);
  return shares;
}

}  // namespace holdfast::automodel
