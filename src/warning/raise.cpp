#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "scoring/row_values.hpp"
#include "warning/errors.hpp"
#include "warning/watch_list.hpp"

namespace holdfast::warning {
namespace {

using study::Level;

struct BoundRule {
  study::WarningRule rule;
  scoring::RowExpression when;
  Text text;
};

/// What the score and the money of each row are called in a rule.
struct MoneyColumns {
  std::vector<double> value, expected_loss;
};

MoneyColumns money_of(const features::FeatureMatrix& matrix, const scoring::Scores& scores) {
  MoneyColumns money;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    money.value.push_back(static_cast<double>(matrix.value_cents[row]) / 100);
    money.expected_loss.push_back(static_cast<double>(scores.expected_loss_cents[row]) / 100);
  }
  return money;
}

Text text_of_rule(const study::WarningRule& rule, const study::Expression& when) {
  auto text = rule.label;
  const auto words = study::in_words(when);
  if (text.en.empty()) text.en = !words.en.empty() ? words.en : rule.name;
  if (text.zh.empty()) text.zh = !words.zh.empty() ? words.zh : text.en;
  return text;
}

std::vector<BoundRule> bind_rules(const study::Study& study, const features::FeatureMatrix& matrix,
                                  std::span<const scoring::ExtraColumn> extras,
                                  std::vector<Error>& failures) {
  std::vector<BoundRule> bound;
  const auto add = [&](const study::WarningRule& rule, bool is_ready_made) {
    auto when = scoring::RowExpression::bind(rule.when, study, matrix, extras);
    if (!when.ok()) {
      // A ready-made rule that the data do not serve is no fault of the user's.
      if (is_ready_made) return;
      auto place = when.error().place;
      place.file = study.file.string();
      place.line = rule.line;
      place.key = "warning.rules." + rule.name;
      failures.emplace_back(errors::kRuleUnusable,
                            std::vector<Argument>{{"rule", rule.name},
                                                  {"why", message_of(when.error(), study.language)}},
                            place);
      return;
    }
    const auto type = when->expression().type;
    if (type != study::Type::Boolean && type != study::Type::Unknown) {
      failures.emplace_back(
          errors::kRuleNotCondition,
          std::vector<Argument>{{"rule", rule.name}, {"type", std::string(name_of(type))}},
          Place{.file = study.file.string(), .line = rule.line, .key = rule.name});
      return;
    }
    auto text = text_of_rule(rule, when->expression());
    bound.push_back({rule, std::move(*when), std::move(text)});
  };
  for (const auto& rule : study.warning.rules) add(rule, false);
  for (const auto& rule : ready_made_rules(study)) {
    const auto same = [&](const study::WarningRule& own) { return own.name == rule.name; };
    if (std::ranges::none_of(study.warning.rules, same)) add(rule, true);
  }
  return bound;
}

bool is_true(const study::Value& value) {
  const auto* truth = std::get_if<bool>(&value);
  return truth != nullptr && *truth;
}

struct ScoreLevel {
  Level level = Level::None;
  double limit = 0;
};

ScoreLevel level_of(double probability, const Limits& limits) {
  const auto reaches = [&](double limit) { return limit > 0 && probability >= limit; };
  if (reaches(limits.red)) return {Level::Red, limits.red};
  if (reaches(limits.orange)) return {Level::Orange, limits.orange};
  if (reaches(limits.yellow)) return {Level::Yellow, limits.yellow};
  return {};
}

/// Tenths of a percent, as everywhere in the report.
Text text_of_score(double probability, const ScoreLevel& score) {
  const auto level = text_of(score.level);
  return {fmt::format("churn probability {:.1f} %, {} limit {:.1f} %", probability * 100, level.en,
                      score.limit * 100),
          fmt::format("流失概率{:.1f}%，达到{}线{:.1f}%", probability * 100, level.zh,
                      score.limit * 100)};
}

}  // namespace

Result<WatchList> raise_warnings(const study::Study& study, const features::FeatureMatrix& matrix,
                                 const scoring::Scores& scores, const Limits& limits,
                                 const std::vector<std::vector<explanation::Reason>>& reasons,
                                 Day as_of) {
  HOLDFAST_CHECK(scores.probability.size() == matrix.rows);
  WatchList list{.as_of = as_of,
                 .limits = limits,
                 .warnings = {},
                 .scored_count = static_cast<std::int64_t>(matrix.rows),
                 .rule_errors = {}};
  const auto money = money_of(matrix, scores);
  const std::vector<scoring::ExtraColumn> extras = {{"probability", scores.probability},
                                                    {"value", money.value},
                                                    {"expected_loss", money.expected_loss}};
  const auto rules = bind_rules(study, matrix, extras, list.rule_errors);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    Warning warning;
    const double probability = scores.probability[row];
    const auto score = level_of(probability, limits);
    warning.level = score.level;
    if (score.level != Level::None) {
      warning.raised_by.emplace_back("score");
      warning.raised_by_text.push_back(text_of_score(probability, score));
    }
    for (const auto& rule : rules) {
      if (rule.rule.level == Level::None || !is_true(rule.when.at(row))) continue;
      warning.level = std::max(warning.level, rule.rule.level);
      warning.raised_by.push_back(rule.rule.name);
      warning.raised_by_text.push_back(rule.text);
    }
    if (warning.level == Level::None) continue;
    warning.customer_key = matrix.customer_keys[matrix.customer[row]];
    if (!matrix.contract_keys.empty()) {
      warning.contract_key = matrix.contract_keys[matrix.contract[row]];
    }
    warning.cutoff = Day{matrix.cutoff_day[row]};
    warning.churn_probability = probability;
    warning.value_cents = matrix.value_cents[row];
    warning.expected_loss_cents = scores.expected_loss_cents[row];
    if (row < reasons.size()) warning.reasons = reasons[row];
    warning.row = static_cast<std::uint32_t>(row);
    list.warnings.push_back(std::move(warning));
  }
  rank(list.warnings);
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(0, study.warning.watch_list_max));
  if (most > 0 && list.warnings.size() > most) list.warnings.resize(most);
  return list;
}

}  // namespace holdfast::warning
