#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::forms {
namespace {

constexpr std::string_view kActivations[] = {"identity", "sigmoid", "tanh", "relu"};

}  // namespace

using nlohmann::ordered_json;

ordered_json to_json(const Network& form) {
  ordered_json json = {{"about",
                        "layer by layer: activation(bias + sum of weight x input); weights input "
                        "by input; the last layer gives the logit of class 1, or of every class "
                        "but the first"},
                       {"layers", ordered_json::array()}};
  for (const auto& layer : form.layers) {
    json["layers"].push_back({{"activation", kActivations[static_cast<std::size_t>(layer.activation)]},
                              {"inputs", layer.inputs},
                              {"outputs", layer.outputs},
                              {"biases", numbers_json(layer.biases)},
                              {"weights", numbers_json(layer.weights)}});
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, Network& form) {
  std::size_t inputs = shape.terms_count;
  for (const auto& item : json.at("layers")) {
    auto& layer = form.layers.emplace_back();
    layer.activation =
        static_cast<Activation>(index_of(kActivations, item.at("activation").get<std::string>()));
    layer.inputs = item.at("inputs").get<std::size_t>();
    layer.outputs = item.at("outputs").get<std::size_t>();
    layer.biases = numbers_from(item.at("biases"));
    layer.weights = numbers_from(item.at("weights"));
    require(layer.inputs == inputs && layer.outputs > 0 && layer.biases.size() == layer.outputs &&
                layer.weights.size() == layer.inputs * layer.outputs,
            "layers of the network do not fit together");
    inputs = layer.outputs;
  }
  require(!form.layers.empty(), "a network without layers");
}

}  // namespace holdfast::forms
