#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"

/// Several ways of ending.
namespace holdfast::study {
namespace {

constexpr std::size_t kEndingsMax = 12;

/// What an ending's name tells of it. A competing exit takes a customer away whatever is offered.
struct EndingKind {
  std::vector<std::string_view> words;
  Text label;
  bool is_voluntary, is_financial, is_churn;
};

const std::vector<EndingKind>& ending_kinds() {
  static const std::vector<EndingKind> kKinds = {
      {{"surrender", "surrendered", "退保"}, {"surrendered", "退保"}, true, false, true},
      {{"death", "dead", "died", "deceased", "身故", "死亡"}, {"died", "身故"}, false, false, false},
      {{"maturity", "matured", "满期"}, {"matured", "满期"}, false, false, false},
      {{"claim", "stolen", "全损", "盗抢", "理赔"}, {"ended by a claim", "因理赔终止"}, false, false,
       false},
      {{"sold", "sale", "scrapped", "过户", "出售", "报废"}, {"sold", "已出售"}, true, false, false},
      {{"moved", "relocated", "emigrated", "搬迁", "移民"}, {"moved away", "搬迁"}, true, false, false},
      {{"declined", "rejected", "fraud", "拒保"}, {"declined by the company", "公司拒保"}, false,
       false, false},
      {{"nonpayment", "unpaid", "arrears", "欠费", "未缴"}, {"did not pay", "欠费"}, false, true, true},
      {{"price", "expensive", "价格"}, {"for its price", "因价格"}, true, true, true},
      {{"competitor", "switched", "转投", "转保"}, {"went to a competitor", "转投他家"}, true, false,
       true},
      {{"lapse", "lapsed", "失效"}, {"lapsed", "失效"}, true, false, true},
      {{"cancel", "cancelled", "canceled", "解约", "取消"}, {"cancelled", "解约"}, true, false, true},
      {{"other", "其他", "其它"}, {"in another way", "其他方式"}, false, false, false},
  };
  return kKinds;
}

ExitClass exit_of(const std::string& value) {
  ExitClass exit;
  exit.name = tidy_name(value);
  exit.values = {value};
  exit.label = {value, value};
  const NameWords name(value);
  for (const auto& kind : ending_kinds()) {
    if (!has_one_of(name, kind.words)) continue;
    exit.is_voluntary = kind.is_voluntary;
    exit.is_financial = kind.is_financial;
    exit.is_churn = kind.is_churn;
    exit.label = kind.label;
    break;
  }
  return exit;
}

}  // namespace

bool means_staying(std::string_view value) {
  const NameWords name(value);
  if (name.has({"not", "no", "inactive", "非", "未续", "无效"})) return false;
  return (name.has({"in"}) && name.has({"force"})) ||
         name.has({"inforce", "active", "current", "open", "stayed", "stay", "retained", "renewed",
                   "alive", "censored", "有效", "在保", "在网", "留存", "未流失", "正常", "续保"});
}

std::vector<std::string> positive_values(const ColumnFacts& label) {
  static constexpr std::array<std::string_view, 14> kYes = {
      "yes",    "y",       "1",     "true", "t",      "是",     "流失",
      "已流失", "churned", "churn", "left", "exited", "lapsed", "1.0"};
  std::vector<std::string> known, leaving;
  std::pair<std::string, std::int64_t> rarest;
  for (const auto& [value, count] : label.counts) {
    const auto word = lower(trimmed(value));
    if (std::ranges::find(kYes, word) != kYes.end()) known.push_back(value);
    if (!means_staying(value)) leaving.push_back(value);
    if (rarest.first.empty() || count < rarest.second) rarest = {value, count};
  }
  if (!known.empty() && known.size() < label.counts.size()) return known;
  // "in force" beside one word or more for having gone.
  if (leaving.size() + 1 == label.counts.size()) return leaving;
  return {rarest.first};
}

std::vector<ExitClass> find_exits(const ColumnFacts& label, const std::vector<std::string>& gone) {
  if (gone.size() < 2 || gone.size() > kEndingsMax) return {};
  std::vector<std::pair<std::int64_t, std::string>> by_count;
  for (const auto& value : gone) by_count.emplace_back(-label.counts.at(value), value);
  std::ranges::sort(by_count);
  std::vector<ExitClass> exits;
  for (const auto& [count, value] : by_count) exits.push_back(exit_of(value));
  if (std::ranges::none_of(exits, &ExitClass::is_churn)) {
    for (auto& exit : exits) exit.is_churn = true;
  }
  return exits;
}

void note_exits(const ChurnDefinition& churn, std::vector<Text>& notes) {
  std::vector<std::string> leaving, competing;
  for (const auto& exit : churn.exits) {
    (exit.is_churn ? leaving : competing).push_back(exit.values[0]);
  }
  Text told{fmt::format("Churn: {} of {} is {}", churn.column, churn.table, join(leaving, ", ")),
            fmt::format("流失: {} 的 {} 为 {}", churn.table, churn.column, join(leaving, "、"))};
  if (!competing.empty()) {
    told.en += fmt::format("; no offer holds up {}, which {} with it", join(competing, ", "),
                           competing.size() == 1 ? "competes" : "compete");
    told.zh += fmt::format(";{} 无法挽留,为竞争性离开", join(competing, "、"));
  }
  notes.push_back({told.en + ": confirm.", told.zh + ",请确认。"});
}

}  // namespace holdfast::study
