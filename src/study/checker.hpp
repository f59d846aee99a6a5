#pragma once

#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "study/expression.hpp"
#include "study/places.hpp"
#include "study/study.hpp"

/// Inner header of study/.
namespace holdfast::study {

/// The nearest of the known names, else the first few of them.
std::string near(std::string_view name, std::vector<std::string> known);

enum class Wanted { Any, Date, Number };

/// Reads a whole study against itself and collects what is wrong, with its place in the file.
class Checker {
 public:
  Checker(Checked& checked, const Places& places)
      : checked_(checked), study_(checked.study), places_(places) {}

  void run();

 private:
  // Tools: check_tools.cpp.
  void fail(const ErrorKind& kind, std::vector<Argument> arguments, const std::string& path);
  /// What follows from a misspelt role is no complaint of its own.
  bool has_misspelt_role() const;
  void warn(const ErrorKind& kind, std::vector<Argument> arguments, const std::string& path);
  void range(double value, double min, double max, const std::string& path);
  void unique(std::set<std::string>& names, const std::string& name, const std::string& path);
  void one_of(const std::string& value, const std::vector<std::string>& known,
              const std::string& path);
  std::vector<std::string> table_names() const;
  std::size_t count(Role role) const;
  void check_column(const TableSpec& table, const std::string& column, const std::string& path,
                    Wanted wanted = Wanted::Any);
  /// True where the outcome is a label on data without time: no cutoffs, no split by time.
  bool is_timeless() const;
  /// Adds an expression's error with its place in the file.
  void misread(Error error, const std::string& section, const std::string& path);
  /// Reads an expression of a rule or own feature; names nobody knows yet may be generated
  /// features.
  ExpressionPtr read(const std::string& source, const std::string& section,
                     const std::string& path, bool allows_unsure);
  void check_no_label(const Expression& node, const std::string& path);
  bool is_row_column(const std::string& name) const;
  void check_condition(const std::string& source, const std::string& section,
                       const std::string& path);

  // Tables: check_tables.cpp.
  /// What need not be written: the table a definition reads where only one can be meant, and its
  /// amount column.
  void fill_in();
  void fill_in(ChurnDefinition& churn) const;
  void general();
  void check_zone(const std::string& name, const std::string& path);
  void check_table(const TableSpec& table);
  void check_columns(const TableSpec& table, const std::string& path);
  void check_named_columns(const TableSpec& table, const std::string& path);
  void check_role(const TableSpec& table, const std::string& path);
  void check_key(const TableSpec& table, const std::string& path);

  // What counts as churn: check_churn.cpp.
  const TableSpec* churn_table(const ChurnDefinition& churn, const std::string& path,
                               std::initializer_list<Role> roles);
  void churn_needs(const ChurnDefinition& churn, std::string_view key, const std::string& path);
  void check_churn(const ChurnDefinition& churn, const std::string& path);
  const TableSpec* check_inactivity(const ChurnDefinition& churn, const std::string& path);
  const TableSpec* check_fall(const ChurnDefinition& churn, const std::string& path);
  const TableSpec* check_rule(const ChurnDefinition& churn, const std::string& path);
  const TableSpec* check_label(const ChurnDefinition& churn, const std::string& path);
  void check_segments(const ChurnDefinition& churn, const std::string& path);
  void check_exits(const ChurnDefinition& churn, const TableSpec* table, const std::string& path);

  // Everything else: check.cpp.
  void check_cutoffs();
  void check_features();
  void check_split();
  void check_models();
  void check_selection();
  void check_money();
  void check_warning();

  // What is done beside the main job: check_analyses.cpp.
  const TableSpec* check_table_name(const std::string& name, const std::string& path);
  void check_column_of(const std::string& table, const std::string& column, const std::string& section,
                       std::string_view key, Wanted wanted);
  void check_value();
  void check_movements();
  void check_analyses();

  Checked& checked_;
  Study& study_;
  const Places& places_;
};

}  // namespace holdfast::study
