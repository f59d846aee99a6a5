#include "dataset/dataset.hpp"

#include <fmt/format.h>

#include <array>

#include "core/text.hpp"
#include "dataset/errors.hpp"
#include "dataset/modelled_columns.hpp"
#include "dataset/splits.hpp"

namespace holdfast::dataset {
namespace {

using features::OutcomeState;

// Below this no split leaves enough rows to fit or judge anything.
constexpr std::size_t kRowsMin = 20;

Split split_of_state(OutcomeState state) {
  switch (state) {
    case OutcomeState::Immature:
      return Split::Immature;
    case OutcomeState::Stayed:
    case OutcomeState::Churned:
      return Split::Train;
    case OutcomeState::CompetingExit:
    case OutcomeState::Unknown:
      break;
  }
  return Split::Excluded;
}

struct StateCounts {
  std::int64_t immature = 0, unknown = 0, competing = 0;
};

Labelled labelled_of(const Dataset& dataset) {
  Labelled labelled;
  for (std::uint32_t row = 0; row < dataset.matrix.rows; ++row) {
    if (dataset.split[row] != Split::Train) continue;
    labelled.rows.push_back(row);
    labelled.cutoff_day.push_back(dataset.matrix.cutoff_day[row]);
    labelled.y.push_back(dataset.y[row]);
  }
  return labelled;
}

Result<void> check_labelled(const Labelled& labelled, const StateCounts& counts,
                            const std::string& file) {
  const auto rows = labelled.rows.size();
  const Place place{.file = file, .key = "churn"};
  if (rows == 0) {
    return Error(errors::kNoRows,
                 {{"immature", counts.immature},
                  {"unknown", counts.unknown},
                  {"competing", counts.competing}},
                 {.file = file, .key = "cutoffs"});
  }
  std::size_t churners = 0;
  for (const auto y : labelled.y) churners += y;
  if (churners == 0) return Error(errors::kNoChurner, {{"rows", rows}}, place);
  if (churners == rows) return Error(errors::kAllChurners, {{"rows", rows}}, place);
  if (rows < kRowsMin) {
    return Error(errors::kTooFewRows, {{"rows", rows}, {"needed", kRowsMin}},
                 {.file = file, .key = "cutoffs"});
  }
  return {};
}

Result<void> check_splits(const Dataset& dataset, const Labelled& labelled,
                          const std::string& file) {
  std::array<std::int64_t, 3> rows{};
  std::array<std::int64_t, 3> churners{};
  for (const auto row : labelled.rows) {
    const auto part = static_cast<std::size_t>(dataset.split[row]);
    if (part >= rows.size()) continue;
    ++rows[part];
    churners[part] += dataset.y[row];
  }
  const Place place{.file = file, .key = "split"};
  for (std::size_t part = 0; part < rows.size(); ++part) {
    const auto name = name_of(static_cast<Split>(part));
    if (rows[part] == 0) {
      return Error(errors::kEmptySplit, {{"split", name}, {"rows", labelled.rows.size()}}, place);
    }
    if (churners[part] == 0 || churners[part] == rows[part]) {
      return Error(errors::kOneClassSplit,
                   {{"split", name}, {"rows", rows[part]}, {"churners", churners[part]}}, place);
    }
  }
  return {};
}

void note_states(const StateCounts& counts, std::vector<Text>& notes) {
  const auto say = [&](std::int64_t count, std::string_view en, std::string_view zh) {
    if (count == 0) return;
    notes.push_back({fmt::format("{} {}", with_thousands(count), en),
                     fmt::format("{} {}", with_thousands(count), zh)});
  };
  say(counts.immature, "rows are immature: scored and counted, never trained or tested on",
      "行尚未成熟:只评分和计数,不参与训练和测试");
  say(counts.competing, "rows ended by a competing exit: left out of training and testing",
      "行为竞争性退出:不参与训练和测试");
  say(counts.unknown, "rows have no known outcome: left out of training and testing",
      "行结果未知:不参与训练和测试");
}

}  // namespace

std::string_view name_of(Split split) {
  switch (split) {
    case Split::Train:
      return "train";
    case Split::Validation:
      return "validation";
    case Split::Test:
      return "test";
    case Split::Embargo:
      return "embargo";
    case Split::Immature:
      return "immature";
    case Split::Excluded:
      break;
  }
  return "excluded";
}

std::vector<std::uint32_t> Dataset::rows_of(Split wanted) const {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < split.size(); ++row) {
    if (split[row] == wanted) rows.push_back(row);
  }
  return rows;
}

Result<Dataset> make_dataset(features::FeatureMatrix matrix, const study::Study& study) {
  Dataset dataset;
  dataset.matrix = std::move(matrix);
  const auto rows = dataset.matrix.rows;
  dataset.split.resize(rows);
  dataset.y.assign(rows, 0);
  dataset.weight.assign(rows, 1.0);
  StateCounts counts;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto state = dataset.matrix.outcome[row];
    dataset.split[row] = split_of_state(state);
    dataset.y[row] = state == OutcomeState::Churned ? 1 : 0;
    counts.immature += state == OutcomeState::Immature ? 1 : 0;
    counts.unknown += state == OutcomeState::Unknown ? 1 : 0;
    counts.competing += state == OutcomeState::CompetingExit ? 1 : 0;
  }
  const auto labelled = labelled_of(dataset);
  const auto file = study.file.string();
  HOLDFAST_TRY_VOID(check_labelled(labelled, counts, file));
  HOLDFAST_TRY_VOID(assign_splits(dataset.matrix, labelled, study, dataset.split, dataset.notes));
  HOLDFAST_TRY_VOID(check_splits(dataset, labelled, file));
  note_states(counts, dataset.notes);
  dataset.modelled = modelled_columns(dataset.matrix, dataset.rows_of(Split::Train), dataset.y,
                                      study, dataset.notes);
  return dataset;
}

}  // namespace holdfast::dataset
