#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/language.hpp"

/// Draws SVG: coordinates in, markup out. Colours are CSS classes, so that light, dark and print
/// follow the page. Texts and tooltips are escaped here.
namespace holdfast::exchange {

enum class Anchor { Start, Middle, End };

class Svg {
 public:
  /// `title` and `description` are what a screen reader says of the drawing.
  Svg(double width, double height, const Text& title, const Text& description);

  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  void polyline(const std::vector<std::pair<double, double>>& points, std::string_view css_class);
  /// A closed shape.
  void polygon(const std::vector<std::pair<double, double>>& points, std::string_view css_class);
  void rectangle(double x, double y, double width, double height, std::string_view css_class,
                 const Text& tooltip = {}, double corner = 0, double opacity = 1);
  void circle(double x, double y, double radius, std::string_view css_class,
              const Text& tooltip = {});
  /// A cubic from left to right, as between the nodes of a tree.
  void curve(double x1, double y1, double x2, double y2, std::string_view css_class, double width);
  /// A cubic from top to bottom that ends in an arrow head; path and head are of `css_class`.
  void arrow_down(double x1, double y1, double x2, double y2, std::string_view css_class,
                  double width, const Text& tooltip);
  void text(double x, double y, const Text& text, Anchor anchor = Anchor::Start,
            std::string_view css_class = "");
  void text(double x, double y, const std::string& text, Anchor anchor = Anchor::Start,
            std::string_view css_class = "");
  void text_upwards(double x, double y, const Text& text, std::string_view css_class);

  std::string finish() const;

 private:
  void title(const Text& tooltip);

  std::string head_;
  std::string body_;
};

}  // namespace holdfast::exchange
