#include <algorithm>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

std::string card(const Text& name, const std::string& big, const std::string& below) {
  return fmt::format("<div class=\"card kpi\"><div class=\"name\">{}</div><div class=\"big\">{}</div>{}</div>\n",
                     both(name), big, below);
}

std::string sub(const std::string& markup) { return "<div class=\"sub\">" + markup + "</div>"; }

struct Totals {
  std::int64_t warnings_count = 0, value_cents = 0, expected_loss_cents = 0;
};

Totals totals_of(const RunResults& results) {
  Totals totals;
  for (const auto& level : results.levels) {
    totals.warnings_count += level.warnings_count;
    totals.value_cents += level.value_cents;
    totals.expected_loss_cents += level.expected_loss_cents;
  }
  return totals;
}

/// With a word joiner after the digits, so that no line ends between 11.9 and 万.
std::string unbroken(std::string money) {
  const auto digit = money.find_last_of("0123456789");
  if (digit != std::string::npos && digit + 1 < money.size()) money.insert(digit + 1, "\u2060");
  return money;
}

/// "214 of 5,210 customers are on the watch list, 31 of them red. …": the morning in two sentences.
Text verdict_of(const RunResults& results, const Totals& totals, const std::string& currency) {
  if (totals.warnings_count == 0) return words().no_warnings;
  std::int64_t red = 0;
  for (const auto& level : results.levels) {
    if (level.level == study::Level::Red) red += level.warnings_count;
  }
  const auto loss = money_brief(totals.expected_loss_cents, currency);
  const auto value = money_brief(totals.value_cents, currency);
  const auto on_list = count(totals.warnings_count), scored = count(results.watch_list.scored_count);
  return {fmt::format("{} of {} customers are on the watch list, {} of them red. {} of their {} is "
                      "expected to be lost if nobody acts.",
                      on_list, scored, count(red), loss.en, value.en),
          fmt::format("{}位客户中有{}位进入预警名单，其中红色{}位。若不采取行动，其{}价值中预计损失{}。", scored,
                      on_list, count(red), unbroken(value.zh), unbroken(loss.zh))};
}

std::string list_card(const RunResults& results, const Totals& totals) {
  std::string bar, names;
  for (const auto& level : results.levels) {
    const double share = totals.warnings_count > 0 ? static_cast<double>(level.warnings_count) /
                                                         static_cast<double>(totals.warnings_count)
                                                   : 0;
    if (level.warnings_count > 0) {
      bar += fmt::format("<i class=\"{}\" style=\"width:{:.1f}%\"></i>", colour_of(level.level),
                         share * 100);
    }
    names += fmt::format("<li>{} <b>{}</b></li>", both(warning::text_of(level.level)),
                         count(level.warnings_count));
  }
  const double of_scored = results.watch_list.scored_count > 0
                               ? static_cast<double>(totals.warnings_count) /
                                     static_cast<double>(results.watch_list.scored_count)
                               : 0;
  const auto shown = percent(of_scored);
  return card(words().on_list, count(totals.warnings_count),
              sub(both({shown + " " + words().of_scored.en, words().of_scored.zh + shown})) +
                  (bar.empty() ? "" : "<div class=\"split-bar\" aria-hidden=\"true\">" + bar + "</div>") +
                  "<ul class=\"levels\">" + names + "</ul>");
}

std::string champion_card(const ModelResult& champion, const evaluation::Metrics& metrics,
                          dataset::Split split) {
  const auto& w = words();
  return card(w.model_quality, fixed(metrics.auc.estimate, 3),
              sub(fmt::format("{} {} – {} ({})", both(w.interval_95), fixed(metrics.auc.lower, 3),
                              fixed(metrics.auc.upper, 3), both(text_of(split)))) +
                  sub("<span class=\"tag\">" + both(champion.name) + "</span>"));
}

/// The contacts sentence of DOMAIN.md, drawn.
std::string contacts_card(const evaluation::Contacts& contacts) {
  const auto& w = words();
  const auto most = std::max({contacts.contacts_random, contacts.contacts_model, std::int64_t{1}});
  const auto line = [&](const Text& name, std::int64_t number, std::string_view css_class) {
    return fmt::format("<div><span>{}</span><i class=\"{}\" style=\"width:{:.1f}%\"></i><b>{}</b></div>",
                       both(name), css_class,
                       100.0 * static_cast<double>(number) / static_cast<double>(most),
                       count(number));
  };
  return fmt::format("<div class=\"card wide\"><h3>{}</h3><p>{}</p><div class=\"versus\">{}{}</div></div>\n",
                     both(w.contacts), both(evaluation::sentence_of(contacts)),
                     line(w.contacts_random, contacts.contacts_random, "bg-muted"),
                     line(w.contacts_model, contacts.contacts_model, "bg-1"));
}

}  // namespace

std::string today_section(const ReportContext& context) {
  const auto& results = context.results;
  const auto& w = words();
  const auto totals = totals_of(results);
  const auto loss = money_brief(totals.expected_loss_cents, context.currency);
  const auto value = money_brief(totals.value_cents, context.currency);
  std::string body = fmt::format("<p class=\"verdict\">{}</p><div class=\"kpis\">\n",
                                 both(verdict_of(results, totals, context.currency)));
  body += list_card(results, totals);
  body += card(w.expected_loss, both(loss),
               sub(both(w.loss_remark)) + sub(both(w.value_at_risk) + " " + both(value)));
  body += card(w.scored, count(results.watch_list.scored_count),
               sub(both(w.as_of) + " " + both(day_in_words(results.as_of))));
  const auto* champion = champion_of(results);
  dataset::Split split{};
  const auto* metrics = champion != nullptr ? judged_on(*champion, &split) : nullptr;
  if (metrics != nullptr) body += champion_card(*champion, *metrics, split);
  body += "</div>\n";
  if (metrics != nullptr && metrics->contacts.rows > 0) body += contacts_card(metrics->contacts);
  return section("today", w.today, {}, body);
}

}  // namespace holdfast::exchange
