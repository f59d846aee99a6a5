#pragma once

#include <string>

#include "explanation/reasons.hpp"

namespace holdfast::explanation {

/// "1,250", "0.125": at most three significant digits below a thousand.
std::string number_in_words(double value);

/// The unit of plain_value: "days" / "天", "%"; empty where a value needs none.
Text unit_in_words(const features::FeatureInfo& feature);

/// The value without its unit; days as dates.
std::string plain_value(const features::FeatureInfo& feature, double value);

}  // namespace holdfast::explanation
