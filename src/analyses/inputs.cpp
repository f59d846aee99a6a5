#include "analyses/inputs.hpp"

#include <optional>

#include "scoring/scores.hpp"

namespace holdfast::analyses {

struct Inputs::Computed {
  std::optional<features::Program> program;
  std::optional<dataset::Dataset> own_dataset;
  const dataset::Dataset* dataset = nullptr;
  std::optional<features::FeatureMatrix> today;
};

Inputs::Inputs(const study::Study& study, const history::Store& store, Day as_of)
    : study_(&study), store_(&store), as_of_(as_of), computed_(std::make_unique<Computed>()) {}
Inputs::~Inputs() = default;
Inputs::Inputs(Inputs&&) noexcept = default;

void Inputs::know(const dataset::Dataset& dataset) { computed_->dataset = &dataset; }

Result<void> Inputs::compile() const {
  if (computed_->program) return {};
  HOLDFAST_TRY(computed_->program, features::Program::compile(*study_, *store_));
  return {};
}

Result<const dataset::Dataset*> Inputs::dataset(Progress& progress) const {
  auto& known = *computed_;
  if (known.dataset != nullptr) return known.dataset;
  HOLDFAST_TRY_VOID(compile());
  HOLDFAST_TRY(auto matrix, features::compute(*known.program, *store_, {}, progress));
  HOLDFAST_TRY(matrix.value_cents, scoring::values_at_risk(*study_, matrix));
  HOLDFAST_TRY(known.own_dataset, dataset::make_dataset(std::move(matrix), *study_));
  known.dataset = &*known.own_dataset;
  return known.dataset;
}

Result<const features::FeatureMatrix*> Inputs::today(Progress& progress) const {
  auto& known = *computed_;
  if (known.today) return &*known.today;
  HOLDFAST_TRY_VOID(compile());
  HOLDFAST_TRY(auto matrix, features::compute(*known.program, *store_, {.is_scoring = true, .as_of = as_of_, .cutoffs = {}}, progress));
  HOLDFAST_TRY(matrix.value_cents, scoring::values_at_risk(*study_, matrix));
  known.today = std::move(matrix);
  return &*known.today;
}

Text Inputs::words_of(const features::FeatureInfo& feature) const {
  if (feature.sentence.en.empty()) return {feature.name, feature.name};
  return {feature.sentence.en,
          feature.sentence.zh.empty() ? feature.sentence.en : feature.sentence.zh};
}

}  // namespace holdfast::analyses
