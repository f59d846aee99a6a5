#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/network/network.hpp"
#include "models/network/passes.hpp"

namespace holdfast::network {
namespace {

constexpr std::size_t kBlockRows = 256;  // Rows whose gradient is added up before it meets others'.
constexpr double kImprovement = 1e-5;    // Relative; a smaller one does not count.

Block block_of(const Sample& sample, std::size_t begin, std::size_t end) {
  return {.x = sample.x.data + begin * sample.x.cols,
          .y = sample.y.data() + begin,
          .weight = sample.weight.data() + begin,
          .rows = end - begin};
}

double weight_of(const Sample& sample) {
  return std::accumulate(sample.weight.begin(), sample.weight.end(), 0.0);
}

double mean_loss(const Layout& layout, const double* parameters, const Sample& sample) {
  const double sum = parallel_sum(sample.x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    Workspace space;
    return forward(layout, parameters, block_of(sample, begin, end), space);
  });
  return sum / weight_of(sample);
}

/// Adds decay × weight to the derivatives of weights; biases are not drawn to 0.
void add_decay(const Layout& layout, const double* parameters, double decay, double* gradient) {
  for (const auto& layer : layout.layers) {
    const std::size_t end = layer.weights_at + layer.inputs * layer.width;
    for (std::size_t i = layer.weights_at; i < end; ++i) gradient[i] += decay * parameters[i];
  }
}

/// Gradients of batches. Blocks of a batch run side by side and are added up in their order.
class Gradients {
 public:
  Gradients(const Layout& layout, std::size_t rows_max)
      : layout_(&layout), spaces_((rows_max + kBlockRows - 1) / kBlockRows),
        parts_(spaces_.size(), std::vector<double>(layout.size)), losses_(spaces_.size()) {}

  /// The mean over the rows, each weight divided by `weight`, in `gradient`; gives the loss.
  double of(const double* parameters, const Sample& batch, double weight,
            std::vector<double>& gradient) {
    const auto across = transposed(*layout_, parameters);
    parallel_for(batch.x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
      const std::size_t b = begin / kBlockRows;
      const Block block = block_of(batch, begin, end);
      std::ranges::fill(parts_[b], 0.0);
      losses_[b] = forward(*layout_, parameters, block, spaces_[b]);
      backward(*layout_, across, block, spaces_[b], parts_[b].data());
    });
    const std::size_t blocks = (batch.x.rows + kBlockRows - 1) / kBlockRows;
    std::ranges::fill(gradient, 0.0);
    double loss = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      loss += losses_[b];
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += parts_[b][i];
    }
    for (double& g : gradient) g /= weight;
    return loss / weight;
  }

 private:
  const Layout* layout_;
  std::vector<Workspace> spaces_;
  std::vector<std::vector<double>> parts_;
  std::vector<double> losses_;
};

/// Moves the parameters along gradients.
class Mover {
 public:
  Mover(const Options& options, std::size_t size)
      : options_(&options), first_(size), second_(options.optimiser == Optimiser::Adam ? size : 0) {}

  void move(const std::vector<double>& gradient, std::vector<double>& parameters) {
    if (options_->optimiser == Optimiser::Adam) adam(gradient, parameters);
    else momentum(gradient, parameters);
  }

 private:
  void adam(const std::vector<double>& gradient, std::vector<double>& parameters) {
    constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
    power1_ *= kBeta1;
    power2_ *= kBeta2;
    const double rate = options_->learning_rate * std::sqrt(1 - power2_) / (1 - power1_);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      first_[i] = kBeta1 * first_[i] + (1 - kBeta1) * gradient[i];
      second_[i] = kBeta2 * second_[i] + (1 - kBeta2) * gradient[i] * gradient[i];
      parameters[i] -= rate * first_[i] / (std::sqrt(second_[i]) + kEpsilon);
    }
  }

  void momentum(const std::vector<double>& gradient, std::vector<double>& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      first_[i] = options_->momentum * first_[i] - options_->learning_rate * gradient[i];
      parameters[i] += first_[i];
    }
  }

  const Options* options_;
  std::vector<double> first_, second_;  // Moments of the gradient; momentum: the speed.
  double power1_ = 1, power2_ = 1;
};

/// Rows of a batch, gathered.
struct Batch {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  Sample gather(const Sample& from, std::span<const std::uint32_t> rows) {
    const std::size_t cols = from.x.cols;
    x.resize(rows.size() * cols);
    y.resize(rows.size());
    weight.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::ranges::copy(from.x.row(rows[i]), x.begin() + static_cast<std::ptrdiff_t>(i * cols));
      y[i] = from.y[rows[i]];
      weight[i] = from.weight[rows[i]];
    }
    return {{x.data(), rows.size(), cols}, y, weight};
  }
};

std::size_t batch_rows(std::size_t rows, const Options& options) {
  const std::size_t wanted = std::max(kBatchLeast, rows / kStepsLeast);
  return std::max<std::size_t>(1, std::min({options.batch_rows, wanted, rows}));
}

/// One pass through the rows in a new order.
void run_epoch(const Sample& training, const Layout& layout, const Options& options,
               std::vector<std::uint32_t>& order, Random& random, Gradients& gradients,
               Mover& mover, std::vector<double>& parameters) {
  random.shuffle(order);
  const std::size_t rows = batch_rows(order.size(), options);
  const double mean_weight = weight_of(training) / static_cast<double>(order.size());
  Batch batch;
  std::vector<double> gradient(layout.size);
  for (std::size_t begin = 0; begin < order.size(); begin += rows) {
    const std::size_t count = std::min(rows, order.size() - begin);
    const Sample gathered = batch.gather(training, std::span(order).subspan(begin, count));
    gradients.of(parameters.data(), gathered, mean_weight * static_cast<double>(count), gradient);
    add_decay(layout, parameters.data(), options.weight_decay, gradient.data());
    mover.move(gradient, parameters);
  }
}

}  // namespace

forms::Network started_network(const Sample& training, std::size_t classes, const Options& options,
                               std::uint64_t seed) {
  Random random(seed);
  std::vector<double> weight(classes);
  for (std::size_t r = 0; r < training.x.rows; ++r) weight[training.y[r]] += training.weight[r];
  forms::Network network;
  std::size_t inputs = training.x.cols;
  const auto add = [&](forms::Activation activation, std::size_t outputs) {
    const double fan = activation == forms::Activation::Relu ? static_cast<double>(inputs)
                                                             : static_cast<double>(inputs + outputs);
    const double bound = std::sqrt(6 / fan);
    forms::NetworkLayer layer{.activation = activation, .inputs = inputs, .outputs = outputs};
    layer.biases.resize(outputs);
    for (std::size_t i = 0; i < inputs * outputs; ++i) {
      layer.weights.push_back(bound * (2 * random.uniform() - 1));
    }
    network.layers.push_back(std::move(layer));
    inputs = outputs;
  };
  for (const auto neurons : options.hidden) add(options.activation, neurons);
  add(forms::Activation::Identity, classes - 1);
  const double least = 1e-6 * weight_of(training);
  for (std::size_t k = 1; k < classes; ++k) {
    network.layers.back().biases[k - 1] =
        std::log(std::max(weight[k], least) / std::max(weight[0], least));
  }
  return network;
}

Result<Fit> train(const Sample& training, const Sample& validation, std::size_t classes,
                  const Options& options, std::uint64_t seed, Progress& progress) {
  HOLDFAST_CHECK(training.x.rows > 0 && training.x.cols > 0);
  const forms::Network start = started_network(training, classes, options, seed);
  const Layout layout = layout_of(start);
  auto parameters = parameters_of(layout, start);
  auto best = parameters;
  const bool has_validation = validation.x.rows > 0;
  Fit fit;
  if (has_validation) fit.validation_loss = mean_loss(layout, best.data(), validation);
  std::vector<std::uint32_t> order(training.x.rows);
  std::iota(order.begin(), order.end(), 0U);
  Random random = Random(seed).split(1);
  Gradients gradients(layout, batch_rows(order.size(), options));
  Mover mover(options, layout.size);
  while (fit.epochs < options.epochs_max) {
    if (cancel_requested()) return Error{errors::kCancelled};
    run_epoch(training, layout, options, order, random, gradients, mover, parameters);
    ++fit.epochs;
    progress.advance(1);
    const double loss = mean_loss(layout, parameters.data(), has_validation ? validation : training);
    if (!std::isfinite(loss)) {
      return Error{models::errors::kRanAway, {{"model", "network"}}};
    }
    if (!has_validation || loss < fit.validation_loss - kImprovement * std::abs(fit.validation_loss)) {
      if (has_validation) fit.validation_loss = loss;
      fit.best_epoch = fit.epochs;
      best = parameters;
    } else if (fit.epochs - fit.best_epoch >= options.patience) {
      break;
    }
  }
  fit.training_loss = mean_loss(layout, best.data(), training);
  fit.network = network_of(layout, best);
  return fit;
}

Gradient gradient_of(const forms::Network& network, const Sample& sample, double weight_decay) {
  const Layout layout = layout_of(network);
  const auto parameters = parameters_of(layout, network);
  std::vector<double> gradient(layout.size);
  Gradients gradients(layout, sample.x.rows);
  Gradient result{.loss = gradients.of(parameters.data(), sample, weight_of(sample), gradient)};
  add_decay(layout, parameters.data(), weight_decay, gradient.data());
  for (const auto& layer : network.layers) {
    for (const double weight : layer.weights) result.loss += weight_decay / 2 * weight * weight;
  }
  result.derivatives = network_of(layout, gradient);
  return result;
}

double loss_of(const forms::Network& network, const Sample& sample) {
  const Layout layout = layout_of(network);
  const auto parameters = parameters_of(layout, network);
  return mean_loss(layout, parameters.data(), sample);
}

}  // namespace holdfast::network
