#include "history/resolve.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "core/hash.hpp"
#include "history/bucket.hpp"

namespace holdfast::history {
namespace {

/// One customer's rows while they are settled.
class CustomerRows {
 public:
  CustomerRows(const TableLayout& layout, const ResolveOptions& options, BucketRows& rows,
               Resolved& resolved)
      : layout_(layout), options_(options), rows_(rows), resolved_(resolved) {}

  void settle(std::span<const std::uint32_t> mine) {
    live_.clear();
    dropped_.assign(mine.size(), 0);
    mine_ = mine;
    std::uint32_t place = 0;
    for (; place < mine.size() && mine[place] < rows_.rows_old; ++place) {
      if (superseded(mine[place]) == kNeverDay) live_.push_back(place);
    }
    versions_.clear();
    if (has_ids()) {
      for (const auto old : live_) {
        if (const auto id = id_of(mine[old])) versions_[*id] = old;
      }
    }
    for (const auto& source : options_.sources) {
      const auto begin = place;
      while (place < mine.size() && rows_.source[mine[place]] == source.id) ++place;
      take(source, begin, place);
    }
    for (std::uint32_t i = 0; i < mine.size(); ++i) {
      if (dropped_[i] == 0) resolved_.kept.push_back(mine[i]);
      else ++resolved_.duplicates_count;
    }
  }

 private:
  std::int32_t& superseded(std::uint32_t row) { return rows_.superseded_day[row]; }
  std::int32_t known(std::uint32_t row) const {
    const auto day = rows_.known_day[row];
    return day == kUnsetDay ? rows_.event_day[row] + layout_.spec->known_lag_days : day;
  }
  bool has_ids() const { return layout_.id_index >= 0 || layout_.is_customer_table(); }
  bool is_old(std::uint32_t row) const { return row < rows_.rows_old; }

  void take(const NewSource& source, std::uint32_t begin, std::uint32_t end) {
    if (has_ids()) {
      for (auto place = begin; place < end; ++place) take_version(place);
      return;
    }
    if (source.replaces.empty() && source.to_day < source.from_day) {
      for (auto place = begin; place < end; ++place) live_.push_back(place);
      return;
    }
    replace(source, begin, end);
  }

  /// The same id again: a duplicate where it says the same, else a correction.
  void take_version(std::uint32_t place) {
    const auto row = mine_[place];
    const auto id = id_of(row);
    if (!id) return;
    const auto [same, is_new] = versions_.emplace(*id, place);
    if (is_new) return;
    const auto before = mine_[same->second];
    if (are_equal(row, before)) {
      dropped_[place] = 1;
      return;
    }
    superseded(before) = known(row);
    // A version of this very import that nobody could have seen is no version.
    if (!is_old(before) && known(row) <= known(before)) dropped_[same->second] = 1;
    same->second = place;
  }

  /// Rows of the source stand for those it replaces: what it repeats stays as it was known, what it
  /// lacks is withdrawn.
  void replace(const NewSource& source, std::uint32_t begin, std::uint32_t end) {
    std::unordered_multimap<std::uint64_t, std::uint32_t> candidates;
    std::vector<std::uint32_t> remaining;
    for (const auto place : live_) {
      const auto row = mine_[place];
      const auto day = rows_.event_day[row];
      if (source.replaces.contains(rows_.source[row]) ||
          (day >= source.from_day && day <= source.to_day)) {
        candidates.emplace(hash_of(row), place);
      } else {
        remaining.push_back(place);
      }
    }
    live_ = std::move(remaining);
    for (auto place = begin; place < end; ++place) {
      const auto row = mine_[place];
      const auto [first, last] = candidates.equal_range(hash_of(row));
      const auto same = std::find_if(first, last, [&](const auto& candidate) {
        return are_equal(row, mine_[candidate.second]);
      });
      if (same == last) {
        live_.push_back(place);
        continue;
      }
      live_.push_back(same->second);
      candidates.erase(same);
      dropped_[place] = 1;
    }
    for (const auto& [hash, place] : candidates) {
      const auto row = mine_[place];
      if (is_old(row)) superseded(row) = options_.import_day;
      else dropped_[place] = 1;
    }
    std::ranges::sort(live_);
  }

  /// The bits of the row's id; a customer table has one row a customer; nothing: no id.
  std::optional<std::uint64_t> id_of(std::uint32_t row) const {
    if (layout_.id_index < 0) return 0;
    const auto column = static_cast<std::size_t>(layout_.id_index);
    const auto& cells = rows_.columns[column];
    if (!cells.is_valid(row)) return std::nullopt;
    const auto width = width_of(layout_.stored[column].type);
    std::uint64_t bits = 0;
    std::memcpy(&bits, cells.data.data() + row * width, width);
    return bits;
  }

  bool is_equal_cell(std::size_t column, std::uint32_t a, std::uint32_t b) const {
    const auto& cells = rows_.columns[column];
    if (cells.is_valid(a) != cells.is_valid(b)) return false;
    const auto width = width_of(layout_.stored[column].type);
    return !cells.is_valid(a) || std::memcmp(cells.data.data() + a * width,
                                             cells.data.data() + b * width, width) == 0;
  }

  bool are_equal(std::uint32_t a, std::uint32_t b) const {
    if (layout_.is_dated() && rows_.event_day[a] != rows_.event_day[b]) return false;
    for (std::size_t column = 0; column < rows_.columns.size(); ++column) {
      if (!is_equal_cell(column, a, b)) return false;
    }
    return true;
  }

  std::uint64_t hash_of(std::uint32_t row) const {
    auto hash = layout_.is_dated() ? static_cast<std::uint64_t>(rows_.event_day[row]) : 0;
    for (std::size_t column = 0; column < rows_.columns.size(); ++column) {
      const auto& cells = rows_.columns[column];
      if (!cells.is_valid(row)) continue;
      const auto width = width_of(layout_.stored[column].type);
      hash = hash64({reinterpret_cast<const char*>(cells.data.data()) + row * width, width},
                    hash + column);
    }
    return hash;
  }

  const TableLayout& layout_;
  const ResolveOptions& options_;
  BucketRows& rows_;
  Resolved& resolved_;
  std::span<const std::uint32_t> mine_;
  std::vector<std::uint32_t> live_;     // Places in mine_, ascending.
  std::vector<std::uint8_t> dropped_;   // By place.
  std::unordered_map<std::uint64_t, std::uint32_t> versions_;  // Place of each id's newest row.
};

}  // namespace

bool needs_resolving(const TableLayout& layout, const BucketRows& rows,
                     const ResolveOptions& options) {
  if (options.sources.empty()) return false;
  if (layout.id_index >= 0) return true;
  if (layout.is_customer_table()) return rows.rows_old > 0 || options.sources.size() > 1;
  const bool has_ranges = std::ranges::any_of(
      options.sources, [](const auto& source) { return source.to_day >= source.from_day; });
  if (has_ranges && (rows.rows_old > 0 || options.sources.size() > 1)) return true;
  return std::ranges::any_of(options.sources,
                             [](const auto& source) { return !source.replaces.empty(); });
}

void set_known_days(const TableLayout& layout, const ResolveOptions& options, BucketRows& rows) {
  if (options.is_first_load) return;
  for (auto row = rows.rows_old; row < rows.rows; ++row) {
    if (rows.known_day[row] != kUnsetDay || rows.event_day[row] == kUnsetDay) continue;
    const auto assumed = rows.event_day[row] + layout.spec->known_lag_days;
    rows.known_day[row] = std::max(assumed, options.import_day);
  }
}

Resolved resolve(const TableLayout& layout, const ResolveOptions& options,
                 std::span<const std::uint32_t> order, BucketRows& rows) {
  if (rows.superseded_day.empty()) rows.superseded_day.assign(rows.rows, kNeverDay);
  set_known_days(layout, options, rows);
  Resolved resolved;
  resolved.kept.reserve(order.size());
  CustomerRows customer(layout, options, rows, resolved);
  for (std::size_t begin = 0; begin < order.size();) {
    auto end = begin + 1;
    while (end < order.size() &&
           (layout.is_context || rows.customer[order[end]] == rows.customer[order[begin]])) {
      ++end;
    }
    customer.settle(order.subspan(begin, end - begin));
    begin = end;
  }
  return resolved;
}

void drop_plain_days(const TableLayout& layout, std::span<const std::uint32_t> kept,
                     BucketRows& rows) {
  const auto lag = layout.spec->known_lag_days;
  bool is_plain = true;
  for (const auto row : kept) {
    auto& known = rows.known_day[row];
    if (known == kUnsetDay) known = rows.event_day[row] + lag;
    is_plain &= known == rows.event_day[row] + lag;
  }
  if (is_plain) rows.known_day.clear();
  const auto is_never = [&](std::uint32_t row) { return rows.superseded_day[row] == kNeverDay; };
  if (!rows.superseded_day.empty() && std::ranges::all_of(kept, is_never)) {
    rows.superseded_day.clear();
  }
}

}  // namespace holdfast::history
