#pragma once

#include "study/study.hpp"

/// Every key of the study file, once, with what it means: reading, writing and "unknown key" all
/// walk these lists. Inner header of study/.
///
/// A visitor has `field(key, value, comment, shows_default)`; shows_default: written even where the
/// value is the usual one.
namespace holdfast::study {

template <typename Visitor>
void visit(Visitor& v, Study& s) {
  v.field("name", s.name, {"shown on reports", "显示在报告上"}, true);
  v.field("language", s.language,
          {"of reports and comments: en or zh", "报告和注释的语言: en 或 zh"}, true);
  v.field("time_zone", s.time_zone, {"whose midnight begins a day", "以该时区的零点为一天的开始"},
          true);
  v.field("seed", s.seed, {"same seed, same result", "种子相同则结果相同"}, true);
  v.field("entity", s.entity,
          {"who may leave: customer or contract", "预测对象: customer 客户,contract 合同"}, true);
  v.field("bad_rows_max", s.bad_rows_max_share,
          {"a larger share of unreadable rows stops the import", "坏行比例超过此值则停止导入"});
  v.field("store", s.store, {"folder of the history store", "历史库目录"});
  v.field("out", s.out, {"folder of the results", "结果目录"});
}

template <typename Visitor>
void visit(Visitor& v, ColumnSpec& c) {
  v.field("type", c.format.type, {}, true);
  v.field("date_format", c.format.date_format);
  v.field("decimal", c.format.decimal);
  v.field("thousands", c.format.thousands);
  v.field("percent", c.format.is_percent);
  v.field("mark", c.mark);
  v.field("use_because", c.use_because);
  v.field("known_at", c.known_at);
  v.field("constant", c.is_constant);
  v.field("ignore", c.is_ignored);
  v.field("unit", c.unit);
  v.field("label_en", c.label.en);
  v.field("label_zh", c.label.zh);
  v.field("note", c.note);
}

template <typename Visitor>
void visit(Visitor& v, ComputedColumn& c) {
  v.field("expression", c.expression, {}, true);
  v.field("type", c.type, {}, true);
  v.field("label_en", c.label.en);
  v.field("label_zh", c.label.zh);
}

template <typename Visitor>
void visit(Visitor& v, Reference& r) {
  v.field("column", r.column, {}, true);
  v.field("table", r.table, {}, true);
  v.field("table_column", r.table_column, {}, true);
}

template <typename Visitor>
void visit(Visitor& v, TableSpec& t) {
  v.field("role", t.role,
          {"customer, contract, event, attribute, outcome or context",
           "customer 客户, contract 合同, event 事件, attribute 属性, outcome 结果, context 环境"},
          true);
  v.field("label_en", t.label.en);
  v.field("label_zh", t.label.zh);
  v.field("topic", t.topic, {"what the events are about", "事件的主题"});
  v.field("files", t.locations, {"relative to this file; * allowed", "相对本文件的路径;可用 *"},
          true);
  v.field("encoding", t.read.encoding);
  v.field("delimiter", t.read.delimiter);
  v.field("quote", t.read.quote);
  v.field("header_row", t.read.header_row, {"-1: there is none", "-1 表示没有表头"});
  v.field("sheet", t.read.sheet);
  v.field("query", t.read.query);
  v.field("time_zone", t.read.time_zone,
          {"of instants without an offset", "无时区标记的时刻所属时区"});
  v.field("missing", t.read.missing, {"spellings of a missing cell", "表示缺失的写法"});
  v.field("customer_key", t.customer_key);
  v.field("contract_key", t.contract_key);
  v.field("via", t.via, {"the key path to the customer", "通向客户的键路径"});
  v.field("event_time", t.event_time, {"when it happened", "发生时间"});
  v.field("valid_from", t.valid_from);
  v.field("valid_to", t.valid_to);
  v.field("start", t.start, {"first day of the term", "起保日或合同开始日"});
  v.field("end", t.end, {"day the term ends; known at signing", "合同终止日;签约时即已知"});
  v.field("cancelled", t.cancelled,
          {"day it was ended; counts within its term only", "退保或终止日;仅在合同期内才算"});
  v.field("exit_reason", t.exit_reason, {"kind of exit", "离开原因"});
  v.field("product", t.product);
  v.field("household", t.household);
  v.field("vehicle", t.vehicle);
  v.field("known_at", t.known_at, {"when the company could know it", "入库时间"});
  v.field("known_lag_days", t.known_lag_days,
          {"known so many days after it happened", "发生后若干天才入库"});
  v.field("event_id", t.event_id, {"the same id again is a correction", "相同编号视为更正"});
  v.field("replaces_range", t.replaces_range,
          {"a later extract replaces the days it covers", "后一批数据替换其覆盖的日期"});
  v.field("kind", t.kind, {"kind of event", "事件种类"});
  v.field("amount", t.amount,
          {"money of the event, premium of the contract", "事件金额或合同保费"});
  v.field("join_on", t.join_on,
          {"columns shared with customers or contracts", "与客户或合同共有的列"});
  v.field("complete_until", t.complete_until,
          {"data are complete up to this day", "数据完整至该日"});
  v.field("extract_day", t.extract_day,
          {"day the extract was made; undated values count from then",
           "提取日;无日期的值自该日起可用"});
}

template <typename Visitor>
void visit(Visitor& v, ExitClass& e) {
  v.field("name", e.name, {}, true);
  v.field("values", e.values, {"values of the exit reason that mean it", "属于此类的离开原因"},
          true);
  v.field("voluntary", e.is_voluntary, {}, true);
  v.field("financial", e.is_financial, {}, true);
  v.field("churn", e.is_churn, {"false: a competing exit", "false 表示竞争性离开"}, true);
  v.field("label_en", e.label.en);
  v.field("label_zh", e.label.zh);
}

template <typename Visitor>
void visit(Visitor& v, ChurnDefinition& d) {
  v.field("name", d.name);
  v.field("kind", d.kind,
          {"contractual, inactivity, expected_spend, partial, revenue_rule or label",
           "contractual 合同, inactivity 沉默, expected_spend 预期消费, partial 部分流失, "
           "revenue_rule 收入规则, label 标签列"},
          true);
  v.field("table", d.table, {}, true);
  v.field("column", d.column);
  v.field("positive", d.positive, {"values that mean churned", "表示流失的取值"});
  const bool has_term = d.kind == ChurnKind::Contractual;
  v.field("grace_days", d.grace_days, {"a successor may start this late", "续保可晚于到期的天数"},
          has_term);
  v.field("early_days", d.early_days,
          {"a successor may start this early before the end", "续保可早于到期的天数"}, has_term);
  v.field("successor_products", d.successor_products);
  v.field("successor_by_household", d.successor_by_household);
  v.field("successor_by_vehicle", d.successor_by_vehicle);
  v.field("segment_by", d.segment_by, {"column by which limits differ", "按此列区分界限"});
  v.field("inactive_days", d.inactive_days, {"silence that means gone", "沉默多少天视为流失"});
  v.field("interval_factor", d.interval_factor,
          {"or silence above factor × own usual interval", "或沉默超过自身平均间隔的倍数"});
  v.field("fall_share", d.fall_share, {"a fall by this share is churn", "下降达到此比例视为流失"},
          d.kind == ChurnKind::Partial || d.kind == ChurnKind::ExpectedSpend);
  v.field("full_fall_share", d.full_fall_share, {}, d.kind == ChurnKind::Partial);
  v.field("falling_months", d.falling_months, {"falling so many months in a row", "连续下降月数"},
          d.kind == ChurnKind::RevenueRule);
  v.field("below_months", d.below_months,
          {"or below the limit for so many", "或连续低于界限的月数"},
          d.kind == ChurnKind::RevenueRule);
  v.field("below", d.below);
  v.field("condition", d.condition, {"an expression instead", "或写表达式"});
  v.field("exit_reason", d.exit_reason);
}

template <typename Visitor>
void visit(Visitor& v, CutoffSpec& c) {
  v.field("days", c.days, {"calendar days", "日历日"});
  v.field("every_months", c.every_months,
          {"the first of every so many months", "每隔若干个月的一号"});
  v.field("before_end_days", c.before_end_days,
          {"days before each contract's end", "每份合同到期前天数"});
  v.field("first", c.first);
  v.field("last", c.last);
  v.field("gap_days", c.gap_days, {"time needed to act", "采取行动所需的间隔"}, true);
  v.field("outcome_days", c.outcome_days, {"span in which churn is looked for", "表现期天数"},
          true);
}

template <typename Visitor>
void visit(Visitor& v, FeatureSpec& f) {
  v.field("windows_days", f.windows_days, {"how far back features look", "观察期天数"}, true);
  v.field("families", f.families, {"empty: all the tables allow", "为空: 表所允许的全部"});
  v.field("exclude", f.exclude, {"names, * allowed", "特征名,可用 *"});
  v.field("last_kinds", f.last_kinds);
  v.field("categories_max", f.categories_max);
}

template <typename Visitor>
void visit(Visitor& v, OwnFeature& f) {
  v.field("name", f.name, {}, true);
  v.field("expression", f.expression, {}, true);
  v.field("label_en", f.label.en);
  v.field("label_zh", f.label.zh);
}

template <typename Visitor>
void visit(Visitor& v, SplitSpec& s) {
  v.field("kind", s.kind,
          {"time: later cutoffs test; customer: others test", "time 按时间, customer 按客户"},
          true);
  v.field("validation_share", s.validation_share, {}, true);
  v.field("test_share", s.test_share, {}, true);
  v.field("validation_from", s.validation_from);
  v.field("test_from", s.test_from);
  v.field("embargo_days", s.embargo_days, {"-1: gap + outcome window", "-1 表示间隔期加表现期"});
  v.field("backtest_origins", s.backtest_origins);
}

template <typename Visitor>
void visit(Visitor& v, ModelsSpec& m) {
  v.field("choose_by", m.choose_by,
          {"profit, auc, lift, brier, cost or size",
           "profit 利润, auc, lift 提升度, brier, cost 错判代价, size 规模"},
          true);
  v.field("calibration", m.calibration,
          {"isotonic, platt, beta or none", "isotonic, platt, beta 或 none"}, true);
  v.field("search_tries", m.search_tries,
          {"parameter sets tried for each model; 0: none",
           "每个模型尝试的参数组数;0 表示不搜索"});
  v.field("search_folds", m.search_folds,
          {"folds of training customers they are judged on", "参数搜索的交叉验证折数"});
  v.field("time_budget_seconds", m.time_budget_seconds,
          {"the search stops behind it; 0: no limit", "搜索的时间预算(秒);0 表示不限"});
  v.field("stack", m.stack, {"adds a model over the others' answers", "增加堆叠模型"});
  v.field("blend", m.blend, {"adds the weighted mean of the others", "增加加权融合模型"});
  v.field("cost_missed", m.cost_missed,
          {"cost of a churner called a stayer", "把流失判为未流失的代价"});
  v.field("cost_false_alarm", m.cost_false_alarm,
          {"cost of a stayer called a churner", "把未流失判为流失的代价"});
  v.field("sampling", m.sampling,
          {"none, over, under or smote: of training rows; probabilities are corrected back",
           "none 不采样, over 过采样, under 欠采样, smote; 只用于训练样本,概率校正回原比例"});
  v.field("sampling_share", m.sampling_share,
          {"share of churners it makes", "采样后流失客户的比例"});
}

template <typename Visitor>
void visit(Visitor& v, SelectionSpec& s) {
  v.field("named", s.named, {"features the business names, * allowed; empty: all",
                             "业务人员提名的特征,可用 *; 为空表示全部"});
  v.field("p_max", s.p_max, {"found by OLAP: at most this p value", "OLAP 初选: p 值上限"});
  v.field("effect_min", s.effect_min,
          {"and at least this Cramér's V", "并且 Cramér V 不低于此值"});
  v.field("share", s.share,
          {"computed: together this share of the contribution", "计算因素: 合计贡献达到的比例"});
  v.field("keep", s.keep,
          {"columns models learn from: all, named, found or computed",
           "模型使用的特征: all 全部, named 提名, found 初选, computed 计算因素"});
}

template <typename Visitor>
void visit(Visitor& v, ProfitSpec& p) {
  v.field("currency", p.currency,
          {"shown with amounts: CNY, EUR, USD …; may be empty", "金额的币种: CNY, EUR, USD …;可为空"},
          true);
  v.field("customer_value", p.customer_value,
          {"value at stake where no column gives it", "没有价值列时的客户价值"}, true);
  v.field("value", p.value, {"expression giving the value at stake", "客户价值表达式"});
  v.field("offer_cost", p.offer_cost, {"cost of an accepted offer", "优惠成本"}, true);
  v.field("contact_cost", p.contact_cost, {"cost of one contact", "一次联系的成本"}, true);
  v.field("acceptance_alpha", p.acceptance_alpha,
          {"acceptance ~ Beta(alpha, beta)", "接受率服从 Beta(alpha, beta)"}, true);
  v.field("acceptance_beta", p.acceptance_beta, {}, true);
}

template <typename Visitor>
void visit(Visitor& v, WarningSpec& w) {
  v.field("red", w.red,
          {"probability limits; all 0: chosen by profit", "概率界限;全为 0 则按利润选取"}, true);
  v.field("orange", w.orange, {}, true);
  v.field("yellow", w.yellow, {}, true);
  v.field("watch_list_max", w.watch_list_max, {"0: no limit", "0 表示不限"});
}

template <typename Visitor>
void visit(Visitor& v, WarningRule& r) {
  v.field("name", r.name, {}, true);
  v.field("when", r.when, {}, true);
  v.field("level", r.level, {}, true);
  v.field("label_en", r.label.en);
  v.field("label_zh", r.label.zh);
}

template <typename Visitor>
void visit(Visitor& v, SurvivalSpec& s) {
  v.field("duration", s.duration,
          {"a table without time: column with the time spent so far", "无时间的表: 已持续时间所在列"});
  v.field("horizons_days", s.horizons_days, {"chances of leaving within these", "各期限内离开的概率"},
          true);
  v.field("by", s.by, {"feature whose groups get a curve each", "按此特征分组画曲线"});
}

template <typename Visitor>
void visit(Visitor& v, ValueSpec& s) {
  v.field("table", s.table, {"of purchases or contracts", "购买或合同表"});
  v.field("period_days", s.period_days, {"unit of time of the rates", "购买频率的时间单位"},
          true);
  v.field("holdout_days", s.holdout_days,
          {"left out of the fit to check it; 0: a fourth", "留作检验的天数;0 表示四分之一"});
  v.field("horizon_days", s.horizon_days, {"how far ahead is predicted", "预测期天数"}, true);
  v.field("discount_rate", s.discount_rate, {"a year", "年贴现率"}, true);
  v.field("margin", s.margin, {"share of an amount that is profit", "金额中利润所占比例"}, true);
  v.field("cost", s.cost, {"column with the cost of a row", "每行成本所在列"});
  v.field("cost_table", s.cost_table, {"table whose amounts are costs", "金额为成本的表,如赔款"});
  v.field("acquisition_cost", s.acquisition_cost, {"of one customer", "获取一个客户的成本"});
  v.field("alarm_below", s.alarm_below,
          {"less likely silence or spend is an alarm", "可能性低于此值的沉默或消费触发警报"});
}

template <typename Visitor>
void visit(Visitor& v, GrowthSpec& s) {
  v.field("table", s.table, {"whose amounts are the assets", "资产金额所在表"});
  v.field("every_months", s.every_months, {"length of a period", "每期月数"}, true);
  v.field("funnel_table", s.funnel_table, {"events with the steps of the funnel", "漏斗步骤所在事件表"});
  v.field("funnel", s.funnel, {"kinds of event, first step first", "事件种类,按步骤顺序"});
  v.field("referrer", s.referrer, {"column: who brought the customer", "列: 推荐人"});
}

template <typename Visitor>
void visit(Visitor& v, MovementSpec& s) {
  v.field("table", s.table, {"with the state, or an amount", "状态或金额所在表"});
  v.field("state", s.state, {"column; none: bands of the amount", "状态列;不写则按金额分档"});
  v.field("bands", s.bands, {"limits of the states", "分档界限"});
  v.field("every_months", s.every_months, {"length of a period", "每期月数"}, true);
  v.field("by", s.by, {"column of segments", "分组列"});
  v.field("destination", s.destination, {"column: where money went", "列: 资金去向"});
  v.field("path_table", s.path_table, {"events whose steps are followed", "行为路径所在事件表"});
  v.field("after_days", s.after_days, {"assets fall within so many days", "多少天内资产下降"}, true);
}

template <typename Visitor>
void visit(Visitor& v, GroupsSpec& s) {
  v.field("columns", s.columns, {"features, * allowed", "特征名,可用 *"});
}

template <typename Visitor>
void visit(Visitor& v, PatternsSpec& s) {
  v.field("table", s.table, {"of purchases", "购买表"});
  v.field("item", s.item, {"column with what was bought", "商品所在列"});
  v.field("basket", s.basket, {"column; none: a customer's day", "购物篮列;不写则按客户和日期"});
  v.field("suggestions", s.suggestions, {"for each customer", "每个客户的推荐数"}, true);
}

template <typename Visitor>
void visit(Visitor& v, EffectSpec& s) {
  v.field("treatment", s.treatment, {"column that says who was treated", "标明谁受到挽留措施的列"},
          true);
  v.field("treated", s.treated, {"values that mean treated", "表示受到措施的取值"});
  v.field("outcome", s.outcome, {"column of what is to be achieved; none: staying",
                                 "要达成的结果列;不写则为留存"});
  v.field("achieved", s.achieved, {"values that mean achieved", "表示达成的取值"});
  v.field("cost", s.cost, {"of one treatment", "一次措施的成本"}, true);
  v.field("benefit", s.benefit, {"of one outcome more; 0: the value at risk",
                                 "多达成一个结果的收益;0 表示客户价值"});
}

template <typename Visitor>
void visit(Visitor& v, CubeSpec& s) {
  v.field("dimensions", s.dimensions, {"features or columns", "维度: 特征或列"});
  v.field("from", s.from, {"first day of the earlier period", "较早时期的起始日"});
  v.field("to", s.to, {"first day of the later period", "较晚时期的起始日"});
}

/// Calls body(section name, optional spec, what it says of itself) for every analysis.
template <typename Body>
void each_analysis(AnalysisSpecs& specs, const Body& body) {
  body("survival", specs.survival, Text{"When they leave", "何时离开"});
  body("value", specs.value, Text{"What they are worth", "客户价值"});
  body("growth", specs.growth, Text{"Assets, headcount, funnel, referrals", "量与人、漏斗、推荐"});
  body("movement", specs.movement, Text{"Between which states they move", "状态迁移与路径"});
  body("groups", specs.groups, Text{"Who is alike", "客户分群"});
  body("patterns", specs.patterns, Text{"What they buy together", "购买模式"});
  body("effect", specs.effect, Text{"What a treatment changed", "挽留措施的效果"});
  body("cube", specs.cube, Text{"Rates and values by dimension", "多维分析"});
}

}  // namespace holdfast::study
