#include <cmath>

#include <nlohmann/json.hpp>

#include "exchange/format.hpp"
#include "exchange/results.hpp"

namespace holdfast::exchange {
namespace {

using Json = nlohmann::ordered_json;

// Raised when a name changes its meaning or goes.
constexpr int kFormatVersion = 1;

/// JSON has no infinity: what is not finite is null.
Json real(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// Null where the data carry no time.
Json day(Day value) { return is_dated(value) ? Json(to_string(value)) : Json(nullptr); }

/// Amounts leave as decimal numbers of the currency, not as cents.
Json amount(std::int64_t cents) { return static_cast<double>(cents) / 100; }

Json text(const Text& value) { return {{"en", printable(value.en)}, {"zh", printable(value.zh)}}; }

template <typename Items, typename Convert>
Json list(const Items& items, Convert convert) {
  auto out = Json::array();
  for (const auto& item : items) out.push_back(convert(item));
  return out;
}

Json interval(const evaluation::Interval& value) {
  return {{"estimate", real(value.estimate)}, {"lower", real(value.lower)}, {"upper", real(value.upper)}};
}

Json points(const std::vector<evaluation::Point>& values) {
  return list(values, [](const auto& point) { return Json::array({real(point.x), real(point.y)}); });
}

Json profit(const evaluation::Profit& value) {
  return {{"per_customer", real(value.per_customer)}, {"fraction", real(value.fraction)},
          {"threshold", real(value.threshold)}};
}

Json contacts(const evaluation::Contacts& value) {
  return {{"churners_wanted", value.churners_wanted}, {"churners_total", value.churners_total},
          {"rows", value.rows},                       {"churn_rate", real(value.churn_rate)},
          {"contacts_random", value.contacts_random}, {"contacts_model", value.contacts_model},
          {"sentence", text(evaluation::sentence_of(value))}};
}

Json gains(const std::vector<evaluation::GainsRow>& rows) {
  return list(rows, [](const evaluation::GainsRow& row) {
    return Json{{"share", real(row.share)}, {"contacts", row.contacts}, {"churners", real(row.churners)},
                {"churners_share", real(row.churners_share)}, {"churn_rate", real(row.churn_rate)},
                {"lift", real(row.lift)}, {"cumulative_lift", real(row.cumulative_lift)}};
  });
}

Json calibration(const std::vector<evaluation::CalibrationRow>& rows) {
  return list(rows, [](const evaluation::CalibrationRow& row) {
    return Json{{"mean_probability", real(row.mean_probability)}, {"churn_rate", real(row.churn_rate)},
                {"lower", real(row.lower)}, {"upper", real(row.upper)}, {"rows", row.rows}};
  });
}

Json metrics(const evaluation::Metrics& m) {
  return {{"rows", m.rows},
          {"churners", real(m.churners)},
          {"churn_rate", real(m.churn_rate)},
          {"auc", interval(m.auc)},
          {"average_precision", real(m.average_precision)},
          {"ks", real(m.ks)},
          {"ks_threshold", real(m.ks_threshold)},
          {"brier", real(m.brier)},
          {"brier_skill", real(m.brier_skill)},
          {"log_loss", real(m.log_loss)},
          {"calibration_slope", real(m.calibration_slope)},
          {"calibration_intercept", real(m.calibration_intercept)},
          {"expected_calibration_error", real(m.expected_calibration_error)},
          {"top_decile_lift", real(m.top_decile_lift)},
          {"error_cost", real(m.error_cost)},
          {"empc", profit(m.empc)},
          {"maximum_profit", profit(m.maximum_profit)},
          {"contacts", contacts(m.contacts)},
          {"gains", gains(m.gains)},
          {"calibration", calibration(m.calibration)},
          {"roc", points(m.roc)},
          {"precision_recall", points(m.precision_recall)},
          {"profit", points(m.profit)}};
}

Json parameters(const Parameters& values);

Json dependence(const explanation::Dependence& curve) {
  return {{"column", curve.column},
          {"range", real(curve.range)},
          {"points", list(curve.points, [&](const explanation::DependencePoint& point) {
             const Json value = point.is_missing     ? Json(nullptr)
                                : curve.is_category ? Json(printable(point.category))
                                                    : real(point.value);
             return Json{{"value", value}, {"mean", real(point.mean)}, {"lower", real(point.lower)},
                         {"upper", real(point.upper)}, {"share", real(point.share)}};
           })}};
}

Json search(const automodel::SearchResult& result) {
  return {{"is_out_of_time", result.is_out_of_time},
          {"tried", list(result.tried, [](const automodel::Tried& tried) {
             return Json{{"model", tried.model_id},
                         {"parameters", parameters(tried.spec.parameters)},
                         {"mean", real(tried.mean)},
                         {"deviation", real(tried.deviation)},
                         {"is_chosen", tried.is_chosen},
                         {"failed", printable(tried.failed)}};
           })}};
}

Json parameters(const Parameters& values) {
  auto out = Json::object();
  for (const auto& [name, value] : values) {
    std::visit([&, &key = name](const auto& one) { out[key] = one; }, value);
  }
  return out;
}

Json tables(const std::vector<ReportTable>& all) {
  return list(all, [](const ReportTable& table) {
    auto rows = list(table.rows, [](const auto& row) {
      return list(row, [](const auto& cell) {
        const auto* number_cell = std::get_if<double>(&cell);
        return number_cell != nullptr ? real(*number_cell) : Json(printable(std::get<std::string>(cell)));
      });
    });
    return Json{{"id", table.id}, {"title", text(table.title)}, {"columns", table.columns},
                {"rows", std::move(rows)}};
  });
}

Json model(const ModelResult& result, const std::string& champion) {
  Json out = {{"id", result.id}, {"name", text(result.name)}, {"is_champion", result.id == champion}};
  out["failed"] = result.failed.empty() ? Json(nullptr) : Json(printable(result.failed));
  auto by_split = Json::object();
  for (const auto& [split, figures] : result.metrics) {
    by_split[std::string(dataset::name_of(split))] = metrics(figures);
  }
  out["metrics"] = std::move(by_split);
  out["importance"] = list(result.importance, [](const auto& one) {
    return Json{{"feature", printable(one.first)}, {"mean_abs_contribution", real(one.second)}};
  });
  if (result.model) {
    out["parameters"] = parameters(result.model->parameters);
    out["seed"] = result.model->seed;
    out["tables"] = tables(result.model->tables);
    out["notes"] = list(result.model->notes, text);
  }
  return out;
}

Json stability(const evaluation::Stability& value) {
  return {{"name", printable(value.name)},
          {"cutoffs", list(value.cutoffs, day)},
          {"psi", list(value.psi, real)},
          {"psi_max", real(value.psi_max)}};
}

Json contrast(const evaluation::Contrast& value) {
  return {{"name", printable(value.name)},
          {"is_category", value.is_category},
          {"category", printable(value.category)},
          {"leavers", real(value.leavers)},
          {"stayers", real(value.stayers)},
          {"effect", interval(value.effect)},
          {"p_value", real(value.p_value)},
          {"missing_leavers", real(value.missing_leavers)},
          {"missing_stayers", real(value.missing_stayers)},
          {"groups", list(value.groups, [](const auto& group) {
             return Json{{"label", printable(group.label)}, {"leavers_share", real(group.leavers_share)},
                         {"stayers_share", real(group.stayers_share)},
                         {"churn_rate", real(group.churn_rate)}, {"rows", group.rows}};
           })}};
}

Json watch_list(const RunResults& results) {
  const auto& list_given = results.watch_list;
  return {{"as_of", day(list_given.as_of)},
          {"scored_count", list_given.scored_count},
          {"warnings_count", list_given.warnings.size()},
          {"limits",
           {{"red", real(list_given.limits.red)}, {"orange", real(list_given.limits.orange)},
            {"yellow", real(list_given.limits.yellow)}, {"is_by_profit", list_given.limits.is_by_profit},
            {"is_capped", list_given.limits.is_capped}}},
          {"levels", list(results.levels, [](const LevelSummary& level) {
             return Json{{"level", warning::name_of(level.level)}, {"warnings_count", level.warnings_count},
                         {"value", amount(level.value_cents)},
                         {"expected_loss", amount(level.expected_loss_cents)}};
           })},
          {"rule_errors", list(list_given.rule_errors, [](const Error& error) {
             return Json{{"kind", error.kind->name},
                         {"message", text({message_of(error, Language::En),
                                           message_of(error, Language::Zh)})}};
           })}};
}

Json costs(const study::ProfitSpec& spec) {
  return {{"currency", printable(spec.currency)},  {"customer_value", real(spec.customer_value)},
          {"value", printable(spec.value)},        {"offer_cost", real(spec.offer_cost)},
          {"contact_cost", real(spec.contact_cost)}, {"acceptance_alpha", real(spec.acceptance_alpha)},
          {"acceptance_beta", real(spec.acceptance_beta)}};
}

Json imports(const std::vector<history::ImportCounts>& all) {
  return list(all, [](const history::ImportCounts& counts) {
    return Json{{"table", printable(counts.table)}, {"rows_read", counts.rows_read},
                {"rows_kept", counts.rows_kept}, {"rows_quarantined", counts.rows_quarantined},
                {"rows_duplicate", counts.rows_duplicate}, {"orphans_count", counts.orphans_count},
                {"rows_stored", counts.rows_stored}};
  });
}

Json cutoffs(const std::vector<features::CutoffCounts>& all) {
  return list(all, [](const features::CutoffCounts& counts) {
    return Json{{"cutoff", day(counts.cutoff)}, {"active", counts.active},
                {"churned", counts.churned}, {"competing", counts.competing},
                {"immature", counts.immature}};
  });
}

Json backtest(const std::vector<BacktestRow>& all) {
  return list(all, [](const BacktestRow& row) {
    return Json{{"test_from", day(row.test_from)}, {"test_to", day(row.test_to)},
                {"train_rows", row.train_rows}, {"test_rows", row.test_rows},
                {"churn_rate", real(row.churn_rate)}, {"auc", interval(row.auc)},
                {"top_decile_lift", real(row.top_decile_lift)}, {"empc", real(row.empc)},
                {"brier", real(row.brier)}};
  });
}

}  // namespace

std::string evaluation_json(const RunResults& results) {
  Json out;
  out["format"] = "holdfast.evaluation";
  out["format_version"] = kFormatVersion;
  out["program_version"] = results.version;
  out["study_name"] = printable(results.study_name);
  out["as_of"] = day(results.as_of);
  out["manifest_number"] = results.manifest_number;
  out["seed"] = results.seed;
  out["costs"] = costs(results.costs);
  out["study_explained"] = list(results.study_explained, text);
  out["imports"] = imports(results.imports);
  out["cutoffs"] = cutoffs(results.cutoffs);
  auto rows = Json::object();
  for (const auto& [split, number_of] : results.split_rows) {
    rows[std::string(dataset::name_of(split))] = number_of;
  }
  out["split_rows"] = std::move(rows);
  out["champion"] = results.champion;
  out["champion_because"] = text(results.champion_because);
  out["dependence"] = list(results.dependence, dependence);
  out["interactions"] = list(results.interactions, [](const explanation::Interaction& pair) {
    return Json{{"a", pair.a}, {"b", pair.b}, {"strength", real(pair.strength)},
                {"size", real(pair.size)}};
  });
  out["search"] = search(results.search);
  out["models"] = list(results.models, [&](const auto& one) { return model(one, results.champion); });
  out["backtest"] = backtest(results.backtest);
  out["score_stability"] = stability(results.score_stability);
  out["feature_stability"] = list(results.feature_stability, stability);
  out["leavers_against_stayers"] = list(results.contrasts, contrast);
  out["features"] = list(results.features, [](const features::FeatureInfo& feature) {
    return Json{{"name", printable(feature.name)}, {"family", feature.family},
                {"table", printable(feature.table)},
                {"columns", list(feature.columns, [](const auto& name) { return Json(printable(name)); })},
                {"window_days", feature.window_days}, {"filter", printable(feature.filter)},
                {"unit", printable(feature.unit)}, {"sentence", text(feature.sentence)}};
  });
  out["watch_list"] = watch_list(results);
  out["notes"] = list(results.notes, text);
  return out.dump(2) + "\n";
}

}  // namespace holdfast::exchange
