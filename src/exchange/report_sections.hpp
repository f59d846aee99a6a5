#pragma once

#include <map>
#include <string>
#include <vector>

#include "exchange/results.hpp"

/// The sections of report.html, one file each. Every function gives finished markup, empty where
/// there is nothing to show.
namespace holdfast::exchange {

struct ReportContext {
  const RunResults& results;
  const study::Study& study;
  std::map<std::string, Text> names;      // Feature → what a person calls it.

  ReportContext(const RunResults& run_results, const study::Study& run_study);
  Text name_of(const std::string& feature) const;
  /// nullptr where the run has no such feature.
  const features::FeatureInfo* find(const std::string& feature) const;
  /// "time since the last claim (days)".
  Text name_with_unit(const std::string& feature) const;
  /// A value of the feature, without its unit: "1,250", "1998" where it is a year, "30" for a share of 0.3.
  std::string plain_value(const std::string& feature, double value) const;
  /// A key as it may be shown.
  std::string key(const std::string& value) const;
  bool masks_keys = false;
  std::string currency;
};

/// Colour class of the i-th model: "c1", "c2" … "c6".
std::string colour_of(std::size_t model_index);
/// "l-red", "l-orange", "l-yellow".
std::string colour_of(study::Level level);
/// A word with a sign of its own shape, so that colour is not needed to tell levels apart.
std::string level_badge(study::Level level);

std::string today_section(const ReportContext& context);
std::string watch_list_section(const ReportContext& context);
std::string why_section(const ReportContext& context);
/// Dependence curves and interactions of the champion, part of the why section.
std::string dependence_figures(const ReportContext& context);
std::string quality_section(const ReportContext& context);
/// The charts of the quality section.
std::string quality_charts(const ReportContext& context);
/// Every parameter set a search tried; empty where none was made.
std::string search_card(const ReportContext& context);
std::string inside_section(const ReportContext& context);
/// A parameter's value as markup.
std::string parameter_text(const study::ParameterValue& value);
std::string over_time_section(const ReportContext& context);
std::string made_section(const ReportContext& context);
std::string terms_section();

}  // namespace holdfast::exchange
