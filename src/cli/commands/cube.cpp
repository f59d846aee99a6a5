// holdfast cube : any dimensions by churn, renewal and value; another period; why a rate changed.

#include <algorithm>

#include "analyses/cube_query.hpp"
#include "cli/command.hpp"
#include "cli/commands/analysed.hpp"
#include "cli/errors.hpp"
#include "core/text.hpp"

namespace holdfast::cli {
namespace {

constexpr std::size_t kRowsPrinted = 60;

// Parts between commas; those inside parentheses belong to a name.
std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char one : text) {
    depth += one == '(' ? 1 : one == ')' ? -1 : 0;
    if (one == ',' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += one;
  }
  for (auto& part : parts) part = trimmed(part);
  std::erase(parts, "");
  return parts;
}

Result<std::vector<analyses::CubeFilter>> filters_of(const Invocation& invocation,
                                                     std::string_view option) {
  std::vector<analyses::CubeFilter> filters;
  for (const auto& text : invocation.values(option)) {
    HOLDFAST_TRY(auto filter, analyses::parse_cube_filter(text));
    filters.push_back(std::move(filter));
  }
  return filters;
}

Result<analyses::CubeQuery> query_of(const Invocation& invocation, const study::Study& study) {
  analyses::CubeQuery query{.dimensions = listed(invocation.value("by")),
                            .filters = {},
                            .from = {},
                            .to = {}};
  query.measures = listed(invocation.value("measure"));
  HOLDFAST_TRY(query.filters, filters_of(invocation, "where"));
  HOLDFAST_TRY(query.drill, filters_of(invocation, "drill"));
  if (query.dimensions.empty() && query.drill.empty() && study.analyses.cube)
    query.dimensions = study.analyses.cube->dimensions;
  if (invocation.has("period")) {
    HOLDFAST_TRY(query.period, analyses::parse_cube_period(invocation.value("period")));
  }
  if (!invocation.has("compare")) return query;
  const auto other = invocation.value("compare");
  if (other != "year-before" && other != "before") {
    HOLDFAST_TRY(query.compared_with, analyses::parse_cube_period(other));
    return query;
  }
  if (!query.period) {
    return Error{errors::kBadChoice,
                 {{"what", "--period"}, {"value", ""}, {"choices", "2017, 2017-Q3, 2017-04, …"}}};
  }
  query.compared_with = other == "before" ? analyses::right_before(*query.period)
                                          : analyses::year_before(*query.period);
  return query;
}

Result<int> ask(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  HOLDFAST_TRY(const auto day, as_of(invocation));
  constexpr std::string_view kQuestions[] = {"by", "measure", "where", "drill", "period", "compare"};
  if (std::ranges::none_of(kQuestions, [&](auto one) { return invocation.has(one); })) {
    HOLDFAST_TRY(const auto done, run::analyse(study, "cube", {.as_of = day}, *invocation.progress));
    print(done, invocation);
    return 0;
  }
  HOLDFAST_TRY(const auto query, query_of(invocation, study));
  HOLDFAST_TRY(const auto done, run::ask_cube(study, query, {.as_of = day}, *invocation.progress));
  print(done, invocation, kRowsPrinted);
  return 0;
}

}  // namespace

extern const Command kCube;
const Command kCube{
    "cube",
    "churn, renewal and value by any dimensions, compared over time, and cohorts",
    "按任意维度看流失、续保与价值,比较各期间,并给出群组留存",
    {kStudyOption,
     kAsOfOption,
     {.name = "by",
      .value = "DIM,DIM",
      .en = "dimensions, one level below the other (default: those of [cube], or the strongest)",
      .zh = "维度,逐级展开(默认 [cube] 中的维度或区分力最强的维度)"},
     {.name = "measure",
      .value = "NAME,NAME",
      .en = "rows, left, churn_rate, kept_rate, kept_value_rate, value, lost, mean(FEATURE), sum(FEATURE)",
      .zh = "度量: rows、left、churn_rate、kept_rate、kept_value_rate、value、lost、mean(特征)、sum(特征)"},
     {.name = "where",
      .value = "CONDITION",
      .en = "only rows with DIM=VALUE, DIM=A|B, DIM!=VALUE or DIM>=NUMBER; may be repeated",
      .zh = "只看符合条件的记录: 维度=值、维度=甲|乙、维度!=值、维度>=数;可重复",
      .takes_many = true},
     {.name = "drill",
      .value = "DIM=VALUE",
      .en = "opens this cell only, and shows the next dimension within it; may be repeated",
      .zh = "只打开该单元,显示其下一级维度;可重复",
      .takes_many = true},
     {.name = "period",
      .value = "PERIOD",
      .en = "only rows of 2017, 2017-H1, 2017-Q3, 2017-04 or 2017-01-01..2017-06-30",
      .zh = "只看该期间: 2017、2017-H1、2017-Q3、2017-04 或 2017-01-01..2017-06-30"},
     {.name = "compare",
      .value = "PERIOD",
      .en = "against this period, `before` or `year-before`; takes the change apart into mix and rate",
      .zh = "与该期间、`before`(上一期)或 `year-before`(上年同期)比较,并将变化分解为结构与率"}},
    ask};

}  // namespace holdfast::cli
