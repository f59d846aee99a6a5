#pragma once

#include "dataset/dataset.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

/// Other shares of churners in training, as the study asks (`[models] sampling`).
namespace holdfast::automodel {

/// Weight of churners over that of all.
struct Shares {
  double before = 0, after = 0;
};

/// Changes weights or adds rows. Only training rows are ever given here: those that tune and judge
/// keep the population's share.
Shares resample(dataset::Frame& train, const study::ModelsSpec& spec, std::uint64_t seed);

}  // namespace holdfast::automodel
