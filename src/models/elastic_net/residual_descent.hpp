#pragma once

#include "models/elastic_net/descent.hpp"

/// Coordinate descent where columns are many beside the rows: no Hessian is made.
namespace holdfast::elastic_net {

/// As `descend`, on the quadratic model at the likelihood's present point, which is `point`. The model is
/// held as the residuals of the rows: a column asked costs one pass over the rows, one moved a second
/// one, where a Hessian of m columns costs m²/2 of them.
double descend_by_residuals(const Likelihood& likelihood, const Indices& working,
                            const Penalty& penalty, double tolerance, Point& point);

}  // namespace holdfast::elastic_net
