#include <algorithm>
#include <bit>

#include "features/parquet_blocks.hpp"
#include "history/bucket.hpp"

namespace holdfast::features {
namespace {

constexpr std::uint32_t kDictionaryMax = 65'536;
constexpr int kDate = 6, kUtf8 = 0;
constexpr std::size_t kRowColumns = 7;  // Before the features.

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

/// Which rows have a value: nothing is kept while all do.
class Presence {
 public:
  void clear() {
    bits_.clear();
    rows_ = present_ = 0;
  }
  std::size_t rows() const { return rows_; }
  std::size_t present() const { return present_; }
  /// True where every one of the `n` rows added has a value.
  bool add(const std::uint8_t* valid, std::size_t n) {
    std::size_t here = n;
    if (valid != nullptr) {
      here = 0;
      for (std::size_t r = 0; r < n; ++r) here += valid[r];
    }
    if (here < n && bits_.empty()) {
      bits_.assign(rows_ / 8 + 1, 0xFF);
      bits_.back() = static_cast<std::uint8_t>((1U << rows_ % 8) - 1);
    }
    if (!bits_.empty()) add_bits(valid, n);
    rows_ += n;
    present_ += here;
    return here == n;
  }
  /// Definition levels of width 1, after their length.
  void write(Bytes& to) const {
    const auto length_at = to.size();
    to.extend(4);
    if (present_ == rows_ || present_ == 0) {
      to.varint(static_cast<std::uint64_t>(rows_) << 1);
      to.push(present_ == rows_ ? 1 : 0);
    } else {
      const auto groups = (rows_ + 7) / 8;
      to.varint(static_cast<std::uint64_t>(groups) << 1 | 1);
      to.append(bits_.data(), groups);
    }
    const auto length = static_cast<std::uint32_t>(to.size() - length_at - 4);
    std::memcpy(to.data() + length_at, &length, 4);
  }

 private:
  void add_bits(const std::uint8_t* valid, std::size_t n) {
    bits_.resize((rows_ + n) / 8 + 2, 0);
    auto* to = bits_.data() + rows_ / 8;
    const auto shift = rows_ % 8;
    const auto put = [&](std::uint64_t flags) {
      // Gathers the lowest bit of each byte in the topmost byte, in order.
      const auto byte = static_cast<unsigned>(flags * 0x0102040810204080 >> 56) << shift;
      to[0] = static_cast<std::uint8_t>(to[0] | byte);
      to[1] = static_cast<std::uint8_t>(byte >> 8);
      ++to;
    };
    std::size_t r = 0;
    for (; r + 8 <= n; r += 8) {
      std::uint64_t flags = 0x0101010101010101;
      if (valid != nullptr) std::memcpy(&flags, valid + r, 8);
      put(flags);
    }
    std::uint64_t flags = 0;
    for (std::size_t i = 0; r + i < n; ++i) flags |= std::uint64_t{valid == nullptr || valid[r + i] != 0} << 8 * i;
    if (r < n) put(flags);
    bits_.resize((rows_ + n) / 8 + 1);
  }

  std::vector<std::uint8_t> bits_;
  std::size_t rows_ = 0, present_ = 0;
};

/// Writes `count` places as one bit-packed run of whole bytes, each as wide as Place.
template <typename Place, typename From>
void narrow(const From* from, std::size_t count, Bytes& to) {
  if (count == 0) return;
  const auto padded = (count + 7) / 8 * 8;
  auto* out = to.extend(padded * sizeof(Place));
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = static_cast<Place>(from[i]);
    std::memcpy(out + i * sizeof(Place), &place, sizeof(Place));
  }
  std::memset(out + count * sizeof(Place), 0, (padded - count) * sizeof(Place));
}

}  // namespace

/// One column while it is encoded.
class BlockEncoder::Column {
 public:
  explicit Column(Block::Column&& spare, bool is_optional) : made_(std::move(spare)), is_optional_(is_optional) {
    made_.head.clear();
    made_.values.clear();
  }

  /// `valid` null: every row has a value.
  template <typename T>
  void add_plain(const T* values, const std::uint8_t* valid, std::size_t n) {
    kind_ = Kind::Plain;
    if (presence_.add(valid, n)) return made_.values.append(values, n * sizeof(T));
    append_present(values, valid, n);
  }

  /// Small whole numbers are kept as such as long as there are no others.
  void add_numbers(const double* values, const std::uint8_t* valid, std::size_t n) {
    if (kind_ == Kind::Plain) return add_plain(values, valid, n);
    kind_ = Kind::Whole;
    const auto* present = values;
    const auto before = presence_.present();
    if (!presence_.add(valid, n)) present = only_present(values, valid, n);
    const auto count = presence_.present() - before;
    if (add_whole(present, count)) return;
    become_plain(before);
    made_.values.append(present, count * sizeof(double));
  }

  void add_texts(const std::vector<std::string>& texts, const std::uint32_t* codes, const std::uint8_t* valid,
                 std::size_t n) {
    kind_ = Kind::Text;
    texts_ = &texts;
    if (place_.size() < texts.size()) place_.resize(texts.size(), kNowhere);
    presence_.add(valid, n);
    auto* to = reinterpret_cast<std::uint32_t*>(places_.extend(n * sizeof(std::uint32_t)));
    std::size_t count = 0;
    for (std::size_t r = 0; r < n; ++r) {
      if (valid != nullptr && valid[r] == 0) continue;
      auto& place = place_[codes[r]];
      if (place == kNowhere) {
        place = static_cast<std::uint32_t>(used_.size());
        used_.push_back(codes[r]);
      }
      to[count++] = place;
    }
    places_.shrink(places_.size() - (n - count) * sizeof(std::uint32_t));
  }

  Block::Column finish(Chunk& chunk) {
    chunk.has_dictionary = kind_ == Kind::Whole || kind_ == Kind::Text;
    std::size_t distinct = 0;
    if (kind_ == Kind::Whole) distinct = whole_dictionary();
    if (kind_ == Kind::Text) distinct = text_dictionary();
    chunk.data_page = made_.head.size();
    Bytes levels;
    if (is_optional_) presence_.write(levels);
    if (chunk.has_dictionary) write_places(distinct, levels);
    data_header(made_.head, levels.size() + made_.values.size(), presence_.rows(), chunk.has_dictionary);
    made_.head.append(levels.data(), levels.size());
    chunk.end = made_.head.size() + made_.values.size();
    return std::move(made_);
  }

 private:
  enum class Kind : std::uint8_t { None, Plain, Whole, Text };
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;
  static constexpr std::size_t kSparse = 4096;  // Numbers up to here are their own places.

  const std::uint16_t* numbers() const { return reinterpret_cast<const std::uint16_t*>(places_.data()); }

  template <typename T>
  void append_present(const T* values, const std::uint8_t* valid, std::size_t n) {
    auto* out = made_.values.extend(n * sizeof(T));  // Written without branches, cut to length after.
    std::size_t count = 0;
    for (std::size_t r = 0; r < n; ++r) {
      std::memcpy(out + count * sizeof(T), values + r, sizeof(T));
      count += valid[r];
    }
    made_.values.shrink(made_.values.size() - (n - count) * sizeof(T));
  }

  const double* only_present(const double* values, const std::uint8_t* valid, std::size_t n) {
    dense_.resize(n);
    std::size_t count = 0;
    for (std::size_t r = 0; r < n; ++r) {
      dense_[count] = values[r];
      count += valid[r];
    }
    return dense_.data();
  }

  bool add_whole(const double* values, std::size_t n) {
    auto* __restrict to = reinterpret_cast<std::uint16_t*>(places_.extend(n * sizeof(std::uint16_t)));
    bool is_whole = true;
    std::int32_t top = 0;
    for (std::size_t r = 0; r < n;) {
      const auto stop = std::min(n, r + 256);
      std::int32_t good = 1;
      for (; r < stop; ++r) {
        const double v = values[r];
        const bool is_small = v >= 0 && v < kDictionaryMax;
        const auto number = static_cast<std::int32_t>(is_small ? v : 0);
        // Minus zero is no whole number here: it would come back as zero.
        good &= std::bit_cast<std::uint64_t>(static_cast<double>(number)) == std::bit_cast<std::uint64_t>(v);
        top = std::max(top, number);
        to[r] = static_cast<std::uint16_t>(number);
      }
      is_whole = good != 0;
      if (!is_whole) break;
    }
    if (is_whole) {
      top_ = std::max(top_, static_cast<std::uint32_t>(top));
    } else {
      places_.shrink(places_.size() - n * sizeof(std::uint16_t));
    }
    return is_whole;
  }

  /// Writes the `count` numbers kept so far as what they are.
  void become_plain(std::size_t count) {
    kind_ = Kind::Plain;
    auto* to = made_.values.extend(count * sizeof(double));
    for (std::size_t i = 0; i < count; ++i) {
      const double value = numbers()[i];
      std::memcpy(to + i * sizeof value, &value, sizeof value);
    }
    places_.clear();
  }

  std::size_t whole_dictionary() {
    std::size_t distinct = top_ + std::size_t{1};
    std::vector<std::uint32_t> kept;
    if (distinct > kSparse) {
      place_.assign(distinct, kNowhere);
      const auto count = places_.size() / sizeof(std::uint16_t);
      auto* places = reinterpret_cast<std::uint16_t*>(places_.data());
      for (std::size_t i = 0; i < count; ++i) place_[places[i]] = 0;
      for (std::uint32_t number = 0; number < distinct; ++number) {
        if (place_[number] == kNowhere) continue;
        place_[number] = static_cast<std::uint32_t>(kept.size());
        kept.push_back(number);
      }
      for (std::size_t i = 0; i < count; ++i) places[i] = static_cast<std::uint16_t>(place_[places[i]]);
      distinct = kept.size();
    }
    if (presence_.present() == 0) distinct = 0;
    dictionary_header(made_.head, distinct * sizeof(double), distinct);
    for (std::size_t i = 0; i < distinct; ++i) {
      const auto value = static_cast<double>(kept.empty() ? i : kept[i]);
      made_.head.append(&value, sizeof value);
    }
    return distinct;
  }

  std::size_t text_dictionary() {
    std::size_t bytes = 0;
    for (const auto code : used_) bytes += 4 + (*texts_)[code].size();
    dictionary_header(made_.head, bytes, used_.size());
    for (const auto code : used_) {
      const auto& text = (*texts_)[code];
      const auto length = static_cast<std::uint32_t>(text.size());
      made_.head.append(&length, 4);
      made_.head.append(text.data(), length);
    }
    return used_.size();
  }

  /// The width and the run's header go after the levels, the places become the values.
  void write_places(std::size_t distinct, Bytes& to) {
    const auto count = presence_.present();
    const std::uint8_t width = distinct <= 256 ? 8 : distinct <= 65'536 ? 16 : 32;
    to.push(width);
    to.varint(static_cast<std::uint64_t>((count + 7) / 8) << 1 | 1);
    const auto write = [&](const auto* places) {
      if (width == 8) narrow<std::uint8_t>(places, count, made_.values);
      if (width == 16) narrow<std::uint16_t>(places, count, made_.values);
      if (width == 32) narrow<std::uint32_t>(places, count, made_.values);
    };
    if (kind_ == Kind::Whole) {
      write(numbers());
    } else {
      write(reinterpret_cast<const std::uint32_t*>(places_.data()));
    }
  }

  Block::Column made_;
  bool is_optional_;
  Kind kind_ = Kind::None;
  Presence presence_;
  Bytes places_;                       // Whole numbers as 16 bits, places of texts as 32.
  std::uint32_t top_ = 0;              // Largest whole number.
  std::vector<double> dense_;
  const std::vector<std::string>* texts_ = nullptr;
  std::vector<std::uint32_t> place_;   // By code, or by number.
  std::vector<std::uint32_t> used_;    // Codes by place.
};

BlockEncoder::BlockEncoder(std::size_t features, Block&& spare) {
  const auto columns = block_columns(std::vector<FeatureInfo>(features));
  spare.columns.resize(columns.size());
  columns_.reserve(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns_.emplace_back(std::move(spare.columns[c]), columns[c].is_optional);
  }
}

BlockEncoder::~BlockEncoder() = default;

void BlockEncoder::add_rows(const FeatureMatrix& matrix, std::size_t first, std::size_t last) {
  static const std::vector<std::string> kOutcomes{"stayed", "churned", "competing_exit", "immature", "unknown"};
  const auto n = last - first;
  rows_ += n;
  has_day_.resize(n);
  outcomes_.resize(n);
  for (std::size_t r = 0; r < n; ++r) {
    has_day_[r] = matrix.outcome_day[first + r] != history::kNeverDay;
    outcomes_[r] = static_cast<std::uint32_t>(matrix.outcome[first + r]);
  }
  columns_[0].add_texts(matrix.customer_keys, matrix.customer.data() + first, nullptr, n);
  columns_[1].add_texts(matrix.contract_keys, matrix.contract.data() + first, nullptr, n);
  columns_[2].add_plain(matrix.cutoff_day.data() + first, nullptr, n);
  columns_[3].add_texts(kOutcomes, outcomes_.data(), nullptr, n);
  columns_[4].add_plain(matrix.outcome_day.data() + first, has_day_.data(), n);
  columns_[5].add_texts(matrix.exit_classes, matrix.exit_class.data() + first, nullptr, n);
  columns_[6].add_plain(matrix.value_cents.data() + first, nullptr, n);
}

void BlockEncoder::add_cells(std::size_t feature, const FeatureColumn& column, std::size_t first, std::size_t last) {
  auto& to = columns_[kRowColumns + feature];
  const auto* valid = column.valid.data() + first;
  if (!column.categories.empty()) {
    to.add_texts(column.categories, column.codes.data() + first, valid, last - first);
  } else {
    to.add_numbers(column.values.data() + first, valid, last - first);
  }
}

Block BlockEncoder::finish() {
  Block block;
  block.rows = rows_;
  for (auto& column : columns_) {
    auto& chunk = block.chunks.emplace_back();
    block.columns.push_back(column.finish(chunk));
    chunk.begin += block.size;
    chunk.data_page += block.size;
    chunk.end += block.size;
    block.size = chunk.end;
  }
  return block;
}

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
  constexpr std::size_t kRows = 4096;
  BlockEncoder encoder(matrix.columns.size(), {});
  for (; first < last; first += kRows) {
    const auto stop = std::min(last, first + kRows);
    encoder.add_rows(matrix, first, stop);
    for (std::size_t f = 0; f < matrix.columns.size(); ++f) encoder.add_cells(f, matrix.columns[f], first, stop);
  }
  return encoder.finish();
}

}  // namespace holdfast::features
