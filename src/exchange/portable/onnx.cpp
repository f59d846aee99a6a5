#include "exchange/portable/onnx.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "exchange/portable/onnx_graph.hpp"
#include "exchange/portable/onnx_kernel.hpp"
#include "exchange/portable/onnx_tree.hpp"

namespace holdfast::exchange {
namespace {

using Op = Formula::Op;

constexpr std::size_t kVerifiedMax = 30;

/// Writes a formula as nodes; a step met again is the same tensor.
class OnnxWriter {
 public:
  OnnxWriter(const PortableModel& portable, onnx::GraphProto& graph)
      : portable_(&portable), model_(portable.model), formula_(&portable.formula), graph_(graph) {}

  std::string tensor_of(std::int32_t index) {
    if (const auto found = made_.find(index); found != made_.end()) return found->second;
    const auto& step = formula_->steps[static_cast<std::size_t>(index)];
    auto name = element_of(step);
    if (name.empty()) name = body(step);
    made_[index] = name;
    return name;
  }

 private:
  bool is_category(const std::string& column) const {
    const auto at = std::ranges::find(model_->column_names, column) - model_->column_names.begin();
    return !model_->categories[static_cast<std::size_t>(at)].empty();
  }

  std::string membership(const std::string& column, const std::vector<std::string>& categories) {
    auto code = graph_.add("LabelEncoder", {column}, "ai.onnx.ml");
    // An encoder needs a key; no category holds this one.
    auto keys = categories;
    if (keys.empty()) keys.push_back("\x01");
    set_strings(graph_.last(), "keys_strings", keys);
    set_floats(graph_.last(), "values_floats",
               std::vector<float>(keys.size(), categories.empty() ? 0.0F : 1.0F));
    set_float(graph_.last(), "default_float", 0);
    return code;
  }

  std::string known(const std::string& column) {
    if (is_category(column)) {
      const auto at = std::ranges::find(model_->column_names, column) - model_->column_names.begin();
      return graph_.cast(membership(column, model_->categories[static_cast<std::size_t>(at)]),
                         onnx::TensorProto::BOOL);
    }
    return graph_.add("Not", {graph_.add("IsNaN", {column})});
  }

  /// By operators made for the form where there are such; else empty.
  std::string element_of(const Formula::Step& step) {
    const auto* part = portable_->part_of(step.name);
    if (part == nullptr) return {};
    if (part->trees != nullptr && is_regressor_tree(*part->trees)) return regressor(*part->trees);
    const auto* machine = machine_of(*model_, *formula_);
    if (machine == nullptr) return {};
    std::vector<std::string> terms;
    for (const auto index : named_terms(*formula_)) terms.push_back(tensor_of(index));
    return add_kernel_expansion(graph_, *machine, terms);
  }

  std::string regressor(const FittedModel& trees) {
    return add_regressor(graph_, trees, [&](const TreeInput& input) {
      const auto& column = model_->column_names[input.column];
      if (input.categories.empty() && !is_category(column)) return column;
      return graph_.cast(membership(column, input.categories), onnx::TensorProto::DOUBLE);
    });
  }

  std::string folded(const char* op, const std::vector<std::int32_t>& arguments) {
    auto sum = tensor_of(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      const auto next = tensor_of(arguments[i]);
      sum = graph_.add(op, {sum, next});
    }
    return sum;
  }

  std::string body(const Formula::Step& step) {
    const auto call = [&](const char* op) {
      std::vector<std::string> inputs;
      for (const auto argument : step.arguments) inputs.push_back(tensor_of(argument));
      return graph_.add(op, inputs);
    };
    switch (step.op) {
      case Op::Number: return graph_.constant(step.number);
      case Op::Column: return step.column;
      case Op::Known: return known(step.column);
      case Op::InSet:
        return graph_.cast(membership(step.column, step.categories), onnx::TensorProto::BOOL);
      case Op::Less: return call("Less");
      case Op::LessEqual: return call("LessOrEqual");
      case Op::Not: return call("Not");
      case Op::If: return call("Where");
      case Op::Sum: return folded("Add", step.arguments);
      case Op::Product: return folded("Mul", step.arguments);
      case Op::Divide: return call("Div");
      case Op::Minimum: return call("Min");
      case Op::Maximum: return call("Max");
      case Op::Exp: return call("Exp");
      case Op::Log: return call("Log");
      case Op::Tanh: return call("Tanh");
      case Op::Power: return call("Pow");
    }
    return {};
  }

  const PortableModel* portable_;
  const FittedModel* model_;
  const Formula* formula_;
  OnnxGraph graph_;
  std::map<std::int32_t, std::string> made_;
};

void describe(onnx::ValueInfoProto& value, const std::string& name, int type) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  tensor.mutable_shape()->add_dim()->set_dim_value(1);
}

std::string verification(const PortableModel& portable, const CheckedRows& checked) {
  const auto& model = *portable.model;
  const auto& rows = checked.view();
  auto json = nlohmann::ordered_json::array();
  const auto cells = cells_of(model, rows);
  const auto& own = checked.own();
  const auto width = model.column_names.size();
  for (std::size_t r = 0; r < std::min(rows.rows, kVerifiedMax); ++r) {
    auto inputs = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < width; ++c) {
      const auto& cell = cells[r * width + c];
      auto& value = inputs[model.column_names[c]];
      if (cell.is_missing) value = nullptr;
      else if (model.categories[c].empty()) value = cell.value;
      else value = model.categories[c][static_cast<std::size_t>(cell.code)];
    }
    json.push_back({{"inputs", inputs}, {portable.formula.answer, own[r]}});
  }
  return json.dump();
}

void add_operator_set(onnx::ModelProto& proto, const char* domain, std::int64_t version) {
  auto& set = *proto.add_opset_import();
  set.set_domain(domain);
  set.set_version(version);
}

}  // namespace

Result<std::string> to_onnx(const PortableModel& portable, const CheckedRows& rows,
                            std::string_view version) {
  const auto& model = *portable.model;
  onnx::ModelProto proto;
  proto.set_ir_version(8);
  proto.set_producer_name("Holdfast");
  proto.set_producer_version(std::string(version));
  add_operator_set(proto, "", 15);
  add_operator_set(proto, "ai.onnx.ml", 3);
  auto& graph = *proto.mutable_graph();
  graph.set_name(model.model_id);
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    describe(*graph.add_input(), model.column_names[c],
             model.categories[c].empty() ? onnx::TensorProto::DOUBLE : onnx::TensorProto::STRING);
  }
  OnnxWriter writer(portable, graph);
  const auto answer = [&](std::int32_t step, const std::string& name) {
    const auto tensor = writer.tensor_of(step);
    auto& node = *graph.add_node();
    node.set_op_type("Identity");
    node.add_input(tensor);
    node.add_output(name);
    describe(*graph.add_output(), name, onnx::TensorProto::DOUBLE);
  };
  const auto& formula = portable.formula;
  answer(formula.root, formula.answer);
  for (std::size_t i = 0; i < formula.steps.size() && model.kind == ModelKind::Survival; ++i) {
    if (!formula.steps[i].name.starts_with("score_")) continue;
    answer(static_cast<std::int32_t>(i), formula.steps[i].name);
  }
  auto& property = *proto.add_metadata_props();
  property.set_key("verification");
  property.set_value(verification(portable, rows));
  return proto.SerializeAsString();
}

}  // namespace holdfast::exchange
