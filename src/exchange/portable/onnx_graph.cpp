#include "exchange/portable/onnx_graph.hpp"

namespace holdfast::exchange {
namespace {

onnx::AttributeProto& attribute(onnx::NodeProto& node, const char* name,
                                onnx::AttributeProto::AttributeType type) {
  auto& made = *node.add_attribute();
  made.set_name(name);
  made.set_type(type);
  return made;
}

}  // namespace

std::string OnnxGraph::add(const std::string& op, const std::vector<std::string>& inputs,
                           const std::string& domain) {
  auto& node = *graph_->add_node();
  node.set_op_type(op);
  if (!domain.empty()) node.set_domain(domain);
  for (const auto& input : inputs) node.add_input(input);
  auto name = "v" + std::to_string(++count_);
  node.set_name("n" + std::to_string(count_));
  node.add_output(name);
  return name;
}

std::string OnnxGraph::constant(double value) {
  auto& tensor = *graph_->add_initializer();
  auto name = "c" + std::to_string(++count_);
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::DOUBLE);
  tensor.add_dims(1);
  tensor.add_double_data(value);
  return name;
}

std::string OnnxGraph::matrix(const std::vector<double>& values, std::size_t rows) {
  auto& tensor = *graph_->add_initializer();
  auto name = "c" + std::to_string(++count_);
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::DOUBLE);
  tensor.add_dims(static_cast<std::int64_t>(rows));
  tensor.add_dims(static_cast<std::int64_t>(values.size() / rows));
  for (const double value : values) tensor.add_double_data(value);
  return name;
}

std::string OnnxGraph::cast(const std::string& input, int type) {
  auto name = add("Cast", {input});
  set_int(last(), "to", type);
  return name;
}

void set_ints(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values) {
  auto& made = attribute(node, name, onnx::AttributeProto::INTS);
  for (const auto value : values) made.add_ints(value);
}

void set_int(onnx::NodeProto& node, const char* name, std::int64_t value) {
  attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set_float(onnx::NodeProto& node, const char* name, float value) {
  attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set_floats(onnx::NodeProto& node, const char* name, const std::vector<float>& values) {
  auto& made = attribute(node, name, onnx::AttributeProto::FLOATS);
  for (const auto value : values) made.add_floats(value);
}

void set_strings(onnx::NodeProto& node, const char* name, const std::vector<std::string>& values) {
  auto& made = attribute(node, name, onnx::AttributeProto::STRINGS);
  for (const auto& value : values) made.add_strings(value);
}

void set_string(onnx::NodeProto& node, const char* name, const std::string& value) {
  attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void set_doubles(onnx::NodeProto& node, const char* name, const std::vector<double>& values) {
  auto& tensor = *attribute(node, name, onnx::AttributeProto::TENSOR).mutable_t();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::DOUBLE);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const auto value : values) tensor.add_double_data(value);
}

}  // namespace holdfast::exchange
