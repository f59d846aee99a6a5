#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// The stated model of who does not renew. All drivers are what was known 60 days before the end.
namespace holdfast::generate {

constexpr int kDecisionLeadDays = 60;

enum Driver : std::size_t {
  kPremiumChange,
  kClaimsRefused,
  kComplaintOpen,
  kDaysLate,
  kPromotion,
  kAgentLeft,
  kReminderFailed,
  kReminderLate,
  kJobChange,
  kRenewals,
  kDiscountLevel,
  kDriversCount
};

struct Coefficient {
  std::string_view name;
  double value;             // On the logit of not renewing.
  std::string_view en, zh;  // What the driver is.
};

constexpr double kIntercept = -1.9;

constexpr std::array<Coefficient, kDriversCount> kCoefficients = {{
    {"premium_change", 4.0,
     "premium of this policy over the one before, minus 1; 0 for a first policy",
     "本期保费相对上期保费的变化率;首期为 0"},
    {"claims_refused", 0.9, "claims of the customer in the 365 days before, refused by then",
     "此前 365 天内出险且已被拒赔的案件数"},
    {"complaint_open", 1.1, "1 where a complaint is open", "有未解决的投诉时为 1"},
    {"days_late", 0.05,
     "mean days late of the customer's payments due in the 365 days before and made by then",
     "此前 365 天内应缴且已缴保费的平均迟缴天数"},
    {"promotion", 0.5, "1 where a competitor's promotion began in the region in the 90 days before",
     "此前 90 天内所在地区有竞品促销开始时为 1"},
    {"agent_left", 0.8, "1 where the policy's agent left in the 180 days before",
     "此前 180 天内该保单业务员离职时为 1"},
    {"reminder_failed", 0.7, "1 where the renewal reminder failed", "续保提醒发送失败时为 1"},
    {"reminder_late", 0.35, "1 where the renewal reminder was late", "续保提醒延迟时为 1"},
    {"job_change", 0.6, "1 where the customer changed jobs in the 180 days before",
     "此前 180 天内客户职业变动时为 1"},
    {"renewals", -0.15, "earlier policies of the same vehicle", "同一车辆此前的保单数"},
    {"discount_level", 1.5, "no-claim coefficient minus 1 (0.6 is the best discount)",
     "无赔款优待系数减 1(0.6 为最优)"},
}};

}  // namespace holdfast::generate
