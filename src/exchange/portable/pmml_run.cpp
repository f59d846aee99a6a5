#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include <pugixml.hpp>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/pmml.hpp"
#include "exchange/portable/pmml_kernel.hpp"

namespace holdfast::exchange {
namespace {

double number_of(const char* text) {
  double value = 0;
  const std::string_view view(text);
  const auto [end, failure] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (failure != std::errc{}) throw std::runtime_error("not a number: " + std::string(view));
  return value;
}

/// A field of one row; a missing one holds neither.
struct Value {
  std::optional<double> number;
  std::optional<std::string> text;
  bool is_missing() const { return !number && !text; }
};

/// The strings of <Array type="string">: quoted, with backslashes before quotes.
std::set<std::string> array_of(const char* text) {
  std::set<std::string> items;
  std::string item;
  bool is_inside = false;
  for (const char* c = text; *c != '\0'; ++c) {
    if (*c == '\\' && c[1] != '\0') item += *++c;
    else if (*c == '"' && is_inside) items.insert(std::exchange(item, {})), is_inside = false;
    else if (*c == '"') is_inside = true;
    else if (is_inside) item += *c;
  }
  return items;
}

/// The numbers of <Array type="real">.
std::vector<double> numbers_of(const char* text) {
  std::vector<double> numbers;
  std::istringstream in(text);
  for (std::string one; in >> one;) numbers.push_back(number_of(one.c_str()));
  return numbers;
}

/// One row read through the document.
class Reader {
 public:
  explicit Reader(pugi::xml_node pmml) : pmml_(pmml) {
    for (auto field : pmml.child("TransformationDictionary").children("DerivedField")) {
      derived_[field.attribute("name").value()] = field;
    }
  }

  std::map<std::string, Value>& row() { return row_; }

  double answer() {
    made_.clear();
    for (auto model : pmml_.children()) {
      const std::string_view kind = model.name();
      if (kind == "MiningModel" || kind.ends_with("Model")) return answer_of(model);
    }
    throw std::runtime_error("no model");
  }

 private:
  double answer_of(pugi::xml_node model) {
    const std::string_view kind = model.name();
    for (auto field : model.child("LocalTransformations").children()) {
      derived_[field.attribute("name").value()] = field;
    }
    if (kind == "RegressionModel") {
      const std::string_view norm = model.attribute("normalizationMethod").value();
      return norm == "softmax" ? largest(model) : regressed(model.child("RegressionTable"));
    }
    if (kind == "SupportVectorMachineModel") return compared(model);
    if (kind == "ClusteringModel") return nearest(model);
    if (kind == "GeneralRegressionModel") return leaving(model);
    const auto segmentation = model.child("Segmentation");
    if (std::string_view(segmentation.attribute("multipleModelMethod").value()) == "sum") {
      return summed(segmentation);
    }
    double answer = 0;
    for (auto segment : segmentation.children("Segment")) {
      const auto part = segment.last_child();
      answer = answer_of(part);
      if (const auto output = part.child("Output").child("OutputField")) {
        made_[output.attribute("name").value()] = answer;
      }
    }
    return answer;
  }

  double regressed(pugi::xml_node table) {
    double sum = number_of(table.attribute("intercept").value());
    for (auto predictor : table.children("NumericPredictor")) {
      sum += number_of(predictor.attribute("coefficient").value()) *
             field(predictor.attribute("name").value());
    }
    return sum;
  }

  /// Number of the class with the largest value.
  double largest(pugi::xml_node model) {
    double most = -std::numeric_limits<double>::infinity();
    double found = 0;
    for (auto table : model.children("RegressionTable")) {
      const double value = regressed(table);
      if (value <= most) continue;
      most = value;
      found = group_number(table.attribute("targetCategory").value());
    }
    return found;
  }

  static double group_number(std::string_view name) {
    return name == "none" ? 0 : number_of(std::string(name).c_str());
  }

  double nearest(pugi::xml_node model) {
    std::vector<double> terms, weights;
    for (auto field_of : model.children("ClusteringField")) {
      terms.push_back(field(field_of.attribute("field").value()));
      const auto weight = field_of.attribute("fieldWeight");
      weights.push_back(weight ? number_of(weight.value()) : 1);
    }
    double least = std::numeric_limits<double>::infinity();
    double found = 0;
    for (auto cluster : model.children("Cluster")) {
      const auto centre = numbers_of(cluster.child("Array").text().get());
      if (centre.size() != terms.size()) throw std::runtime_error("a centre of other fields");
      double distance = 0;
      for (std::size_t t = 0; t < terms.size(); ++t) {
        distance += weights[t] * (terms[t] - centre[t]) * (terms[t] - centre[t]);
      }
      if (distance >= least) continue;
      least = distance;
      found = group_number(cluster.attribute("id").value());
    }
    return found;
  }

  /// 1 − exp(−cumulative hazard) of a CoxRegression.
  double leaving(pugi::xml_node model) {
    std::map<std::string, double> betas;
    for (auto cell : model.child("ParamMatrix").children("PCell")) {
      betas[cell.attribute("parameterName").value()] = number_of(cell.attribute("beta").value());
    }
    double score = 0;
    for (auto cell : model.child("PPMatrix").children("PPCell")) {
      score += betas.at(cell.attribute("parameterName").value()) *
               field(cell.attribute("predictorName").value());
    }
    const double days = field(model.attribute("endTimeVariable").value());
    double baseline = 0;
    for (auto cell : model.child("BaseCumHazardTables").children("BaselineCell")) {
      if (number_of(cell.attribute("time").value()) > days) break;
      baseline = number_of(cell.attribute("cumHazard").value());
    }
    return -std::expm1(-baseline * std::exp(score));
  }

  double compared(pugi::xml_node model) {
    if (!scorer_) {
      machine_ = kernel_expansion_of(model);
      scorer_.emplace(machine_);
    }
    std::vector<double> terms;
    for (std::size_t t = 1; t <= machine_.terms; ++t) terms.push_back(field("term_" + std::to_string(t)));
    double score = 0;
    scorer_->score({.count = 1, .width = terms.size(), .terms = terms}, {&score, 1});
    return score;
  }

  double summed(pugi::xml_node segmentation) {
    double sum = 0;
    for (auto segment : segmentation.children("Segment")) {
      sum += tree(segment.child("TreeModel").child("Node"));
    }
    return sum;
  }

  double tree(pugi::xml_node node) {
    while (node.child("Node")) {
      pugi::xml_node taken;
      bool is_unknown = false;
      for (auto child : node.children("Node")) {
        const auto answer = holds(child.first_child());
        if (!answer) is_unknown = true;
        if (!answer || !*answer) continue;
        taken = child;
        break;
      }
      if (!taken && is_unknown) {
        taken = node.find_child_by_attribute("id", node.attribute("defaultChild").value());
      }
      if (!taken) throw std::runtime_error("no child holds");
      node = taken;
    }
    return number_of(node.attribute("score").value());
  }

  /// Three-valued: nothing where a value is missing.
  std::optional<bool> holds(pugi::xml_node predicate) {
    const std::string_view kind = predicate.name();
    if (kind == "SimplePredicate") return simple(predicate);
    if (kind == "SimpleSetPredicate") {
      const auto& value = row_[predicate.attribute("field").value()];
      if (value.is_missing()) return std::nullopt;
      return array_of(predicate.child("Array").text().get()).contains(*value.text);
    }
    if (kind == "CompoundPredicate") return compound(predicate);
    throw std::runtime_error("unknown predicate " + std::string(kind));
  }

  std::optional<bool> simple(pugi::xml_node predicate) {
    const auto& value = row_[predicate.attribute("field").value()];
    const std::string_view sign = predicate.attribute("operator").value();
    if (sign == "isMissing") return value.is_missing();
    if (sign == "isNotMissing") return !value.is_missing();
    if (value.is_missing()) return std::nullopt;
    const double limit = number_of(predicate.attribute("value").value());
    if (sign == "lessThan") return *value.number < limit;
    if (sign == "lessOrEqual") return *value.number <= limit;
    if (sign == "greaterThan") return *value.number > limit;
    return *value.number >= limit;
  }

  std::optional<bool> compound(pugi::xml_node predicate) {
    const bool is_surrogate =
        std::string_view(predicate.attribute("booleanOperator").value()) == "surrogate";
    bool is_unknown = false;
    for (auto part : predicate.children()) {
      const auto answer = holds(part);
      if (is_surrogate && answer) return answer;
      if (!is_surrogate && answer && !*answer) return false;
      is_unknown |= !answer;
    }
    if (is_surrogate || is_unknown) return std::nullopt;
    return true;
  }

  double field(const std::string& name) {
    if (const auto found = made_.find(name); found != made_.end()) return found->second;
    if (const auto found = derived_.find(name); found != derived_.end()) {
      const double value = expression(found->second.first_child());
      made_[name] = value;
      return value;
    }
    const auto& value = row_[name];
    return value.number.value_or(std::nan(""));
  }

  double expression(pugi::xml_node node) {
    const std::string_view kind = node.name();
    if (kind == "Constant") return number_of(node.text().get());
    if (kind == "FieldRef") return field(node.attribute("field").value());
    if (kind != "Apply") throw std::runtime_error("unknown expression " + std::string(kind));
    return applied(node);
  }

  double applied(pugi::xml_node node) {
    const std::string_view function = node.attribute("function").value();
    auto a = node.first_child();
    auto b = a.next_sibling();
    if (function == "isNotMissing") {
      return row_[a.attribute("field").value()].is_missing() ? 0 : 1;
    }
    if (function == "isIn") {
      const auto& value = row_[a.attribute("field").value()];
      for (auto item = b; item; item = item.next_sibling()) {
        if (value.text && *value.text == item.text().get()) return 1;
      }
      return 0;
    }
    if (function == "and") return expression(a) != 0 && expression(b) != 0 ? 1 : 0;
    if (function == "not") return expression(a) != 0 ? 0 : 1;
    if (function == "if") return expression(expression(a) != 0 ? b : b.next_sibling());
    if (function == "exp") return std::exp(expression(a));
    if (function == "ln") return std::log(expression(a));
    if (function == "tanh") return std::tanh(expression(a));
    const double x = expression(a);
    const double y = expression(b);
    if (function == "+") return x + y;
    if (function == "*") return x * y;
    if (function == "/") return x / y;
    if (function == "min") return std::min(x, y);
    if (function == "max") return std::max(x, y);
    if (function == "pow") return std::pow(x, y);
    if (function == "lessThan") return x < y ? 1 : 0;
    if (function == "lessOrEqual") return x <= y ? 1 : 0;
    throw std::runtime_error("unknown function " + std::string(function));
  }

  pugi::xml_node pmml_;
  std::map<std::string, pugi::xml_node> derived_;
  std::map<std::string, Value> row_;
  std::map<std::string, double> made_;
  forms::KernelExpansion machine_;
  std::optional<forms::KernelScorer> scorer_;  // Of machine_, once read.
};

}  // namespace

Result<std::vector<double>> run_pmml(const std::string& document, const FittedModel& model,
                                     const dataset::Columns& rows) {
  const auto failed = [](const std::string& why) {
    return Error{errors::kCheckFailed, {{"format", "PMML"}, {"why", why}}};
  };
  pugi::xml_document parsed;
  const auto status = parsed.load_string(document.c_str());
  if (!status) return failed(status.description());
  Reader reader(parsed.child("PMML"));
  const auto cells = cells_of(model, rows);
  const auto width = model.column_names.size();
  std::vector<double> result;
  try {
    for (std::size_t r = 0; r < rows.rows; ++r) {
      for (std::size_t c = 0; c < width; ++c) {
        const auto& cell = cells[r * width + c];
        auto& value = reader.row()[model.column_names[c]];
        value = {};
        if (cell.is_missing) continue;
        if (model.categories[c].empty()) value.number = cell.value;
        else value.text = model.categories[c][static_cast<std::size_t>(cell.code)];
      }
      result.push_back(reader.answer());
    }
  } catch (const std::exception& failure) {
    return failed(failure.what());
  }
  return result;
}

}  // namespace holdfast::exchange
