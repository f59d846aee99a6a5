#pragma once

#include "core/distributions.hpp"
