#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "tables/date_pattern.hpp"
#include "tables/decimal.hpp"
#include "tables/reader.hpp"
#include "tables/time_zone.hpp"

namespace holdfast::tables {

/// Spellings of a missing cell. Asked for many cells, so most are refused by first letter and length.
class MissingSpellings {
 public:
  /// Empty: the usual ones.
  explicit MissingSpellings(const std::vector<std::string>& spellings);
  bool contains(std::string_view text) const {
    if (text.size() > longest_) return false;
    if (text.empty()) return has_empty_;
    return begins_[static_cast<unsigned char>(text[0])] && is_listed(text);
  }
  /// True where a spelling could be read as a number or date: "999", "0000-00-00".
  bool may_be_value() const { return may_be_value_; }

 private:
  bool is_listed(std::string_view text) const;
  std::vector<std::string> spellings_;
  bool begins_[256] = {};
  bool has_empty_ = false;
  bool may_be_value_ = false;
  std::size_t longest_ = 0;
};

/// Reads the cells of one column as its format says. Immutable: threads share it.
class CellParser {
 public:
  /// Errors: a date format we cannot read, an unknown time zone.
  static Result<CellParser> create(const ColumnFormat& format,
                                   std::shared_ptr<const MissingSpellings> missing,
                                   std::shared_ptr<const TimeZone> zone,
                                   const std::string& zone_name);

  const ColumnFormat& format() const { return format_; }
  ColumnType type() const { return format_.type; }
  bool is_missing(std::string_view text) const { return missing_->contains(text); }

  /// Boolean, Integer, Money, Day, Instant. The text is trimmed.
  Fit integer(std::string_view text, std::int64_t& value) const;
  Fit real(std::string_view text, double& value) const;
  /// Why a cell does not fit.
  Error reason(std::string_view text, Fit fit) const;
  /// Days and instants without a detour over text.
  std::int64_t value_of(const WrittenTime& time) const;

 private:
  CellParser() = default;
  bool read_integer(std::string_view text, std::int64_t& value, Fit& fit) const;

  ColumnFormat format_;
  NumberStyle numbers_;
  DatePattern dates_;
  std::shared_ptr<const MissingSpellings> missing_;
  std::shared_ptr<const TimeZone> zone_;
};

/// One parser for every declared column.
Result<std::vector<CellParser>> parsers_for(const ReadOptions& options);

/// true/false, yes/no, y/n, t/f in any case, 是/否.
std::optional<bool> parse_boolean(std::string_view text);

/// Without blanks, also full-width and no-break ones, quickly where there are none.
std::string_view trimmed_cell(std::string_view text);

}  // namespace holdfast::tables
