// Another future for a bucket. What was known before the cutoff stays as it is, bit for bit; all
// else is changed, dropped or made up.

#include <algorithm>

#include "features/audit_steps.hpp"

namespace holdfast::features::auditing {
namespace {

constexpr std::int32_t kFutureDays = 400;
constexpr std::uint32_t kNoColumn = 0xFFFFFFFFU;

/// One row of the altered table.
struct NewRow {
  std::uint32_t source = 0;
  std::int32_t event_day = 0;
  std::int32_t known_day = 0;
  std::int32_t superseded_day = history::kNeverDay;
  bool is_future = false;
};

/// What is to be known of a column to alter it.
struct ColumnRule {
  bool is_constant = false;
  bool is_planned = false;         // A day that is known before it comes: a contract's end.
  bool may_come_later = false;     // A missing day may yet be filled in.
  std::uint32_t known_at = kNoColumn;
  std::uint32_t only_after = kNoColumn;  // An exit's reason, known with the exit.
};

class TableAlterer {
 public:
  TableAlterer(const study::TableSpec* spec, const history::TableColumns& columns,
               const history::TableData& data, Day cutoff, Random& random, std::int64_t& cells)
      : data_(data), cutoff_(cutoff.number), random_(random), cells_(cells) {
    for (const auto& name : columns.columns) rules_.push_back(rule_of(spec, columns, name));
    // A value declared constant is known whenever its row was written: that row stays.
    const bool is_undated = spec != nullptr && spec->valid_from.empty() &&
                            (spec->role == study::Role::Customer || spec->role == study::Role::Attribute);
    keeps_rows_ = is_undated && std::any_of(rules_.begin(), rules_.end(),
                                            [](const auto& rule) { return rule.is_constant; });
  }

  history::TableData run() {
    history::TableData out;
    out.known_lag_days = data_.known_lag_days;
    out.begin.push_back(0);
    for (std::size_t customer = 0; customer + 1 < data_.begin.size(); ++customer) {
      add_customer(data_.begin[customer], data_.begin[customer + 1]);
      out.begin.push_back(static_cast<std::uint32_t>(rows_.size()));
    }
    out.rows = rows_.size();
    for (const auto& row : rows_) {
      out.event_day.push_back(row.event_day);
      if (!data_.known_day.empty()) out.known_day.push_back(row.known_day);
      if (!data_.superseded_day.empty()) out.superseded_day.push_back(row.superseded_day);
    }
    for (std::size_t c = 0; c < data_.columns.size(); ++c) out.columns.push_back(gather(c));
    return out;
  }

 private:
  static std::uint32_t place(const history::TableColumns& columns, const std::string& name) {
    const auto found = std::find(columns.columns.begin(), columns.columns.end(), name);
    if (name.empty() || found == columns.columns.end()) return kNoColumn;
    return static_cast<std::uint32_t>(found - columns.columns.begin());
  }

  static ColumnRule rule_of(const study::TableSpec* spec, const history::TableColumns& columns,
                            const std::string& name) {
    ColumnRule rule;
    if (!spec) return rule;
    rule.is_planned = name == spec->end;
    rule.may_come_later = name == spec->cancelled;
    if (name == spec->exit_reason) rule.only_after = place(columns, spec->cancelled);
    for (const auto& column : spec->columns) {
      if (column.known_at == name && !rule.is_planned) rule.may_come_later = true;
    }
    if (const auto* column = spec->find(name)) {
      rule.is_constant = column->is_constant;
      rule.known_at = place(columns, column->known_at);
    }
    return rule;
  }

  std::int32_t future_day() {
    return cutoff_ + static_cast<std::int32_t>(random_.below(kFutureDays));
  }

  bool is_visible(std::uint32_t row) const {
    return data_.event_day[row] < cutoff_ && data_.known_day_of(row) < cutoff_;
  }

  NewRow made_up(std::uint32_t source) {
    NewRow row{source, future_day(), 0, history::kNeverDay, true};
    row.known_day = row.event_day + static_cast<std::int32_t>(random_.below(30));
    return row;
  }

  void add_customer(std::uint32_t first, std::uint32_t last) {
    const auto begin = static_cast<std::ptrdiff_t>(rows_.size());
    for (auto source = first; source < last; ++source) {
      NewRow row{source, data_.event_day[source], data_.known_day_of(source), history::kNeverDay,
                 !is_visible(source)};
      if (!data_.superseded_day.empty()) row.superseded_day = data_.superseded_day[source];
      if (row.superseded_day >= cutoff_) {
        row.superseded_day = random_.chance(0.5) ? history::kNeverDay : future_day();
      }
      if (!row.is_future) {
        rows_.push_back(row);
        continue;
      }
      if (!keeps_rows_ && random_.chance(0.3)) {
        cells_ += static_cast<std::int64_t>(data_.columns.size()) + 1;
        continue;
      }
      if (row.event_day >= cutoff_) row.event_day = future_day();
      row.known_day = std::max(future_day(), row.event_day);
      rows_.push_back(row);
      if (random_.chance(0.3)) rows_.push_back(made_up(source));
    }
    if (first < last && random_.chance(0.5)) {
      rows_.push_back(made_up(first + static_cast<std::uint32_t>(random_.below(last - first))));
    }
    std::stable_sort(rows_.begin() + begin, rows_.end(),
                     [](const auto& a, const auto& b) { return a.event_day < b.event_day; });
  }

  bool is_known_later(std::uint32_t column, std::uint32_t row) const {
    const auto& known = data_.columns[column];
    if (!known.is_valid(row)) return true;
    const auto day = known.day(row);
    return day && *day >= cutoff_;
  }

  /// True where the cell of a visible row is not known at the cutoff.
  bool must_change(std::size_t c, const NewRow& row) const {
    const auto& rule = rules_[c];
    if (rule.is_constant) return false;
    if (row.is_future) return true;
    if (rule.known_at != kNoColumn) return is_known_later(rule.known_at, row.source);
    if (rule.only_after != kNoColumn && is_known_later(rule.only_after, row.source)) return true;
    const auto& column = data_.columns[c];
    const bool is_day = column.type == tables::ColumnType::Day;
    if (!is_day || rule.is_planned) return false;
    return column.is_valid(row.source) ? column.days[row.source] >= cutoff_ : rule.may_come_later;
  }

  history::ColumnData gather(std::size_t c) {
    const auto& from = data_.columns[c];
    history::ColumnData to;
    to.type = from.type;
    to.categories = from.categories;
    if (from.type == tables::ColumnType::Text) to.categories.emplace_back("altered by the audit");
    to.valid.reserve(rows_.size());
    for (const auto& row : rows_) {
      const bool is_changed = must_change(c, row);
      append(from, row, is_changed, to);
      cells_ += is_changed;
    }
    return to;
  }

  void append(const history::ColumnData& from, const NewRow& row, bool is_changed,
              history::ColumnData& to) {
    const auto at = row.source;
    bool is_valid = from.is_valid(at);
    if (is_changed) is_valid = is_valid ? !random_.chance(0.2) : random_.chance(0.7);
    to.valid.push_back(is_valid ? 1 : 0);
    switch (from.type) {
      case tables::ColumnType::Day: {
        // A day of a visible row that is still to come stays in the future.
        to.days.push_back(is_changed ? future_day() : from.days[at]);
        break;
      }
      case tables::ColumnType::Real:
        to.reals.push_back(is_changed ? random_.normal() * 1e4 - from.reals[at] : from.reals[at]);
        break;
      case tables::ColumnType::Text: {
        const auto other = random_.below(to.categories.size());
        to.codes.push_back(is_changed ? static_cast<std::uint32_t>(other) : from.codes[at]);
        break;
      }
      case tables::ColumnType::Boolean:
        to.integers.push_back(is_changed ? 1 - from.integers[at] : from.integers[at]);
        break;
      case tables::ColumnType::Instant:
        to.integers.push_back(is_changed ? start_of_utc_day(Day{future_day()}).micros
                                         : from.integers[at]);
        break;
      default:
        to.integers.push_back(is_changed ? static_cast<std::int64_t>(random_.below(1'000'000)) -
                                               500'000
                                         : from.integers[at]);
    }
  }

  const history::TableData& data_;
  std::int32_t cutoff_;
  Random& random_;
  std::int64_t& cells_;
  bool keeps_rows_ = false;
  std::vector<ColumnRule> rules_;
  std::vector<NewRow> rows_;
};

}  // namespace

history::Bucket alter_future(const Subject& subject, const history::Bucket& bucket, Day cutoff,
                             Random& random, std::int64_t& cells) {
  history::Bucket altered;
  altered.keys = bucket.keys;
  for (std::size_t t = 0; t < bucket.tables.size(); ++t) {
    const auto* spec = subject.study->find(subject.wanted[t].table);
    altered.tables.push_back(
        TableAlterer(spec, subject.wanted[t], bucket.tables[t], cutoff, random, cells).run());
  }
  return altered;
}

}  // namespace holdfast::features::auditing
