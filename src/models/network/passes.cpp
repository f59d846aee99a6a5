#include "models/network/passes.hpp"

#include <algorithm>
#include <cmath>

#include "models/forms/lanes.hpp"
#include "models/network/matrix_product.hpp"

namespace holdfast::network {
namespace {

using forms::Activation;

/// The derivative of an activation, from what it answered.
double slope(Activation activation, double answer) {
  switch (activation) {
    case Activation::Identity: return 1;
    case Activation::Sigmoid: return answer * (1 - answer);
    case Activation::Tanh: return 1 - answer * answer;
    case Activation::Relu: return answer > 0 ? 1 : 0;
  }
  return 1;
}

/// Cross-entropy of one row; logits of all classes but the first, whose own is 0.
double cross_entropy(const double* logits, std::size_t outputs, std::size_t y) {
  double most = 0;
  for (std::size_t k = 0; k < outputs; ++k) most = std::max(most, logits[k]);
  double sum = std::exp(-most);
  for (std::size_t k = 0; k < outputs; ++k) sum += std::exp(logits[k] - most);
  return most + std::log(sum) - (y > 0 ? logits[y - 1] : 0);
}

/// weight × (probability − is it), by class but the first.
void cross_entropy_slope(const double* logits, std::size_t outputs, std::size_t y, double weight,
                         double* delta) {
  double most = 0;
  for (std::size_t k = 0; k < outputs; ++k) most = std::max(most, logits[k]);
  double sum = std::exp(-most);
  for (std::size_t k = 0; k < outputs; ++k) {
    delta[k] = std::exp(logits[k] - most);
    sum += delta[k];
  }
  for (std::size_t k = 0; k < outputs; ++k) {
    delta[k] = weight * (delta[k] / sum - (y == k + 1 ? 1 : 0));
  }
}

/// The inputs of a layer: the rows, or what the layer before answered.
Left inputs_of(const Layout& layout, const Block& block, const Workspace& space, std::size_t l) {
  if (l == 0) return {block.x, layout.layers[0].inputs, 1};
  return {space.activations[l - 1].data(), layout.layers[l - 1].width, 1};
}

}  // namespace

Layout layout_of(const forms::Network& shape) {
  Layout layout;
  for (const auto& layer : shape.layers) {
    const std::size_t width = forms::padded(layer.outputs, kTileColumns);
    layout.layers.push_back({.activation = layer.activation,
                             .inputs = layer.inputs,
                             .outputs = layer.outputs,
                             .width = width,
                             .weights_at = layout.size,
                             .biases_at = layout.size + layer.inputs * width});
    layout.size += (layer.inputs + 1) * width;
  }
  return layout;
}

std::vector<double> parameters_of(const Layout& layout, const forms::Network& network) {
  std::vector<double> parameters(layout.size);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const auto& at = layout.layers[l];
    const auto& layer = network.layers[l];
    for (std::size_t i = 0; i < at.inputs; ++i) {
      std::copy_n(layer.weights.data() + i * at.outputs, at.outputs,
                  parameters.data() + at.weights_at + i * at.width);
    }
    std::copy_n(layer.biases.data(), at.outputs, parameters.data() + at.biases_at);
  }
  return parameters;
}

forms::Network network_of(const Layout& layout, const std::vector<double>& parameters) {
  forms::Network network;
  for (const auto& at : layout.layers) {
    forms::NetworkLayer layer{
        .activation = at.activation, .inputs = at.inputs, .outputs = at.outputs};
    for (std::size_t i = 0; i < at.inputs; ++i) {
      const double* row = parameters.data() + at.weights_at + i * at.width;
      layer.weights.insert(layer.weights.end(), row, row + at.outputs);
    }
    const double* biases = parameters.data() + at.biases_at;
    layer.biases.assign(biases, biases + at.outputs);
    network.layers.push_back(std::move(layer));
  }
  return network;
}

double forward(const Layout& layout, const double* parameters, const Block& block,
               Workspace& space) {
  space.activations.resize(layout.layers.size());
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const auto& at = layout.layers[l];
    auto& out = space.activations[l];
    out.resize(block.rows * at.width);
    for (std::size_t r = 0; r < block.rows; ++r) {
      std::copy_n(parameters + at.biases_at, at.width, out.data() + r * at.width);
    }
    add_product(inputs_of(layout, block, space, l), parameters + at.weights_at, block.rows,
                at.inputs, at.width, out.data());
    if (at.activation == Activation::Identity) continue;
    for (std::size_t r = 0; r < block.rows; ++r) {
      double* row = out.data() + r * at.width;
      for (std::size_t o = 0; o < at.outputs; ++o) row[o] = forms::activated(at.activation, row[o]);
      std::fill(row + at.outputs, row + at.width, 0.0);
    }
  }
  const auto& last = layout.layers.back();
  double loss = 0;
  for (std::size_t r = 0; r < block.rows; ++r) {
    loss += block.weight[r] *
            cross_entropy(space.activations.back().data() + r * last.width, last.outputs, block.y[r]);
  }
  return loss;
}

std::vector<std::vector<double>> transposed(const Layout& layout, const double* parameters) {
  std::vector<std::vector<double>> result(layout.layers.size());
  for (std::size_t l = 1; l < layout.layers.size(); ++l) {
    const auto& at = layout.layers[l];
    const std::size_t width = layout.layers[l - 1].width;
    result[l].resize(at.outputs * width);
    for (std::size_t i = 0; i < at.inputs; ++i) {
      for (std::size_t o = 0; o < at.outputs; ++o) {
        result[l][o * width + i] = parameters[at.weights_at + i * at.width + o];
      }
    }
  }
  return result;
}

void backward(const Layout& layout, const std::vector<std::vector<double>>& transposed_weights,
              const Block& block, Workspace& space, double* gradient) {
  const std::size_t layers = layout.layers.size();
  space.deltas.resize(layers);
  const auto& last = layout.layers.back();
  space.deltas.back().assign(block.rows * last.width, 0.0);
  for (std::size_t r = 0; r < block.rows; ++r) {
    cross_entropy_slope(space.activations.back().data() + r * last.width, last.outputs, block.y[r],
                        block.weight[r], space.deltas.back().data() + r * last.width);
  }
  for (std::size_t l = layers; l-- > 0;) {
    const auto& at = layout.layers[l];
    const double* delta = space.deltas[l].data();
    const Left inputs = inputs_of(layout, block, space, l);
    add_product({inputs.data, inputs.depth_step, inputs.row_step}, delta, at.inputs, block.rows,
                at.width, gradient + at.weights_at);
    for (std::size_t r = 0; r < block.rows; ++r) {
      for (std::size_t o = 0; o < at.outputs; ++o) {
        gradient[at.biases_at + o] += delta[r * at.width + o];
      }
    }
    if (l == 0) break;
    const auto& before = layout.layers[l - 1];
    auto& next = space.deltas[l - 1];
    next.assign(block.rows * before.width, 0.0);
    add_product({delta, at.width, 1}, transposed_weights[l].data(), block.rows, at.outputs,
                before.width, next.data());
    const double* answers = space.activations[l - 1].data();
    for (std::size_t i = 0; i < next.size(); ++i) next[i] *= slope(before.activation, answers[i]);
  }
}

}  // namespace holdfast::network
