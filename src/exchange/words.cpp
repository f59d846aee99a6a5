#include "exchange/words.hpp"

namespace holdfast::exchange {

const Words& words() {
  static const Words all;
  return all;
}

const std::vector<std::pair<Text, Text>>& definitions() {
  static const std::vector<std::pair<Text, Text>> all = {
      {{"Churn rate", "流失率"},
       {"Leavers among those active at the cutoff, divided by those active at the cutoff.",
        "观察点在册客户中的流失客户数，除以观察点在册客户数。"}},
      {{"Cutoff", "观察点"},
       {"The moment a prediction is made. Only what was known before it is used.",
        "做出预测的时刻，只使用此前已知的信息。"}},
      {{"Churn probability", "流失概率"},
       {"The calibrated forecast: of 100 customers at 30 %, about 30 leave.",
        "经校准的预测：概率30%的100位客户中约30位流失。"}},
      {{"Expected loss", "预期损失"},
       {"Churn probability times value at risk.", "流失概率乘以风险价值。"}},
      {{"Reason", "原因"},
       {"What a feature adds to this customer's score. It says what moved the score, not what caused "
        "the leaving.",
        "某特征对该客户评分的贡献。它说明评分的来源，并不等于流失的起因。"}},
      {{"AUC", "AUC"},
       {"The chance that a leaver scores higher than a stayer: 0.5 is a coin, 1 is perfect. "
        "Intervals by DeLong.",
        "流失客户评分高于留存客户的概率：0.5为随机，1为完美。区间用DeLong法。"}},
      {{"KS", "KS"},
       {"The largest gap between the shares of leavers and stayers found.",
        "流失与留存客户累计占比的最大差距。"}},
      {{"Brier score", "Brier分数"},
       {"Mean squared distance of forecast and outcome; smaller is better.",
        "预测与结果之差的均方，越小越好。"}},
      {{"Lift", "提升度"},
       {"Churn rate in a part of the list, divided by the churn rate of all.",
        "名单某一部分的流失率除以总体流失率。"}},
      {{"EMPC", "EMPC"},
       {"Expected maximum profit of a retention campaign per customer, over uncertain acceptance "
        "(Verbraken, Verbeke & Baesens 2013).",
        "在接受率不确定时，挽留活动每客户的期望最大利润（Verbraken, Verbeke & Baesens 2013）。"}},
      {{"PSI", "PSI"},
       {"Population stability index: how far a distribution has moved from training.",
        "群体稳定性指数：分布相对训练集的偏移程度。"}},
      {{"Immature", "未成熟"},
       {"Too recent to know the outcome: scored and counted, never trained or tested on.",
        "结果尚未可知：参与评分与计数，不用于训练或测试。"}},
      {{"Competing exit", "竞争性退出"},
       {"Left for a reason that is not churn, such as a vehicle sold.",
        "因非流失原因离开，例如车辆出售。"}},
      {{"T / A / L", "T / A / L"},
       {"Of a leaf: total customers, active ones, lost ones. L/T is the churn rate, L/A the loss ratio.",
        "叶节点的客户总数、在册数、流失数。L/T为流失率，L/A为损失比。"}},
  };
  return all;
}

Text text_of(dataset::Split split) {
  switch (split) {
    case dataset::Split::Train: return {"training", "训练"};
    case dataset::Split::Validation: return {"validation", "验证"};
    case dataset::Split::Test: return {"test", "测试"};
    case dataset::Split::Embargo: return {"embargo", "间隔"};
    case dataset::Split::Immature: return {"immature", "未成熟"};
    case dataset::Split::Excluded: return {"excluded", "排除"};
  }
  return {};
}

}  // namespace holdfast::exchange
