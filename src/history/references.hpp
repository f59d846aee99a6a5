#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "history/interner.hpp"
#include "study/study.hpp"

namespace holdfast::history {

/// Whose customer a value of a column that key paths lead to is: policy P-7 is customer 12's.
class ReferenceMap {
 public:
  void set(std::string_view value, std::uint32_t customer);
  std::optional<std::uint32_t> find(std::string_view value) const;

 private:
  Interner values_;
  std::vector<std::uint32_t> customers_;
};

/// The maps of all key paths of a study, by table and column.
class References {
 public:
  explicit References(const study::Study& study);

  /// Columns of the table that others' key paths lead to.
  std::vector<std::string> columns_of(const std::string& table) const;
  ReferenceMap& map(const std::string& table, const std::string& column) {
    return maps_.at({table, column});
  }

 private:
  std::map<std::pair<std::string, std::string>, ReferenceMap> maps_;
};

}  // namespace holdfast::history
