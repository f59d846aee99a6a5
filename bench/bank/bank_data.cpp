#include "bank_data.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/random.hpp"

namespace holdfast::bank {
namespace {

using features::FeatureColumn;

constexpr double kMissing = 0.03;
constexpr double kEffects[kMatterNumbers] = {0.55, -0.5, 0.45, -0.4, 0.4, -0.35,
                                             0.35, -0.3, 0.3, -0.3, 0.5, -0.45};
constexpr double kCategoryEffects[kMatterCategories][4] = {
    {0.7, 0, -0.3, -0.4}, {0, 0.6, 0, -0.5}, {-0.5, 0.4, 0.2, 0}, {0.5, -0.4, 0, 0}};

struct Maker {
  Sizes sizes;
  Random source;
  Made result;
  std::vector<double> logit;

  void add(const std::string& name, FeatureColumn column) {
    features::FeatureInfo info;
    info.name = name;
    result.data.modelled.push_back(static_cast<std::uint32_t>(result.data.matrix.columns.size()));
    result.data.matrix.features.push_back(std::move(info));
    result.data.matrix.columns.push_back(std::move(column));
  }

  Random next() { return source.split(result.data.matrix.columns.size()); }

  /// Standard normal values, then in units of their own: skewed like balances.
  FeatureColumn number(const std::vector<double>& z, Random& random) const {
    FeatureColumn column;
    for (std::size_t r = 0; r < sizes.rows; ++r) {
      column.values.push_back(std::exp(0.6 * z[r]));
      column.valid.push_back(random.chance(kMissing) ? 0 : 1);
    }
    return column;
  }

  std::vector<double> normals(Random& random) const {
    std::vector<double> z(sizes.rows);
    for (double& value : z) value = random.normal();
    return z;
  }

  FeatureColumn category(Random& random, const double* effects) {
    FeatureColumn column;
    column.categories = {"a", "b", "c", "d"};
    for (std::size_t r = 0; r < sizes.rows; ++r) {
      const auto code = static_cast<std::uint32_t>(random.below(4));
      column.codes.push_back(code);
      column.valid.push_back(random.chance(kMissing) ? 0 : 1);
      if (effects != nullptr) logit[r] += effects[code];
    }
    return column;
  }

  void add_all() {
    std::vector<std::vector<double>> that_matter;
    for (std::size_t i = 0; i < kMatterNumbers; ++i) {
      auto random = next();
      that_matter.push_back(normals(random));
      for (std::size_t r = 0; r < sizes.rows; ++r) logit[r] += kEffects[i] * that_matter[i][r];
      result.that_matter.push_back(fmt::format("matters_{}", i));
      add(result.that_matter.back(), number(that_matter[i], random));
    }
    for (std::size_t i = 0; i < kMatterCategories; ++i) {
      auto random = next();
      result.that_matter.push_back(fmt::format("matters_{}", kMatterNumbers + i));
      add(result.that_matter.back(), category(random, kCategoryEffects[i]));
    }
    for (std::size_t i = 0; i < sizes.copies; ++i) {
      auto random = next();
      auto z = normals(random);
      const auto& of = that_matter[i % kMatterNumbers];
      for (std::size_t r = 0; r < sizes.rows; ++r) z[r] = 0.5 * of[r] + std::sqrt(0.75) * z[r];
      add(fmt::format("copy_{}", i), number(z, random));
    }
    for (std::size_t i = 0; i < sizes.numbers; ++i) {
      auto random = next();
      const auto z = normals(random);
      add(fmt::format("number_{}", i), number(z, random));
    }
    for (std::size_t i = 0; i < sizes.categories; ++i) {
      auto random = next();
      add(fmt::format("category_{}", i), category(random, nullptr));
    }
  }
};

}  // namespace

Made made(const Sizes& sizes, std::uint64_t seed) {
  Maker maker{.sizes = sizes, .source = Random(seed), .result = {},
              .logit = std::vector<double>(sizes.rows, -2.6)};
  maker.add_all();
  auto& data = maker.result.data;
  auto random = Random(seed).split(~std::uint64_t{0});
  for (std::size_t r = 0; r < sizes.rows; ++r) {
    data.y.push_back(random.chance(1 / (1 + std::exp(-maker.logit[r]))) ? 1 : 0);
    data.split.push_back(r % 5 < 3    ? dataset::Split::Train
                         : r % 5 == 3 ? dataset::Split::Validation
                                      : dataset::Split::Test);
    data.matrix.customer.push_back(static_cast<std::uint32_t>(r));
    data.matrix.customer_keys.push_back(fmt::format("B{:06d}", r));
  }
  data.matrix.rows = sizes.rows;
  data.matrix.value_cents.assign(sizes.rows, 0);
  data.matrix.outcome.assign(sizes.rows, features::OutcomeState::Stayed);
  data.weight.assign(sizes.rows, 1.0);
  return std::move(maker.result);
}

}  // namespace holdfast::bank
