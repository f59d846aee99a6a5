#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/forms/network.hpp"

/// The forward and the backward pass of a block of rows.
namespace holdfast::network {

/// Where the parameters of a network lie in one vector, widths padded for the matrix product;
/// padding is 0 and stays 0.
struct Layout {
  struct Layer {
    forms::Activation activation;
    std::size_t inputs, outputs;
    std::size_t width;       // Outputs, padded.
    std::size_t weights_at;  // [inputs x width]
    std::size_t biases_at;   // [width]
  };
  std::vector<Layer> layers;
  std::size_t size = 0;
};

Layout layout_of(const forms::Network& shape);
std::vector<double> parameters_of(const Layout& layout, const forms::Network& network);
forms::Network network_of(const Layout& layout, const std::vector<double>& parameters);

/// Rows, one after another.
struct Block {
  const double* x = nullptr;  // [rows x terms]
  const std::uint8_t* y = nullptr;
  const double* weight = nullptr;
  std::size_t rows = 0;
};

/// What a pass leaves behind.
struct Workspace {
  std::vector<std::vector<double>> activations;  // [layers][rows x width]
  std::vector<std::vector<double>> deltas;       // The loss by the weighted sums.
};

/// Σ weight × cross-entropy of the block; fills the activations.
double forward(const Layout& layout, const double* parameters, const Block& block,
               Workspace& space);

/// Weights of each layer but the first, [outputs x padded inputs], as the backward pass reads them.
std::vector<std::vector<double>> transposed(const Layout& layout, const double* parameters);

/// Back-propagation after `forward`: adds the derivatives of Σ weight × cross-entropy to `gradient`.
///
/// Source     Rumelhart, Hinton & Williams (1986), Nature 323, 533–536.
void backward(const Layout& layout, const std::vector<std::vector<double>>& transposed_weights,
              const Block& block, Workspace& space, double* gradient);

}  // namespace holdfast::network
