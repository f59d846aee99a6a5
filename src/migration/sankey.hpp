#pragma once

#include <vector>

#include "migration/journeys.hpp"

namespace holdfast::migration {

enum class NodeKind : std::uint8_t {
  Named,
  Other,  // The rarer steps of this position together.
  End,    // The path has ended before this position.
};

struct SankeyNode {
  std::size_t position = 0;  // Column of the drawing, from 0.
  NodeKind kind = NodeKind::Named;
  Step step = 0;  // Of kind Named.
  std::size_t customers = 0;
  double amount = 0;
};

struct SankeyLink {
  std::size_t from = 0;  // Places in `nodes`.
  std::size_t to = 0;
  std::size_t customers = 0;
  double amount = 0;
};

/// What a Sankey drawing shows: what flows into a node flows out of it again or ends there.
struct Sankey {
  std::vector<SankeyNode> nodes;  // By position, then from the most customers on, Other, End.
  std::vector<SankeyLink> links;
};

struct SankeyOptions {
  std::size_t positions_max = 6;
  std::size_t kept_per_position = 8;  // More are joined to Other.
  bool is_from_end = false;           // The last steps of each, the last in the last column.
  bool joins_repeats = true;          // The same step several times on end is one.
};

/// The paths of customers who have at least one step; `amount` is [customers] or empty.
/// Errors: kNoRows, kShape, kBadState, kNotInOrder, kBadOption, kBadAmount where no number.
/// Cost: linear in steps.
Result<Sankey> sankey_of(const Journeys& journeys, std::span<const double> amount,
                         const SankeyOptions& options = {});

}  // namespace holdfast::migration
