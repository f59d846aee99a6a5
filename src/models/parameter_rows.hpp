#pragma once

#include "models/model.hpp"

/// Parameters that mean the same in several models, in one set of words. How terms are prepared:
/// dataset/preparation.
namespace holdfast::models {

/// rare_share, 0.5 %: categories of fewer rows are joined.
ParameterRow rare_share_row();
/// missing_indicator: a 0/1 term for "value is missing".
ParameterRow missing_indicator_row();
/// outlier_quantile, 0.1 %: values beyond it are set to it.
ParameterRow outlier_quantile_row();

}  // namespace holdfast::models
