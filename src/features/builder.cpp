#include "features/builder.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::features {
namespace {

constexpr int kSampledBuckets = 8;         // Enough to know the frequent kinds of an event table.
constexpr std::size_t kCategoriesKept = 200;
constexpr std::string_view kOther = "(other)";

bool is_allowed(const study::ColumnSpec& column) {
  if (column.is_ignored || column.mark == study::Mark::Identifier) return false;
  return column.mark == study::Mark::None || !column.use_because.empty();
}

/// Columns that say who, when or how it ended: never values of a feature by themselves.
std::set<std::string> role_columns(const study::Study& study, const study::TableSpec& table) {
  std::set<std::string> names{table.customer_key, table.contract_key, table.event_time,
                              table.valid_from,   table.valid_to,     table.start,
                              table.end,          table.cancelled,    table.exit_reason,
                              table.household,    table.vehicle,      table.known_at,
                              table.event_id};
  if (table.via) names.insert(table.via->column);
  for (const auto& column : table.columns) names.insert(column.known_at);
  for (const auto& other : study.tables) {
    if (other.via && other.via->table == table.name) names.insert(other.via->table_column);
  }
  const auto is_outcome = [&](const study::ChurnDefinition& churn) {
    if (churn.table != table.name) return;
    names.insert(churn.exit_reason);
    if (churn.kind == study::ChurnKind::Label) names.insert(churn.column);
  };
  if (study.churn) is_outcome(*study.churn);
  for (const auto& candidate : study.candidates) is_outcome(candidate);
  return names;
}

}  // namespace

const history::TableInfo* Source::find(std::string_view table) const {
  const auto found = std::ranges::find(tables, table, &history::TableInfo::name);
  return found == tables.end() ? nullptr : &*found;
}

Source source_of(const history::Store& store) {
  Source source;
  source.tables = store.tables();
  source.bucket_count = store.bucket_count();
  source.read_bucket = [&store](int bucket, const std::vector<history::TableColumns>& wanted) {
    return store.read_bucket(bucket, wanted);
  };
  source.read_context = [&store](const std::string& table, const std::vector<std::string>& columns) {
    return store.read_context(table, columns);
  };
  return source;
}

Builder::Builder(const study::Study& study, const Source& source)
    : study_(&study), source_(&source) {}

Result<void> Builder::learn_categories() {
  std::vector<history::TableColumns> steady, events;
  for (const auto& table : study_->tables) {
    if (table.role == study::Role::Context || table.role == study::Role::Outcome) continue;
    history::TableColumns asked{table.name, {}};
    for (const auto* column : usable(table)) {
      if (type_of(table.name, column->format.name) == tables::ColumnType::Text) {
        asked.columns.push_back(column->format.name);
      }
    }
    if (asked.columns.empty()) continue;
    (table.role == study::Role::Event ? events : steady).push_back(std::move(asked));
  }
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::int64_t>> counts;
  for (int bucket = 0; bucket < source_->bucket_count; ++bucket) {
    auto asked = steady;
    if (bucket < kSampledBuckets) asked.insert(asked.end(), events.begin(), events.end());
    if (asked.empty()) break;
    HOLDFAST_TRY(const auto data, source_->read_bucket(bucket, asked));
    for (std::size_t t = 0; t < asked.size(); ++t) {
      for (std::size_t c = 0; c < asked[t].columns.size(); ++c) {
        const auto& cells = data.tables[t].columns[c];
        std::vector<std::int64_t> by_code(cells.categories.size());
        for (std::size_t row = 0; row < data.tables[t].rows; ++row) {
          if (cells.is_valid(row)) ++by_code[cells.codes[row]];
        }
        auto& sums = counts[{asked[t].table, asked[t].columns[c]}];
        for (std::size_t code = 0; code < by_code.size(); ++code) {
          if (by_code[code] > 0) sums[cells.categories[code]] += by_code[code];
        }
      }
    }
  }
  for (const auto& [key, values] : counts) {
    CategoryCounts sorted(values.begin(), values.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
    categories_[key] = std::move(sorted);
  }
  return {};
}

int Builder::table(const std::string& name) {
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (wanted_[i].table == name) return static_cast<int>(i);
  }
  if (source_->find(name) == nullptr) return -1;
  wanted_.push_back({name, {}});
  return static_cast<int>(wanted_.size()) - 1;
}

int Builder::column(int table, const std::string& name) {
  if (table < 0 || name.empty()) return -1;
  auto& asked = wanted_[static_cast<std::size_t>(table)];
  const auto found = std::ranges::find(asked.columns, name);
  if (found != asked.columns.end()) return static_cast<int>(found - asked.columns.begin());
  if (!is_stored(asked.table, name)) return -1;
  asked.columns.push_back(name);
  return static_cast<int>(asked.columns.size()) - 1;
}

Cell Builder::cell(int table, const study::TableSpec& spec, const std::string& name,
                   bool is_planned) {
  Cell cell;
  cell.column = column(table, name);
  if (cell.column < 0) return cell;
  const auto* declared = spec.find(name);
  if (declared != nullptr && !declared->known_at.empty()) {
    cell.known_at = column(table, declared->known_at);
  }
  const bool is_constant = declared != nullptr && declared->is_constant;
  cell.is_past_day = type_of(spec.name, name) == tables::ColumnType::Day && !is_planned &&
                     !is_constant && cell.known_at < 0;
  return cell;
}

bool Builder::wants(std::string_view family) const {
  const auto& families = study_->features.families;
  return families.empty() || std::ranges::find(families, family) != families.end();
}

bool Builder::is_excluded(const std::string& name) const {
  return std::ranges::any_of(study_->features.exclude,
                             [&](const auto& pattern) { return matches_pattern(pattern, name); });
}

std::string Builder::free_name(std::string name) {
  const int uses = ++names_[name];
  if (uses == 1) return name;
  return free_name(fmt::format("{}_{}", name, uses));
}

int Builder::add(const study::TableSpec& table, Draft draft, bool is_always_valid) {
  if (!wants(draft.family) || is_excluded(draft.name)) return kNoSlot;
  Slot slot;
  slot.info.name = free_name(std::move(draft.name));
  slot.info.family = std::move(draft.family);
  slot.info.table = table.name;
  slot.info.columns = std::move(draft.columns);
  slot.info.window_days = draft.window_days;
  slot.info.filter = std::move(draft.filter);
  slot.info.unit = std::move(draft.unit);
  slot.info.sentence = std::move(draft.sentence);
  slot.is_always_valid = is_always_valid;
  const auto* info = source_->find(table.name);
  if (info != nullptr && info->has_assumed_known_at) {
    for (const auto& name : slot.info.columns) {
      const auto* column = table.find(name);
      if (column != nullptr && column->known_at.empty() && !column->is_constant) {
        slot.info.assumed_known_at.push_back(table.name + "." + name);
      }
    }
  }
  slots_.push_back(std::move(slot));
  return static_cast<int>(slots_.size()) - 1;
}

void Builder::set_filled(const std::vector<int>& slots) {
  for (const int slot : slots) {
    if (slot != kNoSlot) slots_[static_cast<std::size_t>(slot)].is_filled = true;
  }
}

int Builder::add_category(const study::TableSpec& table, Draft draft,
                          std::vector<std::string> categories) {
  const int slot = add(table, std::move(draft));
  if (slot == kNoSlot) return slot;
  if (categories.size() > kCategoriesKept) categories.resize(kCategoriesKept);
  categories.emplace_back(kOther);
  std::ranges::sort(categories);
  categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
  auto& added = slots_[static_cast<std::size_t>(slot)];
  added.info.is_category = true;
  added.categories = std::move(categories);
  return slot;
}

int Builder::add_extra(FeatureInfo info, Use use, std::vector<std::string> categories) {
  if (use == Use::Feature) info.name = free_name(std::move(info.name));
  slots_.push_back({std::move(info), use, false, std::move(categories)});
  return static_cast<int>(slots_.size()) - 1;
}

std::vector<const study::ColumnSpec*> Builder::usable(const study::TableSpec& table) const {
  const auto roles = role_columns(*study_, table);
  std::vector<const study::ColumnSpec*> columns;
  for (const auto& column : table.columns) {
    const auto& name = column.format.name;
    if (!is_allowed(column) || roles.contains(name) || !is_stored(table.name, name)) continue;
    columns.push_back(&column);
  }
  return columns;
}

const CategoryCounts& Builder::categories_of(const std::string& table,
                                             const std::string& column) const {
  static const CategoryCounts none;
  const auto found = categories_.find({table, column});
  return found == categories_.end() ? none : found->second;
}

tables::ColumnType Builder::type_of(const std::string& table, const std::string& column) const {
  const auto* info = source_->find(table);
  if (info != nullptr) {
    const auto found = std::ranges::find(info->columns, column);
    if (found != info->columns.end()) {
      return info->types[static_cast<std::size_t>(found - info->columns.begin())];
    }
  }
  return tables::ColumnType::Text;
}

bool Builder::is_stored(const std::string& table, const std::string& column) const {
  const auto* info = source_->find(table);
  return info != nullptr && std::ranges::find(info->columns, column) != info->columns.end();
}

std::string window_name(int days) { return days == 0 ? "all" : fmt::format("{}d", days); }

Text window_words(int days) {
  if (days == 0) return {"so far", "至今"};
  return {fmt::format("in the last {} days", days), fmt::format("最近{}天", days)};
}

Text label_of(const study::TableSpec& table, const std::string& column) {
  const auto* spec = table.find(column);
  const auto* computed = table.find_computed(column);
  Text label = spec != nullptr ? spec->label : computed != nullptr ? computed->label : Text{};
  if (label.en.empty()) label.en = label.zh.empty() ? column : label.zh;
  if (label.zh.empty()) label.zh = column;
  return label;
}

Text label_of(const study::TableSpec& table) {
  Text label = table.label;
  if (label.en.empty()) label.en = label.zh.empty() ? table.name : label.zh;
  if (label.zh.empty()) label.zh = table.name;
  return label;
}

std::string name_part(std::string_view text) {
  std::string part;
  for (const char c : lower(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
    part += is_plain ? c : '_';
  }
  return part.empty() ? "blank" : part;
}

bool name_has(std::string_view name, std::initializer_list<std::string_view> words) {
  const auto lowered = lower(name);
  return std::ranges::any_of(words, [&](auto word) { return lowered.find(word) != std::string::npos; });
}

std::vector<std::string> top_categories(const Builder& builder, const std::string& table,
                                        const std::string& column) {
  const auto& counts = builder.categories_of(table, column);
  const auto most = static_cast<std::size_t>(std::max(0, builder.study().features.categories_max));
  std::vector<std::string> top;
  for (const auto& [category, count] : counts) {
    if (top.size() == most) break;
    top.push_back(category);
  }
  return top;
}

}  // namespace holdfast::features
