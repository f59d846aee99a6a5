#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "analyses/errors.hpp"
#include "analyses/figures.hpp"
#include "analyses/value_purchase_say.hpp"
#include "models/parameters.hpp"

// Recency, frequency, money: scores, cells and the eight groups made of high and low scores.
namespace holdfast::analyses::value_parts {
namespace {

using lifetime::RfmTies;

constexpr std::size_t kCellsTold = 30;

/// Not on the shelf, as nothing is fitted; its parameters are read and checked as those of a model.
const ModelDescriptor kRfm{
    .id = "rfm",
    .kind = ModelKind::Value,
    .name = {"RFM", "RFM"},
    .question = {"Who bought lately, often and for much?", "谁最近买、常买、买得多?"},
    .source = "IBM SPSS Statistics Algorithms, RFM analysis",
    .parameters =
        {{.name = "bins",
          .kind = ParameterRow::Kind::Integer,
          .min = 2,
          .max = 9,
          .default_value = std::int64_t{5},
          .en = "Scores run from 1 to this.",
          .zh = "得分从 1 到该值。"},
         {.name = "ties",
          .kind = ParameterRow::Kind::Choice,
          .choices = {"mean", "low", "high"},
          .default_value = std::string("mean"),
          .en = "Rank that equal values share.",
          .zh = "并列取值的名次。"},
         {.name = "nested",
          .kind = ParameterRow::Kind::Boolean,
          .default_value = false,
          .en = "Frequency scored within recency, money within both.",
          .zh = "频率在最近度内、金额在两者内分箱。"},
         {.name = "weights",
          .kind = ParameterRow::Kind::RealList,
          .min = 0,
          .max = 1'000'000,
          .default_value = std::vector<double>{100, 10, 1},
          .en = "Of recency, frequency and money in the score.",
          .zh = "最近度、频率、金额在得分中的权重。"}}};

Text same(const std::string& text) { return {text, text}; }

/// What a group of customers is like; sums until read.
struct Sum {
  double customers = 0, silent = 0, bought = 0, spent = 0, profit = 0, value = 0;

  void add(const PurchaseView& view, std::size_t i) {
    customers += 1;
    silent += view.silences[i].silent;
    bought += view.fit.now.frequency[i] + 1;
    spent += view.fit.now.total_spend[i];
    profit += view.profit[i];
    if (!view.values.empty()) value += view.values[i].value;
  }
};

void add_sum_columns(Table& table, const PurchaseView& view) {
  const Text each{"a customer", "人均"};
  table.columns.push_back({"customers", {"Customers", "客户数"}, Format::Count, {}});
  table.columns.push_back({"share", {"Share", "占比"}, Format::Share, {}});
  table.columns.push_back({"silent", {"Days since the last purchase", "距上次购买天数"}, Format::Days, each});
  table.columns.push_back({"purchases", {"Purchases", "购买次数"}, Format::Number, each});
  table.columns.push_back({"spent", {"Spent so far", "累计消费"}, Format::Money, each});
  table.columns.push_back({"profit", {"Profit so far", "至今利润"}, Format::Money, {"of all", "合计"}});
  if (!view.values.empty()) {
    table.columns.push_back({"value",
                             {"Value to come", "未来价值"},
                             Format::Money,
                             {"a customer, discounted profit within the horizon", "人均,预测期内折现利润"}});
  }
}

void add_sum(const Sum& sum, const PurchaseView& view, std::vector<Cell>& row) {
  const double all = static_cast<double>(view.customers());
  const auto mean = [&](double total) { return sum.customers > 0 ? Cell(total / sum.customers) : Cell(); };
  row.emplace_back(sum.customers);
  row.emplace_back(sum.customers / all);
  row.push_back(mean(sum.silent));
  row.push_back(mean(sum.bought));
  row.push_back(mean(sum.spent));
  row.emplace_back(sum.profit);
  if (!view.values.empty()) row.push_back(mean(sum.value));
}

/// Of customers by recency (rows, latest first) and frequency score.
HeatMap rfm_map(const PurchaseView& view, bool is_value) {
  const auto bins = static_cast<std::size_t>(view.setting.rfm.bins);
  HeatMap map{
      .id = is_value ? "rfm_value" : "rfm_customers",
      .title = is_value ? Text{"Value to come, by recency and frequency", "未来人均价值(按最近购买与频率)"}
                        : Text{"Customers by recency and frequency", "客户数(按最近购买与频率)"},
      .remark = {fmt::format("Scores from 1 to {}; {} is best. Rows: how lately; columns: how often.", bins, bins),
                 fmt::format("得分 1 至 {},{} 为最好。行: 最近购买;列: 购买频率。", bins, bins)},
      .rows = {},
      .columns = {},
      .values = std::vector(bins, std::vector<double>(bins)),
      .format = is_value ? Format::Money : Format::Count};
  std::vector customers(bins, std::vector<double>(bins));
  for (std::size_t i = 0; i < view.customers(); ++i) {
    const std::size_t row = bins - view.rfm.recency[i], column = view.rfm.frequency[i] - 1U;
    customers[row][column] += 1;
    map.values[row][column] += is_value ? view.values[i].value : 1;
  }
  for (std::size_t row = 0; row < bins; ++row) {
    map.rows.push_back(same(fmt::format("R{}", bins - row)));
    map.columns.push_back(same(fmt::format("F{}", row + 1)));
    for (std::size_t column = 0; is_value && column < bins; ++column) {
      const double count = customers[row][column];
      map.values[row][column] =
          count > 0 ? map.values[row][column] / count : std::numeric_limits<double>::quiet_NaN();
    }
  }
  return map;
}

/// The eight groups of high and low scores; high: above the mean score of all.
struct Group {
  bool is_recent, is_frequent, is_large;
  Text name;
};
const std::array<Group, 8>& groups() {
  static const std::array<Group, 8> all = {{
      {true, true, true, {"best: lately, often, much", "重要价值客户(近、频、高)"}},
      {true, false, true, {"to develop: lately and much, but seldom", "重要发展客户(近、疏、高)"}},
      {false, true, true, {"to keep: often and much, but long ago", "重要保持客户(远、频、高)"}},
      {false, false, true, {"to win back: much, but seldom and long ago", "重要挽留客户(远、疏、高)"}},
      {true, true, false, {"small regulars: lately and often, but little", "一般价值客户(近、频、低)"}},
      {true, false, false, {"new or small: lately, but seldom and little", "一般发展客户(近、疏、低)"}},
      {false, true, false, {"small, fading: often, but little and long ago", "一般保持客户(远、频、低)"}},
      {false, false, false, {"hardly customers: seldom, little, long ago", "一般挽留客户(远、疏、低)"}},
  }};
  return all;
}

std::size_t group_at(bool is_recent, bool is_frequent, bool is_large) {
  const auto found = std::ranges::find_if(groups(), [&](const Group& group) {
    return group.is_recent == is_recent && group.is_frequent == is_frequent &&
           group.is_large == is_large;
  });
  return static_cast<std::size_t>(found - groups().begin());
}

double mean_of(const std::vector<std::uint8_t>& scores) {
  double sum = 0;
  for (const auto score : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

std::array<Sum, 8> sums_by_group(const PurchaseView& view) {
  const auto of = rfm_groups(view.rfm);
  std::array<Sum, 8> sums;
  for (std::size_t i = 0; i < view.customers(); ++i) sums[of[i]].add(view, i);
  return sums;
}

Table groups_table(const PurchaseView& view) {
  Table table{.id = "rfm_groups",
              .title = {"The eight groups", "RFM 八类客户"},
              .remark = {"High: a score above the mean score of all customers.",
                         "高: 得分高于全部客户的平均得分。"},
              .columns = {{"group", {"Group", "客户类别"}, Format::Number, {}}},
              .rows = {}};
  add_sum_columns(table, view);
  const auto sums = sums_by_group(view);
  for (std::size_t g = 0; g < sums.size(); ++g) {
    std::vector<Cell> row{groups()[g].name};
    add_sum(sums[g], view, row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The cells of all three scores, best score first.
Table cells_table(const PurchaseView& view) {
  const auto& options = view.setting.rfm;
  Table table{.id = "rfm_cells",
              .title = {"Cells of the three scores", "RFM 各单元"},
              .remark = {fmt::format("Score: {} × recency + {} × frequency + {} × money.",
                                     options.recency_weight, options.frequency_weight,
                                     options.money_weight),
                         fmt::format("得分 = {} × 最近度 + {} × 频率 + {} × 金额。", options.recency_weight,
                                     options.frequency_weight, options.money_weight)},
              .columns = {{"cell", {"R F M", "R F M"}, Format::Number, {}},
                          {"score", {"Score", "得分"}, Format::Number, {}}},
              .rows = {},
              .rows_shown = kCellsTold};
  add_sum_columns(table, view);
  struct Key {
    double score;
    std::array<std::uint8_t, 3> scores;
    bool operator<(const Key& other) const {
      return score != other.score ? score > other.score : scores > other.scores;
    }
  };
  std::map<Key, Sum> cells;
  const auto& rfm = view.rfm;
  for (std::size_t i = 0; i < view.customers(); ++i)
    cells[{rfm.score[i], {rfm.recency[i], rfm.frequency[i], rfm.money[i]}}].add(view, i);
  for (const auto& [key, sum] : cells) {
    std::vector<Cell> row{
        same(fmt::format("{} {} {}", key.scores[0], key.scores[1], key.scores[2])), key.score};
    add_sum(sum, view, row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Text ties_text(RfmTies ties) {
  if (ties == RfmTies::Low) return {"equal values share the lowest rank", "并列取最低名次"};
  if (ties == RfmTies::High) return {"equal values share the highest rank", "并列取最高名次"};
  return {"equal values share the mean rank", "并列取平均名次"};
}

}  // namespace

Result<lifetime::RfmOptions> take_rfm_options(study::ValueSpec& spec) {
  lifetime::RfmOptions options;
  const auto own = std::ranges::find(spec.models, kRfm.id, &study::ModelSpec::id);
  if (own == spec.models.end()) return options;
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(kRfm, own->parameters));
  spec.models.erase(own);
  const auto& weights = models::reals(parameters, "weights");
  if (weights.size() != 3) {
    return Error{errors::kBadQuestion,
                 {{"what", "value.rfm.weights"}, {"why", "three are needed: recency, frequency, money (需要三个权重)"}}};
  }
  const auto& ties = models::text(parameters, "ties");
  options.bins = static_cast<int>(models::integer(parameters, "bins"));
  options.ties = ties == "low" ? RfmTies::Low : ties == "high" ? RfmTies::High : RfmTies::Mean;
  options.is_nested = models::boolean(parameters, "nested");
  options.recency_weight = weights[0];
  options.frequency_weight = weights[1];
  options.money_weight = weights[2];
  return options;
}

std::vector<std::size_t> rfm_groups(const lifetime::Rfm& rfm) {
  const double recent = mean_of(rfm.recency), frequent = mean_of(rfm.frequency),
               large = mean_of(rfm.money);
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < rfm.score.size(); ++i)
    of.push_back(group_at(rfm.recency[i] > recent, rfm.frequency[i] > frequent, rfm.money[i] > large));
  return of;
}

const Text& rfm_group_name(std::size_t group) { return groups()[group].name; }

Text rfm_finding(const PurchaseView& view) {
  const auto sums = sums_by_group(view);
  const auto& best = sums[group_at(true, true, true)];
  const auto& fading = sums[group_at(false, true, true)];
  double profit = 0;
  for (const double one : view.profit) profit += one;
  const auto& currency = view.setting.currency;
  if (best.customers == 0 && fading.customers == 0) {
    return {"No customers stand out who buy lately, often and much: by recency, frequency and money they are too "
            "much alike.",
            "没有突出的重要价值客户: 各客户的最近度、频率和金额过于相近。"};
  }
  Text text{fmt::format("{} customers buy lately, often and much", whole(best.customers)),
            fmt::format("{} 个客户属于重要价值客户", whole(best.customers))};
  if (profit > 0) {
    text.en += fmt::format(" and made {} of the profit", percent(best.profit / profit, 0));
    text.zh += fmt::format(",贡献了 {} 的利润", percent(best.profit / profit, 0));
  }
  if (fading.customers == 0) return {text.en + ".", text.zh + "。"};
  text.en += fmt::format("; {} good ones have not come for long: {} of profit so far, worth a call.",
                         whole(fading.customers), in_money(fading.profit, currency));
  text.zh += fmt::format(";{} 个重要保持客户已久未购买,至今带来利润 {},值得联系。", whole(fading.customers),
                         in_money(fading.profit, currency));
  return text;
}

Section rfm_section(const PurchaseView& view) {
  const auto& options = view.setting.rfm;
  const auto ties = ties_text(options.ties);
  Section section{
      .id = "rfm",
      .title = {"Recency, frequency, money", "RFM: 最近度、频率、金额"},
      .lead = {fmt::format("Customers in {} equal parts by recency, frequency and money, {}; {}.",
                           options.bins,
                           options.is_nested ? "frequency within recency, money within both"
                                             : "each on its own",
                           ties.en),
               fmt::format("各指标将客户等分为 {} 份,{},{}。", options.bins,
                           options.is_nested ? "逐级嵌套分箱" : "各自独立分箱", ties.zh)},
      .blocks = {groups_table(view), rfm_map(view, false)}};
  if (!view.values.empty()) section.blocks.push_back(rfm_map(view, true));
  section.blocks.push_back(cells_table(view));
  return section;
}

}  // namespace holdfast::analyses::value_parts
