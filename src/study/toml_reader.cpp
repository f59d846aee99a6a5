#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/places.hpp"
#include "study/sections.hpp"
#include "study/words.hpp"

namespace holdfast::study {
namespace {

/// What a value should look like, for messages; and reading one. True where it fits.
template <typename Integer>
bool read_integer(const toml::node& node, Integer& value) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || !std::in_range<Integer>(*number)) return false;
  value = static_cast<Integer>(*number);
  return true;
}
bool read(const toml::node& node, int& value) { return read_integer(node, value); }
bool read(const toml::node& node, std::int64_t& value) { return read_integer(node, value); }
bool read(const toml::node& node, std::uint64_t& value) { return read_integer(node, value); }
bool read(const toml::node& node, bool& value) {
  const auto flag = node.value_exact<bool>();
  if (flag) value = *flag;
  return flag.has_value();
}
bool read(const toml::node& node, double& value) {
  const auto number = node.value<double>();
  if (!node.is_number() || !number || !std::isfinite(*number)) return false;
  value = *number;
  return true;
}
bool read(const toml::node& node, std::string& value) {
  const auto text = node.value_exact<std::string>();
  if (text) value = *text;
  return text.has_value();
}
bool read(const toml::node& node, std::filesystem::path& value) {
  std::string text;
  if (!read(node, text) || text.empty()) return false;
  value = text;
  return true;
}
bool read(const toml::node& node, char& value) {
  std::string text;
  if (!read(node, text) || text.size() > 1) return false;
  value = text.empty() ? '\0' : text[0];
  return true;
}
bool read(const toml::node& node, Day& value) {
  std::optional<Day> day;
  if (const auto date = node.value_exact<toml::date>()) {
    day = day_from_civil(date->year, date->month, date->day);
  } else if (const auto text = node.value_exact<std::string>()) {
    day = parse_iso_day(*text);
  }
  if (day) value = *day;
  return day.has_value();
}
bool read(const toml::node& node, std::optional<Day>& value) {
  Day day;
  if (!read(node, day)) return false;
  value = day;
  return true;
}
template <typename T>
bool read(const toml::node& node, std::vector<T>& values) {
  values.clear();
  const auto* array = node.as_array();
  if (array == nullptr) {
    T single{};
    if (!read(node, single)) return false;
    values = {single};
    return true;
  }
  for (const auto& item : *array) {
    T value{};
    if (!read(item, value)) return false;
    values.push_back(std::move(value));
  }
  return true;
}
bool read(const toml::node& node, ParameterValue& value) {
  if (const auto* flag = node.as_boolean()) {
    value = flag->get();
  } else if (const auto* integer = node.as_integer()) {
    value = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    value = real->get();
  } else if (const auto* text = node.as_string()) {
    value = text->get();
  } else if (node.is_array()) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    if (read(node, numbers)) value = std::move(numbers);
    else if (read(node, texts)) value = std::move(texts);
    else return false;
  } else {
    return false;
  }
  return true;
}

template <typename T>
std::string_view example_of(const T&) {
  if constexpr (std::is_same_v<T, bool>) return "true";
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, char>) return "90";
  if constexpr (std::is_same_v<T, double>) return "0.25";
  if constexpr (std::is_same_v<T, char>) return "\",\"";
  if constexpr (std::is_same_v<T, std::optional<Day>>) return "2024-03-31";
  if constexpr (std::is_same_v<T, std::vector<Day>>) return "[2024-01-01, 2024-04-01]";
  if constexpr (std::is_same_v<T, std::vector<int>>) return "[30, 90]";
  if constexpr (std::is_same_v<T, std::vector<std::string>>) return "[\"a\", \"b\"]";
  if constexpr (std::is_same_v<T, std::vector<SegmentLimit>>) {
    return "90, or { corporate = 90, \"*\" = 60 }";
  }
  if constexpr (std::is_same_v<T, std::optional<Reference>>) {
    return "{ column = \"policy_id\", table = \"policies\", table_column = \"policy_id\" }";
  }
  return "\"text\"";
}

/// Entries in the order they are written; toml++ keeps them sorted by name.
std::vector<std::pair<std::string, const toml::node*>> in_file_order(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(std::string(key.str()), &node);
  const auto spot = [](const auto& entry) {
    const auto& begin = entry.second->source().begin;
    return std::pair(begin.line, begin.column);
  };
  std::ranges::stable_sort(entries, {}, spot);
  return entries;
}

class Loader {
 public:
  Loader(Checked& checked, Places& places) : checked_(checked), places_(places) {}

  void load(const toml::table& root);

  void note(const std::string& path, const toml::node& node) {
    const auto& begin = node.source().begin;
    places_.spots[path] = {static_cast<std::int64_t>(begin.line),
                           static_cast<std::int64_t>(begin.column)};
  }
  void fail(const ErrorKind& kind, std::vector<Argument> arguments, const std::string& path) {
    checked_.errors.emplace_back(kind, std::move(arguments), places_.of(path));
  }
  std::int64_t line_of(const toml::node& node) const { return node.source().begin.line; }

  void unknown_keys(const toml::table& table, const std::string& path,
                    const std::vector<std::string>& known) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (std::ranges::find(known, name) != known.end()) continue;
      auto near = nearest(name, known);
      if (near.empty()) near = join(known, ", ");
      const auto& begin = key.source().begin;
      checked_.errors.emplace_back(
          errors::kUnknownKey, std::vector<Argument>{{"key", name}, {"nearest", near}},
          Place{places_.file, begin.line, begin.column, path.empty() ? name : path + "." + name});
    }
  }

  /// Fills `spec` from a table of the file; `others`: keys read elsewhere.
  template <typename Spec>
  void section(const toml::table& table, const std::string& path, Spec& spec,
               std::vector<std::string> others = {});

 private:
  const toml::table* table_at(const toml::table& parent, const std::string& path,
                              std::string_view key) {
    const auto* node = parent.get(key);
    if (node == nullptr) return nullptr;
    note(path, *node);
    if (!node->is_table()) fail(errors::kWrongType, {{"example", "[" + path + "]"}}, path);
    return node->as_table();
  }
  template <typename Use>
  void each_table(const toml::table& parent, const std::string& path, std::string_view key,
                  Use use) {
    const auto* node = parent.get(key);
    if (node == nullptr) return;
    note(path, *node);
    const auto* array = node->as_array();
    bool fits = array != nullptr;
    for (std::size_t i = 0; fits && i < array->size(); ++i) {
      const auto* item = (*array)[i].as_table();
      fits = item != nullptr;
      if (!fits) break;
      const auto item_path = fmt::format("{}.{}", path, i + 1);
      note(item_path, *item);
      use(*item, item_path);
    }
    if (!fits) fail(errors::kWrongType, {{"example", "[[" + path + "]]"}}, path);
  }

  void load_table(const std::string& name, const toml::node& node);
  void load_models(const toml::table& table);
  /// The models a section names under `key`, and the parameters in its tables by their ids. What the
  /// section may hold beside its own fields.
  std::vector<std::string> load_model_list(const toml::table& table, const std::string& section,
                                           const std::string& key, std::vector<ModelSpec>& models);
  void load_analyses(const toml::table& root);
  ChurnDefinition definition(const toml::table& table, const std::string& path);

  Checked& checked_;
  Places& places_;
};

/// The visitor of sections.hpp that reads.
class Fields {
 public:
  Fields(Loader& loader, const toml::table& table, std::string path)
      : loader_(loader), table_(table), path_(std::move(path)) {}

  template <typename T>
  void field(std::string_view key, T& value, const Text& = {}, bool = false) {
    known_.emplace_back(key);
    const auto* node = table_.get(key);
    if (node == nullptr) return;
    const auto path = path_ + "." + std::string(key);
    loader_.note(path, *node);
    if constexpr (std::is_enum_v<T>) {
      read_word(*node, value, path);
    } else if constexpr (std::is_same_v<T, std::optional<Encoding>>) {
      std::string name;
      const auto encoding = read(*node, name) ? encoding_named(name) : std::nullopt;
      if (!encoding) return unknown_word<Encoding>(name, path);
      value = encoding;
    } else if constexpr (std::is_same_v<T, std::optional<Reference>>) {
      if (!node->is_table()) return wrong(value, path);
      value.emplace();
      loader_.section(*node->as_table(), path, *value);
    } else if constexpr (std::is_same_v<T, std::vector<SegmentLimit>>) {
      if (!read_limits(*node, value)) wrong(value, path);
    } else if (T fresh{}; read(*node, fresh)) {
      value = std::move(fresh);
    } else {
      wrong(value, path);
    }
  }

  std::vector<std::string> take_known() { return std::move(known_); }

 private:
  template <typename T>
  void wrong(const T& value, const std::string& path) {
    loader_.fail(errors::kWrongType, {{"example", example_of(value)}}, path);
  }
  template <typename Enum>
  void unknown_word(const std::string& word, const std::string& path) {
    loader_.fail(errors::kUnknownWord, {{"value", word}, {"known", join(all_words<Enum>(), ", ")}},
                 path);
  }
  template <typename Enum>
  void read_word(const toml::node& node, Enum& value, const std::string& path) {
    std::string word;
    if (!read(node, word) || !from_word(word, value)) unknown_word<Enum>(word, path);
  }
  static bool read_limits(const toml::node& node, std::vector<SegmentLimit>& limits) {
    limits.clear();
    double single = 0;
    if (read(node, single)) {
      limits = {{"", single}};
      return true;
    }
    if (!node.is_table()) return false;
    for (const auto& [segment, limit] : in_file_order(*node.as_table())) {
      SegmentLimit entry{segment == "*" ? "" : segment, 0};
      if (!read(*limit, entry.limit)) return false;
      limits.push_back(std::move(entry));
    }
    return true;
  }

  Loader& loader_;
  const toml::table& table_;
  std::string path_;
  std::vector<std::string> known_;
};

template <typename Spec>
void Loader::section(const toml::table& table, const std::string& path, Spec& spec,
                     std::vector<std::string> others) {
  Fields fields(*this, table, path);
  visit(fields, spec);
  auto known = fields.take_known();
  known.insert(known.end(), others.begin(), others.end());
  unknown_keys(table, path, known);
}

void Loader::load_table(const std::string& name, const toml::node& node) {
  const auto path = "table." + name;
  note(path, node);
  const auto* table = node.as_table();
  if (table == nullptr) return fail(errors::kWrongType, {{"example", "[" + path + "]"}}, path);
  TableSpec spec;
  spec.name = name;
  spec.line = line_of(node);
  section(*table, path, spec, {"columns", "computed"});
  if (const auto* columns = table_at(*table, path + ".columns", "columns")) {
    for (const auto& [column, entry] : in_file_order(*columns)) {
      ColumnSpec column_spec;
      column_spec.format.name = column;
      const auto column_path = path + ".columns." + column;
      note(column_path, *entry);
      if (const auto* inline_table = entry->as_table()) {
        section(*inline_table, column_path, column_spec);
      } else if (std::string word;
                 !read(*entry, word) || !from_word(word, column_spec.format.type)) {
        fail(errors::kWrongType, {{"example", "{ type = \"money\" }"}}, column_path);
      }
      spec.columns.push_back(std::move(column_spec));
    }
  }
  if (const auto* computed = table_at(*table, path + ".computed", "computed")) {
    for (const auto& [column, entry] : in_file_order(*computed)) {
      ComputedColumn made;
      made.name = column;
      const auto column_path = path + ".computed." + column;
      note(column_path, *entry);
      if (const auto* inline_table = entry->as_table()) {
        section(*inline_table, column_path, made);
      } else if (!read(*entry, made.expression)) {
        fail(errors::kWrongType,
             {{"example", "{ expression = \"quantity * price\", type = \"money\" }"}}, column_path);
      }
      spec.computed.push_back(std::move(made));
    }
  }
  for (const auto& column : spec.columns) spec.read.columns.push_back(column.format);
  checked_.study.tables.push_back(std::move(spec));
}

ChurnDefinition Loader::definition(const toml::table& table, const std::string& path) {
  ChurnDefinition churn;
  churn.line = line_of(table);
  section(table, path, churn, {"exit"});
  each_table(table, path + ".exit", "exit",
             [&](const toml::table& exit, const std::string& exit_path) {
               section(exit, exit_path, churn.exits.emplace_back());
             });
  return churn;
}

std::vector<std::string> Loader::load_model_list(const toml::table& table, const std::string& section,
                                                 const std::string& key,
                                                 std::vector<ModelSpec>& models) {
  std::vector<std::string> named;
  std::vector<std::string> known = {key};
  if (const auto* node = table.get(key)) {
    const auto path = section + "." + key;
    note(path, *node);
    if (!read(*node, named)) fail(errors::kWrongType, {{"example", "[\"logistic\"]"}}, path);
    for (const auto& id : named) {
      ModelSpec spec;
      spec.id = id;
      spec.line = line_of(*node);
      models.push_back(std::move(spec));
    }
  }
  for (const auto& [id, node] : in_file_order(table)) {
    const auto* parameters = node->as_table();
    if (parameters == nullptr) continue;
    const auto path = section + "." + id;
    note(path, *node);
    auto found = std::ranges::find(models, id, &ModelSpec::id);
    if (found == models.end() && !named.empty()) continue;  // Told as an unknown key.
    if (found == models.end()) found = models.insert(found, ModelSpec{id, {}, 0});
    known.push_back(id);
    found->line = line_of(*node);
    for (const auto& [name, value] : *parameters) {
      const auto parameter = std::string(name.str());
      note(path + "." + parameter, value);
      if (!read(value, found->parameters[parameter])) {
        fail(errors::kWrongType, {{"example", "0.1"}}, path + "." + parameter);
      }
    }
  }
  known.insert(known.end(), named.begin(), named.end());
  return known;
}

void Loader::load_models(const toml::table& table) {
  auto& models = checked_.study.models;
  section(table, "models", models, load_model_list(table, "models", "compare", models.compare));
}

void Loader::load_analyses(const toml::table& root) {
  each_analysis(checked_.study.analyses, [&](std::string_view name, auto& spec, const Text&) {
    const auto path = std::string(name);
    const auto* table = table_at(root, path, name);
    if (table == nullptr) return;
    spec.emplace();
    if constexpr (requires { spec->models; }) {
      section(*table, path, *spec, load_model_list(*table, path, "models", spec->models));
    } else {
      section(*table, path, *spec);
    }
  });
}

void Loader::load(const toml::table& root) {
  auto& study = checked_.study;
  unknown_keys(root, "",
               {"study", "table", "churn", "definition", "cutoffs", "features", "feature", "split",
                "models", "selection", "profit", "warning", "rule", "survival", "value", "growth",
                "movement", "groups", "patterns", "effect", "cube"});
  if (const auto* table = table_at(root, "study", "study")) section(*table, "study", study);
  if (const auto* tables = table_at(root, "table", "table")) {
    for (const auto& [name, node] : in_file_order(*tables)) load_table(name, *node);
  }
  if (const auto* table = table_at(root, "churn", "churn"))
    study.churn = definition(*table, "churn");
  each_table(root, "definition", "definition",
             [&](const toml::table& table, const std::string& path) {
               study.candidates.push_back(definition(table, path));
             });
  if (const auto* table = table_at(root, "cutoffs", "cutoffs"))
    section(*table, "cutoffs", study.cutoffs);
  if (const auto* table = table_at(root, "features", "features")) {
    section(*table, "features", study.features);
  }
  each_table(root, "feature", "feature", [&](const toml::table& table, const std::string& path) {
    auto& own = study.features.own.emplace_back();
    own.line = line_of(table);
    section(table, path, own);
  });
  if (const auto* table = table_at(root, "split", "split")) section(*table, "split", study.split);
  if (const auto* table = table_at(root, "models", "models")) load_models(*table);
  if (const auto* table = table_at(root, "selection", "selection"))
    section(*table, "selection", study.selection);
  if (const auto* table = table_at(root, "profit", "profit"))
    section(*table, "profit", study.profit);
  if (const auto* table = table_at(root, "warning", "warning"))
    section(*table, "warning", study.warning);
  each_table(root, "rule", "rule", [&](const toml::table& table, const std::string& path) {
    auto& rule = study.warning.rules.emplace_back();
    rule.line = line_of(table);
    section(table, path, rule);
  });
  load_analyses(root);
}

}  // namespace

Checked parse(std::string_view text, const std::filesystem::path& file) {
  Checked checked;
  checked.study.file = file;
  checked.study.folder = file.parent_path();
  Places places;
  places.file = file.string();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!is_utf8(text)) {
    checked.errors.emplace_back(errors::kNotUtf8, std::vector<Argument>{},
                                Place{places.file, 0, 0, ""});
    return checked;
  }
  const auto parsed = toml::parse(text, places.file);
  if (!parsed) {
    const auto& begin = parsed.error().source().begin;
    checked.errors.emplace_back(
        errors::kSyntax, std::vector<Argument>{{"why", std::string(parsed.error().description())}},
        Place{places.file, begin.line, begin.column, ""});
    return checked;
  }
  Loader(checked, places).load(parsed.table());
  check(checked, places);
  const auto by_line = [](const Error& a, const Error& b) { return a.place.line < b.place.line; };
  std::ranges::stable_sort(checked.errors, by_line);
  std::ranges::stable_sort(checked.warnings, by_line);
  return checked;
}

Checked load(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (text.ok()) return parse(*text, file);
  Checked checked;
  checked.study.file = file;
  checked.errors.push_back(text.error());
  return checked;
}

}  // namespace holdfast::study
