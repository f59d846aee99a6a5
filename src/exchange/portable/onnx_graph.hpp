#pragma once

#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

/// Nodes and constants of an ONNX graph, named as they come.
namespace holdfast::exchange {

class OnnxGraph {
 public:
  explicit OnnxGraph(onnx::GraphProto& graph) : graph_(&graph) {}

  /// A node with one output; gives its name.
  std::string add(const std::string& op, const std::vector<std::string>& inputs,
                  const std::string& domain = "");
  onnx::NodeProto& last() { return *graph_->mutable_node(graph_->node_size() - 1); }
  std::string constant(double value);
  /// A constant matrix, row-major.
  std::string matrix(const std::vector<double>& values, std::size_t rows);
  std::string cast(const std::string& input, int type);

 private:
  onnx::GraphProto* graph_;
  int count_ = 0;
};

void set_ints(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values);
void set_int(onnx::NodeProto& node, const char* name, std::int64_t value);
void set_float(onnx::NodeProto& node, const char* name, float value);
void set_floats(onnx::NodeProto& node, const char* name, const std::vector<float>& values);
void set_strings(onnx::NodeProto& node, const char* name, const std::vector<std::string>& values);
void set_string(onnx::NodeProto& node, const char* name, const std::string& value);
void set_doubles(onnx::NodeProto& node, const char* name, const std::vector<double>& values);

}  // namespace holdfast::exchange
