#include "exchange/portable/sql.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/portable/layers.hpp"

namespace holdfast::exchange {
namespace {

using Op = Formula::Op;

// SQLite reads expressions no deeper than 1,000; a sum of more parts is written as sums of sums.
constexpr std::size_t kPartsMax = 24;

class SqlWriter {
 public:
  SqlWriter(const Formula& formula, Dialect dialect) : formula_(&formula), dialect_(dialect) {}

  std::string query(std::string_view table) const {
    const auto layers = layers_of(*formula_);
    const bool has_hint = dialect_ != Dialect::Spark;
    std::string out;
    std::string from = quoted(table);
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
      // Materialised: else a step would be worked out again wherever it is named.
      out += fmt::format("{}layer_{} AS {}(\n{}\n)", i == 0 ? "WITH " : ",\n", i + 1,
                         has_hint ? "MATERIALIZED " : "", select(layers[i], from));
      from = fmt::format("layer_{}", i + 1);
    }
    return out + (out.empty() ? "" : "\n") + select(layers.back(), from) + "\n";
  }

 private:
  std::string select(const std::vector<std::int32_t>& layer, const std::string& from) const {
    std::string out = "SELECT *";
    for (const auto index : layer) {
      const auto& step = formula_->steps[static_cast<std::size_t>(index)];
      const auto name = index == formula_->root ? formula_->answer : step.name;
      out += fmt::format(",\n  {} AS {}", body(step), quoted(name));
    }
    return out + "\nFROM " + from;
  }

  std::string quoted(std::string_view name) const {
    const char mark = dialect_ == Dialect::Spark ? '`' : '"';
    std::string out(1, mark);
    for (const char c : name) {
      out += c;
      if (c == mark) out += c;
    }
    return out + mark;
  }

  std::string literal(std::string_view text) const {
    std::string out = "'";
    for (const char c : text) {
      if (c == '\'' || (c == '\\' && dialect_ == Dialect::Spark)) {
        out += dialect_ == Dialect::Spark ? '\\' : '\'';
      }
      out += c;
    }
    return out + "'";
  }

  std::string number(double value) const {
    // An exponent makes a double of it in every dialect but PostgreSQL, which reads exact decimals.
    auto text = fmt::format("{:.17g}", value);
    if (text.find_first_of("eE") == std::string::npos) text += "E0";
    if (dialect_ == Dialect::Postgresql) return fmt::format("{}::float8", value < 0 ? "(" + text + ")" : text);
    return value < 0 ? "(" + text + ")" : text;
  }

  std::string text_of(std::int32_t index) const {
    const auto& step = formula_->steps[static_cast<std::size_t>(index)];
    return step.name.empty() ? body(step) : quoted(step.name);
  }

  std::string joined(const std::vector<std::int32_t>& parts, std::size_t begin, std::size_t end,
                     std::string_view sign) const {
    std::string out = "(";
    const std::size_t count = end - begin;
    if (count > kPartsMax) {
      const std::size_t size = (count + kPartsMax - 1) / kPartsMax;
      for (std::size_t at = begin; at < end; at += size) {
        if (at > begin) out += sign;
        out += joined(parts, at, std::min(at + size, end), sign);
      }
      return out + ")";
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) out += sign;
      out += text_of(parts[i]);
    }
    return out + ")";
  }

  std::string in_set(const Formula::Step& step) const {
    if (step.categories.empty()) return "(1 = 0)";
    std::string out = quoted(step.column) + " IN (";
    for (std::size_t i = 0; i < step.categories.size(); ++i) {
      if (i > 0) out += ", ";
      out += literal(step.categories[i]);
    }
    // IN of NULL is NULL, which NOT would leave NULL.
    return fmt::format("({} IS NOT NULL AND {}))", quoted(step.column), out);
  }

  /// A chain of conditions as one CASE.
  std::string chosen(const Formula::Step& first) const {
    std::string out = "CASE";
    const Formula::Step* step = &first;
    while (true) {
      out += fmt::format(" WHEN {} THEN {}", text_of(step->arguments[0]), text_of(step->arguments[1]));
      const auto& next = formula_->steps[static_cast<std::size_t>(step->arguments[2])];
      if (next.op != Op::If || !next.name.empty()) break;
      step = &next;
    }
    return out + fmt::format(" ELSE {} END", text_of(step->arguments[2]));
  }

  std::string of_two(std::string_view sqlite, std::string_view others,
                     const Formula::Step& step) const {
    return fmt::format("{}({}, {})", dialect_ == Dialect::Sqlite ? sqlite : others,
                       text_of(step.arguments[0]), text_of(step.arguments[1]));
  }

  std::string body(const Formula::Step& step) const {
    const auto argument = [&](std::size_t i) { return text_of(step.arguments[i]); };
    switch (step.op) {
      case Op::Number: return number(step.number);
      case Op::Column: return quoted(step.column);
      case Op::Known: return fmt::format("({} IS NOT NULL)", quoted(step.column));
      case Op::InSet: return in_set(step);
      case Op::Less: return fmt::format("({} < {})", argument(0), argument(1));
      case Op::LessEqual: return fmt::format("({} <= {})", argument(0), argument(1));
      case Op::Not: return fmt::format("(NOT {})", argument(0));
      case Op::If: return chosen(step);
      case Op::Sum: return joined(step.arguments, 0, step.arguments.size(), " + ");
      case Op::Product: return joined(step.arguments, 0, step.arguments.size(), " * ");
      case Op::Divide: return fmt::format("({} / {})", argument(0), argument(1));
      case Op::Minimum: return of_two("MIN", "LEAST", step);
      case Op::Maximum: return of_two("MAX", "GREATEST", step);
      case Op::Exp: return fmt::format("EXP({})", argument(0));
      case Op::Log: return fmt::format("LN({})", argument(0));
      case Op::Tanh: return fmt::format("TANH({})", argument(0));
      case Op::Power: return fmt::format("POWER({}, {})", argument(0), argument(1));
    }
    return "NULL";
  }

  const Formula* formula_;
  Dialect dialect_;
};

}  // namespace

std::string to_sql(const Formula& formula, Dialect dialect, std::string_view table) {
  return SqlWriter(formula, dialect).query(table);
}

}  // namespace holdfast::exchange
