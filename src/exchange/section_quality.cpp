#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

using evaluation::Metrics;

enum class Better { Higher, Lower, Neither };

/// One line of the comparison: how a figure is read and which way is better.
struct MetricRow {
  Text name;
  std::function<double(const Metrics&)> value;
  std::function<std::string(const Metrics&)> shown;
  Better better = Better::Higher;
  bool is_ranked = true;  // Stands in the short table of many models too.
};

/// Calibration slope and intercept are best near a target, the others by size.
std::vector<MetricRow> metric_rows(const std::string& currency) {
  const auto plain = [](Text name, double Metrics::*field, int decimals, Better better) {
    return MetricRow{std::move(name), [field](const Metrics& m) { return m.*field; },
                     [field, decimals](const Metrics& m) { return fixed(m.*field, decimals); }, better};
  };
  const auto profit = [&](Text name, evaluation::Profit Metrics::*field) {
    return MetricRow{std::move(name), [field](const Metrics& m) { return (m.*field).per_customer; },
                     [field, currency](const Metrics& m) {
                       const auto& found = m.*field;
                       return currency_sign(currency) + fixed(found.per_customer, 3);
                     },
                     Better::Higher};
  };
  std::vector<MetricRow> rows;
  rows.push_back(profit({"EMPC per customer", "每客户EMPC"}, &Metrics::empc));
  rows.push_back({{"EMPC fraction to contact", "EMPC联系比例"},
                  [](const Metrics& m) { return m.empc.fraction; },
                  [](const Metrics& m) { return percent(m.empc.fraction); }, Better::Neither, false});
  rows.push_back(profit({"Maximum profit per customer", "每客户最大利润"}, &Metrics::maximum_profit));
  rows.back().is_ranked = false;
  rows.push_back({{"AUC (95 % interval)", "AUC（95%区间）"}, [](const Metrics& m) { return m.auc.estimate; },
                  [](const Metrics& m) {
                    return with_interval(m.auc.estimate, m.auc.lower, m.auc.upper);
                  },
                  Better::Higher});
  rows.push_back(plain({"Average precision", "平均精确率"}, &Metrics::average_precision, 3, Better::Higher));
  rows.back().is_ranked = false;
  rows.push_back(plain({"KS", "KS"}, &Metrics::ks, 3, Better::Higher));
  rows.push_back(plain({"Top-decile lift", "首十分位提升度"}, &Metrics::top_decile_lift, 2, Better::Higher));
  rows.push_back(plain({"Cost of errors per customer", "每客户错判代价"}, &Metrics::error_cost, 4, Better::Lower));
  rows.back().is_ranked = false;
  rows.push_back(plain({"Brier score", "Brier分数"}, &Metrics::brier, 4, Better::Lower));
  rows.push_back(plain({"Brier skill", "Brier技能分"}, &Metrics::brier_skill, 3, Better::Higher));
  rows.back().is_ranked = false;
  rows.push_back(plain({"Log loss", "对数损失"}, &Metrics::log_loss, 4, Better::Lower));
  rows.push_back({{"Calibration slope (1 is right)", "校准斜率（1为佳）"},
                  [](const Metrics& m) { return std::abs(m.calibration_slope - 1); },
                  [](const Metrics& m) { return fixed(m.calibration_slope, 3); }, Better::Lower, false});
  rows.push_back({{"Calibration intercept (0 is right)", "校准截距（0为佳）"},
                  [](const Metrics& m) { return std::abs(m.calibration_intercept); },
                  [](const Metrics& m) { return fixed(m.calibration_intercept, 3); }, Better::Lower, false});
  rows.push_back(plain({"Expected calibration error", "期望校准误差"},
                       &Metrics::expected_calibration_error, 4, Better::Lower));
  rows.back().is_ranked = false;
  return rows;
}

/// The best figure of a line, where more than one model has it.
std::optional<double> best_of(const MetricRow& row, const std::vector<const Metrics*>& all) {
  if (row.better == Better::Neither) return std::nullopt;
  std::optional<double> best;
  int models_count = 0;
  for (const auto* metrics : all) {
    if (metrics == nullptr) continue;
    const double value = row.value(*metrics);
    if (!std::isfinite(value)) continue;
    ++models_count;
    if (!best || (row.better == Better::Higher ? value > *best : value < *best)) best = value;
  }
  return models_count > 1 ? best : std::nullopt;
}

std::string comparison_table(const ReportContext& context, dataset::Split split) {
  const auto& w = words();
  const auto& models = context.results.models;
  HtmlTable table;
  table.css_class = "comparison";
  const auto judged_rows = text_of(split);
  table.caption = {"On the " + judged_rows.en + " rows", judged_rows.zh + "样本上的结果"};
  table.columns = {{w.metric, Align::Left, {}}};
  std::vector<const Metrics*> judged;
  for (const auto& model : models) {
    Text header = model.name;
    if (model.id == context.results.champion) {
      header = {"★ " + header.en + " (" + w.champion.en + ")", "★ " + header.zh + "（" + w.champion.zh + "）"};
    }
    table.columns.push_back({header, Align::Right, {}});
    judged.push_back(judged_on(model));
  }
  for (const auto& row : metric_rows(context.currency)) {
    std::vector<std::string> cells = {both(row.name)};
    const auto best = best_of(row, judged);
    for (const auto* metrics : judged) {
      if (metrics == nullptr) {
        cells.emplace_back("–");
        continue;
      }
      const bool is_best = best && row.value(*metrics) == *best;
      cells.push_back(is_best ? "<b class=\"best\">" + row.shown(*metrics) + "</b>" : row.shown(*metrics));
    }
    table.rows.push_back(std::move(cells));
  }
  for (const auto other : {dataset::Split::Train, dataset::Split::Validation}) {
    if (other == split) continue;
    const auto name = text_of(other);
    std::vector<std::string> cells = {both({"AUC, " + name.en, "AUC（" + name.zh + "）"})};
    for (const auto& model : models) {
      const auto found = model.metrics.find(other);
      cells.push_back(found == model.metrics.end() ? "–" : fixed(found->second.auc.estimate, 3));
    }
    table.rows.push_back(std::move(cells));
  }
  std::vector<std::string> sizes = {both({"Rows / leavers", "行数 / 流失"})};
  for (const auto* metrics : judged) {
    sizes.push_back(metrics == nullptr ? "–"
                                       : count(metrics->rows) + " / " +
                                             count(std::llround(metrics->churners)));
  }
  table.rows.push_back(std::move(sizes));
  return render(table);
}

/// Many models: one a line, the most profitable first.
std::string ranking_table(const ReportContext& context, dataset::Split split) {
  std::vector<const ModelResult*> models;
  std::vector<const Metrics*> judged;
  for (const auto& model : context.results.models) {
    if (judged_on(model) != nullptr) models.push_back(&model);
  }
  std::ranges::stable_sort(models, std::greater{},
                           [](const auto* model) { return judged_on(*model)->empc.per_customer; });
  for (const auto* model : models) judged.push_back(judged_on(*model));
  HtmlTable table;
  const auto rows = text_of(split);
  table.caption = {"On the " + rows.en + " rows", rows.zh + "样本上的结果"};
  table.columns = {{{"Model", "模型"}, Align::Left, {}}};
  for (const auto* model : models) {
    const bool is_champion = model->id == context.results.champion;
    table.rows.push_back({(is_champion ? "★ " : "") + both(model->name)});
  }
  for (const auto& row : metric_rows(context.currency)) {
    if (!row.is_ranked) continue;
    table.columns.push_back({row.name, Align::Right, {}});
    const auto best = best_of(row, judged);
    for (std::size_t m = 0; m < models.size(); ++m) {
      const auto shown = row.shown(*judged[m]);
      const bool is_best = best && row.value(*judged[m]) == *best;
      table.rows[m].push_back(is_best ? "<b class=\"best\">" + shown + "</b>" : shown);
    }
  }
  return render(table);
}

std::string comparison(const ReportContext& context, dataset::Split split) {
  constexpr std::size_t kSideBySideMax = 5;
  auto whole = comparison_table(context, split);
  if (context.results.models.size() <= kSideBySideMax) return whole;
  return fmt::format("{}<details><summary>{}</summary><div class=\"scroll\">{}</div></details>",
                     ranking_table(context, split), both({"Every figure", "全部指标"}), whole);
}

std::string failures(const RunResults& results) {
  std::string out;
  for (const auto& model : results.models) {
    if (model.failed.empty()) continue;
    out += fmt::format("<li>{} ({}): {}</li>", both(model.name), both(words().failed),
                       escaped(model.failed));
  }
  return out.empty() ? out : "<ul class=\"plain\">" + out + "</ul>";
}

}  // namespace

std::string quality_section(const ReportContext& context) {
  const auto& results = context.results;
  dataset::Split split = dataset::Split::Test;
  bool is_judged = false;
  for (const auto& model : results.models) is_judged |= judged_on(model, &split) != nullptr;
  if (const auto* champion = champion_of(results)) judged_on(*champion, &split);
  if (!is_judged) {
    const auto failed = failures(results);
    return failed.empty() ? failed : section("quality", words().quality, {}, failed);
  }
  std::string body = "<div class=\"card\"><h3>" + both(words().comparison) + "</h3>";
  if (!results.champion_because.en.empty()) {
    body += "<p class=\"quiet\">" + both(results.champion_because) + "</p>";
  }
  body += comparison(context, split) + failures(results) + "</div>\n";
  body += search_card(context);
  body += selection_card(context);
  body += "<div class=\"grid\">" + quality_charts(context) + "</div>\n";
  return section("quality", words().quality, words().quality_lead, body);
}

}  // namespace holdfast::exchange
