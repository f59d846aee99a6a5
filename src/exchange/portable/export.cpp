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

Result<std::string> written(const PortableModel& portable, const CheckedRows& rows,
                            const ExportOptions& options) {
  if (options.format == Format::Onnx) return to_onnx(portable, rows, options.version);
  if (options.format == Format::Sql) return to_sql(portable.formula, options.dialect, options.table);
  if (options.is_cox_element) return to_pmml_cox(portable, rows, options.version);
  return to_pmml(portable, rows, options.version);
}

Result<std::vector<double>> answers(const PortableModel& portable, const dataset::Columns& rows,
                                    const ExportOptions& options, const std::string& content) {
  const auto& model = *portable.model;
  if (options.format == Format::Pmml) return run_pmml(content, model, rows);
  if (options.format == Format::Onnx) return run_onnx(content, model, rows);
  if (options.dialect == Dialect::Sqlite) return run_sqlite(content, model, rows, options.table);
  return run_sqlite(to_sql(portable.formula, Dialect::Sqlite, options.table), model, rows, options.table);
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
  return model.kind != ModelKind::Pattern && model.kind != ModelKind::Transition &&
         model.kind != ModelKind::Value;
}

std::string_view name_of(Format format) {
  constexpr std::string_view kNames[] = {"PMML", "ONNX", "SQL"};
  return kNames[static_cast<std::size_t>(format)];
}

std::vector<Format> formats_of(const ModelDescriptor& model) {
  // Inference with whatever is known, and what goes on between states or after purchases, has no
  // element or arithmetic; an order of events has an element that public engines do not score.
  if (model.id == "bayesian_network") return {};
  if (model.kind == ModelKind::Pattern) {
    return model.id == "sequences" ? std::vector<Format>{} : std::vector<Format>{Format::Pmml};
  }
  if (model.kind == ModelKind::Value || model.kind == ModelKind::Transition) return {};
  return {Format::Pmml, Format::Onnx, Format::Sql};
}

Result<Exported> export_model(const FittedModel& model, const dataset::Columns& rows,
                              const ExportOptions& options) {
  if (const auto* rules = std::get_if<forms::AssociationRules>(&model.form))
    return export_rules(model, *rules, options);
  HOLDFAST_TRY(const auto portable, portable_of(model, options.leaving));
  const CheckedRows checked(portable, rows);
  Exported exported{.answer = portable.formula.answer};
  HOLDFAST_TRY(exported.content, written(portable, checked, options));
  HOLDFAST_TRY(const auto theirs, answers(portable, checked.view(), options, exported.content));
  const auto& ours = checked.own();
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
