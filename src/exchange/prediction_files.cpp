#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "exchange/columns.hpp"
#include "exchange/format.hpp"
#include "exchange/key_mask.hpp"
#include "exchange/results.hpp"
#include "tables/writer.hpp"

namespace holdfast::exchange {
namespace {

using tables::ColumnType;

// Rows of one piece: bounds the memory of texts whatever the portfolio's size.
constexpr std::size_t kPieceRows = 200'000;

std::string_view name_of(features::OutcomeState state) {
  switch (state) {
    case features::OutcomeState::Stayed: return "stayed";
    case features::OutcomeState::Churned: return "churned";
    case features::OutcomeState::CompetingExit: return "competing_exit";
    case features::OutcomeState::Immature: return "immature";
    case features::OutcomeState::Unknown: return "unknown";
  }
  return "unknown";
}

/// A set of columns that are filled piece by piece in the same order.
class Piece {
 public:
  explicit Piece(const tables::Schema& schema) {
    for (std::size_t i = 0; i < schema.names.size(); ++i) {
      columns_.emplace_back(schema.names[i], schema.types[i]);
    }
  }
  /// The next cell of the row, from left to right.
  ColumnBuilder& next() { return columns_[at_++ % columns_.size()]; }
  tables::Table finish() {
    tables::Table table;
    table.rows = at_ / columns_.size();
    for (auto& column : columns_) table.columns.push_back(column.finish());
    return table;
  }

 private:
  std::vector<ColumnBuilder> columns_;
  std::size_t at_ = 0;
};

const std::string& contract_of(const features::FeatureMatrix& matrix, std::size_t row) {
  static const std::string none;
  return matrix.contract_keys.empty() ? none : matrix.contract_keys[matrix.contract[row]];
}

void add_day(ColumnBuilder& column, Day day) {
  if (is_dated(day)) {
    column.add_integer(day.number);
  } else {
    column.add_missing();
  }
}

/// Calls fill(row, piece) for every row and writes piece after piece.
template <typename Fill>
Result<void> write_pieces(const std::filesystem::path& path, const tables::Schema& schema,
                          std::size_t rows, Fill fill) {
  HOLDFAST_TRY(auto writer, tables::ParquetWriter::create(path, schema));
  std::size_t begin = 0;
  do {
    const auto end = std::min(rows, begin + kPieceRows);
    Piece piece(schema);
    for (std::size_t row = begin; row < end; ++row) fill(row, piece);
    HOLDFAST_TRY_VOID(writer->write(piece.finish()));
    begin = end;
  } while (begin < rows);
  return writer->close();
}

}  // namespace

Result<void> write_predictions(const std::filesystem::path& path, const dataset::Dataset& dataset,
                               const std::vector<ModelResult>& models,
                               std::span<const std::uint32_t> tuning_rows,
                               const KeyMask& key_mask) {
  const auto& matrix = dataset.matrix;
  std::vector<std::uint8_t> is_tuning(matrix.rows, 0);
  for (const auto row : tuning_rows) is_tuning[row] = 1;
  tables::Schema schema{
      .names = {"key", "contract_key", "cutoff", "split", "is_tuning", "outcome", "outcome_state", "weight",
                "value"},
      .types = {ColumnType::Text, ColumnType::Text, ColumnType::Day, ColumnType::Text,
                ColumnType::Boolean, ColumnType::Integer, ColumnType::Text, ColumnType::Real,
                ColumnType::Money}};
  std::vector<const ModelResult*> fitted;
  for (const auto& model : models) {
    if (model.probability.size() != matrix.rows) continue;
    fitted.push_back(&model);
    schema.names.push_back("p_" + model.id);
    schema.types.push_back(ColumnType::Real);
  }
  return write_pieces(path, schema, matrix.rows, [&](std::size_t row, Piece& piece) {
    const auto state = matrix.outcome[row];
    piece.next().add_text(key_mask(matrix.customer_keys[matrix.customer[row]]));
    piece.next().add_text(key_mask(contract_of(matrix, row)));
    add_day(piece.next(), Day{matrix.cutoff_day[row]});
    piece.next().add_text(dataset::name_of(dataset.split[row]));
    piece.next().add_integer(is_tuning[row]);
    auto& outcome = piece.next();
    if (state == features::OutcomeState::Stayed || state == features::OutcomeState::Churned) {
      outcome.add_integer(state == features::OutcomeState::Churned ? 1 : 0);
    } else {
      outcome.add_missing();
    }
    piece.next().add_text(name_of(state));
    piece.next().add_real(row < dataset.weight.size() ? dataset.weight[row] : 1);
    piece.next().add_integer(matrix.value_cents[row]);
    for (const auto* model : fitted) piece.next().add_real(model->probability[row]);
  });
}

Result<void> write_scores(const std::filesystem::path& path, const features::FeatureMatrix& matrix,
                          const scoring::Scores& scores, const warning::WatchList& watch_list,
                          const std::vector<std::vector<explanation::Reason>>& reasons, Day as_of,
                          const KeyMask& key_mask) {
  std::unordered_map<std::uint32_t, const warning::Warning*> by_row;
  for (const auto& warning : watch_list.warnings) by_row.emplace(warning.row, &warning);
  std::size_t reasons_max = 0;
  for (const auto& of_row : reasons) reasons_max = std::max(reasons_max, of_row.size());
  tables::Schema schema{.names = {"key", "contract_key", "as_of", "cutoff", "churn_probability",
                                  "value", "expected_loss", "level", "rank", "raised_by"},
                        .types = {ColumnType::Text, ColumnType::Text, ColumnType::Day, ColumnType::Day,
                                  ColumnType::Real, ColumnType::Money, ColumnType::Money,
                                  ColumnType::Text, ColumnType::Integer, ColumnType::Text}};
  for (std::size_t n = 1; n <= reasons_max; ++n) {
    for (const std::string_view part : {"feature", "contribution", "en", "zh"}) {
      schema.names.push_back(fmt::format("reason_{}_{}", n, part));
      schema.types.push_back(part == "contribution" ? ColumnType::Real : ColumnType::Text);
    }
  }
  return write_pieces(path, schema, matrix.rows, [&](std::size_t row, Piece& piece) {
    const auto found = by_row.find(static_cast<std::uint32_t>(row));
    const auto* warning = found == by_row.end() ? nullptr : found->second;
    piece.next().add_text(key_mask(matrix.customer_keys[matrix.customer[row]]));
    piece.next().add_text(key_mask(contract_of(matrix, row)));
    add_day(piece.next(), as_of);
    add_day(piece.next(), Day{matrix.cutoff_day[row]});
    piece.next().add_real(scores.probability[row]);
    piece.next().add_integer(matrix.value_cents[row]);
    piece.next().add_integer(scores.expected_loss_cents[row]);
    piece.next().add_text(warning::name_of(warning != nullptr ? warning->level : study::Level::None));
    auto& rank = piece.next();
    auto& raised = piece.next();
    if (warning != nullptr) {
      rank.add_integer(warning->rank);
      raised.add_text(fmt::format("{}", fmt::join(warning->raised_by, " ")));
    } else {
      rank.add_missing();
      raised.add_missing();
    }
    for (std::size_t n = 0; n < reasons_max; ++n) {
      if (row >= reasons.size() || n >= reasons[row].size()) {
        for (int part = 0; part < 4; ++part) piece.next().add_missing();
        continue;
      }
      const auto& reason = reasons[row][n];
      piece.next().add_text(reason.feature);
      piece.next().add_real(reason.contribution);
      piece.next().add_text(reason.sentence.en);
      piece.next().add_text(reason.sentence.zh);
    }
  });
}

}  // namespace holdfast::exchange
