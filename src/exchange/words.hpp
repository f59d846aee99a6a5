#pragma once

#include <utility>
#include <vector>

#include "core/language.hpp"
#include "dataset/dataset.hpp"

/// Every word of the report and the watch list that does not come from the data, in one place.
namespace holdfast::exchange {

struct Words {
  // The page.
  Text report{"Retention report", "客户保有报告"};
  Text watch_list{"Watch list", "预警名单"};
  Text notes{"Notes", "说明"};
  Text language{"Language", "语言"};
  Text show_numbers{"Show the numbers", "查看数据"};
  Text contents{"Contents", "目录"};
  Text findings{"Findings", "结论"};
  Text champion{"champion", "最优模型"};
  Text as_of{"as of", "截至"};
  Text all_models{"All models", "全部模型"};

  // This morning.
  Text today{"This morning", "今日要点"};
  Text scored{"Customers scored", "已评分客户"};
  Text on_list{"On the watch list", "预警客户"};
  Text of_scored{"of those scored", "占已评分客户的"};
  Text expected_loss{"Expected loss", "预期损失"};
  Text value_at_risk{"Value at risk", "风险价值"};
  Text loss_remark{"probability × value, summed over the list", "流失概率×价值，名单合计"};
  Text model_quality{"Champion's AUC", "最优模型AUC"};
  Text interval_95{"95 % interval", "95%置信区间"};
  Text contacts{"What the model saves", "模型节省的联系量"};
  Text contacts_random{"without a model", "不用模型"};
  Text contacts_model{"with the model", "使用模型"};
  Text contacts_unit{"contacts", "次联系"};
  Text no_warnings{"Nobody is on the watch list today.", "今日没有预警客户。"};

  // Watch list.
  Text watch_lead{"Ranked by expected loss. Call from the top.", "按预期损失排序，请自上而下联系。"};
  Text rank{"Rank", "排名"};
  Text level{"Level", "等级"};
  Text customer{"Customer", "客户"};
  Text customer_contract{"Customer, contract", "客户、合同"};
  Text contract{"Contract", "合同"};
  Text cutoff{"Cutoff", "观察点"};
  Text churn_probability{"Churn probability", "流失概率"};
  Text value{"Value", "价值"};
  Text raised_by{"Raised by", "触发原因"};
  Text reasons{"Reasons", "原因"};
  Text reason{"Reason", "原因"};
  Text raises{"raises the risk", "提高风险"};
  Text lowers{"lowers the risk", "降低风险"};
  Text by_level{"Warnings by level", "各等级预警"};
  Text customers{"customers", "客户"};
  Text loss_by_level{"Expected loss by level", "各等级预期损失"};
  Text value_bands{"Level by value at risk", "价值分段与等级"};
  Text value_bands_remark{"Quarters of the list by value, the most valuable on the right.",
                          "按价值将名单四等分，右侧价值最高。"};
  Text scatter{"Where the money is at risk", "风险与价值分布"};
  Text scatter_remark{"Each dot a customer of the list: up and to the right first.",
                      "每点为一位名单客户，右上方优先。"};
  Text limits{"Limits in force", "现行等级线"};
  Text limits_by_profit{"chosen by profit", "按利润确定"};
  Text limits_capped{"raised so that the list can be worked through", "为使名单可处理而上调"};
  Text limits_by_study{"set in the study", "研究文件设定"};
  Text rules_left_out{"Rules that could not be used", "未能使用的规则"};

  // Why customers leave.
  Text why{"Why customers leave", "客户为何流失"};
  Text why_lead{"What tells leavers from stayers, and what the champion weighs most.",
                "流失与留存客户的差别，以及最优模型最看重的因素。"};
  Text strength{"What moves the score most", "对评分影响最大的特征"};
  Text strength_remark{"Mean size of a feature's contribution, champion, test rows.",
                       "最优模型在测试集上各特征贡献绝对值的均值。"};
  Text effect{"Leavers against stayers", "流失与留存客户对比"};
  Text effect_remark{"Effect size with its interval: Cohen's d for numbers, Cramér's V for categories.",
                     "效应量及区间：数值用Cohen's d，类别用Cramér's V。"};
  Text attribute{"Attribute", "属性"};
  Text effect_size{"Effect size", "效应量"};
  Text leavers{"Leavers", "流失客户"};
  Text stayers{"Stayers", "留存客户"};
  Text p_value{"p value", "p值"};
  Text missing_leavers{"Missing, leavers", "缺失(流失)"};
  Text missing_stayers{"Missing, stayers", "缺失(留存)"};
  Text group{"Group", "分组"};
  Text missing{"missing", "缺失"};
  Text others{"others", "其他"};
  Text share_of_group{"share", "占比"};
  Text rows{"Rows", "行数"};
  Text churn_rate{"Churn rate", "流失率"};

  // How good.
  Text quality{"How good are the models", "模型质量"};
  Text quality_lead{"Judged on later customers that no model has seen.", "在模型未见过的较晚客户上评估。"};
  Text comparison{"Model comparison", "模型比较"};
  Text metric{"Figure", "指标"};
  Text failed{"not fitted", "未能拟合"};
  Text roc{"ROC curve", "ROC曲线"};
  Text roc_remark{"Further to the upper left is better.", "越靠左上越好。"};
  Text false_positive{"Stayers called in error", "误报留存客户占比"};
  Text true_positive{"Leavers found", "找到的流失客户占比"};
  Text chance{"by chance", "随机"};
  Text precision_recall{"Precision and recall", "精确率与召回率"};
  Text precision_remark{"Of those called, how many would leave.", "联系的客户中真正会流失的比例。"};
  Text recall{"Leavers found (recall)", "找到的流失客户(召回率)"};
  Text precision{"Precision", "精确率"};
  Text gains{"Gains", "累计增益"};
  Text gains_remark{"Contact the first tenth of the list, and so many of all leavers are in it.",
                    "联系名单前若干比例，可覆盖多少流失客户。"};
  Text contacted{"Customers contacted", "联系客户占比"};
  Text lift{"Lift by decile", "各十分位提升度"};
  Text lift_remark{"Churn rate of each tenth against the average (1).", "每一十分位的流失率与平均(1)之比。"};
  Text decile{"Decile", "十分位"};
  Text lift_axis{"Lift", "提升度"};
  Text calibration{"Calibration", "概率校准"};
  Text calibration_remark{"On the diagonal a forecast of 30 % means 30 of 100 leave.",
                          "位于对角线上：预测30%即100人中有30人流失。"};
  Text predicted{"Predicted probability", "预测概率"};
  Text observed{"Observed churn rate", "实际流失率"};
  Text perfect{"perfect", "理想"};
  Text profit{"Profit by share contacted", "联系比例与利润"};
  Text profit_remark{"At the study's own costs; the mark is the champion's best fraction.",
                     "按研究文件的成本；标记为最优联系比例。"};
  Text profit_axis{"Profit per customer", "每客户利润"};
  Text best_fraction{"best", "最优"};

  // Inside.
  Text inside{"Inside the models", "模型内部"};
  Text inside_lead{"What was learned, in the models' own terms.", "各模型学到的内容。"};
  Text tree_title{"The decision tree", "决策树"};
  Text tree_remark{"Branches as thick as the customers that take them, leaves darker where more leave. "
                   "T: customers in training.",
                   "分支粗细表示客户数，叶色越深流失率越高。T：训练客户数。"};
  Text network_title{"The Bayesian network", "贝叶斯网络"};
  Text network_remark{"Every fact stands below those it depends on; arrows as thick as the information they carry. "
                      "Blue: churn and its own arrows.",
                      "每个变量位于其所依赖的变量之下，箭头粗细表示信息量。蓝色：流失及其直接关系。"};
  Text sensitivity{"What moves the degree of churn", "哪些输入影响流失度"};
  Text sensitivity_remark{"Each input is changed by 100 % of its mean: its share in the sensitivity and, in brackets, the sum "
                          "down to it. Coloured: the key indicators.",
                          "各输入变动其均值的100%时占敏感性的比例，括号内为累计比例。彩色：关键指标。"};
  Text odds{"What raises the odds of leaving", "哪些因素提高流失的优势"};
  Text odds_remark{"Odds ratio of one standard deviation, strongest first, with its 95% interval: 2 doubles the odds, "
                   "0.5 halves them.",
                   "每增加一个标准差的优势比（含95%区间），由强到弱：2为优势翻倍，0.5为减半。"};
  Text parameters{"Parameters", "参数"};

  // Over time.
  Text over_time{"Over time", "随时间的变化"};
  Text over_time_lead{"Does it hold from month to month?", "结果是否稳定？"};
  Text churn_by_cutoff{"Churn rate by cutoff", "各观察点流失率"};
  Text churn_by_cutoff_remark{"Leavers ÷ active at the cutoff. Immature cutoffs are left out.",
                              "流失客户÷观察点在册客户，未成熟观察点不计。"};
  Text counts_by_cutoff{"Customers by cutoff", "各观察点客户数"};
  Text active{"Active", "在册"};
  Text churned{"Churned", "流失"};
  Text competing{"Competing exit", "竞争性退出"};
  Text immature{"Immature", "未成熟"};
  Text stayed{"Stayed", "留存"};
  Text drift{"Drift of the score and the features", "评分与特征的漂移"};
  Text drift_remark{"Population stability index against training: below 0.1 calm, above 0.25 look into it.",
                    "相对训练集的群体稳定性指数：低于0.1平稳，高于0.25需检查。"};
  Text score{"Score", "评分"};
  Text backtest{"Backtest", "回测"};
  Text backtest_remark{"The champion, fitted again and again on the past only, judged on what came next.",
                       "仅用过去数据反复拟合最优模型，并用其后数据评估。"};
  Text test_from{"Tested from", "测试起"};
  Text test_to{"to", "止"};
  Text train_rows{"Training rows", "训练行"};
  Text test_rows{"Test rows", "测试行"};

  // Made.
  Text made{"Data and method", "数据与方法"};
  Text made_lead{"Where the numbers come from.", "数据与结果的来源。"};
  Text imports{"Data taken in", "数据导入"};
  Text imports_remark{"read = kept + quarantined + duplicates", "读取＝保留＋隔离＋重复"};
  Text table{"Table", "数据表"};
  Text read{"Read", "读取"};
  Text kept{"Kept", "保留"};
  Text quarantined{"Quarantined", "隔离"};
  Text orphans{"of these orphans", "其中无主"};
  Text duplicates{"Duplicates", "重复"};
  Text stored{"In the store", "库存行数"};
  Text split{"Split", "数据划分"};
  Text study{"The study", "研究设定"};
  Text remarks{"Remarks", "备注"};
  Text how_made{"How this was made", "生成信息"};
  Text version{"Holdfast version", "Holdfast版本"};
  Text seed{"Seed", "随机种子"};
  Text manifest{"Manifest of the store", "存储清单号"};
  Text costs{"Costs", "成本"};
  Text customer_value{"Customer value", "客户价值"};
  Text offer_cost{"Offer", "优惠成本"};
  Text contact_cost{"Contact", "联系成本"};
  Text acceptance{"Acceptance (Beta)", "接受率(Beta)"};
  Text features_count{"Features", "特征数"};
  Text terms{"Terms", "术语"};
  Text name{"Name", "名称"};
  Text meaning{"Value", "值"};
};

const Words& words();

/// Terms and what they mean, for the last section.
const std::vector<std::pair<Text, Text>>& definitions();

Text text_of(dataset::Split split);

}  // namespace holdfast::exchange
