#pragma once

#include <string>
#include <vector>

#include "exchange/results.hpp"

/// What watchlist.xlsx and watchlist.csv share: the same rows, the same texts.
namespace holdfast::exchange {

/// How many reason columns the list needs: those of the warning that has the most.
std::size_t reasons_count(const warning::WatchList& watch_list);
bool has_contracts(const warning::WatchList& watch_list);
/// False too where a study knows only contracts, whose key then stands for the customer.
bool has_own_contracts(const warning::WatchList& watch_list);
/// "churn probability 62.0 %, red limit 40.0 %; revenue falling 3 months in a row".
std::string raised_by(const warning::Warning& warning, Language language);
/// A reason with its direction: "▲ claims in the last 365 days: 3 — …"; empty where there is none.
std::string reason_text(const warning::Warning& warning, std::size_t at, Language language);
/// The key as the run may show it.
std::string shown_key(const RunResults& results, const std::string& key);

}  // namespace holdfast::exchange
