#include "analyses/cube_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyses/cube_dimensions.hpp"
#include "analyses/errors.hpp"
#include "analyses/known_outcomes.hpp"
#include "core/text.hpp"

namespace holdfast::analyses::cubes {
namespace {

using features::OutcomeState;

constexpr std::size_t kNamesTold = 12;
constexpr std::size_t kStrengthRows = 50'000;  // Enough to see which columns are strong.

template <typename T>
std::vector<T> at(const std::vector<T>& values, const std::vector<std::size_t>& places) {
  std::vector<T> kept;
  kept.reserve(places.size());
  for (const auto place : places) kept.push_back(values[place]);
  return kept;
}

bool fits(const CubeFilter& filter, double value) {
  switch (filter.is) {
    case CubeFilter::Is::Below:
      return value < filter.limit;
    case CubeFilter::Is::AtMost:
      return value <= filter.limit;
    case CubeFilter::Is::Above:
      return value > filter.limit;
    case CubeFilter::Is::AtLeast:
      return value >= filter.limit;
    default:
      return false;
  }
}

// By the whole label, or without the words it has for codes: "channel (0 agent, 1 broker)".
bool is_called(const std::string& label, const std::string& name) {
  if (label == name) return true;
  const auto open = std::min(label.find("("), label.find("（"));
  return open != std::string::npos && trimmed(label.substr(0, open)) == name;
}

// Rows whose category, or band, is named; a number may also be named as such.
std::vector<std::size_t> places_of_values(const Inputs& inputs, const features::FeatureInfo& info,
                                          const features::FeatureColumn& column,
                                          const CubeFilter& filter, const Rows& rows) {
  const auto codes = coded(column, rows.rows, info.unit, column.categories.size() + 2);
  auto words = codes;
  use_words_of(inputs, info, words);
  std::vector<double> numbers;
  for (const auto& value : filter.values) {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (!value.empty() && *end == '\0' && !column.values.empty()) numbers.push_back(number);
  }
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto code = codes.codes[i];
    bool is_named = std::ranges::any_of(filter.values, [&](const auto& typed) {
      return is_meant(words.categories[code], typed) || is_meant(codes.categories[code], typed);
    });
    const auto row = rows.rows[i];
    if (!is_named && !numbers.empty() && column.valid[row] != 0) {
      is_named = std::ranges::find(numbers, column.values[row]) != numbers.end();
    }
    if (is_named == (filter.is == CubeFilter::Is::OneOf)) places.push_back(i);
  }
  return places;
}

// What there is to choose from, where a value is not there.
std::string values_of(const Inputs& inputs, const features::FeatureInfo& info,
                      const features::FeatureColumn& column, const Rows& rows) {
  std::vector<std::string> names;
  auto words = coded(column, rows.rows, info.unit);
  use_words_of(inputs, info, words);
  for (const auto& one : words.categories) names.push_back(one.en);
  return join(names, ", ");
}

}  // namespace

Rows rows_of(const features::FeatureMatrix& matrix) {
  Rows rows;
  for (const auto row : rows_with_outcome(matrix)) {
    const auto outcome = matrix.outcome[row];
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

Rows rows_at(const Rows& rows, const std::vector<std::size_t>& places) {
  Rows kept{.rows = at(rows.rows, places),
            .day = at(rows.day, places),
            .one = at(rows.one, places),
            .left = at(rows.left, places),
            .stayed = at(rows.stayed, places),
            .value = at(rows.value, places),
            .kept_value = at(rows.kept_value, places),
            .lost_value = at(rows.lost_value, places),
            .is_left = at(rows.is_left, places),
            .made = {}};
  for (const auto& one : rows.made) {
    kept.made.push_back({.name = one.name,
                         .label = one.label,
                         .is_mean = one.is_mean,
                         .above = at(one.above, places),
                         .below = at(one.below, places)});
  }
  return kept;
}

std::vector<std::size_t> within(const Rows& rows, std::int32_t from, std::int32_t until) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.day.size(); ++i) {
    if (rows.day[i] >= from && rows.day[i] < until) places.push_back(i);
  }
  return places;
}

Result<std::size_t> find_feature(const Inputs& inputs, const features::FeatureMatrix& matrix,
                                 const std::string& name) {
  const auto place = [&](auto at) { return static_cast<std::size_t>(at - matrix.features.begin()); };
  const auto at = std::ranges::find(matrix.features, name, &features::FeatureInfo::name);
  if (at != matrix.features.end()) return place(at);
  // The column as it stands comes before what else is made of it alone, such as its change.
  const auto as_it_stands = std::ranges::find_if(matrix.features, [&](const auto& feature) {
    return feature.columns.size() == 1 && feature.columns[0] == name &&
           feature.name == feature.table + "_" + name;
  });
  if (as_it_stands != matrix.features.end()) return place(as_it_stands);
  // The plain column of a table, whatever the feature made of it is called.
  const auto of_column = std::ranges::find_if(matrix.features, [&](const auto& feature) {
    return feature.window_days == 0 && feature.filter.empty() && feature.columns.size() == 1 &&
           feature.columns[0] == name;
  });
  if (of_column != matrix.features.end()) return place(of_column);
  const auto of_words = std::ranges::find_if(matrix.features, [&](const auto& feature) {
    const auto words = inputs.words_of(feature);
    return is_called(words.en, name) || is_called(words.zh, name);
  });
  if (of_words != matrix.features.end()) return place(of_words);
  for (const auto& table : inputs.study().tables) {
    const auto* column = table.find(name);
    if (column != nullptr) return Error{errors::kNoLevels, {{"name", name}}};
  }
  std::vector<std::string> names, some, others;
  for (const auto& feature : matrix.features) {
    names.push_back(feature.name);
    if (feature.window_days == 0 && feature.columns.size() == 1) names.push_back(feature.columns[0]);
    auto& list = feature.is_category ? some : others;
    if (list.size() < kNamesTold) list.push_back(feature.name);
  }
  const auto near = nearest(name, names);
  const auto& listed = some.empty() ? others : some;
  return Error{errors::kNoDimension,
               {{"name", name}, {"names", near.empty() ? join(listed, ", ") + ", …" : near}}};
}

Text use_words_of(const Inputs& inputs, const features::FeatureInfo& info, Coded& coded) {
  const auto label = use_words(inputs.words_of(info), coded);
  const auto* table = inputs.study().find(info.table);
  const bool is_plain = info.window_days == 0 && info.filter.empty() && info.columns.size() == 1;
  // The column itself; a count of its rows is a number.
  if (table != nullptr && is_plain && info.name == info.table + "_" + info.columns[0] &&
      table->type_of(info.columns[0]) == tables::ColumnType::Boolean)
    say_yes_no(coded);
  return label;
}

Result<void> filter(const Inputs& inputs, const dataset::Dataset& data,
                    const std::vector<CubeFilter>& filters, Rows& rows) {
  for (const auto& one : filters) {
    HOLDFAST_TRY(const auto feature, find_feature(inputs, data.matrix, one.dimension));
    const auto& column = data.matrix.columns[feature];
    const auto& info = data.matrix.features[feature];
    std::vector<std::size_t> places;
    if (one.is == CubeFilter::Is::OneOf || one.is == CubeFilter::Is::NotOneOf) {
      places = places_of_values(inputs, info, column, one, rows);
    } else if (column.values.empty()) {
      return Error{errors::kBadQuestion,
                   {{"what", text_of(one)}, {"why", one.dimension + " has names, not numbers"}}};
    } else {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = rows.rows[i];
        if (column.valid[row] != 0 && fits(one, column.values[row])) places.push_back(i);
      }
    }
    if (places.empty()) {
      return Error{errors::kNothingThere,
                   {{"analysis", "cube"},
                    {"what", fmt::format("no row has {} (there are: {})", text_of(one),
                                         values_of(inputs, info, column, rows))}}};
    }
    rows = rows_at(rows, places);
  }
  return {};
}

Result<void> add_made(const Inputs& inputs, const dataset::Dataset& data,
                      const std::vector<std::string>& measures, Rows& rows) {
  for (const auto& name : measures) {
    if (std::ranges::find(cube_measures::kAll, name) != std::end(cube_measures::kAll)) continue;
    const bool is_mean = name.starts_with("mean(") && name.ends_with(")");
    const bool is_sum = name.starts_with("sum(") && name.ends_with(")");
    if (!is_mean && !is_sum) {
      std::vector<std::string> known(std::begin(cube_measures::kAll), std::end(cube_measures::kAll));
      return Error{errors::kBadQuestion,
                   {{"what", name},
                    {"why", "measures are " + join(known, ", ") +
                                ", mean(FEATURE) and sum(FEATURE) (可用的度量)"}}};
    }
    const auto open = name.find('(') + 1;
    HOLDFAST_TRY(const auto feature,
                 find_feature(inputs, data.matrix, name.substr(open, name.size() - open - 1)));
    const auto& column = data.matrix.columns[feature];
    if (column.values.empty()) {
      return Error{errors::kBadQuestion, {{"what", name}, {"why", "it has names, not numbers (不是数值)"}}};
    }
    const auto words = inputs.words_of(data.matrix.features[feature]);
    MadeColumn made{.name = name,
                    .label = is_mean ? Text{"mean of " + words.en, words.zh + "(平均)"}
                                     : Text{"sum of " + words.en, words.zh + "(合计)"},
                    .is_mean = is_mean,
                    .above = {},
                    .below = {}};
    for (const auto row : rows.rows) {
      const bool is_known = column.valid[row] != 0 && std::isfinite(column.values[row]);
      made.above.push_back(is_known ? column.values[row] : 0);
      made.below.push_back(is_known ? 1 : 0);
    }
    rows.made.push_back(std::move(made));
  }
  return {};
}

std::vector<std::size_t> strongest(const dataset::Dataset& data, const Rows& rows, std::size_t most,
                                   const std::vector<std::size_t>& taken) {
  const auto step = rows.size() / kStrengthRows + 1;
  std::vector<std::uint32_t> sample;
  std::vector<std::uint8_t> left;
  for (std::size_t i = 0; i < rows.size(); i += step) {
    sample.push_back(rows.rows[i]);
    left.push_back(rows.is_left[i]);
  }
  struct Strength {
    std::size_t feature;
    bool is_category;
    double v;
  };
  std::vector<Strength> found;
  for (const auto feature : data.modelled) {
    const auto one = coded(data.matrix.columns[feature], sample);
    const double v = cramers_v(one.codes, one.categories.size(), left);
    if (v > 0) found.push_back({feature, data.matrix.columns[feature].values.empty(), v});
  }
  // A category with half the strength of a number is still the better dimension to read.
  std::ranges::stable_sort(found, std::ranges::greater{},
                           [](const Strength& s) { return s.is_category ? 2 * s.v : s.v; });
  auto told_already = taken;
  std::vector<std::size_t> chosen;
  for (const auto& one : found) {
    if (chosen.size() == most) break;
    // One feature of a column is enough: windows of the same events say much the same.
    const auto& info = data.matrix.features[one.feature];
    const bool is_told = std::ranges::any_of(told_already, [&](auto other) {
      const auto& told = data.matrix.features[other];
      return told.table == info.table && told.columns == info.columns && told.family == info.family;
    });
    if (is_told) continue;
    chosen.push_back(one.feature);
    told_already.push_back(one.feature);
  }
  return chosen;
}

}  // namespace holdfast::analyses::cubes
