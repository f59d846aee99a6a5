#include "cube/cube.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "cube/errors.hpp"

namespace holdfast::cube {
namespace {

constexpr std::size_t kBlock = 1 << 16;
constexpr std::uint64_t kDenseMax = 1 << 24;
constexpr std::uint32_t kNoCell = std::numeric_limits<std::uint32_t>::max();

Result<std::uint64_t> combinations(const std::vector<Dimension>& dimensions) {
  std::uint64_t all = 1;
  for (const auto& dimension : dimensions) {
    const auto categories = static_cast<std::uint64_t>(dimension.categories);
    if (categories != 0 && all > kCombinationsMax / categories) {
      return Error(errors::kTooLarge,
                   {{"cells", static_cast<double>(all) * static_cast<double>(categories)},
                    {"largest", static_cast<double>(kCombinationsMax)}});
    }
    all *= categories;
  }
  return all;
}

Result<void> check_sizes(std::span<const DimensionColumn> dimensions,
                         std::span<const MeasureColumn> measures, std::size_t rows) {
  const auto sized = [&](const std::string& what, std::size_t found) -> Result<void> {
    if (found == rows) return {};
    return Error(errors::kShape, {{"what", what}, {"found", found}, {"expected", rows}});
  };
  for (const auto& dimension : dimensions) {
    HOLDFAST_TRY_VOID(sized(dimension.name, dimension.code.size()));
  }
  for (const auto& measure : measures) {
    for (const auto column : {measure.above, measure.below}) {
      if (column.empty()) continue;
      HOLDFAST_TRY_VOID(sized(measure.name, column.size()));
    }
  }
  return {};
}

std::size_t rows_of(std::span<const DimensionColumn> dimensions,
                    std::span<const MeasureColumn> measures) {
  if (!dimensions.empty()) return dimensions[0].code.size();
  for (const auto& measure : measures) {
    if (!measure.above.empty()) return measure.above.size();
    if (!measure.below.empty()) return measure.below.size();
  }
  return 0;
}

// The first row for which `is_bad`, found in blocks on all cores; `rows` where none is.
template <typename IsBad>
std::size_t first_bad(std::size_t rows, const IsBad& is_bad) {
  std::vector<std::size_t> first((rows + kBlock - 1) / kBlock, rows);
  parallel_for(rows, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      if (!is_bad(row)) continue;
      first[begin / kBlock] = row;
      return;
    }
  });
  return *std::min_element(first.begin(), first.end());
}

Result<void> check_values(std::span<const DimensionColumn> dimensions,
                          std::span<const MeasureColumn> measures, std::size_t rows) {
  for (const auto& dimension : dimensions) {
    const auto bad = first_bad(
        rows, [&](std::size_t row) { return dimension.code[row] >= dimension.categories; });
    if (bad == rows) continue;
    return Error(errors::kBadCode, {{"dimension", dimension.name},
                                    {"row", bad + 1},
                                    {"code", dimension.code[bad]},
                                    {"categories", dimension.categories}});
  }
  for (const auto& measure : measures) {
    const auto is_bad = [&](std::size_t row) {
      return (!measure.above.empty() && !std::isfinite(measure.above[row])) ||
             (!measure.below.empty() &&
              !(measure.below[row] >= 0 && std::isfinite(measure.below[row])));
    };
    const auto bad = first_bad(rows, is_bad);
    if (bad == rows) continue;
    const bool is_above = !measure.above.empty() && !std::isfinite(measure.above[bad]);
    return Error(errors::kBadNumber,
                 {{"measure", measure.name},
                  {"row", bad + 1},
                  {"number", is_above ? measure.above[bad] : measure.below[bad]}});
  }
  return {};
}

// Gives each key the number of its cell, cells in the order of their keys; returns the keys by cell.
std::vector<std::uint64_t> number_cells(std::uint64_t combinations,
                                        const std::vector<std::uint64_t>& keys,
                                        std::vector<std::uint32_t>& cell) {
  std::vector<std::uint64_t> distinct;
  if (combinations <= kDenseMax) {
    std::vector<std::uint32_t> number(combinations, kNoCell);
    for (const auto key : keys) number[key] = 0;
    for (std::uint64_t key = 0; key < combinations; ++key) {
      if (number[key] == kNoCell) continue;
      number[key] = static_cast<std::uint32_t>(distinct.size());
      distinct.push_back(key);
    }
    parallel_for(keys.size(), kBlock, [&](std::size_t begin, std::size_t end) {
      for (std::size_t row = begin; row < end; ++row) cell[row] = number[keys[row]];
    });
    return distinct;
  }
  distinct = keys;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  parallel_for(keys.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      cell[row] = static_cast<std::uint32_t>(
          std::lower_bound(distinct.begin(), distinct.end(), keys[row]) - distinct.begin());
    }
  });
  return distinct;
}

std::vector<Code> codes_of(std::uint64_t key, const std::vector<Dimension>& dimensions) {
  std::vector<Code> codes(dimensions.size());
  for (std::size_t d = dimensions.size(); d-- > 0;) {
    codes[d] = static_cast<Code>(key % dimensions[d].categories);
    key /= dimensions[d].categories;
  }
  return codes;
}

std::size_t place_of(const auto& named, std::string_view name) {
  std::size_t at = 0;
  while (at < named.size() && named[at].name != name) ++at;
  return at;
}

}  // namespace

/// Fills a cube cell by cell.
class CellWriter {
 public:
  CellWriter(std::vector<Dimension> dimensions, std::vector<Measure> measures) {
    cube_.dimensions_ = std::move(dimensions);
    cube_.measures_ = std::move(measures);
  }
  /// A new cell of zeros.
  void open(std::span<const Code> codes) {
    cube_.codes_.insert(cube_.codes_.end(), codes.begin(), codes.end());
    cube_.rows_.push_back(0);
    cube_.sums_.resize(cube_.sums_.size() + cube_.measures_.size());
  }
  /// Adds a cell of another cube to the last one.
  void add(const Cube& from, std::size_t cell) {
    cube_.rows_.back() += from.rows(cell);
    auto* sums = cube_.sums_.data() + cube_.sums_.size() - cube_.measures_.size();
    for (std::size_t m = 0; m < cube_.measures_.size(); ++m) {
      sums[m].above += from.sums(cell, m).above;
      sums[m].below += from.sums(cell, m).below;
    }
  }
  Cube finish() { return std::move(cube_); }

 private:
  Cube cube_;
};

std::size_t Cube::dimension(std::string_view name) const { return place_of(dimensions_, name); }
std::size_t Cube::measure(std::string_view name) const { return place_of(measures_, name); }

std::size_t Cube::first_cell(std::span<const Code> wanted) const {
  std::size_t low = 0;
  for (std::size_t high = cells(); low < high;) {
    const auto middle = (low + high) / 2;
    const auto own = codes(middle).first(wanted.size());
    if (std::lexicographical_compare(own.begin(), own.end(), wanted.begin(), wanted.end()))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::size_t Cube::find(std::span<const Code> wanted) const {
  const auto cell = first_cell(wanted);
  const bool is_it = cell < cells() && std::ranges::equal(codes(cell), wanted);
  return is_it ? cell : cells();
}

Sums Cube::total(std::size_t measure) const {
  Sums total;
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    total.above += sums(cell, measure).above;
    total.below += sums(cell, measure).below;
  }
  return total;
}

std::uint64_t Cube::rows_total() const {
  return std::accumulate(rows_.begin(), rows_.end(), std::uint64_t{0});
}

Result<Cube> Cube::roll_up(const std::vector<std::string>& kept) const {
  std::vector<std::size_t> places;
  std::vector<Dimension> dimensions;
  for (const auto& name : kept) {
    const auto place = dimension(name);
    if (place == dimensions_.size())
      return Error(errors::kUnknownName, {{"what", "dimension"}, {"name", name}});
    if (std::find(places.begin(), places.end(), place) != places.end())
      return Error(errors::kNotAlike, {{"what", name}});
    places.push_back(place);
    dimensions.push_back(dimensions_[place]);
  }
  std::vector<std::uint64_t> keys(cells());
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    for (const auto place : places)
      keys[cell] = keys[cell] * dimensions_[place].categories + code(cell, place);
  }
  std::vector<std::uint32_t> order(cells());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  CellWriter writer(dimensions, measures_);
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at == 0 || keys[order[at]] != keys[order[at - 1]])
      writer.open(codes_of(keys[order[at]], dimensions));
    writer.add(*this, order[at]);
  }
  return writer.finish();
}

Result<Cube> Cube::dice(std::string_view name, std::span<const Code> wanted) const {
  const auto place = dimension(name);
  if (place == dimensions_.size())
    return Error(errors::kUnknownName, {{"what", "dimension"}, {"name", std::string(name)}});
  std::vector<std::uint8_t> is_wanted(dimensions_[place].categories);
  for (const auto code : wanted) {
    if (code >= is_wanted.size()) {
      return Error(errors::kBadCode, {{"dimension", std::string(name)},
                                      {"row", 0},
                                      {"code", code},
                                      {"categories", is_wanted.size()}});
    }
    is_wanted[code] = 1;
  }
  CellWriter writer(dimensions_, measures_);
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    if (is_wanted[code(cell, place)] == 0) continue;
    writer.open(codes(cell));
    writer.add(*this, cell);
  }
  return writer.finish();
}

Result<Cube> Cube::slice(std::string_view name, Code code) const {
  HOLDFAST_TRY(const auto diced, dice(name, std::span(&code, 1)));
  std::vector<std::string> kept;
  for (const auto& dimension : dimensions_) {
    if (dimension.name != name) kept.push_back(dimension.name);
  }
  return diced.roll_up(kept);
}

Result<Cube> build_cube(std::span<const DimensionColumn> dimensions,
                        std::span<const MeasureColumn> measures) {
  const auto rows = rows_of(dimensions, measures);
  if (rows == 0) return Error(errors::kNoRows);
  if (rows >= kNoCell) return Error(errors::kTooLarge, {{"cells", rows}, {"largest", kNoCell}});
  HOLDFAST_TRY_VOID(check_sizes(dimensions, measures, rows));
  HOLDFAST_TRY_VOID(check_values(dimensions, measures, rows));
  Cube cube;
  for (const auto& dimension : dimensions)
    cube.dimensions_.push_back({dimension.name, dimension.categories});
  for (const auto& measure : measures)
    cube.measures_.push_back({measure.name, !measure.below.empty()});
  HOLDFAST_TRY(const auto all, combinations(cube.dimensions_));
  std::vector<std::uint64_t> keys(rows);
  parallel_for(rows, kBlock, [&](std::size_t begin, std::size_t end) {
    for (const auto& dimension : dimensions) {
      for (std::size_t row = begin; row < end; ++row)
        keys[row] = keys[row] * dimension.categories + dimension.code[row];
    }
  });
  std::vector<std::uint32_t> cell(rows);
  const auto cell_keys = number_cells(all, keys, cell);
  cube.rows_.resize(cell_keys.size());
  for (const auto c : cell) ++cube.rows_[c];
  for (const auto key : cell_keys) {
    const auto codes = codes_of(key, cube.dimensions_);
    cube.codes_.insert(cube.codes_.end(), codes.begin(), codes.end());
  }
  // A measure is one thread's, in row order: no partial sums to join.
  std::vector<std::vector<Sums>> by_measure(measures.size());
  parallel_for(measures.size(), 1, [&](std::size_t m, std::size_t) {
    auto& sums = by_measure[m];
    sums.resize(cell_keys.size());
    const auto& [name, above, below] = measures[m];
    for (std::size_t row = 0; row < rows; ++row) {
      auto& own = sums[cell[row]];
      own.above += above.empty() ? 1 : above[row];
      if (!below.empty()) own.below += below[row];
    }
  });
  cube.sums_.resize(cell_keys.size() * measures.size());
  for (std::size_t m = 0; m < measures.size(); ++m) {
    for (std::size_t c = 0; c < cell_keys.size(); ++c)
      cube.sums_[c * measures.size() + m] = by_measure[m][c];
  }
  return cube;
}

}  // namespace holdfast::cube
