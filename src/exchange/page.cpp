#include "exchange/page.hpp"

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/style.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

std::string switch_of(Language language) {
  const auto checked = [&](Language one) { return one == language ? " checked" : ""; };
  return fmt::format(
      "<input class=\"switch-input\" type=\"radio\" name=\"language\" id=\"lang-en\"{}>"
      "<input class=\"switch-input\" type=\"radio\" name=\"language\" id=\"lang-zh\"{}>\n",
      checked(Language::En), checked(Language::Zh));
}

std::string header_of(const PageFrame& frame) {
  const auto& w = words();
  const auto day = both(day_in_words(frame.as_of));
  return fmt::format(
      "<header class=\"top\"><div class=\"wrap\"><div><h1>{}</h1><p>{} · {} {}</p></div>"
      "<div class=\"switch\" role=\"group\" aria-label=\"Language · 语言\"><label for=\"lang-en\" "
      "lang=\"und\">English</label><label for=\"lang-zh\" lang=\"und\">中文</label></div>"
      "</div></header>\n",
      escaped(frame.study_name), both(frame.title), both(w.as_of), day);
}

std::string navigation_of(const std::vector<PagePart>& parts) {
  std::string out = "<nav aria-label=\"Contents · 目录\"><div class=\"wrap\"><ul>";
  for (const auto& part : parts) {
    if (!part.body.empty()) {
      out += fmt::format("<li><a href=\"#{}\">{}</a></li>", part.id, both(part.title));
    }
  }
  return out + "</ul></div></nav>\n";
}

}  // namespace

std::string render_page(const PageFrame& frame, const std::vector<PagePart>& parts) {
  const auto& w = words();
  // The policy lets nothing load and nothing run: the file is only what it shows.
  auto html = fmt::format(
      "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>{} – {}</title>\n<style>{}</style></head>\n<body>\n",
      frame.language == Language::Zh ? "zh-CN" : "en", escaped(frame.study_name),
      escaped(frame.title.in(frame.language)), style_sheet());
  html += switch_of(frame.language) + header_of(frame) + navigation_of(parts);
  html += "<main class=\"wrap\">\n";
  for (const auto& part : parts) html += part.body;
  html += fmt::format("</main>\n<footer><div class=\"wrap\">Holdfast {} / {} {} / {} {} / {} {}</div></footer>\n",
                      escaped(frame.version), both(w.as_of), both(day_in_words(frame.as_of)),
                      both(w.seed), frame.seed, both(w.manifest), frame.manifest_number);
  return html + "</body></html>\n";
}

}  // namespace holdfast::exchange
