#include <algorithm>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/style.hpp"
#include "exchange/words.hpp"
#include "explanation/value_words.hpp"

namespace holdfast::exchange {
namespace {

struct Part {
  std::string_view id;
  Text title;
  std::string body;
};

std::string switch_of(Language language) {
  const auto checked = [&](Language one) { return one == language ? " checked" : ""; };
  return fmt::format(
      "<input class=\"switch-input\" type=\"radio\" name=\"language\" id=\"lang-en\"{}>"
      "<input class=\"switch-input\" type=\"radio\" name=\"language\" id=\"lang-zh\"{}>\n",
      checked(Language::En), checked(Language::Zh));
}

std::string header_of(const RunResults& results) {
  const auto& w = words();
  const auto day = both(day_in_words(results.as_of));
  return fmt::format(
      "<header class=\"top\"><div class=\"wrap\"><div><h1>{}</h1><p>{} · {} {}</p></div>"
      "<div class=\"switch\" role=\"group\" aria-label=\"Language · 语言\"><label for=\"lang-en\" "
      "lang=\"und\">English</label><label for=\"lang-zh\" lang=\"und\">中文</label></div>"
      "</div></header>\n",
      escaped(results.study_name), both(w.report), both(w.as_of), day);
}

std::string navigation_of(const std::vector<Part>& parts) {
  std::string out = "<nav aria-label=\"Contents · 目录\"><div class=\"wrap\"><ul>";
  for (const auto& part : parts) {
    if (!part.body.empty()) {
      out += fmt::format("<li><a href=\"#{}\">{}</a></li>", part.id, both(part.title));
    }
  }
  return out + "</ul></div></nav>\n";
}

}  // namespace

ReportContext::ReportContext(const RunResults& run_results, const study::Study& run_study)
    : results(run_results), study(run_study),
      masks_keys(run_results.masks_keys),
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
  return with_minus_signs(explanation::plain_value(*found, value));
}

std::string ReportContext::key(const std::string& value) const {
  return masks_keys ? masked(value) : value;
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
  const std::vector<Part> parts = {
      {"today", w.today, today_section(context)},
      {"watch-list", w.watch_list, watch_list_section(context)},
      {"why", w.why, why_section(context)},
      {"quality", w.quality, quality_section(context)},
      {"inside", w.inside, inside_section(context)},
      {"over-time", w.over_time, over_time_section(context)},
      {"made", w.made, made_section(context)},
      {"terms", w.terms, terms_section()},
  };
  // The policy lets nothing load and nothing run: the file is only what it shows.
  auto html = fmt::format(
      "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>{} – {}</title>\n<style>{}</style></head>\n<body>\n",
      results.language == Language::Zh ? "zh-CN" : "en", escaped(results.study_name),
      escaped(w.report.in(results.language)), style_sheet());
  html += switch_of(results.language) + header_of(results) + navigation_of(parts);
  html += "<main class=\"wrap\">\n";
  for (const auto& part : parts) html += part.body;
  html += fmt::format("</main>\n<footer><div class=\"wrap\">Holdfast {} / {} {} / {} {} / {} {}</div></footer>\n",
                      escaped(results.version), both(w.as_of), both(day_in_words(results.as_of)),
                      both(w.seed), results.seed, both(w.manifest), results.manifest_number);
  return html + "</body></html>\n";
}

}  // namespace holdfast::exchange
