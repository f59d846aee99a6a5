#include "analyses/cube_query.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/cube_dimensions.hpp"
#include "analyses/errors.hpp"
#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

using cubes::Coded;
using features::OutcomeState;

constexpr std::size_t kDimensionsUsual = 4;
constexpr std::size_t kStrengthRows = 50'000;  // Enough to see which columns are strong.
constexpr int kYear = 365;

// The rows of known outcome with what is added up of them.
struct Rows {
  std::vector<std::uint32_t> rows;
  std::vector<std::int32_t> day;
  std::vector<double> one, left, stayed, value, kept_value, lost_value;
  std::vector<std::uint8_t> is_left;
};

Rows rows_of(const features::FeatureMatrix& matrix) {
  Rows rows;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const auto outcome = matrix.outcome[row];
    if (outcome == OutcomeState::Immature || outcome == OutcomeState::Unknown) continue;
    const bool left = outcome == OutcomeState::Churned, stayed = outcome == OutcomeState::Stayed;
    const auto value = static_cast<double>(
        matrix.value_cents.empty() ? 0 : std::max<std::int64_t>(matrix.value_cents[row], 0));
    rows.rows.push_back(row);
    rows.day.push_back(matrix.cutoff_day[row]);
    rows.one.push_back(1);
    rows.left.push_back(left ? 1 : 0);
    rows.stayed.push_back(stayed ? 1 : 0);
    rows.value.push_back(value);
    rows.kept_value.push_back(stayed ? value : 0);
    rows.lost_value.push_back(left ? value : 0);
    rows.is_left.push_back(left ? 1 : 0);
  }
  return rows;
}

Result<std::size_t> find_feature(const features::FeatureMatrix& matrix, const std::string& name) {
  const auto at = std::ranges::find(matrix.features, name, &features::FeatureInfo::name);
  if (at != matrix.features.end()) return static_cast<std::size_t>(at - matrix.features.begin());
  // The plain column of a table, whatever the feature made of it is called.
  const auto of_column = std::ranges::find_if(matrix.features, [&](const auto& feature) {
    return feature.window_days == 0 && feature.filter.empty() && feature.columns.size() == 1 &&
           feature.columns[0] == name;
  });
  if (of_column != matrix.features.end())
    return static_cast<std::size_t>(of_column - matrix.features.begin());
  std::vector<std::string> names;
  for (const auto& feature : matrix.features) names.push_back(feature.name);
  const auto near = nearest(name, names);
  return Error{errors::kNoColumnFor,
               {{"analysis", "cube"},
                {"wanted", "the dimension " + name + (near.empty() ? "" : " (" + near + "?)")},
                {"table", "features"},
                {"key", "cube.dimensions"}}};
}

// The columns that part leavers from stayers best; categories first, as they read best.
std::vector<std::size_t> strongest(const dataset::Dataset& data, const Rows& rows) {
  const auto step = rows.rows.size() / kStrengthRows + 1;
  std::vector<std::uint32_t> sample;
  std::vector<std::uint8_t> left;
  for (std::size_t i = 0; i < rows.rows.size(); i += step) {
    sample.push_back(rows.rows[i]);
    left.push_back(rows.is_left[i]);
  }
  struct Strength { std::size_t feature; bool is_category; double v; };
  std::vector<Strength> found;
  for (const auto feature : data.modelled) {
    const auto one = cubes::coded(data.matrix.columns[feature], sample);
    const double v = cubes::cramers_v(one.codes, one.categories.size(), left);
    if (v > 0) found.push_back({feature, data.matrix.columns[feature].values.empty(), v});
  }
  // A category with half the strength of a number is still the better dimension to read.
  std::ranges::stable_sort(found, std::ranges::greater{},
                           [](const Strength& s) { return s.is_category ? 2 * s.v : s.v; });
  std::vector<std::size_t> chosen;
  for (const auto& one : found) {
    // One feature of a column is enough: windows of the same events say much the same.
    const auto& info = data.matrix.features[one.feature];
    const bool is_told = std::ranges::any_of(chosen, [&](auto other) {
      const auto& told = data.matrix.features[other];
      return told.table == info.table && told.columns == info.columns && told.family == info.family;
    });
    if (!is_told) chosen.push_back(one.feature);
    if (chosen.size() == kDimensionsUsual) break;
  }
  return chosen;
}

// Keeps the rows at these places.
template <typename T>
void keep(std::vector<T>& values, const std::vector<std::size_t>& places) {
  for (std::size_t i = 0; i < places.size(); ++i) values[i] = values[places[i]];
  values.resize(places.size());
}

void keep_rows(Rows& rows, const std::vector<std::size_t>& places) {
  keep(rows.rows, places);
  keep(rows.day, places);
  for (auto* column : {&rows.one, &rows.left, &rows.stayed, &rows.value, &rows.kept_value, &rows.lost_value})
    keep(*column, places);
  keep(rows.is_left, places);
}

Result<void> filter(const dataset::Dataset& data, const std::vector<CubeFilter>& filters, Rows& rows) {
  for (const auto& one : filters) {
    HOLDFAST_TRY(const auto feature, find_feature(data.matrix, one.dimension));
    const auto codes = cubes::coded(data.matrix.columns[feature], rows.rows);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
      const auto& name = codes.categories[codes.codes[i]];
      if (std::ranges::any_of(one.values, [&](const auto& v) { return v == name.en || v == name.zh; }))
        places.push_back(i);
    }
    if (places.empty()) {
      return Error{errors::kNothingThere,
                   {{"analysis", "cube"}, {"what", "no row has " + one.dimension + " = " + join(one.values, ", ")}}};
    }
    keep_rows(rows, places);
  }
  return {};
}

// The cube of the rows at some places.
Result<cube::Cube> cube_of(const Rows& rows, const std::vector<CubeDimension>& dimensions,
                           const std::vector<Coded>& coded, const std::vector<std::size_t>& places) {
  Rows part = rows;
  keep_rows(part, places);
  std::vector<std::vector<cube::Code>> codes;
  std::vector<cube::DimensionColumn> columns;
  codes.reserve(dimensions.size());
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    codes.push_back(coded[d].codes);
    keep(codes.back(), places);
    columns.push_back({dimensions[d].name, codes.back(), dimensions[d].categories.size()});
  }
  using namespace cube_measures;
  const std::vector<cube::MeasureColumn> measures{
      {std::string(kRows), part.one, {}},
      {std::string(kChurn), part.left, part.one},
      {std::string(kKept), part.stayed, part.one},
      {std::string(kKeptValue), part.kept_value, part.value},
      {std::string(kValue), part.value, {}},
      {std::string(kLost), part.lost_value, {}}};
  return cube::build_cube(columns, measures);
}

void choose_periods(const CubeQuery& query, const Rows& rows, CubeAnswer& answer) {
  const auto [first, last] = std::ranges::minmax(rows.day);
  answer.last = Day{last};
  if (query.to) {
    answer.after_from = *query.to;
    answer.before_from = query.from.value_or(Day{first});
  } else if (query.from) {
    answer.after_from = *query.from;
    answer.before_from = Day{first};
  } else if (last - first + 1 >= 2 * kYear) {
    answer.after_from = Day{last + 1 - kYear};
    answer.before_from = answer.after_from - kYear;
  } else {
    answer.after_from = Day{first + (last - first + 1) / 2};
    answer.before_from = Day{first};
  }
}

std::vector<std::size_t> within(const Rows& rows, std::int32_t from, std::int32_t until) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.day.size(); ++i) {
    if (rows.day[i] >= from && rows.day[i] < until) places.push_back(i);
  }
  return places;
}

Result<void> add_quarters(const Rows& rows, const std::vector<Coded>& coded, CubeAnswer& answer) {
  const auto [first, last] = std::ranges::minmax(rows.day);
  const std::vector<CubeDimension> leading(answer.dimensions.begin(), answer.dimensions.begin() + 1);
  const auto start = civil_of(Day{first});
  Day from = *day_from_civil(start.year, (start.month - 1) / 3 * 3 + 1, 1);
  while (from.number <= last) {
    const Day until = add_months(from, 3);
    const auto places = within(rows, from.number, until.number);
    if (!places.empty()) {
      HOLDFAST_TRY(auto quarter, cube_of(rows, leading, coded, places));
      answer.by_quarter.push_back(std::move(quarter));
      const auto date = civil_of(from);
      answer.quarters.push_back(fmt::format("{}-{:02}", date.year, date.month));
    }
    from = until;
  }
  return {};
}

}  // namespace

Result<CubeAnswer> ask_cube(const Inputs& inputs, const CubeQuery& query, Progress& progress) {
  HOLDFAST_TRY(const auto* data, inputs.dataset(progress));
  auto rows = rows_of(data->matrix);
  HOLDFAST_TRY_VOID(filter(*data, query.filters, rows));
  if (rows.rows.empty()) {
    return Error{errors::kNothingThere, {{"analysis", "cube"}, {"what", "no row has a known outcome"}}};
  }
  std::vector<std::size_t> features;
  for (const auto& name : query.dimensions) {
    HOLDFAST_TRY(const auto feature, find_feature(data->matrix, name));
    if (std::ranges::find(features, feature) == features.end()) features.push_back(feature);
  }
  if (features.empty()) features = strongest(*data, rows);
  if (features.empty()) {
    return Error{errors::kNothingThere,
                 {{"analysis", "cube"}, {"what", "no column parts who leaves from who stays"}}};
  }
  CubeAnswer answer;
  std::vector<Coded> coded;
  for (const auto feature : features) {
    const auto& info = data->matrix.features[feature];
    coded.push_back(cubes::coded(data->matrix.columns[feature], rows.rows));
    answer.dimensions.push_back({info.name, inputs.words_of(info), coded.back().categories});
  }
  std::vector<std::size_t> everybody(rows.rows.size());
  for (std::size_t i = 0; i < everybody.size(); ++i) everybody[i] = i;
  HOLDFAST_TRY(answer.all, cube_of(rows, answer.dimensions, coded, everybody));
  answer.has_value = std::ranges::any_of(rows.value, [](double value) { return value > 0; });
  choose_periods(query, rows, answer);
  const auto before = within(rows, answer.before_from.number, answer.after_from.number);
  const auto after = within(rows, answer.after_from.number, answer.last.number + 1);
  if (!before.empty() && !after.empty()) {
    HOLDFAST_TRY(answer.before, cube_of(rows, answer.dimensions, coded, before));
    HOLDFAST_TRY(answer.after, cube_of(rows, answer.dimensions, coded, after));
    HOLDFAST_TRY_VOID(add_quarters(rows, coded, answer));
  }
  return answer;
}

}  // namespace holdfast::analyses
