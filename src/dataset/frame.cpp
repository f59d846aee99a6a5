#include <algorithm>
#include <unordered_map>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "dataset/dataset.hpp"
#include "dataset/errors.hpp"

namespace holdfast::dataset {
namespace {

using features::FeatureColumn;
using features::FeatureMatrix;

template <typename Values>
Values chosen(const Values& all, std::span<const std::uint32_t> rows) {
  Values some;
  if (all.empty()) return some;
  some.reserve(rows.size());
  for (const auto row : rows) some.push_back(all[row]);
  return some;
}

// Codes of `from` in the order of `categories`; a category that is not there becomes missing.
FeatureColumn recoded(const FeatureColumn& from, const std::vector<std::string>& categories,
                      std::size_t rows) {
  FeatureColumn to;
  to.categories = categories;
  to.codes.assign(rows, 0);
  to.valid.assign(rows, 0);
  std::unordered_map<std::string_view, std::uint32_t> code_of;
  for (std::uint32_t code = 0; code < categories.size(); ++code)
    code_of.emplace(categories[code], code);
  std::vector<std::int64_t> new_code(from.categories.size(), -1);
  for (std::size_t code = 0; code < from.categories.size(); ++code) {
    const auto found = code_of.find(from.categories[code]);
    if (found != code_of.end()) new_code[code] = found->second;
  }
  for (std::size_t row = 0; row < from.codes.size(); ++row) {
    if (!from.valid[row]) continue;
    const auto code = new_code[from.codes[row]];
    if (code < 0) continue;
    to.codes[row] = static_cast<std::uint32_t>(code);
    to.valid[row] = 1;
  }
  return to;
}

bool is_all_missing(const FeatureColumn& column) {
  return std::ranges::none_of(column.valid, [](std::uint8_t valid) { return valid != 0; });
}

Result<FeatureColumn> aligned(const FeatureColumn& column, const std::string& name,
                              const std::vector<std::string>& categories, std::size_t rows) {
  if (!categories.empty()) {
    if (column.codes.size() != rows && !is_all_missing(column)) {
      return Error(errors::kColumnType,
                   {{"column", name}, {"expected", "a category"}, {"expected_zh", "类别"}});
    }
    return recoded(column, categories, rows);
  }
  if (column.values.size() == rows) return column;
  if (!is_all_missing(column)) {
    return Error(errors::kColumnType,
                 {{"column", name}, {"expected", "a number"}, {"expected_zh", "数值"}});
  }
  FeatureColumn missing;
  missing.values.assign(rows, 0);
  missing.valid.assign(rows, 0);
  return missing;
}

}  // namespace

Frame Frame::gather(const Dataset& dataset, std::span<const std::uint32_t> rows) {
  Frame frame;
  frame.rows_ = rows.size();
  frame.y_ = chosen(dataset.y, rows);
  frame.weight_ = chosen(dataset.weight, rows);
  frame.group_ = chosen(dataset.matrix.customer, rows);
  frame.columns_.resize(dataset.modelled.size());
  for (const auto index : dataset.modelled) {
    frame.names_.push_back(dataset.matrix.features[index].name);
  }
  parallel_for(dataset.modelled.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto& from = dataset.matrix.columns[dataset.modelled[i]];
      auto& to = frame.columns_[i];
      to.values = chosen(from.values, rows);
      to.codes = chosen(from.codes, rows);
      to.valid = chosen(from.valid, rows);
      to.categories = from.categories;
    }
  });
  return frame;
}

Result<Frame> Frame::align(const FeatureMatrix& matrix, const std::vector<std::string>& names,
                           const std::vector<std::vector<std::string>>& categories) {
  HOLDFAST_CHECK(names.size() == categories.size());
  std::unordered_map<std::string_view, std::size_t> index_of;
  for (std::size_t i = 0; i < matrix.features.size(); ++i)
    index_of.emplace(matrix.features[i].name, i);

  Frame frame;
  frame.rows_ = matrix.rows;
  frame.names_ = names;
  frame.y_.resize(matrix.rows);
  for (std::size_t row = 0; row < matrix.outcome.size(); ++row) {
    frame.y_[row] = matrix.outcome[row] == features::OutcomeState::Churned ? 1 : 0;
  }
  frame.weight_.assign(matrix.rows, 1.0);
  frame.group_ = matrix.customer;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = index_of.find(names[i]);
    if (found == index_of.end()) return Error(errors::kColumnMissing, {{"column", names[i]}});
    HOLDFAST_TRY(auto column,
                 aligned(matrix.columns[found->second], names[i], categories[i], matrix.rows));
    frame.columns_.push_back(std::move(column));
  }
  return frame;
}

void Frame::append(std::span<const BetweenRows> rows) {
  const auto add_all = [&](auto& cells) {
    if (cells.empty()) return;
    for (const auto& row : rows) cells.push_back(cells[row.way < 0.5 ? row.from : row.to]);
  };
  for (auto& column : columns_) {
    if (column.values.empty()) {
      add_all(column.codes);
    } else {
      for (const auto& row : rows) {
        const double a = column.values[row.from], b = column.values[row.to];
        const bool are_known = column.valid[row.from] != 0 && column.valid[row.to] != 0;
        column.values.push_back(are_known ? a + row.way * (b - a) : row.way < 0.5 ? a : b);
      }
    }
    add_all(column.valid);
  }
  add_all(y_);
  add_all(group_);
  for (const auto& row : rows) weight_.push_back(weight_[row.from]);
  rows_ += rows.size();
}

void Frame::set_weight(std::vector<double> weight) {
  HOLDFAST_CHECK(weight.size() == rows_);
  weight_ = std::move(weight);
}

Columns Frame::view() const {
  Columns view;
  view.rows = rows_;
  view.columns.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    view.columns.push_back(
        {names_[i], column.values, column.codes, column.categories, column.valid});
  }
  return view;
}

}  // namespace holdfast::dataset
