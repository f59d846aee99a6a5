#pragma once

#include <cstddef>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

/// Few dimensions behind many columns.
namespace holdfast::dataset {

/// Correlations of columns, [p x p]; a constant column has 0 with all others.
std::vector<double> correlations(MatrixView x);

struct Components {
  std::size_t columns = 0, count = 0;
  std::vector<double> eigenvalues;   // [columns] descending, of the correlation matrix.
  std::vector<double> loadings;      // [columns x count] row-major: correlation with the component.
  std::vector<double> communality;   // [columns] share of the variance explained.
  std::vector<double> rotation;      // [count x count], identity before rotation.
};

/// Principal components of the correlation matrix: `count`, or where 0 those with an eigenvalue over
/// 1 (Kaiser 1960). The largest loading of each is positive.
///
/// Source     Jolliffe (2002), Principal Component Analysis, 2nd ed., ch. 2.
Components principal_components(const std::vector<double>& correlation, std::size_t columns,
                                std::size_t count = 0);

/// Principal axis factoring: communalities start from squared multiple correlations and are refined
/// until they stand still.
///
/// Source     Harman (1976), Modern Factor Analysis, 3rd ed., section 8.
Components principal_axes(const std::vector<double>& correlation, std::size_t columns,
                          std::size_t count = 0, int steps_max = 200);

/// Orthogonal rotation that makes loadings large or small (Kaiser's normalised criterion), as R's
/// stats::varimax.
///
/// Source     Kaiser (1958), Psychometrika 23, 187–200.
Components varimax(Components components, bool normalises = true);

/// Oblique rotation towards the varimax loadings raised to `power`, as R's stats::promax.
///
/// Source     Hendrickson & White (1964), British Journal of Statistical Psychology 17, 65–70.
Components promax(Components components, double power = 4);

/// Columns in groups that tell much the same: average linkage over 1 − r², cut where joining would
/// bring the mean r² under `r2_min`.
struct VariableCluster {
  std::vector<std::size_t> columns;      // Ascending.
  std::size_t representative = 0;        // Highest mean r² with the others of its own.
  double mean_r2 = 1;
};
std::vector<VariableCluster> cluster_variables(const std::vector<double>& correlation,
                                               std::size_t columns, double r2_min);

}  // namespace holdfast::dataset
