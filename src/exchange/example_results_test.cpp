// Builds the results the tests of this folder read; no test of its own.
#include "exchange/example_results.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/random.hpp"

namespace holdfast::exchange {
namespace {

using evaluation::Point;

Day day(int year, int month) { return *day_from_civil(year, month, 1); }

/// A model whose ROC curve is y = x^((1 − a) / a), which has area a.
evaluation::Metrics metrics_of(double auc, double churn_rate) {
  evaluation::Metrics m;
  const double power = (1 - auc) / auc;
  m.rows = 21'043;
  m.churn_rate = churn_rate;
  m.churners = std::round(churn_rate * static_cast<double>(m.rows));
  m.auc = {auc, auc - 0.009, auc + 0.009};
  m.average_precision = 0.31 + (auc - 0.7);
  m.ks = 0.34 + (auc - 0.7);
  m.ks_threshold = 0.14;
  m.brier = 0.1021 - (auc - 0.7) / 10;
  m.brier_skill = 0.09 + (auc - 0.7);
  m.log_loss = 0.3411 - (auc - 0.7);
  m.calibration_slope = 0.96 + (auc - 0.75);
  m.calibration_intercept = -0.021;
  m.expected_calibration_error = 0.0112;
  m.top_decile_lift = 3.1 + 8 * (auc - 0.75);
  m.empc = {4.61 + 6 * (auc - 0.75), 0.41, 0.121};
  m.maximum_profit = {4.22 + 6 * (auc - 0.75), 0.38, 0.131};
  m.contacts = {.churners_wanted = 1'290, .churners_total = 2'580, .rows = m.rows, .churn_rate = churn_rate,
                .contacts_random = 10'521, .contacts_model = 3'204};
  double before = 0;
  for (int i = 1; i <= 10; ++i) {
    const double share = i / 10.0, found = std::min(1.0, std::pow(share, power * 0.93));
    evaluation::GainsRow row;
    row.share = share;
    row.contacts = m.rows * i / 10;
    row.churners = (found - before) * m.churners;
    row.churners_share = found;
    row.lift = (found - before) * 10;
    row.cumulative_lift = found / share;
    row.churn_rate = row.lift * churn_rate;
    m.gains.push_back(row);
    before = found;
  }
  for (int i = 0; i <= 100; ++i) {
    const double x = i / 100.0;
    m.roc.push_back({x, std::pow(x, power)});
    m.precision_recall.push_back({x, churn_rate + (0.75 - churn_rate) * std::pow(1 - x, 2.2)});
    m.profit.push_back({x, 12 * std::pow(x, 0.45) * std::exp(-1.3 * x) * (auc - 0.4) - 1.1 * x});
  }
  for (int i = 0; i < 10; ++i) {
    const double p = 0.02 + 0.004 * i + 0.0045 * i * i;
    const double seen = p * (i % 2 == 0 ? 1.06 : 0.95);
    m.calibration.push_back({p, seen, seen * 0.88, seen * 1.13, 2'104});
  }
  return m;
}

features::FeatureInfo feature(std::string name, std::string table, std::string unit, Text sentence,
                              bool is_category = false) {
  features::FeatureInfo info;
  info.name = std::move(name);
  info.table = std::move(table);
  info.unit = std::move(unit);
  info.sentence = std::move(sentence);
  info.is_category = is_category;
  info.family = "window";
  return info;
}

std::vector<features::FeatureInfo> example_features() {
  return {
      feature("premium_change", "policy", "", {"change of premium at the last renewal", "上次续保保费变动"}),
      feature("claims_count_365d", "claim", "", {"claims in the last 365 days", "近365天理赔次数"}),
      feature("payments_days_late_mean_365d", "payment", "days",
              {"mean days late of payments in the last 365 days", "近365天付款平均迟付天数"}),
      feature("tenure_days", "policy", "days", {"days since the first policy", "首张保单至今天数"}),
      feature("payment_mode", "policy", "", {"payment mode", "付款方式"}, true),
      feature("vehicle_age_years", "policy", "years", {"age of the vehicle", "车龄"}),
      feature("complaints_open", "complaint", "", {"open complaints", "未结投诉数"}),
      feature("value_percent", "policy", "CNY", {"insured sum", "保额"}),
      feature("contacts_count_90d", "contact", "", {"contacts in the last 90 days", "近90天联系次数"}),
      feature("area", "policy", "", {"area", "地区"}, true),
  };
}

forms::TreeNode leaf(double active, double lost) {
  forms::TreeNode node;
  node.class_cover = {active, lost};
  node.cover = active + lost;
  node.value = lost / (active + lost);
  return node;
}

forms::TreeNode split_at(std::int32_t column, double at, std::vector<std::int32_t> children,
                         double active, double lost) {
  auto node = leaf(active, lost);
  node.column = column;
  node.split = at;
  node.children = std::move(children);
  return node;
}

FittedModel example_tree() {
  FittedModel model;
  model.model_id = "c45";
  model.parameters = {{"confidence", 0.25}, {"leaf_rows_min", std::int64_t{50}}};
  model.column_names = {"premium_change", "claims_count_365d", "payment_mode", "tenure_days"};
  model.categories = {{}, {}, {"card", "cash", kHostile, "transfer"}, {}};
  forms::Tree tree;
  tree.nodes = {split_at(0, 0.1, {1, 2}, 42'000, 5'800),  split_at(1, 1.5, {3, 4}, 33'000, 2'500),
                split_at(2, 0, {5, 6, 7}, 9'000, 3'300),  split_at(3, 730, {8, 9}, 28'000, 1'400),
                leaf(5'000, 1'100),                       leaf(4'200, 700),
                split_at(1, 0.5, {10, 11}, 3'300, 2'200), leaf(1'500, 400),
                leaf(9'000, 800),                         leaf(19'000, 600),
                leaf(2'500, 1'000),                       leaf(800, 1'200)};
  tree.nodes[2].is_category = true;
  tree.nodes[2].child_of_category = {0, 1, 1, 2};
  model.form = forms::TreeEnsemble{.trees = {tree}, .base = 0, .is_probability = true};
  model.tables.push_back({"leaves",
                          {"Leaves", "叶节点"},
                          {"leaf", "rule", "total", "active", "lost", "rate"},
                          {{"Leaf", "叶"}, {"Rule", "规则"}, {"T", "T"}, {"A", "A"}, {"L", "L"}, {"L/T", "L/T"}},
                          {{1.0, "premium_change <= 0.1 and claims_count_365d > 1.5", 6100.0, 5000.0, 1100.0, 0.1803},
                           {2.0, std::string("payment_mode = ") + kHostile, 2000.0, 800.0, 1200.0, 0.6}}});
  return model;
}

FittedModel example_logistic() {
  FittedModel model;
  model.model_id = "logistic";
  model.column_names = {"premium_change", "claims_count_365d"};
  model.categories = {{}, {}};
  model.form = forms::LinearPredictor{};
  model.tables.push_back(
      {"coefficients",
       {"Coefficients and odds ratios", "系数与优势比"},
       {"term", "coefficient", "standard_error", "z", "p_value", "odds_ratio", "lower", "upper"},
       {{"Term", "项"}, {"Coefficient", "系数"}, {"Standard error", "标准误"}, {"z", "z"}, {"p", "p"},
        {"Odds ratio", "优势比"}, {"Lower", "下限"}, {"Upper", "上限"}},
       {{"premium_change", 0.8123, 0.0412, 19.72, 1.3e-86, 2.2531, 2.0783, 2.4426},
        {"claims_count_365d", 0.3127, 0.0288, 10.86, 1.8e-27, 1.3671, 1.292, 1.4465},
        {"tenure_days", -0.4411, 0.0303, -14.56, 5.1e-48, 0.6433, 0.6062, 0.6827}}});
  model.tables.push_back(
      {"odds_ratios",
       {"Odds ratios, strongest first", "优势比(按强弱排序)"},
       {"term", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "odds_ratio_per_deviation",
        "low_per_deviation", "high_per_deviation", "p_value"},
       {{"Term", "变量"}, {"Odds ratio", "优势比"}, {"Low", "下限"}, {"High", "上限"},
        {"Odds ratio per deviation", "每标准差优势比"}, {"Low", "下限"}, {"High", "上限"}, {"p", "p"}},
       {{"premium_change", 9.4, 7.3, 12.1, 2.25, 2.08, 2.44, 1.3e-86},
        {"tenure_days", 0.999, 0.998, 0.9995, 0.643, 0.606, 0.683, 5.1e-48},
        {std::string(kHostile), 3.0, 0.0, 1e308, 1.5, 0.0, 1e308, 0.9}}});
  model.notes = {{"area=remote was merged into other", "area=remote 已并入其他类"}};
  return model;
}

ModelResult model_of(std::string id, Text name, double auc) {
  ModelResult result;
  result.id = std::move(id);
  result.name = std::move(name);
  result.metrics[dataset::Split::Train] = metrics_of(auc + 0.02, 0.121);
  result.metrics[dataset::Split::Validation] = metrics_of(auc + 0.005, 0.122);
  result.metrics[dataset::Split::Test] = metrics_of(auc, 0.1226);
  double size = 0.42;
  for (const auto& info : example_features()) {
    result.importance.emplace_back(info.name, size);
    size *= 0.72;
  }
  result.fit_seconds = 1.25;
  return result;
}

explanation::Reason reason(std::string name, double contribution, Text sentence) {
  return {.feature = std::move(name), .contribution = contribution, .value = "3", .sentence = std::move(sentence)};
}

warning::WatchList example_watch_list() {
  warning::WatchList list;
  list.as_of = day(2019, 1);
  list.limits = {.red = 0.42, .orange = 0.27, .yellow = 0.16, .is_by_profit = true, .is_capped = true};
  list.scored_count = 21'043;
  Random random(7);
  for (std::uint32_t i = 0; i < 120; ++i) {
    warning::Warning one;
    one.customer_key = i == 3 ? kHostile : i == 5 ? "=1+1" : fmt::format("C-{:05}", 10'000 + random.below(80'000));
    one.contract_key = fmt::format("P-{}", 500'000 + i);
    one.cutoff = list.as_of;
    one.churn_probability = 0.17 + 0.6 * random.uniform() * random.uniform();
    one.level = one.churn_probability >= 0.42   ? study::Level::Red
                : one.churn_probability >= 0.27 ? study::Level::Orange
                                                : study::Level::Yellow;
    one.value_cents = static_cast<std::int64_t>(18'000 * std::exp(0.9 * random.normal()));
    one.expected_loss_cents = static_cast<std::int64_t>(one.churn_probability * static_cast<double>(one.value_cents));
    one.raised_by = {"score"};
    const auto shown = fmt::format("{:.1f}", one.churn_probability * 100);
    one.raised_by_text = {{"churn probability " + shown + " %, limit 16.0 %", "流失概率" + shown + "%，达到等级线16.0%"}};
    if (i % 9 == 0) {
      one.raised_by.push_back("revenue_falling_payments");
      one.raised_by_text.push_back({"revenue (payments) falling 3 months in a row", "收入（payments）连续3个月下降"});
    }
    one.reasons = {
        reason("premium_change", 0.81, {"change of premium at the last renewal: 0.21 — more than 92 % of customers",
                                        "上次续保保费变动：0.21，高于92%的客户"}),
        reason("claims_count_365d", 0.44, {"claims in the last 365 days: 3 — more than 97 % of customers",
                                           "近365天理赔次数：3，高于97%的客户"}),
        reason("payment_mode", 0.2, {std::string("payment mode: ") + (i == 4 ? kHostile : "cash") + " (18 % of customers)",
                                     "付款方式：cash（18%的客户）"}),
        reason("tenure_days", -0.12, {"days since the first policy: 2,911 days — more than 80 % of customers",
                                      "首张保单至今天数：2,911天，高于80%的客户"})};
    one.row = i;
    list.warnings.push_back(std::move(one));
  }
  warning::rank(list.warnings);
  return list;
}

evaluation::Contrast contrast(std::string name, double effect, bool is_category, std::vector<std::string> labels) {
  evaluation::Contrast one;
  one.name = std::move(name);
  one.is_category = is_category;
  one.leavers = is_category ? 0.31 : 3.2 + effect;
  one.stayers = is_category ? 0.22 : 3.2;
  if (is_category) one.category = kHostile;
  one.effect = {effect, effect - 0.04, effect + 0.04};
  one.p_value = 3e-9;
  one.missing_leavers = 0.02;
  const auto n = static_cast<double>(labels.size());
  for (std::size_t g = 0; g < labels.size(); ++g) {
    const double tilt = effect * (static_cast<double>(g) - (n - 1) / 2) / n;
    one.groups.push_back({labels[g], 1 / n + tilt / 2, 1 / n - tilt / 4, 0.12 * (1 + tilt), 5'200});
  }
  return one;
}

}  // namespace

RunResults example_results() {
  RunResults results;
  results.study_name = "Motor renewal <b>2018</b>";
  results.version = "0.1.0";
  results.as_of = day(2019, 1);
  results.manifest_number = 3;
  results.seed = 20'240'331;
  results.study_explained = {{"A customer has left when a contract ends and no successor starts within 30 days.",
                              "合同到期后30天内没有后续合同，即视为流失。"},
                             {"Features look back 30, 90, 180 and 365 days.", "特征回看30、90、180和365天。"}};
  results.imports.push_back({.table = "policy", .rows_read = 105'555, .rows_kept = 105'500,
                             .rows_quarantined = 12, .rows_duplicate = 43, .rows_stored = 105'500});
  results.imports.push_back({.table = "claim", .rows_read = 20'112, .rows_kept = 20'111,
                             .rows_quarantined = 1, .orphans_count = 1, .rows_stored = 20'111});
  for (int month = 1; month <= 12; ++month) {
    features::CutoffCounts counts;
    counts.cutoff = day(2018, month);
    counts.active = 4'000 + 120 * month;
    counts.churned = month > 10 ? 0 : counts.active * (10 + month % 4) / 100;
    counts.competing = month > 10 ? 0 : 90;
    counts.immature = month > 10 ? counts.active : 0;
    results.cutoffs.push_back(counts);
  }
  results.split_rows = {{dataset::Split::Train, 47'800}, {dataset::Split::Validation, 9'020},
                        {dataset::Split::Test, 21'043}, {dataset::Split::Embargo, 4'100}};
  results.notes = {{"column policy.phone was left out: it identifies a person", "列 policy.phone 可识别个人，未使用"}};
  results.features = example_features();
  results.models = {model_of("logistic", {"Logistic regression", "逻辑回归"}, 0.752),
                    model_of("c45", {"C4.5 decision tree", "C4.5决策树"}, 0.731),
                    model_of("boosting", {"Gradient boosting", "梯度提升"}, 0.784)};
  results.models[0].model = example_logistic();
  results.models[1].model = example_tree();
  results.champion = "boosting";
  results.champion_because = {"Gradient boosting earns the most per customer (EMPC €4.81; next: €4.62).",
                              "梯度提升的每客户EMPC最高（€4.81，其次€4.62）。"};
  results.score_stability = {.name = "score", .cutoffs = {}, .psi = {}};
  for (int month = 1; month <= 10; ++month) {
    results.score_stability.cutoffs.push_back(day(2018, month));
    results.score_stability.psi.push_back(0.012 * month);
  }
  double worst = 0.34;
  for (const auto& info : results.features) {
    evaluation::Stability stability{.name = info.name, .cutoffs = results.score_stability.cutoffs, .psi = {}};
    for (int month = 1; month <= 10; ++month) stability.psi.push_back(worst * month / 10);
    stability.psi_max = worst;
    worst *= 0.7;
    results.feature_stability.push_back(std::move(stability));
  }
  for (int i = 0; i < 3; ++i) {
    results.backtest.push_back({.test_from = day(2018, 4 + 2 * i), .test_to = day(2018, 6 + 2 * i),
                                .train_rows = 20'000 + 9'000 * i, .test_rows = 9'000,
                                .auc = {0.771 + 0.005 * i, 0.758, 0.79}, .top_decile_lift = 3.2, .empc = 4.5,
                                .brier = 0.099, .churn_rate = 0.121});
  }
  const std::vector<std::string> quartiles = {"≤ 0.02", "0.02 – 0.08", "0.08 – 0.14", "> 0.14"};
  results.contrasts = {contrast("premium_change", 0.52, false, quartiles),
                       contrast("tenure_days", -0.38, false, {"≤ 365", "365 – 900", "900 – 2,000", "> 2,000"}),
                       contrast("claims_count_365d", 0.29, false, {"0", "1", "2+"}),
                       contrast("payment_mode", 0.18, true, {"cash", "card", kHostile, "银行转账"}),
                       contrast("vehicle_age_years", -0.11, false, quartiles),
                       contrast("contacts_count_90d", 0.07, false, {"0", "1", "2+"})};
  results.costs.currency = "EUR";
  results.watch_list = example_watch_list();
  results.levels = summary_of(results.watch_list);
  return results;
}

}  // namespace holdfast::exchange
