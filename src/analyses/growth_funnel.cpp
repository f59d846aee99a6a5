#include <fmt/format.h>

#include <algorithm>

#include "analyses/errors.hpp"
#include "analyses/events.hpp"
#include "analyses/growth_parts.hpp"
#include "analyses/figures.hpp"
#include "value/funnel.hpp"

namespace holdfast::analyses::growth_parts {
namespace {

Text same(const std::string& text) { return {text, text}; }

Table steps_table(const value::Funnel& funnel, const std::vector<std::string>& names) {
  Table table{.id = "funnel",
              .title = {"Steps of the purchase", "购买各步"},
              .remark = {"A step counts once a customer, after all steps before it.",
                         "每个客户每步计一次,且须先完成之前各步。"},
              .columns = {{"step", {"Step", "步骤"}, Format::Number, {}},
                          {"customers", {"Customers", "客户数"}, Format::Count, {}},
                          {"lost", {"Lost before it", "在此前流失"}, Format::Count, {}},
                          {"conversion", {"Of the step before", "较上一步"}, Format::Share, {}},
                          {"low", {"from", "下限"}, Format::Share, {"95% interval", "95% 区间"}},
                          {"high", {"to", "上限"}, Format::Share, {"95% interval", "95% 区间"}},
                          {"overall", {"Of the first", "较第一步"}, Format::Share, {}},
                          {"median_days",
                           {"Days since the step before", "距上一步天数"},
                           Format::Days,
                           {"median", "中位数"}}},
              .rows = {}};
  for (std::size_t s = 0; s < funnel.steps.size(); ++s) {
    const auto& step = funnel.steps[s];
    std::vector<Cell> row = {same(names[s]), static_cast<double>(step.customers)};
    row.resize(table.columns.size());
    if (s > 0) row[2] = static_cast<double>(step.lost);
    if (step.conversion) {
      row[3] = step.conversion->share;
      row[4] = step.conversion->low;
      row[5] = step.conversion->high;
    }
    if (step.overall) row[6] = step.overall->share;
    if (step.median_time) row[7] = *step.median_time;
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Those who go on and those who break off, step by step.
FlowChart flow_chart(const value::Funnel& funnel, const std::vector<std::string>& names) {
  FlowChart chart{.id = "funnel_flow",
                  .title = {"Where customers break off", "客户在哪一步中断"},
                  .remark = {},
                  .format = Format::Count,
                  .steps = {},
                  .nodes = {},
                  .links = {}};
  for (std::size_t s = 0; s < names.size(); ++s) chart.nodes.push_back({same(names[s]), s});
  for (std::size_t s = 0; s + 1 < names.size(); ++s) {
    const auto& next = funnel.steps[s + 1];
    if (next.customers > 0) chart.links.push_back({s, s + 1, static_cast<double>(next.customers)});
    if (next.lost == 0) continue;
    chart.nodes.push_back({{"broke off", "中断"}, s + 1});
    chart.links.push_back({s, chart.nodes.size() - 1, static_cast<double>(next.lost)});
  }
  return chart;
}

void say(Analysis& analysis, const value::Funnel& funnel, const std::vector<std::string>& names) {
  const auto& last = funnel.steps.back();
  const double overall = last.overall ? last.overall->share : 0;
  Text text{
      fmt::format("Of {} customers at \"{}\" {} reached \"{}\" ({})",
                  whole(static_cast<double>(funnel.steps[0].customers)), names.front(),
                  whole(static_cast<double>(last.customers)), names.back(), percent(overall)),
      fmt::format("处于“{}”的 {} 个客户中有 {} 个到达“{}”({})", names.front(),
                  whole(static_cast<double>(funnel.steps[0].customers)),
                  whole(static_cast<double>(last.customers)), names.back(), percent(overall))};
  if (funnel.worst) {
    const auto& worst = funnel.steps[*funnel.worst];
    const double lost = worst.conversion ? 1 - worst.conversion->share : 0;
    text.en += fmt::format("; most are lost before \"{}\": {} ({}).", names[*funnel.worst],
                           whole(static_cast<double>(worst.lost)), percent(lost));
    text.zh += fmt::format(";流失最多的是“{}”之前: {} 个({})。", names[*funnel.worst],
                           whole(static_cast<double>(worst.lost)), percent(lost));
  } else {
    text.en += "; nobody was lost.";
    text.zh += ";没有流失。";
  }
  analysis.findings.push_back(text);
}

}  // namespace

Result<void> add_funnel(Analysis& analysis, const Inputs& inputs, const study::GrowthSpec& spec,
                        Progress& progress) {
  if (spec.funnel.empty()) {
    analysis.notes.push_back(
        {"`funnel_table` and `funnel` in [growth] name the steps of a purchase, first to last",
         "在 [growth] 中用 `funnel_table` 和 `funnel` 依次列出购买的各步"});
    return {};
  }
  const auto& study = inputs.study();
  const auto* table = spec.funnel_table.empty() ? nullptr : study.find(spec.funnel_table);
  if (table == nullptr) {
    const auto at = std::ranges::find_if(study.tables, [](const study::TableSpec& one) {
      return one.role == study::Role::Event && !one.kind.empty();
    });
    if (at != study.tables.end()) table = &*at;
  }
  if (table == nullptr) {
    return Error{errors::kNoTableFor,
                 {{"analysis", "growth"},
                  {"wanted", "events with kinds (带种类的事件)"},
                  {"key", "[growth] funnel_table"}}};
  }
  if (table->kind.empty()) {
    return Error{errors::kNoColumnFor,
                 {{"analysis", "growth"},
                  {"wanted", "the kind of an event (事件种类)"},
                  {"table", table->name},
                  {"key", "kind"}}};
  }
  HOLDFAST_TRY(const auto events, read_events(inputs, table->name, {table->kind}, progress));
  const auto& kind = events.columns[0];
  std::vector<value::StepEvent> steps;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (kind.valid[row] == 0 || !kind.is_category()) continue;
      const auto step = std::ranges::find(spec.funnel, kind.categories[kind.codes[row]]);
      if (step == spec.funnel.end()) continue;
      steps.push_back({static_cast<std::uint32_t>(c),
                       static_cast<std::uint32_t>(step - spec.funnel.begin()),
                       static_cast<double>(events.day[row])});
    }
  }
  HOLDFAST_TRY(const auto funnel, value::funnel(steps, spec.funnel.size()));
  say(analysis, funnel, spec.funnel);
  analysis.sections.push_back(
      {.id = "funnel",
       .title = {"The purchase funnel", "购买漏斗"},
       .lead = {},
       .blocks = {flow_chart(funnel, spec.funnel), steps_table(funnel, spec.funnel)}});
  return {};
}

}  // namespace holdfast::analyses::growth_parts
