#include <fmt/format.h>

#include "automodel/criterion.hpp"
#include "automodel/fit.hpp"
#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"

namespace holdfast::exchange {
namespace {

std::string parameters_of(const automodel::Tried& tried) {
  std::string out;
  for (const auto& [name, value] : tried.spec.parameters) {
    if (!out.empty()) out += ", ";
    out += escaped(name) + " = " + parameter_text(value);
  }
  return out.empty() ? both({"defaults", "默认值"}) : out;
}

}  // namespace

std::string search_card(const ReportContext& context) {
  const auto& search = context.results.search;
  if (search.tried.empty()) return {};
  HtmlTable table;
  table.columns = {{{"Model", "模型"}, Align::Left, {}},
                   {{"Parameters", "参数"}, Align::Left, {}},
                   {automodel::criterion_name(context.study.models), Align::Right, {}},
                   {{"Deviation over folds", "各折标准差"}, Align::Right, {}}};
  for (const auto& tried : search.tried) {
    const auto name = both(automodel::name_of_model(tried.model_id));
    if (!tried.failed.empty()) {
      table.rows.push_back({name, parameters_of(tried), escaped(tried.failed), "–"});
      continue;
    }
    const auto mean = fixed(tried.mean, 4);
    table.rows.push_back({name, parameters_of(tried),
                          tried.is_chosen ? "<b class=\"best\">" + mean + "</b>" : mean,
                          fixed(tried.deviation, 4)});
  }
  const int folds = context.study.models.search_folds;
  std::string lead =
      both({fmt::format("{} parameter sets, each on {} folds of training customers; bold: taken.",
                        search.tried.size(), folds),
            fmt::format("共尝试 {} 组参数，在训练客户的 {} 折上评估；粗体为采用者。",
                        search.tried.size(), folds)});
  if (search.is_out_of_time) {
    lead += " " + both({"The time budget ended the search before all sets were tried.",
                        "因时间预算用尽，未尝试全部参数组。"});
  }
  return fmt::format(
      "<div class=\"card\"><details><summary>{}</summary><p class=\"quiet\">{}</p>{}</details></div>\n",
      both({"Parameters tried", "参数搜索"}), lead, render(table));
}

}  // namespace holdfast::exchange
