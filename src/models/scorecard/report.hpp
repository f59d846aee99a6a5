#pragma once

#include "models/logistic/logistic.hpp"
#include "models/scorecard/scorecard.hpp"

/// The scorecard as people read it.
namespace holdfast::scorecard {

/// The card itself: points of every bin, with its share of the rows, churn rate and evidence.
ReportTable points_report(const std::vector<BinnedColumn>& columns,
                          const forms::PointsTable& form);
/// What each column carries and how far its points reach. `fit` is over weights of evidence.
ReportTable columns_report(const std::vector<BinnedColumn>& columns,
                           const forms::PointsTable& form, const logistic::Fit& fit);
/// What a total says: odds and churn probability from the least to the most points.
ReportTable scale_report(const forms::PointsTable& form, const Scaling& scaling);

}  // namespace holdfast::scorecard
