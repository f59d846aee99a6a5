#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <unordered_map>

#include <onnx/onnx_pb.h>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/onnx.hpp"

namespace holdfast::exchange {
namespace {

/// A column of values, or several side by side; truths are 0 and 1.
struct Tensor {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::size_t width = 1;
};

const onnx::AttributeProto& attribute(const onnx::NodeProto& node, const char* name) {
  for (const auto& one : node.attribute()) {
    if (one.name() == name) return one;
  }
  throw std::runtime_error(node.op_type() + " has no " + name);
}

/// The trees of one regressor, laid out by tree and node.
class Trees {
 public:
  explicit Trees(const onnx::NodeProto& node) {
    const auto& trees = attribute(node, "nodes_treeids").ints();
    const auto& nodes = attribute(node, "nodes_nodeids").ints();
    const auto& values = attribute(node, "nodes_values_as_tensor").t().double_data();
    for (int i = 0; i < trees.size(); ++i) {
      places_[{trees[i], nodes[i]}] = rows_.size();
      rows_.push_back({.feature = attribute(node, "nodes_featureids").ints(i),
                       .mode = attribute(node, "nodes_modes").strings(i),
                       .value = values[i],
                       .if_true = attribute(node, "nodes_truenodeids").ints(i),
                       .if_false = attribute(node, "nodes_falsenodeids").ints(i),
                       .missing_true =
                           attribute(node, "nodes_missing_value_tracks_true").ints(i) != 0});
      if (nodes[i] == 0) roots_.push_back(trees[i]);
    }
    const auto& weights = attribute(node, "target_weights_as_tensor").t().double_data();
    for (int i = 0; i < weights.size(); ++i) {
      const auto at = places_.at({attribute(node, "target_treeids").ints(i),
                                  attribute(node, "target_nodeids").ints(i)});
      rows_[at].weight = weights[i];
    }
    base_ = attribute(node, "base_values_as_tensor").t().double_data(0);
  }

  double answer(const double* x) const {
    double sum = 0;
    for (const auto tree : roots_) {
      const Row* row = &rows_[places_.at({tree, 0})];
      while (row->mode != "LEAF") {
        row = &rows_[places_.at({tree, takes_true(*row, x) ? row->if_true : row->if_false})];
      }
      sum += row->weight;
    }
    return sum + base_;
  }

 private:
  struct Row {
    std::int64_t feature;
    std::string mode;
    double value;
    std::int64_t if_true, if_false;
    bool missing_true;
    double weight = 0;
  };

  static bool takes_true(const Row& row, const double* x) {
    const double value = x[row.feature];
    if (std::isnan(value) && row.missing_true) return true;
    if (row.mode == "BRANCH_LEQ") return value <= row.value;
    if (row.mode == "BRANCH_LT") return value < row.value;
    if (row.mode == "BRANCH_GT") return value > row.value;
    throw std::runtime_error("unknown mode " + row.mode);
  }

  std::vector<Row> rows_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> places_;
  std::vector<std::int64_t> roots_;
  double base_ = 0;
};

class Runner {
 public:
  Runner(const onnx::GraphProto& graph, std::size_t rows) : graph_(&graph), rows_(rows) {
    for (const auto& constant : graph.initializer()) {
      tensors_[constant.name()] = tensor_of(constant);
    }
  }

  Tensor& input(const std::string& name) { return tensors_[name]; }

  const std::vector<double>& run() {
    for (const auto& node : graph_->node()) tensors_[node.output(0)] = result_of(node);
    return at(graph_->output(0).name()).numbers;
  }

 private:
  /// A number and a single row stand beside every row; a matrix as it is.
  Tensor tensor_of(const onnx::TensorProto& constant) const {
    const auto& values = constant.double_data();
    Tensor out;
    if (constant.dims_size() > 1) out.width = static_cast<std::size_t>(constant.dims(1));
    const bool is_matrix = constant.dims_size() > 1 && constant.dims(0) > 1;
    for (std::size_t r = 0; r < (is_matrix ? 1 : rows_); ++r) {
      out.numbers.insert(out.numbers.end(), values.begin(), values.end());
    }
    return out;
  }

  const Tensor& at(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw std::runtime_error("no tensor " + name);
    return found->second;
  }

  template <typename Function>
  Tensor each(const onnx::NodeProto& node, const Function& function) const {
    Tensor out;
    std::vector<const Tensor*> inputs;
    for (const auto& name : node.input()) {
      inputs.push_back(&at(name));
      out.width = std::max(out.width, inputs.back()->width);
    }
    out.numbers.resize(rows_ * out.width);
    std::vector<double> arguments(inputs.size());
    for (std::size_t r = 0; r < rows_; ++r) {
      for (std::size_t c = 0; c < out.width; ++c) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
          const std::size_t width = inputs[i]->width;
          arguments[i] = inputs[i]->numbers[r * width + (width > 1 ? c : 0)];
        }
        out.numbers[r * out.width + c] = function(arguments);
      }
    }
    return out;
  }

  Tensor encoded(const onnx::NodeProto& node) const {
    std::unordered_map<std::string, double> values;
    const auto& keys = attribute(node, "keys_strings").strings();
    for (int i = 0; i < keys.size(); ++i) {
      values[keys[i]] = static_cast<double>(attribute(node, "values_floats").floats(i));
    }
    Tensor out;
    for (const auto& text : at(node.input(0)).texts) {
      const auto found = values.find(text);
      out.numbers.push_back(found == values.end() ? 0 : found->second);
    }
    return out;
  }

  Tensor joined(const onnx::NodeProto& node) const {
    Tensor out;
    out.width = static_cast<std::size_t>(node.input_size());
    out.numbers.resize(rows_ * out.width);
    for (std::size_t c = 0; c < out.width; ++c) {
      const auto& column = at(node.input(static_cast<int>(c))).numbers;
      for (std::size_t r = 0; r < rows_; ++r) out.numbers[r * out.width + c] = column[r];
    }
    return out;
  }

  Tensor product(const onnx::NodeProto& node) const {
    const auto& left = at(node.input(0));
    const auto& right = at(node.input(1));
    Tensor out;
    out.width = right.width;
    out.numbers.resize(rows_ * out.width);
    if (rows_ > 0 && right.numbers.size() < left.width * right.width) {
      throw std::runtime_error("matrices do not fit");
    }
    for (std::size_t r = 0; r < rows_; ++r) {
      for (std::size_t k = 0; k < left.width; ++k) {
        const double factor = left.numbers[r * left.width + k];
        for (std::size_t c = 0; c < right.width; ++c) {
          out.numbers[r * out.width + c] += factor * right.numbers[k * right.width + c];
        }
      }
    }
    return out;
  }

  Tensor trees(const onnx::NodeProto& node) const {
    const Trees forest(node);
    const auto& matrix = at(node.input(0));
    Tensor out;
    for (std::size_t r = 0; r < rows_; ++r) {
      // The standard's regressor answers in float.
      out.numbers.push_back(static_cast<double>(
          static_cast<float>(forest.answer(matrix.numbers.data() + r * matrix.width))));
    }
    return out;
  }

  Tensor result_of(const onnx::NodeProto& node) const {
    using Values = const std::vector<double>&;
    const auto& op = node.op_type();
    if (op == "LabelEncoder") return encoded(node);
    if (op == "Concat") return joined(node);
    if (op == "MatMul") return product(node);
    if (op == "TreeEnsembleRegressor") return trees(node);
    if (op == "Identity" || op == "Cast") return at(node.input(0));
    if (op == "IsNaN") return each(node, [](Values v) { return std::isnan(v[0]) ? 1.0 : 0.0; });
    if (op == "Not") return each(node, [](Values v) { return v[0] != 0 ? 0.0 : 1.0; });
    if (op == "Less") return each(node, [](Values v) { return v[0] < v[1] ? 1.0 : 0.0; });
    if (op == "LessOrEqual") return each(node, [](Values v) { return v[0] <= v[1] ? 1.0 : 0.0; });
    if (op == "Where") return each(node, [](Values v) { return v[0] != 0 ? v[1] : v[2]; });
    if (op == "Add") return each(node, [](Values v) { return v[0] + v[1]; });
    if (op == "Mul") return each(node, [](Values v) { return v[0] * v[1]; });
    if (op == "Div") return each(node, [](Values v) { return v[0] / v[1]; });
    if (op == "Min") return each(node, [](Values v) { return std::min(v[0], v[1]); });
    if (op == "Max") return each(node, [](Values v) { return std::max(v[0], v[1]); });
    if (op == "Exp") return each(node, [](Values v) { return std::exp(v[0]); });
    if (op == "Log") return each(node, [](Values v) { return std::log(v[0]); });
    if (op == "Tanh") return each(node, [](Values v) { return std::tanh(v[0]); });
    if (op == "Pow") return each(node, [](Values v) { return std::pow(v[0], v[1]); });
    throw std::runtime_error("unknown operator " + op);
  }

  const onnx::GraphProto* graph_;
  std::size_t rows_;
  std::unordered_map<std::string, Tensor> tensors_;
};

}  // namespace

Result<std::vector<double>> run_onnx(const std::string& bytes, const FittedModel& model,
                                     const dataset::Columns& rows) {
  const auto failed = [](const std::string& why) {
    return Error{errors::kCheckFailed, {{"format", "ONNX"}, {"why", why}}};
  };
  onnx::ModelProto proto;
  if (!proto.ParseFromString(bytes)) return failed("it cannot be read");
  try {
    Runner runner(proto.graph(), rows.rows);
    const auto cells = cells_of(model, rows);
    const auto width = model.column_names.size();
    for (std::size_t c = 0; c < width; ++c) {
      auto& tensor = runner.input(model.column_names[c]);
      for (std::size_t r = 0; r < rows.rows; ++r) {
        const auto& cell = cells[r * width + c];
        if (model.categories[c].empty()) {
          tensor.numbers.push_back(cell.is_missing ? std::nan("") : cell.value);
        } else {
          tensor.texts.push_back(
              cell.is_missing ? "" : model.categories[c][static_cast<std::size_t>(cell.code)]);
        }
      }
    }
    return runner.run();
  } catch (const std::exception& failure) {
    return failed(failure.what());
  }
}

}  // namespace holdfast::exchange
