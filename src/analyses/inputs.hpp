#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "features/program.hpp"
#include "history/store.hpp"
#include "study/study.hpp"

namespace holdfast::analyses {

/// What analyses read: the study, its store, and what is computed from it the first time somebody
/// asks. One of these serves all analyses of a run. Not for several threads at once.
class Inputs {
 public:
  Inputs(const study::Study& study, const history::Store& store, Day as_of);
  ~Inputs();
  Inputs(Inputs&&) noexcept;

  const study::Study& study() const { return *study_; }
  const history::Store& store() const { return *store_; }
  Day as_of() const { return as_of_; }          // What is known at the start of this day counts.

  /// Rows of all cutoffs with outcomes, splits and values. Errors: those of features and dataset.
  Result<const dataset::Dataset*> dataset(Progress& progress) const;
  /// Features of the customers active on as_of, values at risk filled in; outcomes unknown.
  Result<const features::FeatureMatrix*> today(Progress& progress) const;
  /// Takes over what a run has computed already. `dataset` must outlive this.
  void know(const dataset::Dataset& dataset);

  /// What a person calls a feature, with its unit; the name where nothing is known of it.
  Text words_of(const features::FeatureInfo& feature) const;

 private:
  Result<void> compile() const;

  struct Computed;
  const study::Study* study_;
  const history::Store* store_;
  Day as_of_;
  std::unique_ptr<Computed> computed_;
};

}  // namespace holdfast::analyses
