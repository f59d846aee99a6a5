#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyses/errors.hpp"
#include "analyses/events.hpp"
#include "analyses/growth_parts.hpp"
#include "analyses/figures.hpp"
#include "value/referrals.hpp"

namespace holdfast::analyses::growth_parts {
namespace {

/// Who was referred by whom, by place in `keys`.
struct Referred {
  std::vector<std::string> keys;
  std::vector<std::uint32_t> referrer;
  std::size_t strangers = 0;  // Referrers who are no customers.
};

const study::TableSpec* table_with(const study::Study& study, const std::string& column) {
  const auto at = std::ranges::find_if(study.tables, [&](const study::TableSpec& table) {
    return (table.role == study::Role::Customer || table.role == study::Role::Contract) &&
           table.type_of(column).has_value();
  });
  return at == study.tables.end() ? nullptr : &*at;
}

std::string key_of(const EventColumn& column, std::size_t row) {
  if (column.valid[row] == 0) return {};
  if (column.is_category()) return column.categories[column.codes[row]];
  return std::to_string(static_cast<std::int64_t>(column.values[row]));
}

Referred referred_of(CustomerEvents events) {
  Referred referred;
  std::map<std::string, std::uint32_t, std::less<>> place;
  for (std::size_t c = 0; c < events.customers(); ++c) {
    place.emplace(events.customer_keys[c], static_cast<std::uint32_t>(c));
  }
  for (std::size_t c = 0; c < events.customers(); ++c) {
    referred.referrer.push_back(value::kNoReferrer);
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      const auto key = key_of(events.columns[0], row);
      if (key.empty()) continue;
      const auto found = place.find(key);
      if (found == place.end())
        ++referred.strangers;
      else
        referred.referrer.back() = found->second;
      break;  // Who brought him does not change.
    }
  }
  referred.keys = std::move(events.customer_keys);
  return referred;
}

/// Whether each customer has ever left, as the study defines it; empty where it cannot say.
std::vector<std::uint8_t> leavers_of(const Inputs& inputs, const Referred& referred,
                                     Analysis& analysis, Progress& progress) {
  const auto dataset = inputs.dataset(progress);
  if (!dataset.ok()) {
    analysis.notes.push_back(
        {message_of(dataset.error(), Language::En), message_of(dataset.error(), Language::Zh)});
    return {};
  }
  const auto& data = **dataset;
  std::map<std::string_view, bool> has_left;
  for (std::size_t row = 0; row < data.matrix.rows; ++row) {
    auto& left = has_left[data.matrix.customer_keys[data.matrix.customer[row]]];
    left = left || data.y[row] != 0;
  }
  std::vector<std::uint8_t> result;
  for (const auto& key : referred.keys) {
    const auto found = has_left.find(key);
    result.push_back(found != has_left.end() && found->second ? 1 : 0);
  }
  return result;
}

Table trees_table(const value::ReferralReport& report) {
  Table table{.id = "referral_trees",
              .title = {"The largest trees of referrals", "最大的推荐链"},
              .remark = {},
              .columns = {{"place", {"Place", "名次"}, Format::Count, {}},
                          {"customers", {"Customers brought", "带来的客户"}, Format::Count, {}},
                          {"depth", {"Steps deep", "层数"}, Format::Count, {}}},
              .rows = {}};
  for (std::size_t i = 0; i < report.trees.size(); ++i) {
    table.rows.push_back({static_cast<double>(i + 1),
                          static_cast<double>(report.trees[i].customers),
                          static_cast<double>(report.trees[i].depth)});
  }
  return table;
}

BarChart churn_chart(const value::ReferralReport& report) {
  BarChart chart{.id = "referral_churn",
                 .title = {"Share that left", "流失占比"},
                 .remark = {"With 95% intervals.", "附 95% 区间。"},
                 .format = Format::Share,
                 .bars = {}};
  const auto add = [&](Text label, const std::optional<value::Proportion>& share) {
    if (share)
      chart.bars.push_back({.label = std::move(label),
                            .value = share->share,
                            .lower = share->low,
                            .upper = share->high});
  };
  add({"referred", "被推荐客户"}, report.referred_churn);
  add({"others", "其他客户"}, report.other_churn);
  return chart;
}

void say(Analysis& analysis, const value::ReferralReport& report) {
  const double share = report.referred_share ? report.referred_share->share : 0;
  analysis.findings.push_back(
      {fmt::format("{} of {} customers were brought by others ({}); {} customers brought somebody.",
                   whole(static_cast<double>(report.referred)),
                   whole(static_cast<double>(report.newcomers)), percent(share),
                   whole(static_cast<double>(report.referrers))),
       fmt::format("{} 个客户中有 {} 个由他人推荐({});{} 个客户推荐过他人。",
                   whole(static_cast<double>(report.newcomers)),
                   whole(static_cast<double>(report.referred)), percent(share),
                   whole(static_cast<double>(report.referrers)))});
  if (!report.churn_difference) return;
  const auto& gap = *report.churn_difference;
  const bool is_clear = gap.low > 0 || gap.high < 0;
  analysis.findings.push_back(
      {fmt::format("Of the referred {} left, of the others {}: {}.",
                   percent(report.referred_churn->share), percent(report.other_churn->share),
                   is_clear ? "a difference beyond chance" : "no difference beyond chance"),
       fmt::format("被推荐客户的流失率为 {},其他客户为 {}: {}。",
                   percent(report.referred_churn->share), percent(report.other_churn->share),
                   is_clear ? "差异超出随机波动" : "差异未超出随机波动")});
}

}  // namespace

Result<void> add_referrals(Analysis& analysis, const Inputs& inputs, const study::GrowthSpec& spec,
                           Progress& progress) {
  if (spec.referrer.empty()) {
    analysis.notes.push_back(
        {"`referrer` in [growth] names the column that says who brought a customer",
         "在 [growth] 中用 `referrer` 指明推荐人所在列"});
    return {};
  }
  const auto* table = table_with(inputs.study(), spec.referrer);
  if (table == nullptr) {
    return Error{errors::kNoTableFor,
                 {{"analysis", "growth"},
                  {"wanted", "customers with the column " + spec.referrer + " (含该列的客户表)"},
                  {"key", "[growth] referrer"}}};
  }
  HOLDFAST_TRY(auto events, read_events(inputs, table->name, {spec.referrer}, progress));
  const auto referred = referred_of(std::move(events));
  const auto has_left = leavers_of(inputs, referred, analysis, progress);
  HOLDFAST_TRY(const auto report, value::referrals({referred.referrer, {}, has_left}));
  say(analysis, report);
  Section section{.id = "referrals",
                  .title = {"Who brings new customers", "谁带来新客户"},
                  .lead = {},
                  .blocks = {}};
  section.blocks.push_back(trees_table(report));
  if (report.churn_difference) section.blocks.push_back(churn_chart(report));
  analysis.sections.push_back(std::move(section));
  if (referred.strangers > 0) {
    const auto count = whole(static_cast<double>(referred.strangers));
    analysis.notes.push_back(
        {count + " customers name a referrer who is no customer; they count as not referred",
         count + " 个客户的推荐人不在客户之中,按未被推荐计"});
  }
  return {};
}

}  // namespace holdfast::analyses::growth_parts
