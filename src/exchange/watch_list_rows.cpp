#include "exchange/watch_list_rows.hpp"

#include <algorithm>

#include "exchange/format.hpp"

namespace holdfast::exchange {

std::size_t reasons_count(const warning::WatchList& watch_list) {
  std::size_t most = 0;
  for (const auto& warning : watch_list.warnings) most = std::max(most, warning.reasons.size());
  return most;
}

bool has_contracts(const warning::WatchList& watch_list) {
  return std::ranges::any_of(watch_list.warnings,
                             [](const auto& warning) { return !warning.contract_key.empty(); });
}

bool has_own_contracts(const warning::WatchList& watch_list) {
  return std::ranges::any_of(watch_list.warnings, [](const auto& warning) {
    return !warning.contract_key.empty() && warning.contract_key != warning.customer_key;
  });
}

std::string raised_by(const warning::Warning& warning, Language language) {
  std::string out;
  for (const auto& text : warning.raised_by_text) {
    if (!out.empty()) out += language == Language::Zh ? "；" : "; ";
    out += printable(text.in(language));
  }
  return out;
}

std::string reason_text(const warning::Warning& warning, std::size_t at, Language language) {
  if (at >= warning.reasons.size()) return {};
  const auto& reason = warning.reasons[at];
  return (reason.contribution > 0 ? "▲ " : "▼ ") + printable(reason.sentence.in(language));
}

std::string shown_key(const RunResults& results, const std::string& key) {
  return printable(shown_key(key, results.key_mask.masks));
}

}  // namespace holdfast::exchange
