#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "study/sections.hpp"
#include "study/words.hpp"

namespace holdfast::study {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

/// Bare where TOML 1.0 allows it.
std::string key_text(std::string_view key) {
  const auto is_bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !key.empty() && std::ranges::all_of(key, is_bare) ? std::string(key) : in_quotes(key);
}

std::string put(bool value) { return value ? "true" : "false"; }
std::string put(std::int64_t value) { return fmt::format("{}", value); }
std::string put(std::uint64_t value) { return fmt::format("{}", value); }
std::string put(int value) { return fmt::format("{}", value); }
std::string put(double value) {
  auto text = fmt::format("{}", value);
  // TOML tells 1.0 from 1; a parameter's type must survive.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}
std::string put(const std::string& value) { return in_quotes(value); }
std::string put(const std::filesystem::path& value) { return in_quotes(value.generic_string()); }
std::string put(char value) { return value == '\0' ? "\"\"" : in_quotes({&value, 1}); }
std::string put(Day value) { return to_string(value); }
std::string put(const std::optional<Day>& value) { return value ? to_string(*value) : ""; }
std::string put(const std::optional<Encoding>& value) {
  return value ? in_quotes(name_of(*value)) : "";
}
std::string put(const std::vector<SegmentLimit>& limits) {
  if (limits.size() == 1 && limits[0].segment.empty()) return put(limits[0].limit);
  std::string out = "{ ";
  for (const auto& [segment, limit] : limits) {
    if (out.size() > 2) out += ", ";
    out += key_text(segment.empty() ? "*" : segment) + " = " + put(limit);
  }
  return out + " }";
}
template <typename T>
std::string put(const std::vector<T>& values) {
  std::string out = "[";
  for (const auto& value : values) {
    if (out.size() > 1) out += ", ";
    out += put(value);
  }
  return out + "]";
}
std::string put(const ParameterValue& value) {
  return std::visit([](const auto& held) { return put(held); }, value);
}
template <typename Enum>
  requires std::is_enum_v<Enum>
std::string put(Enum value) {
  return in_quotes(word_of(value));
}

template <typename Spec>
std::string put_inline(const Spec& spec);

std::string put(const std::optional<Reference>& value) { return value ? put_inline(*value) : ""; }

/// The visitor of sections.hpp that writes.
class Lines {
 public:
  struct Line {
    std::string_view key;
    std::string text;
    Text comment;
    bool shows_default;
  };
  template <typename T>
  void field(std::string_view key, const T& value, const Text& comment = {},
             bool shows_default = false) {
    lines.push_back({key, put(value), comment, shows_default});
  }
  std::vector<Line> lines;
};

/// Lines of what differs from the default, and of what is always shown.
template <typename Spec>
std::vector<Lines::Line> lines_of(const Spec& spec) {
  Lines usual, actual;
  Spec fresh{}, copy = spec;
  visit(usual, fresh);
  visit(actual, copy);
  std::vector<Lines::Line> lines;
  for (std::size_t i = 0; i < actual.lines.size(); ++i) {
    const auto& line = actual.lines[i];
    const bool differs = line.text != usual.lines[i].text;
    if ((differs || line.shows_default) && !line.text.empty()) lines.push_back(line);
  }
  return lines;
}

template <typename Spec>
std::string put_inline(const Spec& spec) {
  std::string out;
  for (const auto& line : lines_of(spec)) {
    out += (out.empty() ? "{ " : ", ") + std::string(line.key) + " = " + line.text;
  }
  return out.empty() ? "{}" : out + " }";
}

class Writer {
 public:
  explicit Writer(const Study& study) : study_(study) {}

  std::string run() {
    comment({"Holdfast study. `holdfast check` explains it, `holdfast run` runs it.",
             "Holdfast 研究文件。`holdfast check` 用文字说明,`holdfast run` 运行。"});
    section("study", study_, {"General", "总体设置"});
    for (const auto& table : study_.tables) write_table(table);
    if (study_.churn) {
      write_churn("churn", *study_.churn, "[churn]", {"What counts as churn", "什么算流失"});
    }
    for (const auto& candidate : study_.candidates) {
      write_churn("definition", candidate, "[[definition]]",
                  {"Another definition, for `holdfast definitions`",
                   "另一种定义,供 `holdfast definitions` 比较"});
    }
    section("cutoffs", study_.cutoffs, {"When predictions are made", "在哪些时点作预测"});
    section("features", study_.features,
            {"What is computed about each customer", "为每个客户计算哪些特征"});
    for (const auto& own : study_.features.own) list_item("feature", own);
    section("split", study_.split,
            {"What models learn from and what they are judged on", "训练与检验的划分"});
    write_models();
    if (study_.selection != SelectionSpec{}) {
      section("selection", study_.selection, {"Which columns are worth attention", "字段选择"});
    }
    section("profit", study_.profit, {"Money around one contact", "一次联系的收支"});
    section("warning", study_.warning, {"Levels of the watch list", "预警等级"});
    for (const auto& rule : study_.warning.rules) list_item("rule", rule);
    write_analyses();
    return std::move(out_);
  }

 private:
  void comment(const Text& text) { out_ += "# " + text.in(study_.language) + "\n"; }

  template <typename Spec>
  void fields(const Spec& spec) {
    for (const auto& line : lines_of(spec)) {
      auto text = std::string(line.key) + " = " + line.text;
      const auto& note = line.comment.in(study_.language);
      if (!note.empty())
        text += std::string(text.size() < 40 ? 40 - text.size() : 1, ' ') + "# " + note;
      out_ += text + "\n";
    }
  }
  template <typename Spec>
  void section(std::string_view name, const Spec& spec, const Text& what) {
    out_ += "\n";
    comment(what);
    out_ += fmt::format("[{}]\n", name);
    fields(spec);
  }
  template <typename Spec>
  void list_item(std::string_view name, const Spec& spec) {
    out_ += fmt::format("\n[[{}]]\n", name);
    fields(spec);
  }

  void write_table(const TableSpec& table) {
    const auto header = "table." + key_text(table.name);
    out_ += fmt::format("\n[{}]\n", header);
    fields(table);
    if (!table.columns.empty()) out_ += fmt::format("\n[{}.columns]\n", header);
    for (const auto& column : table.columns) {
      out_ += fmt::format("{} = {}\n", key_text(column.format.name), put_inline(column));
    }
    if (table.computed.empty()) return;
    out_ += fmt::format("\n[{}.computed]\n", header);
    for (const auto& made : table.computed) {
      out_ += fmt::format("{} = {}\n", key_text(made.name), put_inline(made));
    }
  }

  void write_churn(std::string_view name, const ChurnDefinition& churn, std::string_view header,
                   const Text& what) {
    out_ += "\n";
    comment(what);
    out_ += fmt::format("{}\n", header);
    fields(churn);
    for (const auto& exit : churn.exits) list_item(fmt::format("{}.exit", name), exit);
  }

  /// The models a section names under `key`, and a table for the parameters of each.
  void write_model_list(std::string_view section, std::string_view key,
                        const std::vector<ModelSpec>& models) {
    std::vector<std::string> ids;
    for (const auto& model : models) ids.push_back(model.id);
    if (!ids.empty()) out_ += fmt::format("{} = {}\n", key, put(ids));
    for (const auto& model : models) {
      if (model.parameters.empty()) continue;
      out_ += fmt::format("\n[{}.{}]\n", section, key_text(model.id));
      for (const auto& [name, value] : model.parameters)
        out_ += key_text(name) + " = " + put(value) + "\n";
    }
  }

  void write_models() {
    section("models", study_.models,
            {"Models to compare; none named: all", "要比较的模型;不写则全部"});
    write_model_list("models", "compare", study_.models.compare);
  }

  void write_analyses() {
    auto specs = study_.analyses;
    each_analysis(specs, [&](std::string_view name, const auto& spec, const Text& what) {
      if (!spec) return;
      section(name, *spec, what);
      if constexpr (requires { spec->models; }) write_model_list(name, "models", spec->models);
    });
  }

  const Study& study_;
  std::string out_;
};

}  // namespace

std::string write(const Study& study) { return Writer(study).run(); }

}  // namespace holdfast::study
