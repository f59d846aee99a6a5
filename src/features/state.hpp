#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "features/builder.hpp"
#include "features/outcomes.hpp"
#include "features/program.hpp"

/// The inside of a compiled program. Inside features/ only.
namespace holdfast::features {

/// Where planned rows come from: an OutcomeProgram, or a test.
struct Planner {
  std::vector<history::TableColumns> wanted;
  /// Told the tables and columns that will be decoded; gives the contract table's place, or -1.
  std::function<int(const std::vector<history::TableColumns>&)> bind;
  std::function<void(const history::Bucket&, std::uint32_t, const RowPlan&, std::vector<PlannedRow>&)> plan;
  std::vector<std::string> exit_classes;
};

struct Program::State {
  study::Study study;
  Planner planner;
  std::vector<FeatureInfo> features;
  std::vector<Slot> slots;                         // Every column, hidden ones too.
  std::vector<std::unique_ptr<Family>> families;   // In running order.
  std::vector<history::TableColumns> wanted;
  std::size_t viewed_tables = 0;                   // The first so many of wanted are read by families.
  int contract_table = -1;
  int contract_key = -1;                           // Column of the contract table.
  std::string hash;
};

/// Compiles against any source of buckets.
struct ProgramMaker {
  static Result<Program> compile(const study::Study& study, const Source& source, Planner planner);
};

/// The user's own features, and the helpers of rules and of the value at risk.
Result<void> add_own_features(Builder& builder);
Result<void> add_helpers(Builder& builder);

}  // namespace holdfast::features
