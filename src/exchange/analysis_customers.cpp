#include "exchange/analysis_files.hpp"
#include "exchange/columns.hpp"
#include "tables/writer.hpp"

namespace holdfast::exchange {
namespace {

using tables::ColumnType;

tables::Column keys_column(const char* name, const std::vector<std::string>& keys, const KeyMask& key_mask) {
  ColumnBuilder column(name, ColumnType::Text);
  for (const auto& key : keys) column.add_text(key_mask(key));
  return column.finish();
}

tables::Column texts_column(const std::string& name, const std::vector<Text>& texts, Language language) {
  ColumnBuilder column(name, ColumnType::Text);
  for (const auto& text : texts) {
    if (text.en.empty()) column.add_missing();
    else column.add_text(text.in(language));
  }
  return column.finish();
}

}  // namespace

Result<void> write_customers(const std::filesystem::path& path,
                             const analyses::CustomerColumns& customers, const KeyMask& key_mask) {
  tables::Table table;
  table.rows = customers.customer_keys.size();
  table.columns.push_back(keys_column("key", customers.customer_keys, key_mask));
  if (!customers.contract_keys.empty()) {
    table.columns.push_back(keys_column("contract_key", customers.contract_keys, key_mask));
  }
  for (const auto& column : customers.columns) {
    if (!column.texts.empty()) {
      table.columns.push_back(texts_column(column.id + "_en", column.texts, Language::En));
      table.columns.push_back(texts_column(column.id + "_zh", column.texts, Language::Zh));
      continue;
    }
    ColumnBuilder values(column.id, ColumnType::Real);
    for (const double value : column.values) values.add_real(value);
    table.columns.push_back(values.finish());
  }
  tables::Schema schema;
  for (const auto& column : table.columns) {
    schema.names.push_back(column.name);
    schema.types.push_back(column.type);
  }
  HOLDFAST_TRY(auto writer, tables::ParquetWriter::create(path, schema));
  HOLDFAST_TRY_VOID(writer->write(table));
  return writer->close();
}

}  // namespace holdfast::exchange
