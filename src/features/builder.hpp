#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "features/family.hpp"
#include "features/matrix.hpp"
#include "history/store.hpp"
#include "study/study.hpp"

/// Compiling a study into families: which columns may be read, which features are proposed and how
/// they are called. Inside features/ only.
namespace holdfast::features {

/// What compiling needs of a store; tests make one from hand-built buckets.
struct Source {
  std::vector<history::TableInfo> tables;
  int bucket_count = 1;
  std::function<Result<history::Bucket>(int, const std::vector<history::TableColumns>&)> read_bucket;
  std::function<Result<history::TableData>(const std::string&, const std::vector<std::string>&)>
      read_context;

  const history::TableInfo* find(std::string_view table) const;
};
Source source_of(const history::Store& store);

/// What becomes of a computed column.
enum class Use : std::uint8_t { Feature, Helper, Hidden };

struct Slot {
  FeatureInfo info;
  Use use = Use::Feature;
  bool is_always_valid = false;
  std::vector<std::string> categories;  // Category features: sorted.
  bool is_filled = false;  // Its family writes every value, and whether it is there unless always valid.
};

/// How a feature is described before its name and window are put in.
struct Draft {
  std::string name;
  std::string family;
  std::vector<std::string> columns;
  int window_days = 0;
  std::string filter;
  std::string unit;
  Text sentence;
};

/// The values a text column takes, most frequent first, as learnt from the store.
using CategoryCounts = std::vector<std::pair<std::string, std::int64_t>>;

class Builder {
 public:
  Builder(const study::Study& study, const Source& source);

  /// Reads text columns once to learn their categories.
  Result<void> learn_categories();

  const study::Study& study() const { return *study_; }
  const Source& source() const { return *source_; }

  /// Number of a table in the buckets, asked for from now on; -1 where the store lacks it.
  int table(const std::string& name);
  /// Number of a column in its table, asked for from now on; -1 where the store lacks it.
  int column(int table, const std::string& name);
  /// A column with its own known-at; Day columns read as missing from the cutoff on unless planned.
  Cell cell(int table, const study::TableSpec& spec, const std::string& name,
            bool is_planned = false);

  /// True where the study's list of families has this one, or no list.
  bool wants(std::string_view family) const;
  /// A numeric feature; kNoSlot where the study excludes it.
  int add(const study::TableSpec& table, Draft draft, bool is_always_valid = false);
  /// Says of slots that their family leaves no cell as it is before.
  void set_filled(const std::vector<int>& slots);
  /// A category feature.
  int add_category(const study::TableSpec& table, Draft draft, std::vector<std::string> categories);
  /// A column that is no feature: a helper, or part of a user's expression.
  int add_extra(FeatureInfo info, Use use, std::vector<std::string> categories = {});

  /// Columns of a table that may be features: marks, keys, times and outcomes left out.
  std::vector<const study::ColumnSpec*> usable(const study::TableSpec& table) const;
  const CategoryCounts& categories_of(const std::string& table, const std::string& column) const;
  tables::ColumnType type_of(const std::string& table, const std::string& column) const;
  bool is_stored(const std::string& table, const std::string& column) const;

  void keep(std::unique_ptr<Family> family) { families_.push_back(std::move(family)); }

  std::vector<Slot>& slots() { return slots_; }
  std::vector<std::unique_ptr<Family>>& families() { return families_; }
  std::vector<history::TableColumns>& wanted() { return wanted_; }

 private:
  std::string free_name(std::string name);
  bool is_excluded(const std::string& name) const;

  const study::Study* study_;
  const Source* source_;
  std::vector<history::TableColumns> wanted_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<Family>> families_;
  std::map<std::string, int> names_;
  std::map<std::pair<std::string, std::string>, CategoryCounts> categories_;
};

/// "365d", "all".
std::string window_name(int days);
/// "in the last 365 days" / "最近365天"; "so far" / "至今".
Text window_words(int days);
/// What a person calls a column.
Text label_of(const study::TableSpec& table, const std::string& column);
/// What a person calls the table; its name where the study gives no label.
Text label_of(const study::TableSpec& table);
/// A text as part of a name: letters, digits and underscores.
std::string name_part(std::string_view text);
/// True where the lower-cased name holds one of the words.
bool name_has(std::string_view name, std::initializer_list<std::string_view> words);
/// The most frequent categories, up to the study's limit.
std::vector<std::string> top_categories(const Builder& builder, const std::string& table,
                                        const std::string& column);

/// One function per family file; each adds what the table allows.
void add_window_features(Builder& builder, const study::TableSpec& table);
void add_recency_features(Builder& builder, const study::TableSpec& table);
void add_interval_features(Builder& builder, const study::TableSpec& table);
void add_trend_features(Builder& builder, const study::TableSpec& table);
void add_rfm_features(Builder& builder, const study::TableSpec& table);
void add_payment_features(Builder& builder, const study::TableSpec& table);
void add_case_features(Builder& builder, const study::TableSpec& table);
void add_contract_features(Builder& builder, const study::TableSpec& table);
void add_attribute_features(Builder& builder, const study::TableSpec& table);
void add_sequence_features(Builder& builder, const study::TableSpec& table);
Result<void> add_context_features(Builder& builder, const study::TableSpec& table);

}  // namespace holdfast::features
