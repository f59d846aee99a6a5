#include "exchange/svg.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/format.hpp"

namespace holdfast::exchange {
namespace {

/// Hundredths of a unit: finer cannot be seen, and the same bits on every machine.
std::string at(double value) {
  if (!std::isfinite(value)) value = 0;
  auto text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string_view name_of(Anchor anchor) {
  switch (anchor) {
    case Anchor::Start: return "start";
    case Anchor::Middle: return "middle";
    case Anchor::End: return "end";
  }
  return "start";
}

std::string in_one_line(const Text& text) {
  if (text.en == text.zh || text.zh.empty()) return escaped(text.en);
  return escaped(text.en) + " · " + escaped(text.zh);
}

std::string list_of(const std::vector<std::pair<double, double>>& points) {
  std::string out;
  for (const auto& [x, y] : points) {
    if (!out.empty()) out += ' ';
    out += at(x) + "," + at(y);
  }
  return out;
}

}  // namespace

Svg::Svg(double width, double height, const Text& title, const Text& description) {
  head_ = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><desc>{}</desc>\n", at(width),
      at(height), in_one_line(title), in_one_line(description));
}

void Svg::title(const Text& tooltip) { body_ += "<title>" + in_one_line(tooltip) + "</title>"; }

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", at(x1),
                       at(y1), at(x2), at(y2), css_class);
}

void Svg::polyline(const std::vector<std::pair<double, double>>& points,
                   std::string_view css_class) {
  body_ += fmt::format("<polyline points=\"{}\" class=\"{}\"/>\n", list_of(points), css_class);
}

void Svg::polygon(const std::vector<std::pair<double, double>>& points,
                  std::string_view css_class) {
  body_ += fmt::format("<polygon points=\"{}\" class=\"{}\"/>\n", list_of(points), css_class);
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view css_class,
                    const Text& tooltip, double corner, double opacity) {
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"", at(x),
                       at(y), at(std::max(0.0, width)), at(std::max(0.0, height)), css_class);
  if (corner > 0) body_ += fmt::format(" rx=\"{}\"", at(corner));
  if (opacity < 1) body_ += fmt::format(" fill-opacity=\"{}\"", at(opacity));
  if (tooltip.en.empty()) {
    body_ += "/>\n";
    return;
  }
  body_ += ">";
  title(tooltip);
  body_ += "</rect>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view css_class,
                 const Text& tooltip) {
  body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"{}\"", at(x), at(y),
                       at(radius), css_class);
  if (tooltip.en.empty()) {
    body_ += "/>\n";
    return;
  }
  body_ += ">";
  title(tooltip);
  body_ += "</circle>\n";
}

void Svg::curve(double x1, double y1, double x2, double y2, std::string_view css_class,
                double width) {
  const double middle = (x1 + x2) / 2;
  body_ += fmt::format(
      "<path d=\"M{} {}C{} {} {} {} {} {}\" class=\"{}\" stroke-width=\"{}\"/>\n", at(x1), at(y1),
      at(middle), at(y1), at(middle), at(y2), at(x2), at(y2), css_class, at(width));
}

void Svg::arrow_down(double x1, double y1, double x2, double y2, std::string_view css_class,
                     double width, const Text& tooltip) {
  const double half = 2.6 + width * 0.9, tall = 2.2 * half;
  const double end = y2 - tall, middle = (y1 + end) / 2;
  body_ += fmt::format("<g class=\"{}\">", css_class);
  title(tooltip);
  body_ += fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\" stroke-width=\"{}\"/>", at(x1), at(y1),
                       at(x1), at(middle), at(x2), at(middle), at(x2), at(end), at(width));
  body_ += fmt::format("<polygon points=\"{}\"/></g>\n",
                       list_of({{x2 - half, end}, {x2 + half, end}, {x2, y2}}));
}

void Svg::text(double x, double y, const std::string& text, Anchor anchor,
               std::string_view css_class) {
  this->text(x, y, Text{text, text}, anchor, css_class);
}

void Svg::text(double x, double y, const Text& text, Anchor anchor, std::string_view css_class) {
  const auto one = [&](std::string_view language, const std::string& words) {
    body_ += fmt::format("<text x=\"{}\" y=\"{}\"", at(x), at(y));
    if (anchor != Anchor::Start) body_ += fmt::format(" text-anchor=\"{}\"", name_of(anchor));
    if (!css_class.empty()) body_ += fmt::format(" class=\"{}\"", css_class);
    if (!language.empty()) body_ += fmt::format(" lang=\"{}\"", language);
    body_ += ">" + escaped(words) + "</text>\n";
  };
  if (text.en == text.zh) {
    one("", text.en);
    return;
  }
  one("en", text.en);
  one("zh", text.zh);
}

void Svg::text_upwards(double x, double y, const Text& text, std::string_view css_class) {
  body_ += fmt::format("<g transform=\"translate({} {}) rotate(-90)\">", at(x), at(y));
  this->text(0, 0, text, Anchor::Middle, css_class);
  body_ += "</g>\n";
}

std::string Svg::finish() const { return head_ + body_ + "</svg>\n"; }

}  // namespace holdfast::exchange
