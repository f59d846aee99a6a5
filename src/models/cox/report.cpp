#include "models/cox/report.hpp"

#include <cmath>

#include "models/survival_effects.hpp"

namespace holdfast::cox {
namespace {

ReportTable ratios_table(const std::vector<ExitFit>& fits, const std::vector<std::string>& exits,
                         const dataset::Preparation& preparation) {
  const bool has_errors = !fits.empty() && !fits[0].fit.variance.empty();
  auto table = models::effects_table(
      "hazard_ratios", {"How each factor changes the rate of leaving", "各因素对离开速率的影响"},
      "hazard_ratio", {"hazard ratio", "风险比"}, has_errors);
  for (std::size_t e = 0; e < fits.size(); ++e) {
    std::vector<models::Effect> effects;
    const auto p = fits[e].terms.size();
    for (std::size_t k = 0; k < p; ++k) {
      effects.push_back({fits[e].terms[k], fits[e].fit.coefficients[k],
                         has_errors ? std::sqrt(fits[e].fit.variance[k * p + k]) : -1});
    }
    models::add_effects(exits[e], std::move(effects), preparation, table);
  }
  return table;
}

ReportTable over_time_table(const std::vector<ExitFit>& fits,
                            const std::vector<std::string>& exits,
                            const dataset::Preparation& preparation) {
  ReportTable table{
      .id = "proportional_hazards",
      .title = {"Do the effects stay the same over time?", "影响是否随时间保持不变?"},
      .columns = {"exit", "term", "chi_squared", "df", "p"},
      .headers = {{"exit", "离开方式"},
                  {"factor", "因素"},
                  {"chi-squared", "卡方"},
                  {"degrees of freedom", "自由度"},
                  {"p (small: they change)", "p 值(小则随时间变化)"}}};
  const auto add = [&](const std::string& exit, const std::string& term,
                       const survival::ChiSquared& test) {
    table.rows.push_back(
        {exit, term, test.value, static_cast<double>(test.degrees), test.p_value});
  };
  for (std::size_t e = 0; e < fits.size(); ++e) {
    if (fits[e].over_time.empty()) continue;
    add(exits[e], "*", fits[e].over_time_global);
    for (std::size_t k = 0; k < fits[e].terms.size(); ++k) {
      add(exits[e], preparation.terms[fits[e].terms[k]].name, fits[e].over_time[k]);
    }
  }
  return table;
}

ReportTable fit_table(const std::vector<ExitFit>& fits, const std::vector<std::string>& exits) {
  ReportTable table{.id = "fit",
                    .title = {"The fit", "拟合情况"},
                    .columns = {"exit", "rows", "events", "terms", "loglik_null", "loglik",
                                "likelihood_ratio", "p"},
                    .headers = {{"exit", "离开方式"},
                                {"rows", "样本数"},
                                {"left by it", "离开数"},
                                {"terms", "变量数"},
                                {"log likelihood without terms", "无变量对数似然"},
                                {"log likelihood", "对数似然"},
                                {"likelihood ratio", "似然比"},
                                {"p", "p 值"}}};
  for (std::size_t e = 0; e < fits.size(); ++e) {
    const auto& fit = fits[e].fit;
    table.rows.push_back({exits[e], static_cast<double>(fit.rows), static_cast<double>(fit.events),
                          static_cast<double>(fits[e].terms.size()), fit.loglik_null, fit.loglik,
                          fit.likelihood_ratio.value, fit.likelihood_ratio.p_value});
  }
  return table;
}

}  // namespace

std::vector<ReportTable> tables_of(const std::vector<ExitFit>& fits,
                                   const std::vector<std::string>& exits,
                                   const dataset::Preparation& preparation) {
  std::vector<ReportTable> tables = {ratios_table(fits, exits, preparation)};
  if (fits.empty() || fits[0].fit.variance.empty()) return tables;
  tables.push_back(fit_table(fits, exits));
  tables.push_back(over_time_table(fits, exits, preparation));
  return tables;
}

}  // namespace holdfast::cox
