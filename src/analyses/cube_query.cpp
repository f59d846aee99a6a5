#include "analyses/cube_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyses/cube_dimensions.hpp"
#include "analyses/cube_parts.hpp"
#include "analyses/cube_rows.hpp"
#include "analyses/errors.hpp"
#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

using cubes::Coded;
using cubes::Rows;

constexpr std::size_t kDimensionsUsual = 4;
constexpr int kYear = 365;

// The cube of the rows at some places.
Result<cube::Cube> cube_of(const Rows& rows, const std::vector<CubeDimension>& dimensions,
                           const std::vector<Coded>& coded, const std::vector<std::size_t>& places) {
  const auto part = cubes::rows_at(rows, places);
  std::vector<std::vector<cube::Code>> codes;
  std::vector<cube::DimensionColumn> columns;
  codes.reserve(dimensions.size());
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    auto& own = codes.emplace_back();
    for (const auto at : places) own.push_back(coded[d].codes[at]);
    columns.push_back({dimensions[d].name, own, dimensions[d].categories.size()});
  }
  using namespace cube_measures;
  std::vector<cube::MeasureColumn> measures{
      {std::string(kRows), part.one, {}},
      {std::string(kLeft), part.left, {}},
      {std::string(kChurn), part.left, part.one},
      {std::string(kKept), part.stayed, part.one},
      {std::string(kKeptValue), part.kept_value, part.value},
      {std::string(kValue), part.value, {}},
      {std::string(kLost), part.lost_value, {}}};
  for (const auto& one : part.made) {
    measures.push_back({one.name, one.above,
                        one.is_mean ? std::span<const double>(one.below) : std::span<const double>{}});
  }
  return cube::build_cube(columns, measures);
}

// What people call measures beside their names.
std::string canonical(const std::string& name) {
  using namespace cube_measures;
  struct Alias {
    std::string_view alias, name;
  };
  constexpr Alias kAliases[] = {
      {"count", kRows},         {"customers", kRows},          {"件数", kRows},
      {"churn", kChurn},        {"流失率", kChurn},            {"流失数", kLeft},
      {"renewal", kKept},       {"retention", kKept},          {"续保率", kKept},
      {"留存率", kKept},        {"renewal_value", kKeptValue}, {"renewal_premium", kKeptValue},
      {"retention_value", kKeptValue}, {"价值", kValue},       {"保费", kValue},
      {"流失价值", kLost},      {"流失保费", kLost}};
  const auto found = std::ranges::find(kAliases, name, &Alias::alias);
  return std::string(found == std::end(kAliases) ? name : found->name);
}

// Measures by the words of the study, those asked for first.
void name_measures(const Inputs& inputs, const CubeQuery& query, const Rows& rows,
                   CubeAnswer& answer) {
  using namespace cube_measures;
  const auto wording = cubes::wording_of(inputs.study());
  std::vector<CubeMeasure> all{
      {std::string(kRows), wording.rows, Format::Count, false, false, 1},
      {std::string(kLeft), {"left", "流失数"}, Format::Count, false, false, 1},
      {std::string(kChurn), {"churn rate", "流失率"}, Format::Share, true, true, 1},
      {std::string(kKept), {wording.kept.en + " by count", wording.kept.zh + "(按件数)"},
       Format::Share, true, true, 1},
      {std::string(kKeptValue),
       {wording.kept.en + " by " + wording.value.en, wording.kept.zh + "(按" + wording.value.zh + ")"},
       Format::Share, true, false, 1},
      {std::string(kValue), wording.value, Format::Money, false, false, 100},
      {std::string(kLost), {wording.value.en + " lost", "流失" + wording.value.zh}, Format::Money, false,
       false, 100}};
  for (const auto& one : rows.made)
    all.push_back({one.name, one.label, Format::Number, one.is_mean, false, 1});
  const auto take = [&](std::string_view name) {
    const auto found = std::ranges::find(all, name, &CubeMeasure::name);
    if (found == all.end()) return;
    answer.measures.push_back(*found);
    all.erase(found);
  };
  for (const auto& name : query.measures) take(name);
  if (query.measures.empty()) {
    for (const auto name : {kRows, kChurn, kKept}) take(name);
    if (answer.has_value) {
      for (const auto name : {kKeptValue, kValue, kLost}) take(name);
    }
  }
  answer.asked = answer.measures.size();
  answer.measures.insert(answer.measures.end(), all.begin(), all.end());
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

Result<void> add_quarters(const Rows& rows, const std::vector<Coded>& coded, CubeAnswer& answer) {
  const auto [first, last] = std::ranges::minmax(rows.day);
  const std::vector<CubeDimension> leading(answer.dimensions.begin(), answer.dimensions.begin() + 1);
  const auto start = civil_of(Day{first});
  Day from = *day_from_civil(start.year, (start.month - 1) / 3 * 3 + 1, 1);
  while (from.number <= last) {
    const Day until = add_months(from, 3);
    const auto places = cubes::within(rows, from.number, until.number);
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

Error nothing(std::string what) {
  return Error{errors::kNothingThere, {{"analysis", "cube"}, {"what", std::move(what)}}};
}

std::string days_of(const CubePeriod& period) {
  return to_string(period.from) + " – " + to_string(period.until - 1);
}

// The days asked for: the period, and the other one; what lies outside of both is dropped.
struct Periods {
  std::optional<CubePeriod> now, other;
};

Result<Periods> periods_of(const CubeQuery& query, Rows& rows) {
  Periods periods{query.period, query.compared_with};
  const auto [first, last] = std::ranges::minmax(rows.day);
  const auto seen = to_string(Day{first}) + " – " + to_string(Day{last});
  if (periods.other && !periods.now) {
    // As long again right after it; to the end where nothing is said of the length.
    periods.now = CubePeriod{periods.other->until, Day{last + 1}, {}};
  }
  const auto is_within = [](const std::optional<CubePeriod>& period, std::int32_t day) {
    return period && day >= period->from.number && day < period->until.number;
  };
  for (const auto* one : {&periods.now, &periods.other}) {
    if (!*one) continue;
    const auto count = std::ranges::count_if(rows.day, [&](auto day) { return is_within(*one, day); });
    if (count == 0) {
      return nothing(fmt::format("no row of known outcome was looked at in {} (there are: {}) (该期间没有结果已知的数据)",
                                 days_of(**one), seen));
    }
  }
  if (!periods.now) return periods;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (is_within(periods.now, rows.day[i]) || is_within(periods.other, rows.day[i]))
      places.push_back(i);
  }
  rows = cubes::rows_at(rows, places);
  return periods;
}

// Features of the question in the order they open: those drilled into, those named, or the strongest.
Result<std::vector<std::size_t>> features_of(const Inputs& inputs, const dataset::Dataset& data,
                                             const CubeQuery& query, const Rows& rows) {
  std::vector<std::size_t> features;
  const auto add = [&](const std::string& name) -> Result<void> {
    HOLDFAST_TRY(const auto feature, cubes::find_feature(inputs, data.matrix, name));
    if (std::ranges::find(features, feature) == features.end()) features.push_back(feature);
    return {};
  };
  for (const auto& cell : query.drill) {
    HOLDFAST_TRY_VOID(add(cell.dimension));
  }
  for (const auto& name : query.dimensions) {
    HOLDFAST_TRY_VOID(add(name));
  }
  if (!query.dimensions.empty()) return features;
  // Nothing named: what parts best, within the cell that is opened.
  auto cell = rows;
  HOLDFAST_TRY_VOID(cubes::filter(inputs, data, query.drill, cell));
  const auto most = query.drill.empty() ? kDimensionsUsual : 1;
  for (const auto feature : cubes::strongest(data, cell, most, features)) features.push_back(feature);
  if (features.empty()) return nothing("no column parts who leaves from who stays (没有能区分流失的列)");
  return features;
}

Result<void> find_drilled(const CubeQuery& query, CubeAnswer& answer) {
  std::vector<cube::Code> path;
  for (std::size_t level = 0; level < query.drill.size(); ++level) {
    const auto& cell = query.drill[level];
    const auto& [name, label, categories, written] = answer.dimensions[level];
    const bool is_one = cell.is == CubeFilter::Is::OneOf && cell.values.size() == 1;
    std::size_t code = 0;
    while (code < categories.size() && !(is_one && (cubes::is_meant(categories[code], cell.values[0]) ||
                                                    cubes::is_meant(written[code], cell.values[0])))) {
      ++code;
    }
    if (code == categories.size()) {
      std::vector<std::string> names;
      for (const auto& category : categories) names.push_back(category.en);
      return nothing(fmt::format("“{}” has no cell {} (there are: {})", cell.dimension,
                                 join(cell.values, " | "), join(names, ", ")));
    }
    path.push_back(static_cast<cube::Code>(code));
    answer.drilled.push_back(path);
  }
  return {};
}

}  // namespace

Result<CubeAnswer> ask_cube(const Inputs& inputs, const CubeQuery& asked, Progress& progress) {
  auto query = asked;
  for (auto& name : query.measures) name = canonical(name);
  HOLDFAST_TRY(const auto* data, inputs.dataset(progress));
  auto rows = cubes::rows_of(data->matrix);
  if (rows.rows.empty()) return nothing("no row has a known outcome (没有结果已知的数据)");
  CubeAnswer answer;
  answer.newest = Day{*std::ranges::max_element(rows.day)};
  HOLDFAST_TRY_VOID(cubes::filter(inputs, *data, query.filters, rows));
  HOLDFAST_TRY(const auto periods, periods_of(query, rows));
  HOLDFAST_TRY_VOID(cubes::add_made(inputs, *data, query.measures, rows));
  HOLDFAST_TRY(const auto features, features_of(inputs, *data, query, rows));
  std::vector<Coded> coded;
  for (const auto feature : features) {
    const auto& info = data->matrix.features[feature];
    coded.push_back(cubes::coded(data->matrix.columns[feature], rows.rows, info.unit));
    const auto written = coded.back().categories;
    const auto label = cubes::use_words_of(inputs, info, coded.back());
    answer.dimensions.push_back({info.name, label, coded.back().categories, written});
  }
  HOLDFAST_TRY_VOID(find_drilled(query, answer));
  std::vector<std::size_t> everybody(rows.size());
  for (std::size_t i = 0; i < everybody.size(); ++i) everybody[i] = i;
  HOLDFAST_TRY(answer.all, cube_of(rows, answer.dimensions, coded, everybody));
  answer.has_value = std::ranges::any_of(rows.value, [](double value) { return value > 0; });
  name_measures(inputs, query, rows, answer);
  std::vector<std::size_t> before, after;
  if (periods.now) {
    answer.after_from = periods.now->from;
    answer.last = periods.now->until - 1;
    after = cubes::within(rows, periods.now->from.number, periods.now->until.number);
  }
  if (periods.other) {
    answer.before_from = periods.other->from;
    before = cubes::within(rows, periods.other->from.number, periods.other->until.number);
  } else if (!periods.now) {
    choose_periods(query, rows, answer);
    before = cubes::within(rows, answer.before_from.number, answer.after_from.number);
    after = cubes::within(rows, answer.after_from.number, answer.last.number + 1);
  }
  if (!before.empty() && !after.empty()) {
    HOLDFAST_TRY(answer.before, cube_of(rows, answer.dimensions, coded, before));
    HOLDFAST_TRY(answer.after, cube_of(rows, answer.dimensions, coded, after));
    if (!periods.now) {
      HOLDFAST_TRY_VOID(add_quarters(rows, coded, answer));
    }
  }
  return answer;
}

}  // namespace holdfast::analyses
