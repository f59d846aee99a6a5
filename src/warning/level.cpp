#include <algorithm>

#include "warning/watch_list.hpp"

namespace holdfast::warning {

std::string_view name_of(study::Level level) {
  switch (level) {
    case study::Level::None: return "none";
    case study::Level::Yellow: return "yellow";
    case study::Level::Orange: return "orange";
    case study::Level::Red: return "red";
  }
  return "none";
}

Text text_of(study::Level level) {
  switch (level) {
    case study::Level::None: return {"none", "无"};
    case study::Level::Yellow: return {"yellow", "黄色"};
    case study::Level::Orange: return {"orange", "橙色"};
    case study::Level::Red: return {"red", "红色"};
  }
  return {"none", "无"};
}

void rank(std::vector<Warning>& warnings) {
  std::ranges::sort(warnings, [](const Warning& a, const Warning& b) {
    if (a.expected_loss_cents != b.expected_loss_cents) {
      return a.expected_loss_cents > b.expected_loss_cents;
    }
    if (a.churn_probability != b.churn_probability) {
      return a.churn_probability > b.churn_probability;
    }
    if (a.customer_key != b.customer_key) return a.customer_key < b.customer_key;
    if (a.contract_key != b.contract_key) return a.contract_key < b.contract_key;
    return a.cutoff != b.cutoff ? a.cutoff < b.cutoff : a.row < b.row;
  });
  std::int64_t place = 0;
  for (auto& warning : warnings) warning.rank = ++place;
}

}  // namespace holdfast::warning
