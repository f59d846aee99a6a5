#include "models/forms/network.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "models/forms/lanes.hpp"

namespace holdfast::forms {

double activated(Activation activation, double sum) {
  switch (activation) {
    case Activation::Identity: return sum;
    case Activation::Sigmoid: {
      const double e = std::exp(-std::abs(sum));
      return sum >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
    case Activation::Tanh: return std::tanh(sum);
    case Activation::Relu: return sum > 0 ? sum : 0;
  }
  return sum;
}

NetworkScorer::NetworkScorer(const Network& form) {
  HOLDFAST_CHECK(!form.layers.empty());
  for (const auto& layer : form.layers) {
    Layer laid{.form = &layer, .width = padded(layer.outputs, kLane)};
    laid.weights.resize(layer.inputs * laid.width);
    laid.biases.resize(laid.width);
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      std::copy_n(layer.weights.data() + i * layer.outputs, layer.outputs,
                  laid.weights.data() + i * laid.width);
    }
    std::ranges::copy(layer.biases, laid.biases.begin());
    width_ = std::max(width_, laid.width);
    layers_.push_back(std::move(laid));
  }
}

void NetworkScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = layers_.back().form->outputs;
  HOLDFAST_CHECK(rows.width == layers_.front().form->inputs && out.size() == rows.count * outputs);
  std::vector<double> from(std::max(width_, rows.width)), to(width_);
  for (std::size_t r = 0; r < rows.count; ++r) {
    std::copy_n(rows.terms.data() + r * rows.width, rows.width, from.begin());
    for (const auto& layer : layers_) {
      std::ranges::copy(layer.biases, to.begin());
      for (std::size_t i = 0; i < layer.form->inputs; ++i) {
        const double x = from[i];
        if (x == 0) continue;
        const double* weights = layer.weights.data() + i * layer.width;
        for (std::size_t o = 0; o < layer.width; o += kLane) {
          store(to.data() + o, load(to.data() + o) + x * load(weights + o));
        }
      }
      for (std::size_t o = 0; o < layer.form->outputs; ++o) {
        from[o] = activated(layer.form->activation, to[o]);
      }
    }
    std::copy_n(from.begin(), outputs, out.begin() + static_cast<std::ptrdiff_t>(r * outputs));
  }
}

}  // namespace holdfast::forms
