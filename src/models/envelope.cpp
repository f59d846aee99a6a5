#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/hash.hpp"
#include "models/errors.hpp"
#include "models/model.hpp"

// The saved form of a fitted model. `content` is hashed as written; everything around it is for
// people and for the checks of from_json.
namespace holdfast {
namespace {

using nlohmann::ordered_json;
using dataset::Bin;
using dataset::Term;

constexpr int kVersion = 1;
constexpr std::string_view kFormat = "holdfast.model";

/// JSON has no infinity.
ordered_json number(double value) {
  if (std::isfinite(value)) return value;
  return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
}

double number_from(const ordered_json& json) {
  if (json.is_number()) return json.get<double>();
  const auto text = json.get<std::string>();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::runtime_error(fmt::format("not a number: {}", text));
}

ordered_json numbers(const std::vector<double>& values) {
  auto json = ordered_json::array();
  for (const double value : values) json.push_back(number(value));
  return json;
}

std::vector<double> numbers_from(const ordered_json& json) {
  std::vector<double> values;
  for (const auto& item : json) values.push_back(number_from(item));
  return values;
}

ordered_json text_json(const Text& text) { return {{"en", text.en}, {"zh", text.zh}}; }
Text text_from(const ordered_json& json) {
  return {json.at("en").get<std::string>(), json.at("zh").get<std::string>()};
}

ordered_json parameters_json(const Parameters& parameters) {
  auto json = ordered_json::object();
  for (const auto& [name, value] : parameters) {
    std::visit([&, key = name](const auto& v) { json[key] = v; }, value);
  }
  return json;
}

Parameters parameters_from(const ordered_json& json) {
  Parameters result;
  for (const auto& [name, value] : json.items()) {
    if (value.is_boolean()) result[name] = value.get<bool>();
    else if (value.is_number_integer()) result[name] = value.get<std::int64_t>();
    else if (value.is_number()) result[name] = value.get<double>();
    else if (value.is_array()) result[name] = value.get<std::vector<double>>();
    else result[name] = value.get<std::string>();
  }
  return result;
}

constexpr std::string_view kTermKinds[] = {"numeric", "indicator", "missing", "weight_of_evidence"};
constexpr std::string_view kCalibrations[] = {"identity", "logistic", "platt", "isotonic"};
constexpr std::string_view kMissingRules[] = {"left", "right", "fractional"};

template <std::size_t n>
std::size_t index_of(const std::string_view (&names)[n], const std::string& name) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == name) return i;
  }
  throw std::runtime_error(fmt::format("unknown name: {}", name));
}

ordered_json bin_json(const Bin& bin) {
  return {{"upper", number(bin.upper)},       {"categories", bin.categories},
          {"is_missing", bin.is_missing},     {"events", number(bin.events)},
          {"non_events", number(bin.non_events)},
          {"weight_of_evidence", number(bin.weight_of_evidence)}};
}

Bin bin_from(const ordered_json& json) {
  return {.upper = number_from(json.at("upper")),
          .categories = json.at("categories").get<std::vector<std::string>>(),
          .is_missing = json.at("is_missing").get<bool>(),
          .events = number_from(json.at("events")),
          .non_events = number_from(json.at("non_events")),
          .weight_of_evidence = number_from(json.at("weight_of_evidence"))};
}

ordered_json term_json(const Term& term) {
  ordered_json json = {{"kind", kTermKinds[static_cast<std::size_t>(term.kind)]},
                       {"column", term.column},
                       {"name", term.name},
                       {"categories", term.categories},
                       {"takes_unknown", term.takes_unknown},
                       {"known", term.known},
                       {"center", number(term.center)},
                       {"scale", number(term.scale)},
                       {"fill", number(term.fill)},
                       {"lower", number(term.lower)},
                       {"upper", number(term.upper)},
                       {"bins", ordered_json::array()}};
  for (const auto& bin : term.bins) json["bins"].push_back(bin_json(bin));
  return json;
}

Term term_from(const ordered_json& json) {
  Term term{.kind = static_cast<Term::Kind>(index_of(kTermKinds, json.at("kind"))),
            .column = json.at("column"),
            .name = json.at("name"),
            .categories = json.at("categories").get<std::vector<std::string>>(),
            .takes_unknown = json.at("takes_unknown").get<bool>(),
            .known = json.at("known").get<std::vector<std::string>>(),
            .center = number_from(json.at("center")),
            .scale = number_from(json.at("scale")),
            .fill = number_from(json.at("fill")),
            .lower = number_from(json.at("lower")),
            .upper = number_from(json.at("upper"))};
  for (const auto& bin : json.at("bins")) term.bins.push_back(bin_from(bin));
  return term;
}

ordered_json preparation_json(const dataset::Preparation& preparation) {
  ordered_json json = {{"terms", ordered_json::array()}, {"notes", ordered_json::array()}};
  for (const auto& term : preparation.terms) json["terms"].push_back(term_json(term));
  for (const auto& note : preparation.notes) json["notes"].push_back(text_json(note));
  return json;
}

dataset::Preparation preparation_from(const ordered_json& json) {
  dataset::Preparation result;
  for (const auto& term : json.at("terms")) result.terms.push_back(term_from(term));
  for (const auto& note : json.at("notes")) result.notes.push_back(text_from(note));
  return result;
}

ordered_json node_json(const forms::TreeNode& node) {
  ordered_json json = {{"cover", number(node.cover)}};
  if (!node.class_cover.empty()) json["class_cover"] = numbers(node.class_cover);
  json["value"] = number(node.value);
  if (node.children.empty()) return json;
  json["column"] = node.column;
  if (node.is_category) {
    json["child_of_category"] = node.child_of_category;
  } else {
    json["split"] = number(node.split);
    json["threshold"] = number(static_cast<double>(node.threshold));
  }
  json["missing"] = kMissingRules[static_cast<std::size_t>(node.missing)];
  json["default_child"] = node.default_child;
  json["children"] = node.children;
  return json;
}

forms::TreeNode node_from(const ordered_json& json) {
  forms::TreeNode node;
  node.cover = number_from(json.at("cover"));
  node.value = number_from(json.at("value"));
  if (json.contains("class_cover")) node.class_cover = numbers_from(json["class_cover"]);
  if (!json.contains("children")) return node;
  node.column = json.at("column").get<std::int32_t>();
  node.children = json.at("children").get<std::vector<std::int32_t>>();
  node.default_child = json.at("default_child").get<std::int32_t>();
  node.missing = static_cast<forms::MissingRule>(index_of(kMissingRules, json.at("missing")));
  if (json.contains("child_of_category")) {
    node.is_category = true;
    node.child_of_category = json["child_of_category"].get<std::vector<std::int32_t>>();
  } else {
    node.split = number_from(json.at("split"));
    node.threshold = static_cast<float>(number_from(json.at("threshold")));
  }
  return node;
}

void require(bool condition, std::string_view what) {
  if (!condition) throw std::runtime_error(std::string(what));
}

/// Children stand behind their parent, so that no walk runs in circles or out of the tree.
void check_tree(const forms::Tree& tree, std::size_t columns_count) {
  require(!tree.nodes.empty(), "a tree without nodes");
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const auto& node = tree.nodes[i];
    if (node.children.empty()) continue;
    const auto children = static_cast<std::int32_t>(node.children.size());
    require(node.column >= 0 && static_cast<std::size_t>(node.column) < columns_count,
            "a split on a column that is not there");
    require(node.is_category || children == 2, "a numeric split without two children");
    require(node.default_child >= 0 && node.default_child < children, "a wrong default child");
    for (const auto child : node.children) {
      require(child > static_cast<std::int32_t>(i) &&
                  static_cast<std::size_t>(child) < tree.nodes.size(),
              "a child that is not there");
    }
    for (const auto child : node.child_of_category) {
      require(child >= -1 && child < children, "a category without its child");
    }
  }
}

ordered_json form_json(const forms::Form& form) {
  if (const auto* linear = std::get_if<forms::LinearPredictor>(&form)) {
    return {{"type", "linear_predictor"},
            {"about", "logit = intercept + sum of coefficient x term"},
            {"intercept", number(linear->intercept)},
            {"coefficients", numbers(linear->coefficients)},
            {"term_means", numbers(linear->term_means)}};
  }
  const auto& trees = std::get<forms::TreeEnsemble>(form);
  ordered_json json = {
      {"type", "tree_ensemble"},
      {"about", "base + sum of one leaf value a tree; child 0 when value <= split (< if is_less)"},
      {"base", number(trees.base)},
      {"is_probability", trees.is_probability},
      {"is_less", trees.is_less},
      {"is_float", trees.is_float},
      {"trees", ordered_json::array()}};
  for (const auto& tree : trees.trees) {
    auto nodes = ordered_json::array();
    for (const auto& node : tree.nodes) nodes.push_back(node_json(node));
    json["trees"].push_back(std::move(nodes));
  }
  return json;
}

forms::Form form_from(const ordered_json& json, const FittedClassifier& model) {
  const auto type = json.at("type").get<std::string>();
  if (type == "linear_predictor") {
    forms::LinearPredictor linear{.intercept = number_from(json.at("intercept")),
                                  .coefficients = numbers_from(json.at("coefficients")),
                                  .term_means = numbers_from(json.at("term_means"))};
    require(linear.coefficients.size() == model.preparation.terms.size() &&
                linear.term_means.size() == linear.coefficients.size(),
            "coefficients and terms differ in number");
    return linear;
  }
  require(type == "tree_ensemble", "an unknown form");
  forms::TreeEnsemble trees{.base = number_from(json.at("base")),
                            .is_probability = json.at("is_probability").get<bool>(),
                            .is_less = json.at("is_less").get<bool>(),
                            .is_float = json.at("is_float").get<bool>()};
  for (const auto& nodes : json.at("trees")) {
    forms::Tree tree;
    for (const auto& node : nodes) tree.nodes.push_back(node_from(node));
    check_tree(tree, model.column_names.size());
    trees.trees.push_back(std::move(tree));
  }
  return trees;
}

ordered_json calibration_json(const forms::Calibration& calibration) {
  return {{"kind", kCalibrations[static_cast<std::size_t>(calibration.kind)]},
          {"slope", number(calibration.slope)},
          {"intercept", number(calibration.intercept)},
          {"x", numbers(calibration.x)},
          {"y", numbers(calibration.y)},
          {"is_float", calibration.is_float}};
}

forms::Calibration calibration_from(const ordered_json& json) {
  forms::Calibration result{
      .kind = static_cast<forms::Calibration::Kind>(index_of(kCalibrations, json.at("kind"))),
      .slope = number_from(json.at("slope")),
      .intercept = number_from(json.at("intercept")),
      .x = numbers_from(json.at("x")),
      .y = numbers_from(json.at("y")),
      .is_float = json.at("is_float").get<bool>()};
  require(result.x.size() == result.y.size(), "calibration knots without partner");
  return result;
}

ordered_json table_json(const ReportTable& table) {
  ordered_json json = {{"id", table.id},
                       {"title", text_json(table.title)},
                       {"columns", table.columns},
                       {"headers", ordered_json::array()},
                       {"rows", ordered_json::array()}};
  for (const auto& header : table.headers) json["headers"].push_back(text_json(header));
  for (const auto& row : table.rows) {
    auto cells = ordered_json::array();
    for (const auto& cell : row) {
      if (const auto* text = std::get_if<std::string>(&cell)) cells.push_back({{"text", *text}});
      else cells.push_back(number(std::get<double>(cell)));
    }
    json["rows"].push_back(std::move(cells));
  }
  return json;
}

ReportTable table_from(const ordered_json& json) {
  ReportTable table{.id = json.at("id"),
                    .title = text_from(json.at("title")),
                    .columns = json.at("columns").get<std::vector<std::string>>()};
  for (const auto& header : json.at("headers")) table.headers.push_back(text_from(header));
  for (const auto& cells : json.at("rows")) {
    auto& row = table.rows.emplace_back();
    for (const auto& cell : cells) {
      if (cell.is_object()) row.emplace_back(cell.at("text").get<std::string>());
      else row.emplace_back(number_from(cell));
    }
  }
  return table;
}

ordered_json columns_json(const FittedClassifier& model) {
  auto json = ordered_json::array();
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    json.push_back({{"name", model.column_names[c]}, {"categories", model.categories[c]}});
  }
  return json;
}

ordered_json content_json(const FittedClassifier& model) {
  ordered_json json = {{"model_id", model.model_id},
                       {"parameters", parameters_json(model.parameters)},
                       {"seed", std::to_string(model.seed)},
                       {"columns", columns_json(model)},
                       {"preparation", preparation_json(model.preparation)},
                       {"form", form_json(model.form)},
                       {"calibration", calibration_json(model.calibration)},
                       {"tables", ordered_json::array()},
                       {"notes", ordered_json::array()}};
  for (const auto& table : model.tables) json["tables"].push_back(table_json(table));
  for (const auto& note : model.notes) json["notes"].push_back(text_json(note));
  return json;
}

FittedClassifier content_from(const ordered_json& json) {
  FittedClassifier model;
  model.model_id = json.at("model_id");
  model.parameters = parameters_from(json.at("parameters"));
  model.seed = std::stoull(json.at("seed").get<std::string>());
  for (const auto& column : json.at("columns")) {
    model.column_names.push_back(column.at("name"));
    model.categories.push_back(column.at("categories").get<std::vector<std::string>>());
  }
  model.preparation = preparation_from(json.at("preparation"));
  model.form = form_from(json.at("form"), model);
  model.calibration = calibration_from(json.at("calibration"));
  for (const auto& table : json.at("tables")) model.tables.push_back(table_from(table));
  for (const auto& note : json.at("notes")) model.notes.push_back(text_from(note));
  return model;
}

ordered_json about_json() {
  return {{"columns", "inputs in order; categories empty: numeric"},
          {"preparation", "how columns become terms; only linear forms use it"},
          {"form", "how a row becomes a raw score"},
          {"calibration",
           "raw score -> probability: identity; logistic 1/(1+exp(-s)); platt "
           "1/(1+exp(-(slope s + intercept))); isotonic: straight lines between knots (x, y)"},
          {"hash", "BLAKE2b-128 of `content`, written without spaces"}};
}

Error not_an_envelope(std::string_view why) {
  return {models::errors::kNotAnEnvelope, {{"why", why}}};
}

}  // namespace

std::string to_json(const FittedClassifier& model, const EnvelopeContext& context) {
  const auto content = content_json(model);
  const ordered_json envelope = {{"format", kFormat},
                                 {"version", kVersion},
                                 {"about", about_json()},
                                 {"kind", "classifier"},
                                 {"model_id", model.model_id},
                                 {"hash", content_hash(content.dump())},
                                 {"columns_hash", content_hash(columns_json(model).dump())},
                                 {"feature_program_hash", context.feature_program_hash},
                                 {"trained_from", context.trained_from},
                                 {"trained_to", context.trained_to},
                                 {"metrics", context.metrics},
                                 {"content", content}};
  return envelope.dump(1) + "\n";
}

Result<FittedClassifier> from_json(std::string_view json, EnvelopeContext* context) {
  try {
    const auto envelope = ordered_json::parse(json);
    if (!envelope.is_object() || envelope.value("format", "") != kFormat) {
      return not_an_envelope("its `format` is not holdfast.model");
    }
    const int version = envelope.at("version").get<int>();
    if (version > kVersion) {
      return Error{models::errors::kNewerEnvelope, {{"version", version}, {"known", kVersion}}};
    }
    const auto stated = envelope.at("hash").get<std::string>();
    const auto found = content_hash(envelope.at("content").dump());
    if (stated != found) {
      return Error{models::errors::kHashMismatch, {{"stated", stated}, {"found", found}}};
    }
    if (context != nullptr) {
      context->feature_program_hash = envelope.at("feature_program_hash");
      context->trained_from = envelope.at("trained_from");
      context->trained_to = envelope.at("trained_to");
      for (const auto& [name, value] : envelope.at("metrics").items()) {
        if (value.is_number()) context->metrics[name] = value.get<double>();
      }
    }
    return content_from(envelope.at("content"));
  } catch (const std::exception& failure) {
    return not_an_envelope(failure.what());
  }
}

}  // namespace holdfast
