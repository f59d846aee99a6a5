#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "dataset/dataset.hpp"
#include "exchange/results.hpp"
#include "run/run.hpp"
#include "study/study.hpp"

/// What a run leaves in the study's output folder, and what it can take up again from there.
namespace holdfast::run {

/// Identifies what a model is fitted from: data, features, churn, splits, parameters; not offers,
/// costs, rules or names.
std::string training_key(const study::Study& study, std::int64_t manifest_number);

struct Champion {
  FittedModel model;
  warning::Limits limits;
};

class Artifacts {
 public:
  explicit Artifacts(const study::Study& study);

  const std::filesystem::path& out() const { return out_; }
  /// Makes the output folder. Errors: kFileUnwritable.
  Result<void> prepare() const;

  /// Identifies a run: study, data, day, program, how far it goes.
  std::string run_key(std::int64_t manifest_number, Day as_of, Step until,
                      bool masks_keys) const;
  /// The last run had this key and its files are as it left them.
  bool is_up_to_date(const std::string& run_key) const;
  /// Notes the run's key and the contents of its files.
  Result<void> remember(const std::string& run_key,
                        const std::vector<std::filesystem::path>& written) const;

  /// Models fitted earlier from the same key; none where it differs or a file is damaged.
  std::vector<FittedModel> load_models(const std::string& training_key) const;
  /// How their parameters were found; empty as load_models.
  automodel::SearchResult load_search(const std::string& training_key) const;
  Result<void> save_models(const std::string& training_key, const exchange::RunResults& results,
                           const dataset::Dataset& data, const std::vector<std::uint32_t>& train_rows,
                           const std::string& program_hash,
                           std::vector<std::filesystem::path>& written) const;
  /// A fitted model by id; empty: the champion. Errors: kNotTrainedYet, kNoSuchFittedModel.
  Result<FittedModel> load_model(const std::string& id) const;
  /// Errors: kNotTrainedYet.
  Result<Champion> load_champion() const;

  /// evaluation.json and, as far as the run went, watch list and report.
  Result<void> publish(const study::Study& study, const exchange::RunResults& results, Step until,
                       std::vector<std::filesystem::path>& written) const;

 private:
  std::filesystem::path out_;
  std::string study_hash_;
};

}  // namespace holdfast::run
