#include <algorithm>
#include <cmath>
#include <span>

#include "features/parquet_blocks.hpp"
#include "history/bucket.hpp"

namespace holdfast::features {
namespace {

constexpr std::uint32_t kDictionaryMax = 65'536;
constexpr int kDate = 6, kUtf8 = 0;

// Page headers in Thrift's compact protocol; every field fits this small subset.
void field(Bytes& to, int step, std::int64_t value) {
  to.push(static_cast<std::uint8_t>(step << 4 | 5));  // i32
  to.varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void dictionary_header(Bytes& to, std::size_t bytes, std::size_t count) {
  field(to, 1, 2);  // DICTIONARY_PAGE.
  field(to, 1, static_cast<std::int64_t>(bytes));
  field(to, 1, static_cast<std::int64_t>(bytes));
  to.push(4 << 4 | 12);  // Field 7, a struct.
  field(to, 1, static_cast<std::int64_t>(count));
  field(to, 1, 0);  // PLAIN.
  to.push(0);
  to.push(0);
}

void data_header(Bytes& to, std::size_t bytes, std::size_t rows, bool has_dictionary) {
  field(to, 1, 0);  // DATA_PAGE.
  field(to, 1, static_cast<std::int64_t>(bytes));
  field(to, 1, static_cast<std::int64_t>(bytes));
  to.push(2 << 4 | 12);  // Field 5, a struct.
  field(to, 1, static_cast<std::int64_t>(rows));
  field(to, 1, has_dictionary ? 8 : 0);  // RLE_DICTIONARY or PLAIN.
  field(to, 1, 3);                       // Levels: RLE.
  field(to, 1, 3);
  to.push(0);
  to.push(0);
}

/// Definition levels of width 1. Returns how many rows are present.
std::size_t levels(Bytes& to, std::span<const std::uint8_t> valid) {
  const auto n = valid.size();
  std::size_t present = 0;
  for (const auto flag : valid) present += flag;
  const auto length_at = to.size();
  to.extend(4);
  if (present == n || present == 0) {
    to.varint(static_cast<std::uint64_t>(n) << 1);
    to.push(present == n ? 1 : 0);
  } else {
    const auto groups = (n + 7) / 8;
    to.varint(static_cast<std::uint64_t>(groups) << 1 | 1);
    auto* bits = to.extend(groups);
    for (std::size_t g = 0; g < groups; ++g) {
      unsigned byte = 0;
      const auto stop = std::min<std::size_t>(8, n - g * 8);
      for (std::size_t i = 0; i < stop; ++i) byte |= static_cast<unsigned>(valid[g * 8 + i]) << i;
      bits[g] = static_cast<std::uint8_t>(byte);
    }
  }
  const auto length = static_cast<std::uint32_t>(to.size() - length_at - 4);
  std::memcpy(to.data() + length_at, &length, 4);
  return present;
}

/// Dictionary places, one bit-packed run of whole bytes.
template <typename Place, typename PlaceOf>
void packed_places(Bytes& to, std::size_t rows, const std::uint8_t* valid, std::size_t present,
                   PlaceOf place_of) {
  const auto groups = (present + 7) / 8;
  to.varint(static_cast<std::uint64_t>(groups) << 1 | 1);
  auto* out = to.extend(groups * 8 * sizeof(Place));
  std::memset(out + present * sizeof(Place), 0, (groups * 8 - present) * sizeof(Place));
  for (std::size_t row = 0; row < rows; ++row) {
    if (valid != nullptr && valid[row] == 0) continue;
    const auto place = static_cast<Place>(place_of(row));
    std::memcpy(out, &place, sizeof(Place));
    out += sizeof(Place);
  }
}

template <typename PlaceOf>
void places(Bytes& to, std::size_t rows, const std::uint8_t* valid, std::size_t present,
            std::size_t distinct, PlaceOf place_of) {
  if (distinct <= 256) {
    to.push(8);
    packed_places<std::uint8_t>(to, rows, valid, present, place_of);
  } else if (distinct <= 65'536) {
    to.push(16);
    packed_places<std::uint16_t>(to, rows, valid, present, place_of);
  } else {
    to.push(32);
    packed_places<std::uint32_t>(to, rows, valid, present, place_of);
  }
}

class Encoder {
 public:
  Encoder(const FeatureMatrix& matrix, std::size_t first, std::size_t last)
      : matrix_(matrix), first_(first), rows_(last - first) {}

  Block run() {
    block_.rows = rows_;
    text(matrix_.customer_keys, matrix_.customer.data() + first_, nullptr);
    text(matrix_.contract_keys, matrix_.contract.data() + first_, nullptr);
    plain(matrix_.cutoff_day.data() + first_, nullptr);
    outcome();
    std::vector<std::uint8_t> has_day(rows_);
    for (std::size_t r = 0; r < rows_; ++r) has_day[r] = matrix_.outcome_day[first_ + r] != history::kNeverDay;
    plain(matrix_.outcome_day.data() + first_, has_day.data());
    text(matrix_.exit_classes, matrix_.exit_class.data() + first_, nullptr);
    plain(matrix_.value_cents.data() + first_, nullptr);
    for (const auto& column : matrix_.columns) {
      const auto* valid = column.valid.data() + first_;
      if (!column.categories.empty()) {
        text(column.categories, column.codes.data() + first_, valid);
      } else if (!whole(column.values.data() + first_, valid)) {
        plain(column.values.data() + first_, valid);
      }
    }
    return std::move(block_);
  }

 private:
  void data_page(bool has_dictionary) {
    auto& to = block_.bytes;
    auto& chunk = block_.chunks.back();
    chunk.data_page = to.size();
    chunk.has_dictionary = has_dictionary;
    data_header(to, page_.size(), rows_, has_dictionary);
    to.append(page_.data(), page_.size());
    chunk.end = to.size();
  }
  void begin() {
    block_.chunks.push_back({.begin = block_.bytes.size()});
    page_.shrink(0);
  }

  /// `valid` null: the column is required.
  template <typename T>
  void plain(const T* values, const std::uint8_t* valid) {
    begin();
    const auto present = valid == nullptr ? rows_ : levels(page_, {valid, rows_});
    if (present == rows_) {
      page_.append(values, rows_ * sizeof(T));
    } else {
      auto* out = page_.extend(rows_ * sizeof(T));  // Written without branches, cut to length after.
      std::size_t n = 0;
      for (std::size_t r = 0; r < rows_; ++r) {
        std::memcpy(out + n * sizeof(T), values + r, sizeof(T));
        n += valid[r];
      }
      page_.shrink(page_.size() - (rows_ - n) * sizeof(T));
    }
    data_page(false);
  }

  /// Small whole numbers as a dictionary; false where the column holds others.
  bool whole(const double* values, const std::uint8_t* valid) {
    bool fits = true;
    std::int32_t top = 0;
    // A missing cell holds 0, which fits.
    for (std::size_t r = 0; r < rows_ && fits;) {
      const auto stop = std::min(rows_, r + 1024);
      bool good = true;
      for (; r < stop; ++r) {
        const double v = values[r];
        const bool is_small = v >= 0 && v < kDictionaryMax && !std::signbit(v);
        const auto number = static_cast<std::int32_t>(is_small ? v : 0);
        good &= is_small && static_cast<double>(number) == v;
        top = std::max(top, number);
      }
      fits = good;
    }
    if (!fits) return false;
    place_.assign(static_cast<std::size_t>(top) + 1, 0);
    for (std::size_t r = 0; r < rows_; ++r) place_[static_cast<std::size_t>(values[r])] |= valid[r];
    begin();
    std::uint32_t distinct = 0;
    for (std::size_t number = 0; number < place_.size(); ++number) {
      if (place_[number] == 0) continue;
      const auto value = static_cast<double>(number);
      page_.append(&value, sizeof value);
      place_[number] = distinct++;
    }
    dictionary(distinct);
    const auto present = levels(page_, {valid, rows_});
    places(page_, rows_, present == rows_ ? nullptr : valid, present, distinct,
           [&](std::size_t row) { return place_[static_cast<std::size_t>(values[row])]; });
    data_page(true);
    return true;
  }

  void dictionary(std::size_t count) {
    dictionary_header(block_.bytes, page_.size(), count);
    block_.bytes.append(page_.data(), page_.size());
    page_.shrink(0);
  }

  void text(const std::vector<std::string>& texts, const std::uint32_t* codes, const std::uint8_t* valid) {
    place_.assign(texts.size(), 0);
    for (std::size_t r = 0; r < rows_; ++r) {
      if (valid == nullptr || valid[r] != 0) place_[codes[r]] = 1;
    }
    begin();
    std::uint32_t distinct = 0;
    for (std::size_t code = 0; code < texts.size(); ++code) {
      if (place_[code] == 0) continue;
      const auto length = static_cast<std::uint32_t>(texts[code].size());
      page_.append(&length, 4);
      page_.append(texts[code].data(), length);
      place_[code] = distinct++;
    }
    dictionary(distinct);
    const auto present = valid == nullptr ? rows_ : levels(page_, {valid, rows_});
    places(page_, rows_, valid, present, distinct, [&](std::size_t row) { return place_[codes[row]]; });
    data_page(true);
  }

  void outcome() {
    static const std::vector<std::string> kNames{"stayed", "churned", "competing_exit", "immature", "unknown"};
    std::vector<std::uint32_t> codes(rows_);
    for (std::size_t r = 0; r < rows_; ++r) codes[r] = static_cast<std::uint32_t>(matrix_.outcome[first_ + r]);
    text(kNames, codes.data(), nullptr);
  }

  const FeatureMatrix& matrix_;
  std::size_t first_, rows_;
  Block block_;
  Bytes page_;
  std::vector<std::uint32_t> place_;
};

}  // namespace

void Bytes::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) push(static_cast<std::uint8_t>(value | 0x80));
  push(static_cast<std::uint8_t>(value));
}

void Bytes::grow(std::size_t needed) {
  capacity_ = std::max(needed, capacity_ * 2);
  auto* grown = static_cast<std::uint8_t*>(std::realloc(data_.release(), capacity_));
  if (grown == nullptr) throw std::bad_alloc();
  data_.reset(grown);
}

std::vector<BlockColumn> block_columns(const std::vector<FeatureInfo>& features) {
  std::vector<BlockColumn> columns{{"customer_key", Physical::Text, kUtf8, false},
                                   {"contract_key", Physical::Text, kUtf8, false},
                                   {"cutoff", Physical::Int32, kDate, false},
                                   {"outcome", Physical::Text, kUtf8, false},
                                   {"outcome_day", Physical::Int32, kDate, true},
                                   {"exit_class", Physical::Text, kUtf8, false},
                                   {"value_cents", Physical::Int64, -1, false}};
  for (const auto& feature : features) {
    columns.push_back({feature.name, feature.is_category ? Physical::Text : Physical::Double,
                       feature.is_category ? kUtf8 : -1, true});
  }
  return columns;
}

Block encode_block(const FeatureMatrix& matrix, std::size_t first, std::size_t last) {
  return Encoder(matrix, first, last).run();
}

}  // namespace holdfast::features
