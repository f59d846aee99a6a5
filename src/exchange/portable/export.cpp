#include "exchange/portable/export.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/onnx.hpp"
#include "exchange/portable/pmml.hpp"
#include "exchange/portable/pmml_association.hpp"

namespace holdfast::exchange {
namespace {

constexpr double kDifferenceMax = 1e-6;

std::string_view name_of(Format format) {
  constexpr std::string_view kNames[] = {"PMML", "ONNX", "SQL"};
  return kNames[static_cast<std::size_t>(format)];
}

Result<std::string> written(const FittedModel& model, const dataset::Columns& rows,
                            const ExportOptions& options) {
  if (options.format == Format::Pmml) return to_pmml(model, rows, options.version);
  if (options.format == Format::Onnx) return to_onnx(model, rows, options.version);
  HOLDFAST_TRY(const auto formula, formula_of(model));
  return to_sql(formula, options.dialect, options.table);
}

Result<std::vector<double>> answers(const FittedModel& model, const dataset::Columns& rows,
                                    const ExportOptions& options, const std::string& content) {
  if (options.format == Format::Pmml) return run_pmml(content, model, rows);
  if (options.format == Format::Onnx) return run_onnx(content, model, rows);
  if (options.dialect == Dialect::Sqlite) return run_sqlite(content, model, rows, options.table);
  HOLDFAST_TRY(const auto formula, formula_of(model));
  return run_sqlite(to_sql(formula, Dialect::Sqlite, options.table), model, rows, options.table);
}

/// Rules of items answer of baskets, not of rows: what was written is read back and compared.
Result<Exported> export_rules(const FittedModel& model, const forms::AssociationRules& rules,
                              const ExportOptions& options) {
  if (options.format != Format::Pmml) return Error{errors::kNoFormula, {{"model", model.model_id}}};
  Exported exported;
  HOLDFAST_TRY(exported.content, to_pmml_association(model, options.version));
  HOLDFAST_TRY(const auto again, read_pmml_association(exported.content));
  exported.largest_difference = rules_difference(rules, again);
  if (!(exported.largest_difference <= kDifferenceMax)) {
    return Error{errors::kDiffers,
                 {{"format", "PMML"}, {"difference", exported.largest_difference}}};
  }
  return exported;
}

}  // namespace

bool reads_rows(const FittedModel& model) {
  return model.kind != ModelKind::Pattern && model.kind != ModelKind::Transition;
}

Result<Exported> export_model(const FittedModel& model, const dataset::Columns& rows,
                              const ExportOptions& options) {
  if (const auto* rules = std::get_if<forms::AssociationRules>(&model.form))
    return export_rules(model, *rules, options);
  Exported exported;
  HOLDFAST_TRY(exported.content, written(model, rows, options));
  HOLDFAST_TRY(const auto theirs, answers(model, rows, options, exported.content));
  const auto ours = predict(model, rows);
  HOLDFAST_CHECK(ours.size() == theirs.size());
  exported.rows_checked = ours.size();
  for (std::size_t r = 0; r < ours.size(); ++r) {
    const double difference = std::abs(ours[r] - theirs[r]);
    // Written so that NaN fails too.
    if (!(difference <= kDifferenceMax)) {
      return Error{errors::kDiffers,
                   {{"format", name_of(options.format)}, {"difference", difference}}};
    }
    exported.largest_difference = std::max(exported.largest_difference, difference);
  }
  return exported;
}

}  // namespace holdfast::exchange
