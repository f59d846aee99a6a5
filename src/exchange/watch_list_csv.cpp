#include <fmt/format.h>

#include "exchange/columns.hpp"
#include "exchange/format.hpp"
#include "exchange/watch_list_rows.hpp"
#include "tables/writer.hpp"

namespace holdfast::exchange {

Result<void> write_watch_list_csv(const std::filesystem::path& path, const RunResults& results) {
  using tables::ColumnType;
  const auto& list = results.watch_list;
  const auto language = results.language;
  ColumnBuilder rank("rank", ColumnType::Integer), level("level", ColumnType::Text),
      customer("customer_key", ColumnType::Text), contract("contract_key", ColumnType::Text),
      cutoff("cutoff", ColumnType::Day), probability("churn_probability", ColumnType::Real),
      value("value", ColumnType::Money), loss("expected_loss", ColumnType::Money),
      raised("raised_by", ColumnType::Text), why("raised_by_text", ColumnType::Text);
  std::vector<ColumnBuilder> reasons;
  for (std::size_t n = 1; n <= reasons_count(list); ++n) {
    reasons.emplace_back(fmt::format("reason_{}", n), ColumnType::Text);
  }
  for (const auto& warning : list.warnings) {
    rank.add_integer(warning.rank);
    level.add_text(warning::name_of(warning.level));
    customer.add_text(shown_key(results, warning.customer_key));
    contract.add_text(shown_key(results, warning.contract_key));
    if (is_dated(warning.cutoff)) {
      cutoff.add_integer(warning.cutoff.number);
    } else {
      cutoff.add_missing();
    }
    probability.add_real(warning.churn_probability);
    value.add_integer(warning.value_cents);
    loss.add_integer(warning.expected_loss_cents);
    raised.add_text(fmt::format("{}", fmt::join(warning.raised_by, " ")));
    why.add_text(raised_by(warning, language));
    for (std::size_t n = 0; n < reasons.size(); ++n) {
      reasons[n].add_text(reason_text(warning, n, language));
    }
  }
  tables::Table table;
  table.rows = list.warnings.size();
  for (auto* column : {&rank, &level, &customer, &contract, &cutoff, &probability, &value, &loss,
                       &raised, &why}) {
    table.columns.push_back(column->finish());
  }
  for (auto& column : reasons) table.columns.push_back(column.finish());
  return tables::write_csv(path, table);
}

}  // namespace holdfast::exchange
