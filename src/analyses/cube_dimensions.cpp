#include "analyses/cube_dimensions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analyses/category_words.hpp"
#include "analyses/cramers_v.hpp"
#include "core/text.hpp"

namespace holdfast::analyses::cubes {
namespace {

constexpr std::size_t kDistinctMax = 6;  // So few numbers are categories themselves.

// As people read it: shares in percent.
std::string written(double number, bool is_share) {
  if (is_share) return with_minus_signs(brief(100 * number, 3)) + "%";
  if (number == std::floor(number) && std::abs(number) >= 10'000 && std::abs(number) < 1e15)
    return with_thousands(static_cast<std::int64_t>(number));
  return with_minus_signs(brief(number, 3));
}

// Values that differ by rounding alone are one.
bool is_next(double before, double value) {
  return value - before > 1e-9 * std::max(1.0, std::abs(value));
}

// Names of bands that end below their limits. Whole numbers say both ends: 1–2.
std::vector<Text> band_names(const std::vector<double>& limits, double least, bool is_whole,
                             bool is_share) {
  const auto said = [&](double number) { return written(number, is_share); };
  std::vector<Text> names;
  for (std::size_t band = 0; band <= limits.size(); ++band) {
    if (limits.empty()) {
      names.push_back({"any", "任意"});
    } else if (band == limits.size()) {
      names.push_back({said(limits.back()) + " and more", said(limits.back()) + " 及以上"});
    } else if (is_whole) {
      const double from = band == 0 ? least : limits[band - 1], to = limits[band] - 1;
      const auto both = from == to ? said(from) : said(from) + "–" + said(to);
      names.push_back({both, both});
    } else if (band == 0) {
      names.push_back({"below " + said(limits[0]), said(limits[0]) + " 以下"});
    } else {
      names.push_back({said(limits[band - 1]) + " to " + said(limits[band]),
                       said(limits[band - 1]) + " 至 " + said(limits[band])});
    }
  }
  return names;
}

Coded coded_category(const features::FeatureColumn& column, std::span<const std::uint32_t> rows,
                     std::size_t most) {
  std::vector<std::size_t> counts(column.categories.size());
  bool has_missing = false;
  for (const auto row : rows) {
    if (column.valid[row] != 0) ++counts[column.codes[row]];
    else has_missing = true;
  }
  std::vector<std::uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](auto c) { return counts[c]; });
  std::erase_if(order, [&](auto c) { return counts[c] == 0; });
  const bool has_rest = order.size() > most;
  const auto kept = has_rest ? most - 1 : order.size();
  std::vector<std::uint32_t> place(counts.size());
  Coded answer;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<std::uint32_t>(std::min(i, kept));
    if (i < kept) answer.categories.push_back({column.categories[order[i]], column.categories[order[i]]});
  }
  if (has_rest) answer.categories.push_back({"others", "其他"});
  const auto missing = static_cast<std::uint32_t>(answer.categories.size());
  if (has_missing) answer.categories.push_back({"missing", "缺失"});
  for (const auto row : rows)
    answer.codes.push_back(column.valid[row] != 0 ? place[column.codes[row]] : missing);
  return answer;
}

Coded coded_number(const features::FeatureColumn& column, std::span<const std::uint32_t> rows,
                   bool is_share) {
  std::vector<double> values;
  bool has_missing = false;
  for (const auto row : rows) {
    if (column.valid[row] != 0 && std::isfinite(column.values[row])) values.push_back(column.values[row]);
    else has_missing = true;
  }
  std::ranges::sort(values);
  std::vector<double> distinct;  // The least of each.
  for (const double value : values) {
    if (distinct.empty() || is_next(distinct.back(), value)) distinct.push_back(value);
  }
  Coded answer;
  std::vector<double> limits;
  if (distinct.size() <= kDistinctMax) {
    for (std::size_t i = 0; i < distinct.size(); ++i) {
      const auto name = written(distinct[i], is_share);
      answer.categories.push_back({name, name});
      if (i > 0) limits.push_back(distinct[i]);
    }
  } else {
    for (std::size_t quarter = 1; quarter < 4; ++quarter) {
      const double limit = values[quarter * values.size() / 4];
      if (is_next(values.front(), limit) && (limits.empty() || is_next(limits.back(), limit)))
        limits.push_back(limit);
    }
    const bool is_whole = !is_share && values.front() >= 0 &&
                          std::ranges::all_of(distinct, [](double v) { return v == std::floor(v); });
    answer.categories = band_names(limits, values.front(), is_whole, is_share);
  }
  const auto missing = static_cast<std::uint32_t>(answer.categories.size());
  if (has_missing) answer.categories.push_back({"missing", "缺失"});
  for (const auto row : rows) {
    const bool is_known = column.valid[row] != 0 && std::isfinite(column.values[row]);
    answer.codes.push_back(
        is_known ? static_cast<std::uint32_t>(std::ranges::upper_bound(limits, column.values[row]) -
                                              limits.begin())
                 : missing);
  }
  return answer;
}

}  // namespace

Coded coded(const features::FeatureColumn& column, std::span<const std::uint32_t> rows,
            std::string_view unit, std::size_t categories_max) {
  return column.values.empty() ? coded_category(column, rows, categories_max)
                               : coded_number(column, rows, unit == "share");
}

void say_yes_no(Coded& coded) {
  for (auto& category : coded.categories) {
    if (category.en == "1") category = {"yes", "是"};
    else if (category.en == "0") category = {"no", "否"};
  }
}

Text use_words(const Text& label, Coded& coded) {
  std::vector<std::string> codes;
  for (const auto& category : coded.categories) codes.push_back(category.en);
  const auto words = category_words(label, codes);
  for (std::size_t c = 0; c < codes.size(); ++c) {
    auto& category = coded.categories[c];
    const auto& level = words.levels[c];
    // "others" and "missing" are no codes and have words of their own.
    if (level.en != codes[c]) category.en = level.en;
    if (level.zh != codes[c]) category.zh = level.zh;
  }
  return words.label;
}

bool is_meant(const Text& category, std::string_view typed) {
  const auto plain = [](std::string_view text) {
    constexpr std::string_view kMinus = "−";
    std::string out(text);
    for (auto at = out.find(kMinus); at != std::string::npos; at = out.find(kMinus))
      out.replace(at, kMinus.size(), 1, '-');
    return out;
  };
  return plain(category.en) == plain(typed) || plain(category.zh) == plain(typed);
}

double cramers_v(std::span<const std::uint32_t> codes, std::size_t categories,
                 std::span<const std::uint8_t> yes) {
  std::vector<double> cells(2 * categories);
  for (std::size_t row = 0; row < codes.size(); ++row) ++cells[2 * codes[row] + yes[row]];
  return analyses::cramers_v(cells, 2);
}

}  // namespace holdfast::analyses::cubes
