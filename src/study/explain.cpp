#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/scope.hpp"
#include "study/sections.hpp"
#include "study/study.hpp"
#include "study/words.hpp"

/// A study in sentences.
namespace holdfast::study {
namespace {

template <typename... Values>
Text say(const char* en, const char* zh, const Values&... values) {
  return {fmt::format(fmt::runtime(en), values...), fmt::format(fmt::runtime(zh), values...)};
}

std::string list(const std::vector<std::string>& items) { return join(items, ", "); }

template <typename Number>
std::string numbers(const std::vector<Number>& items) {
  std::vector<std::string> words;
  for (const auto item : items) words.push_back(fmt::format("{}", item));
  return list(words);
}

Text limits_text(const std::vector<SegmentLimit>& limits) {
  if (limits.size() == 1 && limits[0].segment.empty()) {
    return {brief(limits[0].limit), brief(limits[0].limit)};
  }
  Text out;
  for (const auto& [segment, limit] : limits) {
    out.en += fmt::format("{}{} ({})", out.en.empty() ? "" : ", ", brief(limit),
                          segment.empty() ? "others" : segment);
    out.zh += fmt::format("{}{}({})", out.zh.empty() ? "" : "、", brief(limit),
                          segment.empty() ? "其他" : segment);
  }
  return out;
}

Text joined(const Text& a, const Text& b) { return {a.en + b.en, a.zh + b.zh}; }

void explain_table(const TableSpec& table, std::vector<Text>& out) {
  const auto role = text_of(table.role);
  auto text = Text{fmt::format("Table {} ({}; {} columns) is read from {}.", table.name, role.en,
                               table.columns.size(), list(table.locations)),
                   fmt::format("表 {}({},{} 列)读自 {}。", table.name, role.zh,
                               table.columns.size(), list(table.locations))};
  if (!table.customer_key.empty()) {
    text = joined(text,
                  say(" Customers are told apart by {}.", "以 {} 区分客户。", table.customer_key));
  } else if (table.via) {
    text = joined(text, say(" Its customer is found through {} in {}.",
                            "经 {} 在表 {} 中找到客户。", table.via->column, table.via->table));
  } else if (table.role != Role::Context) {
    text = joined(text, say(" Every row is a customer of its own.", "每行是一个客户。"));
  }
  if (!table.start.empty()) {
    text = joined(
        text, say(" A term runs from {} to {}.", "合同期自 {} 至 {}。", table.start, table.end));
  }
  if (!table.cancelled.empty()) {
    text = joined(text, say(" {} ends it early where it falls within the term.",
                            "{} 落在合同期内则视为提前终止。", table.cancelled));
  }
  if (!table.event_time.empty()) {
    text = joined(text, say(" Each row happened on {}.", "发生时间为 {}。", table.event_time));
  }
  if (table.extract_day) {
    text = joined(text, say(" Undated values count as known from {}.",
                            "无日期的值自 {} 起视为已知。", to_string(*table.extract_day)));
  }
  out.push_back(text);

  std::vector<std::string> identifiers, personal, unused, ignored;
  for (const auto& column : table.columns) {
    const auto& name = column.format.name;
    const bool is_guarded = column.mark == Mark::Personal || column.mark == Mark::Sensitive;
    if (column.is_ignored) {
      ignored.push_back(name);
    } else if (column.mark == Mark::Identifier) {
      identifiers.push_back(name);
    } else if (is_guarded) {
      (column.use_because.empty() ? unused : personal).push_back(name);
    }
  }
  const auto add = [&](const std::vector<std::string>& names, const char* en, const char* zh) {
    if (!names.empty()) out.push_back(say(en, zh, table.name, list(names)));
  };
  add(identifiers, "In {} these identify a person and never enter a model: {}.",
      "{} 中以下列可识别个人,从不进入模型: {}。");
  add(personal, "In {} these are personal and used for the stated reason: {}.",
      "{} 中以下为个人信息,按写明的理由使用: {}。");
  add(unused, "In {} these are personal and stay out, as no reason is given: {}.",
      "{} 中以下为个人信息,未说明理由,不使用: {}。");
  add(ignored, "In {} these are left out: {}.", "{} 中以下列不使用: {}。");
}

void explain_cutoffs(const Study& study, std::vector<Text>& out) {
  const auto& cutoffs = study.cutoffs;
  if (!cutoffs.before_end_days.empty()) {
    out.push_back(
        say("A prediction is made {} days before each contract's end, from what was known then.",
            "在每份合同到期前 {} 天作预测,只用当时已知的信息。", numbers(cutoffs.before_end_days)));
  } else if (!cutoffs.days.empty()) {
    out.push_back(say("Predictions are made at {} cutoffs from {} to {}, from what was known then.",
                      "在 {} 个观察点(自 {} 至 {})作预测,只用当时已知的信息。", cutoffs.days.size(),
                      to_string(cutoffs.days.front()), to_string(cutoffs.days.back())));
  } else if (cutoffs.every_months > 0) {
    out.push_back(say("A prediction is made every {} month(s), from what was known then.",
                      "每 {} 个月作一次预测,只用当时已知的信息。", cutoffs.every_months));
  } else {
    return out.push_back(
        say("The data carry no time: each customer is one row.", "数据没有时间:每个客户一行。"));
  }
  if (study.churn && study.churn->kind != ChurnKind::Contractual) {
    out.push_back(say("After a gap of {} days, churn is looked for in the next {} days.",
                      "间隔 {} 天后,在随后 {} 天内观察是否流失。", cutoffs.gap_days,
                      cutoffs.outcome_days));
  } else if (cutoffs.gap_days > 0) {
    out.push_back(say("The next {} days are left out, as acting takes time.",
                      "预留 {} 天采取行动。", cutoffs.gap_days));
  }
}

Text criterion_in_words(const std::string& choose_by) {
  if (choose_by == "profit") return {"profit", "利润"};
  if (choose_by == "auc") return {"AUC", " AUC "};
  if (choose_by == "lift") return {"lift", "提升度"};
  if (choose_by == "brier") return {"Brier score", " Brier 分数"};
  if (choose_by == "cost") return {"cost of errors", "错判代价"};
  if (choose_by == "size") return {"size", "规模"};
  return {choose_by, choose_by};
}

void explain_models(const Study& study, std::vector<Text>& out) {
  const auto own = study.features.own.size();
  const auto days = numbers(study.features.windows_days);
  const bool looks_back = std::ranges::any_of(study.tables, [](const TableSpec& table) {
    return table.role == Role::Event || table.role == Role::Contract || table.role == Role::Context;
  });
  if (looks_back && own == 0) {
    out.push_back(say("Features look back {} days.", "特征回看 {} 天。", days));
  } else if (looks_back) {
    out.push_back(say("Features look back {} days; {} more of your own.",
                      "特征回看 {} 天;另有自定义特征 {} 个。", days, own));
  } else if (own > 0) {
    out.push_back(say("{} features are your own.", "自定义特征 {} 个。", own));
  }
  if (study.split.kind == SplitKind::Time) {
    out.push_back(say("Models learn from earlier cutoffs and are judged on the latest {:.0f} %.",
                      "模型用较早的观察点学习,用最近的 {:.0f}% 检验。",
                      study.split.test_share * 100));
  } else {
    out.push_back(say("Models are judged on {:.0f} % of customers they never saw.",
                      "用未参与训练的 {:.0f}% 客户检验模型。", study.split.test_share * 100));
  }
  std::vector<std::string> ids;
  for (const auto& model : study.models.compare) ids.push_back(model.id);
  const auto by = criterion_in_words(study.models.choose_by);
  out.push_back(
      ids.empty()
          ? Text{fmt::format("The usual classifiers are compared; the best by {} is used.", by.en),
                 fmt::format("比较常用分类模型,按{}选出最佳者。", by.zh)}
          : Text{fmt::format("Compared are {}; the best by {} is used.", list(ids), by.en),
                 fmt::format("比较 {},按{}选出最佳者。", list(ids), by.zh)});
  if (study.models.search_tries > 0) {
    out.push_back(say("Up to {} parameter sets of each model are tried on {} folds of the training "
                      "customers.",
                      "每个模型在训练客户的 {1} 折上最多尝试 {0} 组参数。",
                      study.models.search_tries, study.models.search_folds));
  }
  if (study.selection.keep != "all") {
    out.push_back(say("Models learn from the columns that are {} in the three-level choice only.",
                      "模型只使用三级选择中达到 {} 级的特征。", study.selection.keep));
  }
  if (study.models.sampling != "none") {
    out.push_back(say("Training rows are resampled ({}) until {:.0f} % are churners; probabilities "
                      "are corrected back.",
                      "训练样本按 {} 采样到流失占 {:.0f}%,概率再校正回原比例。",
                      study.models.sampling, study.models.sampling_share * 100));
  }
}

std::string_view level_zh(Level level) {
  switch (level) {
    case Level::None: return "无";
    case Level::Yellow: return "黄色";
    case Level::Orange: return "橙色";
    case Level::Red: return "红色";
  }
  return "";
}

void explain_warning(const Study& study, std::vector<Text>& out) {
  const auto& warning = study.warning;
  if (warning.red + warning.orange + warning.yellow == 0) {
    out.push_back(
        say("Warning levels follow from costs: contact {}, offer {}, customer value {}{}.",
            "预警等级由收支决定: 联系成本 {},优惠成本 {},客户价值 {}{}。",
            brief(study.profit.contact_cost), brief(study.profit.offer_cost),
            brief(study.profit.customer_value),
            study.profit.currency.empty() ? "" : " " + study.profit.currency));
  } else {
    out.push_back(say("Warnings are red from {}, orange from {}, yellow from {}.",
                      "概率达 {} 为红色,{} 为橙色,{} 为黄色预警。", warning.red, warning.orange,
                      warning.yellow));
  }
  for (const auto& rule : warning.rules) {
    const auto parsed = parse_expression(rule.when, scope_of(study));
    const auto words = parsed.ok() ? in_words(**parsed) : Text{rule.when, rule.when};
    out.push_back(
        {fmt::format("Rule {} warns ({}) where {}.", rule.name, word_of(rule.level), words.en),
         fmt::format("规则 {} 在以下情况预警({}): {}。", rule.name, level_zh(rule.level),
                     words.zh)});
  }
}

}  // namespace

std::string_view name_of(ChurnKind kind) { return word_of(kind); }
std::string_view name_of(Role role) { return word_of(role); }
std::string_view name_of(Topic topic) { return word_of(topic); }
std::string_view name_of(Mark mark) { return word_of(mark); }

Text text_of(ChurnKind kind) {
  switch (kind) {
    case ChurnKind::Contractual: return {"contract not renewed", "合同未续"};
    case ChurnKind::Inactivity: return {"inactivity", "沉默流失"};
    case ChurnKind::ExpectedSpend: return {"spend below expectation", "消费低于预期"};
    case ChurnKind::Partial: return {"partial churn", "部分流失"};
    case ChurnKind::RevenueRule: return {"rule over revenue", "收入规则"};
    case ChurnKind::Label: return {"label column", "标签列"};
  }
  return {};
}
Text text_of(Role role) {
  switch (role) {
    case Role::Customer: return {"customers", "客户"};
    case Role::Contract: return {"contracts", "合同"};
    case Role::Event: return {"events", "事件"};
    case Role::Attribute: return {"attributes", "属性"};
    case Role::Outcome: return {"outcomes", "结果"};
    case Role::Context: return {"context", "环境"};
  }
  return {};
}
Text text_of(Topic topic) {
  switch (topic) {
    case Topic::None: return {"other", "其他"};
    case Topic::Payment: return {"payments", "缴费"};
    case Topic::Claim: return {"claims", "理赔"};
    case Topic::Contact: return {"contacts", "联系"};
    case Topic::Complaint: return {"complaints", "投诉"};
    case Topic::Purchase: return {"purchases", "购买"};
    case Topic::Visit: return {"visits", "到店"};
    case Topic::Balance: return {"balances", "余额"};
    case Topic::Reminder: return {"reminders", "提醒"};
  }
  return {};
}
Text text_of(Mark mark) {
  switch (mark) {
    case Mark::None: return {"open", "普通"};
    case Mark::Identifier: return {"identifier", "身份标识"};
    case Mark::Personal: return {"personal", "个人信息"};
    case Mark::Sensitive: return {"sensitive", "敏感信息"};
  }
  return {};
}

Text in_words(const ChurnDefinition& churn) {
  Text out;
  switch (churn.kind) {
    case ChurnKind::Contractual:
      out =
          say("A contract of {} churns when no successor starts from {} days before to {} days "
              "after its "
              "end, or when it is cancelled early.",
              "{} 中的合同在到期前 {} 天至到期后 {} 天内没有续保,或中途终止,即为流失。",
              churn.table, churn.early_days, churn.grace_days);
      break;
    case ChurnKind::Inactivity: {
      const auto limits = limits_text(churn.inactive_days);
      if (!churn.inactive_days.empty()) {
        out = {fmt::format("A customer churns when {} shows nothing for {} days.", churn.table,
                           limits.en),
               fmt::format("客户在 {} 中连续 {} 天没有记录即为流失。", churn.table, limits.zh)};
      }
      if (churn.interval_factor > 0) {
        out = joined(
            out, say("{}A silence above {} times the customer's own usual interval is churn too.",
                     "{}沉默超过自身平均间隔的 {} 倍也视为流失。", out.en.empty() ? "" : " ",
                     brief(churn.interval_factor)));
      }
      break;
    }
    case ChurnKind::ExpectedSpend:
      out = say(
          "A customer churns when {1} of {0} falls below {2:.0f} % of what their history predicts.",
          "客户的 {0}.{1} 低于历史预期的 {2:.0f}% 即为流失。", churn.table, churn.column,
          churn.fall_share * 100);
      break;
    case ChurnKind::Partial:
      out =
          say("A customer churns in part when {1} of {0} falls by {2:.0f} %, and in full from "
              "{3:.0f} %.",
              "{0}.{1} 下降 {2:.0f}% 为部分流失,达 {3:.0f}% 为完全流失。", churn.table,
              churn.column, churn.fall_share * 100, churn.full_fall_share * 100);
      break;
    case ChurnKind::RevenueRule:
      if (!churn.condition.empty()) {
        out = say("A customer churns when {}.", "满足以下条件即为流失: {}。", churn.condition);
        break;
      }
      if (churn.falling_months > 0) {
        out = say("A customer churns when {1} of {0} falls {2} months in a row.",
                  "{0}.{1} 连续 {2} 个月下降即为流失。", churn.table, churn.column,
                  churn.falling_months);
      }
      if (churn.below_months > 0) {
        out = joined(out, say("{3}{1} of {0} below {4} for {2} months in a row is churn.",
                              "{0}.{1} 连续 {2} 个月低于 {4} 即为流失。", churn.table, churn.column,
                              churn.below_months, out.en.empty() ? "" : " ", brief(churn.below)));
      }
      break;
    case ChurnKind::Label:
      out = say("A customer has churned where {} of {} is {}.", "表 {1} 的 {0} 为 {2} 表示已流失。",
                churn.column, churn.table, list(churn.positive));
      break;
  }
  std::vector<std::string> competing, competing_zh;
  for (const auto& exit : churn.exits) {
    if (exit.is_churn) continue;
    competing.push_back(exit.label.en.empty() ? exit.name : exit.label.en);
    competing_zh.push_back(exit.label.zh.empty() ? exit.name : exit.label.zh);
  }
  if (!competing.empty()) {
    out = joined(out, {fmt::format(" Not churn but other exits: {}.", list(competing)),
                       fmt::format("以下为竞争性离开,不算流失: {}。", join(competing_zh, "、"))});
  }
  return out;
}

namespace {

void explain_analyses(const Study& study, std::vector<Text>& out) {
  auto specs = study.analyses;
  std::vector<std::string> en, zh;
  each_analysis(specs, [&](std::string_view, const auto& spec, const Text& what) {
    if (!spec) return;
    en.push_back(what.en);
    zh.push_back(what.zh);
  });
  if (en.empty()) return;
  out.push_back(say("Each run also answers: {}.", "每次运行还会分析: {1}。", join(en, "; "), join(zh, "、")));
}

}  // namespace

std::vector<Text> explain(const Study& study) {
  std::vector<Text> out;
  const auto name = study.name.empty() ? study.file.stem().string() : study.name;
  out.push_back(
      study.entity == Entity::Customer
          ? say("Study {}: which customers will leave.", "研究 {}: 哪些客户将要流失。", name)
          : say("Study {}: which contracts will not be renewed.", "研究 {}: 哪些合同将不再续保。",
                name));
  for (const auto& table : study.tables) explain_table(table, out);
  if (study.churn) out.push_back(in_words(*study.churn));
  explain_cutoffs(study, out);
  explain_models(study, out);
  explain_warning(study, out);
  explain_analyses(study, out);
  return out;
}

}  // namespace holdfast::study
