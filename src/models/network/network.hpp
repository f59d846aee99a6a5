#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "core/progress.hpp"
#include "models/forms/network.hpp"

/// Multilayer perceptrons trained by back-propagation on cross-entropy.
///
/// Source: Rumelhart, Hinton & Williams (1986), Nature 323, 533–536; Bishop (1995), Neural Networks
/// for Pattern Recognition, chapters 4, 6, 7, 9.
namespace holdfast::network {

enum class Optimiser : std::uint8_t { Adam, Momentum };

struct Options {
  std::vector<std::size_t> hidden = {32};   // Neurons of each hidden layer.
  forms::Activation activation = forms::Activation::Tanh;
  Optimiser optimiser = Optimiser::Adam;
  double learning_rate = 0.003;
  double momentum = 0.9;                    // Momentum only.
  double weight_decay = 1e-3;
  std::size_t batch_rows = 128;             // Fewer for few rows: an epoch has kStepsLeast steps.
  int epochs_max = 300;
  int patience = 20;                        // Epochs without a smaller validation loss.
};

constexpr std::size_t kStepsLeast = 20;
constexpr std::size_t kBatchLeast = 16;

/// Shapes: x [rows x terms]; y, weight [rows].
struct Sample {
  MatrixView x;
  std::span<const std::uint8_t> y;
  std::span<const double> weight;           // > 0.
};

struct Fit {
  forms::Network network;
  int epochs = 0;                           // Gone through.
  int best_epoch = 0;                       // Whose weights these are; 0: the start.
  double training_loss = 0;                 // Mean cross-entropy, without decay.
  double validation_loss = 0;
};

/// Small random weights (Glorot & Bengio 2010; He et al. 2015 for relu); the output starts at the
/// log odds of the classes.
forms::Network started_network(const Sample& training, std::size_t classes, const Options& options,
                               std::uint64_t seed);

/// Trains in mini batches, drawn anew each epoch. With validation rows it keeps the weights of the
/// epoch with the least loss there and stops `patience` epochs after it; without any it goes on for
/// all epochs. The same bits for any thread count: gradients are added up over fixed blocks.
///
/// Errors     kCancelled; kRanAway where the learning rate is too large.
/// Cost       6 × rows × weights operations an epoch.
/// Source     Adam: Kingma & Ba (2015), ICLR, algorithm 1. Momentum: Polyak (1964).
Result<Fit> train(const Sample& training, const Sample& validation, std::size_t classes,
                  const Options& options, std::uint64_t seed, Progress& progress);

/// Σ weight × cross-entropy / Σ weight + decay / 2 × Σ weights², and its derivatives in the shape of
/// the network.
struct Gradient {
  double loss = 0;
  forms::Network derivatives;
};
Gradient gradient_of(const forms::Network& network, const Sample& sample, double weight_decay);

/// Mean cross-entropy.
double loss_of(const forms::Network& network, const Sample& sample);

}  // namespace holdfast::network
