#pragma once

#include <string_view>

#include "models/model.hpp"

/// Reading checked parameters inside a model.
namespace holdfast::models {

double real(const Parameters& parameters, std::string_view name);
std::int64_t integer(const Parameters& parameters, std::string_view name);
bool boolean(const Parameters& parameters, std::string_view name);
const std::string& text(const Parameters& parameters, std::string_view name);
const std::vector<double>& reals(const Parameters& parameters, std::string_view name);
const std::vector<std::string>& texts(const Parameters& parameters, std::string_view name);

}  // namespace holdfast::models
