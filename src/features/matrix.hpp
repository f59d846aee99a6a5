#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/cells.hpp"
#include "core/day.hpp"
#include "core/language.hpp"

namespace holdfast::features {

/// Where a feature comes from, and how to say it.
struct FeatureInfo {
  std::string name;        // "claims_count_365d", "payments_amount_sum_90d_cash".
  bool is_category = false;
  std::string family;      // "window", "recency", "interval", "trend", "rfm", "contract", …
  std::string table;
  std::vector<std::string> columns;
  int window_days = 0;     // 0: all history.
  std::string filter;      // Expression; empty: none.
  std::string unit;        // "CNY", "days"; empty: a plain number.
  Text sentence;           // "claims in the last 365 days".
  std::vector<std::string> assumed_known_at;  // Columns whose known-at is only assumed.
};

/// One feature of all rows. Exactly one of values, codes is filled.
struct FeatureColumn {
  Cells<double> values;
  Cells<std::uint32_t> codes;            // Index into categories.
  std::vector<std::string> categories;   // Sorted.
  Cells<std::uint8_t> valid;             // [rows] 1: present.
};

enum class OutcomeState : std::uint8_t { Stayed, Churned, CompetingExit, Immature, Unknown };

/// The modelling matrix before any split: one row per (customer, contract, cutoff).
struct FeatureMatrix {
  std::vector<FeatureInfo> features;
  std::vector<FeatureColumn> columns;       // [features]

  /// Values that warning rules and the value at risk need but models never see: each aggregate of
  /// those expressions, named by study::to_string of it.
  std::vector<FeatureInfo> helpers;
  std::vector<FeatureColumn> helper_columns;  // [helpers]

  std::size_t rows = 0;
  std::vector<std::string> customer_keys;   // Distinct.
  std::vector<std::string> contract_keys;   // Distinct; [0] is "" where the entity is the customer.
  std::vector<std::uint32_t> customer;      // [rows] index.
  std::vector<std::uint32_t> contract;      // [rows] index.
  std::vector<std::int32_t> cutoff_day;     // [rows]

  std::vector<OutcomeState> outcome;        // [rows]
  std::vector<std::int32_t> outcome_day;    // [rows] of the exit; kNeverDay where there is none.
  std::vector<std::uint32_t> exit_class;    // [rows] index into exit_classes.
  std::vector<std::string> exit_classes;    // [0] is "" (stayed).
  std::vector<std::int64_t> value_cents;    // [rows] value at risk, 0 where unknown.
};

}  // namespace holdfast::features
