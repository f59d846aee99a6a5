#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/cube_dimensions.hpp"
#include "analyses/cube_query.hpp"
#include "dataset/dataset.hpp"

/// The rows a cube adds up, and which of them a question keeps.
namespace holdfast::analyses::cubes {

/// A measure the question made of a feature.
struct MadeColumn {
  std::string name;          // "mean(policies_Premium)"
  Text label;
  bool is_mean = false;      // Else a sum.
  std::vector<double> above, below;  // [rows]; below counts the rows whose value is known.
};

/// The rows of known outcome with what is added up of them.
struct Rows {
  std::vector<std::uint32_t> rows;  // Of the matrix.
  std::vector<std::int32_t> day;
  std::vector<double> one, left, stayed, value, kept_value, lost_value;
  std::vector<std::uint8_t> is_left;
  std::vector<MadeColumn> made;

  std::size_t size() const { return rows.size(); }
};

Rows rows_of(const features::FeatureMatrix& matrix);

/// The rows at these places.
Rows rows_at(const Rows& rows, const std::vector<std::size_t>& places);

/// Places of the rows looked at on days [from, until).
std::vector<std::size_t> within(const Rows& rows, std::int32_t from, std::int32_t until);

/// A feature by its name, by the column it is made of, or by what people call it in either language.
/// Errors: kNoColumnFor, with the nearest name.
Result<std::size_t> find_feature(const Inputs& inputs, const features::FeatureMatrix& matrix,
                                 const std::string& name);

/// Calls the categories of a feature what people call them: by the words of its label, truth values
/// "yes" and "no". Gives the label without those words.
Text use_words_of(const Inputs& inputs, const features::FeatureInfo& info, Coded& coded);

/// Errors: those of find_feature; kNothingThere where nothing is left; kBadQuestion for a limit of a
/// category.
Result<void> filter(const Inputs& inputs, const dataset::Dataset& data,
                    const std::vector<CubeFilter>& filters, Rows& rows);

/// Adds the measures "mean(feature)" and "sum(feature)". Errors: those of find_feature, kBadQuestion
/// where the feature is no number or the measure is not known.
Result<void> add_made(const Inputs& inputs, const dataset::Dataset& data,
                      const std::vector<std::string>& measures, Rows& rows);

/// The columns that part leavers from stayers best, categories first; not those `taken` already.
std::vector<std::size_t> strongest(const dataset::Dataset& data, const Rows& rows, std::size_t most,
                                   const std::vector<std::size_t>& taken);

}  // namespace holdfast::analyses::cubes
