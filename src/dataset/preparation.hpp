#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dataset/dataset.hpp"
#include "dataset/transform.hpp"

namespace holdfast::dataset {

/// How columns become numbers for models that need numbers. Fitted on training rows only; a value,
/// saved inside the model's envelope.
enum class NumericCoding : std::uint8_t { AsIs, Standardised, WeightOfEvidence };
enum class CategoryCoding : std::uint8_t { Dummies, WeightOfEvidence };

/// What stands for a missing number.
enum class Imputation : std::uint8_t { Median, Mean, Mode, Zero };

/// Whether bins of a number may rise and fall in event rate. Either: one way, whichever keeps more
/// information.
enum class Monotone : std::uint8_t { No, Either, Rising, Falling };

/// How the range of a number is parted for weight of evidence; what is alike, small or out of order
/// is joined afterwards, whatever parted it.
enum class Binning : std::uint8_t { ChiMerge, EqualWidth, EqualFrequency, Mdlp, Tree };

/// "chi_merge", "equal_width", "equal_frequency", "mdlp", "tree"; any other: chi_merge.
Binning binning_of(std::string_view name);

struct PreparationOptions {
  NumericCoding numeric = NumericCoding::Standardised;
  CategoryCoding category = CategoryCoding::Dummies;
  double rare_share = 0.005;         // Categories below it join "other".
  bool adds_missing_indicator = true;
  int bins_max = 8;                  // Weight of evidence.
  Binning binning = Binning::ChiMerge;
  double bin_share_min = 0;          // Smaller bins join the neighbour more like them.
  double bin_chi_squared_min = 0;    // Neighbours that differ by less are joined.
  Monotone monotone = Monotone::No;  // Bins of numbers.
  double outlier_quantile = 0;       // Winsorise beyond this quantile and its mirror; 0: no.
  Transform transform = Transform::None;  // Of numbers, before they are standardised.
  Imputation imputation = Imputation::Median;
};

/// One bin with its weight of evidence ln((events share) / (non-events share)).
struct Bin {
  double upper = 0;                      // Numeric: values <= upper (last: infinity).
  std::vector<std::string> categories;   // Category.
  bool is_missing = false;
  double events = 0, non_events = 0;
  double weight_of_evidence = 0;
};

/// One output column ("term") and where it comes from.
struct Term {
  enum class Kind : std::uint8_t { Numeric, Indicator, Missing, WeightOfEvidence };
  Kind kind = Kind::Numeric;
  std::string column;           // Input column.
  std::string name;             // "age", "area=urban", "age is missing".
  std::vector<std::string> categories;  // Indicator: those that give 1.
  bool takes_unknown = false;   // Indicator "other": all but `known` give 1.
  std::vector<std::string> known;  // With takes_unknown: categories that give 0.
  double center = 0, scale = 1; // Numeric: (x − center) / scale.
  double fill = 0;              // Numeric: for a missing cell, before centring.
  double lower = 0, upper = 0;  // Numeric: winsorised to [lower, upper] where lower < upper.
  Transform transform = Transform::None;  // Numeric: after that, before centring.
  double lambda = 1;
  std::vector<Bin> bins;        // WeightOfEvidence.
};

struct Preparation {
  std::vector<Term> terms;
  std::vector<Text> notes;      // Constant columns dropped, rare categories merged.
};

Preparation fit_preparation(const Columns& columns, std::span<const std::uint8_t> y,
                            std::span<const double> weight, const PreparationOptions& options);

/// Beyond it a numeric term is cut, so that products stay finite.
constexpr double kTermLimit = 1e15;

/// Row-major [rows x terms]. Unknown categories behave as "other". Finite for any input.
std::vector<double> apply(const Preparation& preparation, const Columns& columns);

/// Information value Σ (events share − non-events share) × WoE.
double information_value(const std::vector<Bin>& bins);

}  // namespace holdfast::dataset
