#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {
namespace {

// Rounds up, forgiving the last bits of a sum.
std::int64_t whole_above(double value) {
  return static_cast<std::int64_t>(std::ceil(value - 1e-9 * std::max(1.0, value)));
}

}  // namespace

std::vector<GainsRow> gains(const Ranking& ranking, int parts) {
  const auto found = churners_found(ranking);
  const double rate = ranking.churn_rate();
  std::vector<GainsRow> rows;
  double contacts_before = 0;
  double found_before = 0;
  for (int part = 1; part <= parts; ++part) {
    const double contacts = std::round(ranking.rows * part / parts);
    const double found_here = found.at(contacts);
    GainsRow row;
    row.contacts = static_cast<std::int64_t>(contacts);
    row.share = ranking.rows > 0 ? contacts / ranking.rows : 0;
    row.churners = found_here - found_before;
    row.churners_share = ranking.churners > 0 ? found_here / ranking.churners : 0;
    const double size = contacts - contacts_before;
    row.churn_rate = size > 0 ? row.churners / size : 0;
    row.lift = rate > 0 ? row.churn_rate / rate : 0;
    row.cumulative_lift = rate > 0 && contacts > 0 ? found_here / contacts / rate : 0;
    rows.push_back(row);
    contacts_before = contacts;
    found_before = found_here;
  }
  return rows;
}

std::vector<GainsRow> gains(const Scored& scored, int parts) { return gains(rank(scored), parts); }

Contacts contacts_needed(const Ranking& ranking, double recall) {
  Contacts contacts;
  contacts.rows = std::llround(ranking.rows);
  contacts.churners_total = std::llround(ranking.churners);
  contacts.churn_rate = ranking.churn_rate();
  const double wanted = std::min(std::ceil(recall * ranking.churners - 1e-9), ranking.churners);
  contacts.churners_wanted = std::llround(wanted);
  if (wanted <= 0) return contacts;
  // In random order the expected churners rise by the churn rate with every contact.
  contacts.contacts_random = whole_above(wanted / ranking.churn_rate());
  contacts.contacts_model = whole_above(churners_found(ranking).rows_to_reach(wanted));
  return contacts;
}

Contacts contacts_needed(const Scored& scored, double recall) {
  return contacts_needed(rank(scored), recall);
}

Text sentence_of(const Contacts& contacts) {
  const auto wanted = with_thousands(contacts.churners_wanted);
  const auto total = with_thousands(contacts.churners_total);
  const auto rows = with_thousands(contacts.rows);
  const auto random = with_thousands(contacts.contacts_random);
  const auto model = with_thousands(contacts.contacts_model);
  const double percent = 100 * contacts.churn_rate;
  if (contacts.churners_wanted == contacts.churners_total) {
    return {
        fmt::format("{} real churners ({:.2f} % of the sample of {}) need {} contacts without a "
                    "model, {} with one",
                    total, percent, rows, random, model),
        fmt::format("{} 名真实流失客户(占样本 {} 名的 {:.2f} %):不用模型需联系 {} 名客户,"
                    "使用模型只需联系 {} 名",
                    total, rows, percent, random, model)};
  }
  return {
      fmt::format("{} of {} real churners ({:.2f} % of the sample of {}) need {} contacts "
                  "without a model, {} with one",
                  wanted, total, percent, rows, random, model),
      fmt::format("{} 名真实流失客户(占样本 {} 名的 {:.2f} %)中的 {} 名:不用模型需联系 {} 名客户,"
                  "使用模型只需联系 {} 名",
                  total, rows, percent, wanted, random, model)};
}

}  // namespace holdfast::evaluation
