#include "models/markov/tables.hpp"

#include <fmt/format.h>

#include "migration/chain.hpp"
#include "migration/stability.hpp"
#include "models/markov/counts.hpp"

namespace holdfast::markov {
namespace {

using migration::Departures;
using Row = std::vector<std::variant<std::string, double>>;

ReportTable matrix_table(const forms::StateTransitions& form,
                         const migration::TransitionMatrix& matrix) {
  ReportTable table{.id = "matrix",
                    .title = {"Moves from one period to the next", "相邻期间之间的迁移"},
                    .columns = {"from", "to", "count", "share", "lower", "upper"},
                    .headers = {{"from", "从"},
                                {"to", "到"},
                                {"customers", "客户数"},
                                {"share", "占比"},
                                {"at least", "下限"},
                                {"at most", "上限"}}};
  const auto k = matrix.states;
  for (std::size_t cell = 0; cell < k * k; ++cell) {
    if (matrix.counts[cell] == 0) continue;
    table.rows.push_back({form.states[cell / k], form.states[cell % k],
                          static_cast<double>(matrix.counts[cell]), matrix.share[cell],
                          matrix.lower[cell], matrix.upper[cell]});
  }
  return table;
}

void add_long_run(const forms::StateTransitions& form, const migration::TransitionMatrix& matrix,
                  FittedModel& model) {
  const auto run = migration::long_run(matrix);
  if (!run.ok()) {
    model.notes.push_back({message_of(run.error(), Language::En), message_of(run.error(), Language::Zh)});
    return;
  }
  ReportTable table{.id = "long_run",
                    .title = {"Where customers are in the long run", "长期稳态分布"},
                    .columns = {"end", "state", "share", "periods_to_return"},
                    .headers = {{"end", "归宿"},
                                {"state", "状态"},
                                {"share", "占比"},
                                {"periods until back again", "再次回到所需期数"}}};
  for (std::size_t end = 0; end < run->shares.size(); ++end) {
    const auto& members = run->structure.classes[run->structure.closed[end]];
    for (const auto state : members.states) {
      table.rows.push_back({static_cast<double>(end + 1), form.states[state],
                            run->shares[end][state], 1 / run->shares[end][state]});
    }
    if (members.period > 1) {
      model.notes.push_back(
          {fmt::format("customers go in rounds of {} periods: the long-run shares are their mean",
                       members.period),
           fmt::format("客户以 {} 个期间为周期循环:长期占比为其平均值", members.period)});
    }
  }
  if (!run->is_one()) {
    model.notes.push_back({"there are several ends: where customers are in the long run depends on where they start",
                           "存在多个归宿:长期分布取决于起始状态"});
  }
  model.tables.push_back(std::move(table));
}

void add_test(const char* id, const Text& name, const Result<migration::Homogeneity>& test,
              ReportTable& table) {
  if (!test.ok()) return;
  table.rows.push_back({std::string(id), name.en, name.zh, test->all.pearson, test->all.degrees,
                        test->all.pearson_p, test->all.likelihood_ratio,
                        test->all.likelihood_ratio_p,
                        static_cast<double>(test->cells_sparse) / static_cast<double>(test->cells)});
}

void add_tests(const forms::StateTransitions& form, FittedModel& model) {
  const auto counts = counts_of(form);
  ReportTable table{.id = "tests",
                    .title = {"Do all moves follow one matrix?", "所有迁移是否服从同一矩阵?"},
                    .columns = {"test", "question", "question_zh", "chi_squared", "degrees", "p",
                                "likelihood_ratio", "likelihood_ratio_p", "sparse_share"},
                    .headers = {{"test", "检验"},
                                {"question", "问题(英)"},
                                {"question (Chinese)", "问题"},
                                {"χ²", "χ²"},
                                {"degrees of freedom", "自由度"},
                                {"p", "p 值"},
                                {"likelihood ratio", "似然比"},
                                {"its p", "似然比 p 值"},
                                {"cells with fewer than 5 expected", "期望数小于 5 的单元占比"}}};
  add_test("over_time", {"the same in every period?", "各期间是否相同?"},
           migration::test_over_time(counts), table);
  if (form.segments.size() > 1) {
    add_test("between_segments", {"the same in every segment?", "各分群是否相同?"},
             migration::test_between_segments(counts), table);
  }
  add_test("first_order", {"does the state now matter?", "当前状态是否有影响?"},
           migration::test_first_order(counts), table);
  if (!form.triples.empty()) {
    add_test("second_order", {"does the state before matter too?", "前一状态是否还有影响?"},
             migration::test_second_order(counts), table);
  }
  if (!table.rows.empty()) model.tables.push_back(std::move(table));
}

}  // namespace

void add_tables(const forms::StateTransitions& form, const migration::TransitionMatrix& matrix,
                FittedModel& model) {
  model.tables.push_back(matrix_table(form, matrix));
  add_long_run(form, matrix, model);
  add_tests(form, model);
}

}  // namespace holdfast::markov
