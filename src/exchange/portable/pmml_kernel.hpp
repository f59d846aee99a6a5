#pragma once

#include <pugixml.hpp>

#include "models/forms/kernel_expansion.hpp"

namespace holdfast::exchange {

/// Adds kernel, vectors and coefficients to a SupportVectorMachineModel; the terms are the fields
/// term_1, term_2, ….
void add_kernel_expansion(pugi::xml_node model, const forms::KernelExpansion& form);

/// Reads such a model back. Throws std::runtime_error where it cannot.
forms::KernelExpansion kernel_expansion_of(pugi::xml_node model);

}  // namespace holdfast::exchange
