#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/text.hpp"
#include "models/errors.hpp"
#include "models/logistic/report.hpp"
#include "models/parameters.hpp"
#include "models/scorecard/report.hpp"

namespace holdfast::scorecard {
namespace {

constexpr std::size_t kNamesShown = 10;

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "scorecard",
    .kind = ModelKind::Classifier,
    .name = {"Scorecard", "评分卡"},
    .question = {"Which points does a customer earn for what, and what does the sum say of leaving?",
                 "客户各项得多少分,总分说明多大的流失可能?"},
    .source = "Siddiqi (2006), Credit Risk Scorecards, ch. 6",
    .parameters =
        {{.name = "bins_max", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2,
          .max = 50, .default_value = std::int64_t{6},
          .tries = {std::int64_t{4}, std::int64_t{6}, std::int64_t{10}},
          .en = "Maximum number of bins of a column.",
          .zh = "每个字段的最大分箱数。"},
         {.name = "binning", .kind = ParameterRow::Kind::Choice,
          .choices = {"chi_merge", "equal_width", "equal_frequency", "mdlp", "tree"},
          .default_value = std::string("chi_merge"),
          .en = "How numbers are first cut into bins, before small and alike bins are joined.",
          .zh = "数值的初始分箱方法,之后再合并过小或相近的箱。"},
         {.name = "bin_share_min", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0,
          .max = 0.5, .default_value = 0.05, .tries = {0.02, 0.05},
          .en = "Minimum share of rows of a bin; smaller bins, categories and missing values "
                "have no points of their own.",
          .zh = "一箱的最小样本占比;更小的箱、取值和缺失不单独计分。"},
         {.name = "chi_squared_min", .kind = ParameterRow::Kind::Real, .unit = "chi-squared",
          .min = 0, .max = 1e6, .default_value = 6.63,
          .en = "Neighbouring bins whose churn rates differ by a smaller chi-squared are joined "
                "(3.84: p = 0.05; 6.63: p = 0.01).",
          .zh = "相邻两箱流失率差异的卡方低于此值则合并(3.84 对应 p = 0.05;6.63 对应 p = 0.01)。"},
         {.name = "information_min", .kind = ParameterRow::Kind::Real, .unit = "information value",
          .min = 0, .max = 100, .default_value = 0.02,
          .en = "Minimum information value (IV) of a column that is used.",
          .zh = "使用字段的最小信息值(IV)。"},
         {.name = "monotone", .kind = ParameterRow::Kind::Choice, .choices = {"none", "either"},
          .default_value = std::string("none"),
          .tries = {std::string("none"), std::string("either")},
          .en = "none: free; either: the churn rate of the bins of every number may only rise or "
                "only fall.",
          .zh = "none:不限;either:所有数值字段各箱的流失率只许单调上升或下降。"},
         {.name = "rising", .kind = ParameterRow::Kind::TextList,
          .default_value = std::vector<std::string>{},
          .en = "Columns whose churn rate may only rise with their value, as "
                "[\"complaints_90d\"].",
          .zh = "流失率只许随取值上升的字段,如 [\"complaints_90d\"]。"},
         {.name = "falling", .kind = ParameterRow::Kind::TextList,
          .default_value = std::vector<std::string>{},
          .en = "Columns whose churn rate may only fall with their value, as [\"tenure_days\"].",
          .zh = "流失率只许随取值下降的字段,如 [\"tenure_days\"]。"},
         {.name = "cuts", .kind = ParameterRow::Kind::TextList,
          .default_value = std::vector<std::string>{},
          .en = "Bins set by hand, as [\"age: 25, 35, 50\"] (upper ends, included).",
          .zh = "人工分箱,如 [\"age: 25, 35, 50\"](各箱上限,含上限)。"},
         {.name = "selection", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "forward", "backward", "stepwise"},
          .default_value = std::string("none"),
          .en = "How columns are chosen by BIC: all of them, or step by step (forward in, "
                "backward out, stepwise both).",
          .zh = "按 BIC 选择字段:none 全部使用,forward 逐步选入,backward 逐步剔除,stepwise 两者结合。"},
         {.name = "points", .kind = ParameterRow::Kind::Real, .unit = "points", .min = -1e6,
          .max = 1e6, .default_value = 600.0,
          .en = "Points of a customer whose odds are `odds`.",
          .zh = "比率(odds)等于 `odds` 的客户的分值。"},
         {.name = "odds", .kind = ParameterRow::Kind::Real, .unit = "to 1", .min = 1e-6, .max = 1e6,
          .default_value = 50.0,
          .en = "The odds at `points`: how many times likelier what high points mean is than its "
                "opposite.",
          .zh = "`points` 处的比率(odds):高分所指的结果是相反结果的多少倍。"},
         {.name = "doubling", .kind = ParameterRow::Kind::Real, .unit = "points", .min = 0.01,
          .max = 1e6, .default_value = 20.0,
          .en = "Points to double the odds (PDO).",
          .zh = "比率(odds)翻倍所需的分值(PDO)。"},
         {.name = "high_points", .kind = ParameterRow::Kind::Choice, .choices = {"stay", "leave"},
          .default_value = std::string("stay"),
          .en = "Whether high points mean that a customer stays or leaves.",
          .zh = "高分表示客户留存(stay)还是流失(leave)。"},
         {.name = "base", .kind = ParameterRow::Kind::Choice, .choices = {"spread", "apart"},
          .default_value = std::string("spread"),
          .en = "spread: the base points are spread over the columns; apart: they stand in a row "
                "of their own.",
          .zh = "spread:基础分平摊到各字段;apart:基础分单独列出。"},
         {.name = "decimals", .kind = ParameterRow::Kind::Integer, .unit = "digits", .min = 0,
          .max = 9, .default_value = std::int64_t{0},
          .en = "Number of decimals of points.",
          .zh = "分值的小数位数。"}},
    .fit_classifier = fit_classifier};

namespace {

Error wrong_cuts(std::string_view given) {
  return {models::errors::kParameterRange,
          {{"model", descriptor.id},
           {"parameter", "cuts"},
           {"value", std::string(given)},
           {"range", "\"column: 25, 35, 50\""}},
          {.key = fmt::format("models.{}.cuts", descriptor.id)}};
}

/// "age: 25, 35, 50": the column and its cuts, ascending.
Result<std::pair<std::string, std::vector<double>>> cuts_of(std::string_view given) {
  const auto colon = given.rfind(':');
  if (colon == std::string_view::npos) return wrong_cuts(given);
  std::pair<std::string, std::vector<double>> result{
      std::string(trimmed(given.substr(0, colon))), {}};
  for (const auto part : split(given.substr(colon + 1), ',')) {
    const auto text = trimmed(part);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !std::isfinite(value)) {
      return wrong_cuts(given);
    }
    result.second.push_back(value);
  }
  if (std::ranges::adjacent_find(result.second, std::ranges::greater_equal{}) !=
      result.second.end()) {
    return wrong_cuts(given);
  }
  return result;
}

/// Every name is that of a column of numbers.
Result<void> check_numeric(const dataset::Columns& columns, std::string_view parameter,
                           const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto found = std::ranges::find(columns.columns, name, &dataset::ColumnView::name);
    if (found == columns.columns.end()) {
      return Error{models::errors::kNoSuchColumn, {{"column", name}}};
    }
    if (!found->is_category()) continue;
    return Error{models::errors::kParameterRange,
                 {{"model", descriptor.id},
                  {"parameter", parameter},
                  {"value", name},
                  {"range", "columns of numbers (数值字段)"}},
                 {.key = fmt::format("models.{}.{}", descriptor.id, parameter)}};
  }
  return {};
}

Result<BinningOptions> binning_options(const dataset::Columns& columns,
                                       const Parameters& parameters) {
  const double share = models::real(parameters, "bin_share_min");
  BinningOptions options{
      .how = {.rare_share = share,
              .bins_max = static_cast<int>(models::integer(parameters, "bins_max")),
              .binning = dataset::binning_of(models::text(parameters, "binning")),
              .bin_share_min = share,
              .bin_chi_squared_min = models::real(parameters, "chi_squared_min"),
              .monotone = models::text(parameters, "monotone") == "either"
                              ? dataset::Monotone::Either
                              : dataset::Monotone::No},
      .information_min = models::real(parameters, "information_min"),
      .rising = models::texts(parameters, "rising"),
      .falling = models::texts(parameters, "falling")};
  std::vector<std::string> by_hand;
  for (const auto& text : models::texts(parameters, "cuts")) {
    HOLDFAST_TRY(auto cuts, cuts_of(text));
    by_hand.push_back(cuts.first);
    options.cuts.insert(std::move(cuts));
  }
  HOLDFAST_TRY_VOID(check_numeric(columns, "rising", options.rising));
  HOLDFAST_TRY_VOID(check_numeric(columns, "falling", options.falling));
  HOLDFAST_TRY_VOID(check_numeric(columns, "cuts", by_hand));
  return options;
}

Scaling scaling_of(const Parameters& parameters) {
  return {.points = models::real(parameters, "points"),
          .odds = models::real(parameters, "odds"),
          .doubling = models::real(parameters, "doubling"),
          .counts_leaving = models::text(parameters, "high_points") == "leave",
          .spreads_base = models::text(parameters, "base") == "spread",
          .decimals = static_cast<int>(models::integer(parameters, "decimals"))};
}

/// Weights of evidence of the rows, [rows x columns].
std::vector<double> evidence_of(const std::vector<BinnedColumn>& columns,
                                const dataset::Columns& rows) {
  dataset::Preparation preparation;
  for (const auto& column : columns) {
    preparation.terms.push_back({.kind = dataset::Term::Kind::WeightOfEvidence,
                                 .column = column.name,
                                 .name = column.name,
                                 .bins = column.bins});
  }
  return dataset::apply(preparation, rows);
}

/// The columns of the card and their coefficients.
struct Card {
  std::vector<BinnedColumn> columns;
  logistic::Fit fit;
  std::vector<std::string> deselected, reversed;  // Left out: by selection; for their sign.
};

void keep(std::vector<BinnedColumn>& columns, const std::vector<std::size_t>& chosen,
          std::vector<std::string>& dropped) {
  std::vector<BinnedColumn> kept;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (std::ranges::binary_search(chosen, j)) kept.push_back(std::move(columns[j]));
    else dropped.push_back(columns[j].name);
  }
  columns = std::move(kept);
}

Result<void> select_columns(const ClassifierTask& task, std::string_view direction, Card& card) {
  const auto cells = evidence_of(card.columns, task.train);
  std::vector<std::vector<std::size_t>> sets;
  for (std::size_t j = 0; j < card.columns.size(); ++j) sets.push_back({j});
  HOLDFAST_TRY(const auto selection,
               logistic::select({cells.data(), task.train.rows, card.columns.size()}, task.y,
                                task.weight, sets,
                                {.direction = logistic::direction_of(direction),
                                 .criterion = logistic::Criterion::Bic}));
  keep(card.columns, selection.sets, card.deselected);
  return {};
}

/// The column that must not stay: one that others add up to, or else the one whose coefficient is
/// furthest below zero, as its points would contradict its own churn rates.
std::optional<std::size_t> contradicting(const logistic::Fit& fit) {
  if (!fit.aliased.empty()) return fit.aliased.front();
  const auto least = std::min_element(fit.beta.begin() + 1, fit.beta.end());
  if (least == fit.beta.end() || *least >= 0) return std::nullopt;
  return static_cast<std::size_t>(least - fit.beta.begin()) - 1;
}

Result<Card> fitted_card(const ClassifierTask& task, std::vector<BinnedColumn> columns,
                         const std::string& direction) {
  Card card{.columns = std::move(columns)};
  if (direction != "none") {
    HOLDFAST_TRY_VOID(select_columns(task, direction, card));
  }
  while (true) {
    const auto cells = evidence_of(card.columns, task.train);
    HOLDFAST_TRY(card.fit, logistic::fit({cells.data(), task.train.rows, card.columns.size()},
                                         task.y, task.weight));
    const auto wrong = contradicting(card.fit);
    if (!wrong) return card;
    card.reversed.push_back(card.columns[*wrong].name);
    card.columns.erase(card.columns.begin() + static_cast<std::ptrdiff_t>(*wrong));
  }
}

void note_left_out(FittedModel& model, std::vector<std::string> names, const Text& why) {
  if (names.empty()) return;
  if (names.size() > kNamesShown) {
    names.resize(kNamesShown);
    names.emplace_back("…");
  }
  const auto all = join(names, ", ");
  model.notes.push_back({fmt::format("left out, {}: {}", why.en, all),
                         fmt::format("未使用({}):{}", why.zh, all)});
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  HOLDFAST_TRY(const auto options, binning_options(task.train, parameters));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  auto binning = bin_columns(task.train, task.y, task.weight, options);
  if (binning.columns.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  }
  HOLDFAST_TRY(const Card card, fitted_card(task, std::move(binning.columns),
                                            models::text(parameters, "selection")));
  const Scaling scaling = scaling_of(parameters);
  auto form = points_table(card.columns, card.fit.beta, scaling, model.categories);
  model.tables.push_back(points_report(card.columns, form));
  model.tables.push_back(columns_report(card.columns, form, card.fit));
  model.tables.push_back(scale_report(form, scaling));
  model.tables.push_back(logistic::fit_table(card.fit));
  note_left_out(model, binning.constant, {"constant in training", "训练样本中无变化"});
  note_left_out(model, binning.weak, {"too little information", "信息值过低"});
  note_left_out(model, card.deselected, {"by selection", "变量选择剔除"});
  note_left_out(model, card.reversed,
                {"as others already say it and their points would contradict their churn rates",
                 "与其他字段重复,其分值会与自身流失率相反"});
  model.form = std::move(form);
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::scorecard
