#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

namespace holdfast::forms {

class NetworkScorer;

/// What a neuron makes of its weighted sum.
enum class Activation : std::uint8_t { Identity, Sigmoid, Tanh, Relu };

/// One layer: activation(bias + Σ weight × input), for each of its outputs.
struct NetworkLayer {
  Activation activation = Activation::Identity;
  std::size_t inputs = 0, outputs = 0;
  std::vector<double> weights;  // [inputs x outputs]
  std::vector<double> biases;   // [outputs]
};

/// A feed-forward network over the terms of the model's preparation. The last layer gives logits:
/// of class 1, or of every class but the first, whose own stands as 0.
struct Network {
  static constexpr std::string_view kType = "network";
  static constexpr Input kInput = Input::Terms;
  using Scorer = NetworkScorer;

  std::vector<NetworkLayer> layers;  // First to last; at least one.

  std::size_t outputs_count() const { return layers.empty() ? 1 : layers.back().outputs; }
};

double activated(Activation activation, double sum);

/// Scores rows one by one, each in the same order of additions wherever it stands.
///
/// Cost       rows × weights.
class NetworkScorer {
 public:
  explicit NetworkScorer(const Network& form);
  /// Shapes: out [rows x outputs].
  void score(const Rows& rows, std::span<double> out) const;

 private:
  struct Layer {
    const NetworkLayer* form;
    std::size_t width;            // Outputs, padded.
    std::vector<double> weights;  // [inputs x width]
    std::vector<double> biases;   // [width]
  };

  std::vector<Layer> layers_;
  std::size_t width_ = 0;  // Widest layer.
};

}  // namespace holdfast::forms
