#pragma once

#include <optional>

#include "analyses/analysis.hpp"
#include "analyses/cube_query.hpp"

/// The parts of the analysis of the cube: what is said of an answer.
namespace holdfast::analyses::cubes {

/// Words of the rows: "contracts" where each is judged on its own, else "customers".
struct Wording {
  Text rows;       // Over a column of counts: "contract terms", "合同期数".
  Text counted;    // Behind a count: "contract terms", "个合同期".
  Text all;        // "the contract terms", "全部合同期".
  Text kept;       // "renewal", "retention"
  Text value;      // "premium", where that is what is at stake; else "value".
};
Wording wording_of(const study::Study& study);

/// Of the whole, 95 %: differences of shares by Newcombe's method, as cube::attribute makes them.
std::string period_name(Day from, Day until);

Section dimensions_section(const CubeAnswer& answer, const Wording& wording, Analysis& analysis);
Section crossed_section(const CubeAnswer& answer, const Wording& wording);
/// Nothing where the rows have one period only.
Result<std::optional<Section>> change_section(const CubeAnswer& answer, Analysis& analysis);
/// Retention by start; nothing where no table tells when customers start.
Result<std::optional<Section>> cohorts_section(const Inputs& inputs, Analysis& analysis,
                                               Progress& progress);

}  // namespace holdfast::analyses::cubes
