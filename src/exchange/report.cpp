#include <algorithm>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/page.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"
#include "explanation/value_words.hpp"

namespace holdfast::exchange {

ReportContext::ReportContext(const RunResults& run_results, const study::Study& run_study)
    : results(run_results), study(run_study),
      masks_keys(run_results.key_mask.masks),
      currency(run_results.costs.currency) {
  for (const auto& feature : results.features) {
    if (!feature.sentence.en.empty()) names.emplace(feature.name, feature.sentence);
  }
}

Text ReportContext::name_of(const std::string& feature) const {
  const auto found = names.find(feature);
  if (found == names.end()) return {feature, feature};
  const auto& text = found->second;
  return {text.en, text.zh.empty() ? text.en : text.zh};
}

const features::FeatureInfo* ReportContext::find(const std::string& feature) const {
  const auto found = std::ranges::find(results.features, feature, &features::FeatureInfo::name);
  return found == results.features.end() ? nullptr : &*found;
}

Text ReportContext::name_with_unit(const std::string& feature) const {
  auto name = name_of(feature);
  const auto* found = find(feature);
  if (found == nullptr) return name;
  const auto unit = explanation::unit_in_words(*found);
  if (unit.en.empty()) return name;
  return {fmt::format("{} ({})", name.en, unit.en), fmt::format("{}（{}）", name.zh, unit.zh)};
}

std::string ReportContext::plain_value(const std::string& feature, double value) const {
  const auto* found = find(feature);
  if (found == nullptr) return number(value);
  return explanation::plain_value(*found, value);
}

std::string ReportContext::key(const std::string& value) const {
  return shown_key(value, masks_keys);
}

std::string colour_of(std::size_t model_index) { return fmt::format("c{}", model_index % 6 + 1); }

std::string colour_of(study::Level level) {
  return "l-" + std::string(warning::name_of(level));
}

std::string level_badge(study::Level level) {
  std::string_view shape = "<polygon points=\"5,0 10,10 0,10\" fill=\"currentColor\"/>";
  if (level == study::Level::Orange) shape = "<rect x=\"1\" y=\"1\" width=\"8\" height=\"8\" fill=\"currentColor\"/>";
  if (level == study::Level::Yellow) shape = "<circle cx=\"5\" cy=\"5\" r=\"4.5\" fill=\"currentColor\"/>";
  return fmt::format("<span class=\"level {}\"><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">{}</svg>{}</span>",
                     warning::name_of(level), shape, both(warning::text_of(level)));
}

std::string render_report(const RunResults& results, const study::Study& study) {
  const ReportContext context(results, study);
  const auto& w = words();
  const std::vector<PagePart> parts = {
      {"today", w.today, today_section(context)},
      {"watch-list", w.watch_list, watch_list_section(context)},
      {"why", w.why, why_section(context)},
      {"quality", w.quality, quality_section(context)},
      {"inside", w.inside, inside_section(context)},
      {"over-time", w.over_time, over_time_section(context)},
      {"made", w.made, made_section(context)},
      {"terms", w.terms, terms_section()},
  };
  return render_page({.study_name = results.study_name, .title = w.report,
                      .language = results.language, .as_of = results.as_of,
                      .version = results.version, .seed = results.seed,
                      .manifest_number = results.manifest_number},
                     parts);
}

}  // namespace holdfast::exchange
