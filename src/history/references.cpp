#include "history/references.hpp"

#include "core/hash.hpp"
#include "core/text.hpp"

namespace holdfast::history {

void ReferenceMap::set(std::string_view value, std::uint32_t customer) {
  const auto normal = normalised_key(value);
  const auto id = values_.intern(normal, hash64(normal));
  if (id == customers_.size()) customers_.push_back(customer);
  else customers_[id] = customer;  // A contract that changed hands: the newest row says whose.
}

std::optional<std::uint32_t> ReferenceMap::find(std::string_view value) const {
  const auto normal = normalised_key(value);
  const auto id = values_.find(normal, hash64(normal));
  if (!id) return std::nullopt;
  return customers_[*id];
}

References::References(const study::Study& study) {
  for (const auto& table : study.tables) {
    if (!table.customer_key.empty() || !table.via) continue;
    maps_.try_emplace({table.via->table, table.via->table_column});
  }
}

std::vector<std::string> References::columns_of(const std::string& table) const {
  std::vector<std::string> columns;
  for (const auto& [place, map] : maps_) {
    if (place.first == table) columns.push_back(place.second);
  }
  return columns;
}

}  // namespace holdfast::history
