#include "generate/life.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace holdfast::generate {
namespace {

constexpr double kSoldShare = 0.025;
constexpr double kDeclinedShare = 0.005;
constexpr double kDeclinedShareManyClaims = 0.15;
constexpr double kComesBackShare = 0.06;

const std::vector<std::string_view> kProducts = {"交强险", "商业险", "组合险"};
const std::vector<std::string_view> kChannels = {"业务员", "电话", "网络", "车行"};
const std::vector<std::string_view> kPaymentModes = {"微信", "支付宝", "银行转账", "现金"};
const std::vector<std::string_view> kTopics = {"保单咨询", "理赔进度", "续保咨询", "信息变更"};
const std::vector<std::string_view> kComplaintTopics = {"理赔慢", "拒赔", "服务态度", "价格"};

template <typename T>
const T& one_of(const std::vector<T>& all, Random& random) {
  return all[random.below(all.size())];
}

int days_between(Random& random, int first, int last) {
  return first + static_cast<int>(random.below(static_cast<std::uint64_t>(last - first + 1)));
}

// Days in [from, to) at which something happens `per_year` times a year.
std::vector<Day> happenings(Random& random, Day from, Day to, double per_year) {
  std::vector<Day> days;
  if (to <= from) return days;
  const auto count = random.poisson(per_year * (to - from) / 365.25);
  for (std::int64_t k = 0; k < count; ++k)
    days.push_back(from + days_between(random, 0, to - from - 1));
  std::ranges::sort(days);
  return days;
}

struct Vehicle {
  std::string plate;
  std::string_view product, channel;
  Day start;  // Of the current policy.
  double base_premium = 0;
  double tariff = 1;
  double discount = 1;
  std::int64_t premium_before = 0;
  int renewals = 0;
  int age = 0;
  std::size_t agent = 0;
  std::size_t policy = 0;  // Current, in the world.
  bool is_sold = false;    // During or at the end of the current policy.
  bool is_over = false;
};

class Life {
 public:
  Life(std::size_t customer, const Surroundings& surroundings, const PortfolioOptions& options,
       Random& random, World& world)
      : customer_(customer),
        around_(surroundings),
        options_(options),
        random_(random),
        world_(world) {}

  void run() {
    const Day first = draw_first_start();
    draw_person_events(first);
    const int vehicles = random_.chance(0.15) ? 2 : 1;
    for (int v = 0; v < vehicles; ++v)
      add_vehicle(first + (v == 0 ? 0 : days_between(random_, 20, 300)));
    // Policies end in order of time, so that a decision sees all that came before it.
    while (auto* next = next_to_end()) end_policy(*next);
    forget_after_leaving();
  }

 private:
  std::size_t customer_;
  const Surroundings& around_;
  const PortfolioOptions& options_;
  Random& random_;
  World& world_;
  std::vector<Vehicle> vehicles_;
  std::size_t calls_begin_ = 0, complaints_begin_ = 0, jobs_begin_ = 0, policies_begin_ = 0;
  std::size_t claims_begin_ = 0, payments_begin_ = 0;
  double late_mean_ = 0, claim_rate_ = 0;

  Customer& person() { return world_.customers[customer_]; }

  Day draw_first_start() {
    // Two thirds were there in the first year, the rest join later.
    const int span = options_.to - options_.from;
    return options_.from + (random_.chance(0.65)
                                ? days_between(random_, 0, 364)
                                : days_between(random_, 365, std::max(366, span - 60)));
  }

  void draw_person_events(Day first) {
    calls_begin_ = world_.calls.size();
    complaints_begin_ = world_.complaints.size();
    jobs_begin_ = world_.job_changes.size();
    policies_begin_ = world_.policies.size();
    claims_begin_ = world_.claims.size();
    payments_begin_ = world_.payments.size();
    late_mean_ = 2 + 4 * random_.gamma(0.8);
    claim_rate_ = 0.24 * random_.gamma(2) / 2;
    for (const Day day : happenings(random_, first, options_.to, 0.8)) {
      world_.calls.push_back(
          {customer_, day, days_between(random_, 8 * 3600, 20 * 3600), one_of(kTopics, random_)});
    }
    for (const Day day : happenings(random_, first, options_.to, 0.22))
      add_complaint(day, one_of(kComplaintTopics, random_));
    for (const Day day : happenings(random_, first, options_.to, 0.14)) {
      world_.job_changes.push_back({customer_, day, one_of(occupations(), random_)});
    }
  }

  void add_complaint(Day day, std::string_view topic) {
    const bool is_slow = random_.chance(0.45);
    const int days = is_slow ? days_between(random_, 60, 240) : days_between(random_, 1, 25);
    world_.complaints.push_back({customer_, day, day + days, topic});
  }

  void add_vehicle(Day start) {
    Vehicle vehicle;
    vehicle.plate = fmt::format("{}{}", regions()[person().region].plate_prefix, plate_digits());
    vehicle.product = one_of(kProducts, random_);
    vehicle.channel = one_of(kChannels, random_);
    vehicle.start = start;
    vehicle.base_premium = vehicle.product == "交强险" ? 950 + 120 * random_.uniform()
                                                       : 1800 * std::exp(0.35 * random_.normal());
    vehicle.discount = 1 - 0.1 * static_cast<double>(random_.below(3));
    vehicle.age = static_cast<int>(random_.below(9));
    vehicle.agent = random_.below(around_.agent_left.size());
    vehicles_.push_back(vehicle);
    begin_policy(vehicles_.back());
  }

  std::string plate_digits() {
    constexpr std::string_view kSigns = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    std::string text;
    for (int k = 0; k < 5; ++k) text += kSigns[random_.below(kSigns.size())];
    return text;
  }

  Vehicle* next_to_end() {
    Vehicle* next = nullptr;
    for (auto& vehicle : vehicles_) {
      if (vehicle.is_over) continue;
      if (next == nullptr || end_of(vehicle) < end_of(*next)) next = &vehicle;
    }
    return next;
  }

  static Day end_of(const Vehicle& vehicle) { return add_months(vehicle.start, 12); }

  void begin_policy(Vehicle& vehicle) {
    if (vehicle.start >= options_.to) {
      vehicle.is_over = true;
      return;
    }
    // An agent who has left is replaced when the next policy begins.
    const auto& left = around_.agent_left[vehicle.agent];
    if (left && *left < vehicle.start) vehicle.agent = staying_agent(vehicle.start);
    Policy policy;
    policy.customer = customer_;
    policy.plate = vehicle.plate;
    policy.start = vehicle.start;
    policy.end = end_of(vehicle);
    policy.premium_cents =
        std::llround(100 * vehicle.base_premium * vehicle.tariff * vehicle.discount);
    policy.product = vehicle.product;
    policy.channel = vehicle.channel;
    policy.agent = vehicle.agent;
    policy.discount_coefficient = vehicle.discount;
    policy.vehicle_age = vehicle.age;
    // Half of the sold vehicles are sold within the year, half at its end.
    vehicle.is_sold = random_.chance(kSoldShare);
    if (vehicle.is_sold) {
      policy.exit_reason = "车辆出售";
      if (random_.chance(0.5)) policy.cancelled = policy.start + days_between(random_, 30, 360);
    }
    vehicle.policy = world_.policies.size();
    world_.policies.push_back(policy);
    draw_payments(vehicle.policy);
    draw_claims(vehicle.policy);
  }

  std::size_t staying_agent(Day day) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      const auto agent = random_.below(around_.agent_left.size());
      const auto& left = around_.agent_left[agent];
      if (!left || *left >= day) return agent;
    }
    return 0;
  }

  void draw_payments(std::size_t index) {
    const Policy policy = world_.policies[index];
    const bool is_quarterly = random_.chance(0.35);
    const int parts = is_quarterly ? 4 : 1;
    const auto mode = one_of(kPaymentModes, random_);
    for (int part = 0; part < parts; ++part) {
      const Day due = add_months(policy.start, 3 * part);
      if (policy.cancelled && due >= *policy.cancelled) break;
      const bool is_prompt = random_.chance(0.4);
      const int late =
          is_prompt ? 0 : static_cast<int>(std::min(45.0, random_.exponential(1 / late_mean_)));
      std::int64_t cents = policy.premium_cents / parts;
      if (part == 0) cents += policy.premium_cents % parts;
      world_.payments.push_back({index, due, due + late, cents, mode});
    }
  }

  void draw_claims(std::size_t index) {
    const Policy policy = world_.policies[index];
    for (const Day day :
         happenings(random_, policy.start, policy.cancelled.value_or(policy.end), claim_rate_)) {
      Claim claim;
      claim.policy = index;
      claim.happened = day;
      claim.reported = day + days_between(random_, 0, 5);
      claim.settled = claim.reported + days_between(random_, 5, 60);
      claim.cents = std::llround(100 * 2200 * std::exp(0.9 * random_.normal()));
      claim.is_refused = random_.chance(0.3);
      world_.claims.push_back(claim);
      if (claim.is_refused && random_.chance(0.3))
        add_complaint(*claim.settled + days_between(random_, 1, 20), "拒赔");
    }
  }

  Reminder draw_reminder(std::size_t index) {
    Reminder reminder;
    reminder.policy = index;
    reminder.due = world_.policies[index].end - 80;
    const double u = random_.uniform();
    reminder.status = u < 0.12  ? ReminderStatus::Failed
                      : u < 0.3 ? ReminderStatus::Late
                                : ReminderStatus::Sent;
    reminder.sent =
        reminder.due + (reminder.status == ReminderStatus::Late ? days_between(random_, 5, 15) : 0);
    reminder.mode = random_.chance(0.6) ? "短信" : random_.chance(0.5) ? "电话" : "微信";
    return reminder;
  }

  std::array<double, kDriversCount> drivers_at(const Vehicle& vehicle, const Reminder& reminder,
                                               Day cutoff) const {
    std::array<double, kDriversCount> x{};
    const auto& policy = world_.policies[vehicle.policy];
    if (vehicle.premium_before > 0) {
      x[kPremiumChange] =
          static_cast<double>(policy.premium_cents) / static_cast<double>(vehicle.premium_before) -
          1;
    }
    for (auto c = claims_begin_; c < world_.claims.size(); ++c) {
      const auto& claim = world_.claims[c];
      const bool is_recent = claim.happened < cutoff && claim.happened >= cutoff - 365;
      if (is_recent && claim.is_refused && *claim.settled < cutoff) x[kClaimsRefused] += 1;
    }
    for (auto c = complaints_begin_; c < world_.complaints.size(); ++c) {
      const auto& complaint = world_.complaints[c];
      if (complaint.day < cutoff && *complaint.resolved >= cutoff) x[kComplaintOpen] = 1;
    }
    x[kDaysLate] = mean_days_late(cutoff);
    for (const auto& promotion : around_.promotions) {
      if (promotion.region != world_.customers[customer_].region) continue;
      if (promotion.start < cutoff && promotion.start >= cutoff - 90) x[kPromotion] = 1;
    }
    const auto& left = around_.agent_left[policy.agent];
    if (left && *left < cutoff && *left >= cutoff - 180) x[kAgentLeft] = 1;
    x[kReminderFailed] = reminder.status == ReminderStatus::Failed ? 1 : 0;
    x[kReminderLate] = reminder.status == ReminderStatus::Late ? 1 : 0;
    for (auto c = jobs_begin_; c < world_.job_changes.size(); ++c) {
      const auto day = world_.job_changes[c].day;
      if (day < cutoff && day >= cutoff - 180) x[kJobChange] = 1;
    }
    x[kRenewals] = vehicle.renewals;
    x[kDiscountLevel] = policy.discount_coefficient - 1;
    return x;
  }

  double mean_days_late(Day cutoff) const {
    double sum = 0;
    double count = 0;
    for (auto p = payments_begin_; p < world_.payments.size(); ++p) {
      const auto& payment = world_.payments[p];
      if (payment.due >= cutoff || payment.due < cutoff - 365 || *payment.paid >= cutoff) continue;
      sum += *payment.paid - payment.due;
      ++count;
    }
    return count > 0 ? sum / count : 0;
  }

  int claims_within_year(const Vehicle& vehicle) const {
    int count = 0;
    for (auto c = claims_begin_; c < world_.claims.size(); ++c)
      count += world_.claims[c].policy == vehicle.policy ? 1 : 0;
    return count;
  }

  void end_policy(Vehicle& vehicle) {
    const Day end = end_of(vehicle);
    const auto reminder = draw_reminder(vehicle.policy);
    // The company reminds whoever is insured; it does not know of a sale to come.
    const auto& cancelled = world_.policies[vehicle.policy].cancelled;
    if (!cancelled || reminder.sent < *cancelled) world_.reminders.push_back(reminder);
    if (vehicle.is_sold) {
      vehicle.is_over = true;
      return;
    }
    const Day cutoff = end - kDecisionLeadDays;
    Decision decision{.policy = vehicle.policy, .cutoff = cutoff};
    decision.drivers = drivers_at(vehicle, reminder, cutoff);
    double logit = kIntercept;
    for (std::size_t k = 0; k < kDriversCount; ++k)
      logit += kCoefficients[k].value * decision.drivers[k];
    decision.probability = 1 / (1 + std::exp(-logit));
    // Both are drawn whatever comes first, so that one does not shift the other's numbers.
    const bool is_declined = random_.chance(
        claims_within_year(vehicle) >= 3 ? kDeclinedShareManyClaims : kDeclinedShare);
    const bool has_lapsed = random_.chance(decision.probability);
    decision.decided = is_declined  ? Decided::Declined
                       : has_lapsed ? Decided::Lapsed
                                    : Decided::Renewed;
    if (end <= options_.to) world_.decisions.push_back(decision);
    auto& policy = world_.policies[vehicle.policy];
    if (is_declined) policy.exit_reason = "公司拒保";
    if (!is_declined && has_lapsed) policy.exit_reason = random_.chance(0.55) ? "转保" : "脱保";
    int gap = random_.chance(0.85) ? 0 : days_between(random_, 1, 20);
    if (decision.decided != Decided::Renewed) {
      if (is_declined || !random_.chance(kComesBackShare)) {
        vehicle.is_over = true;
        return;
      }
      gap = days_between(random_, 70, 300);
    }
    renew(vehicle, end + gap);
  }

  void renew(Vehicle& vehicle, Day start) {
    const int claims = claims_within_year(vehicle);
    vehicle.premium_before = world_.policies[vehicle.policy].premium_cents;
    if (claims == 0) vehicle.discount = std::max(0.6, vehicle.discount - 0.1);
    if (claims >= 2) vehicle.discount = std::min(1.4, vehicle.discount + 0.2);
    vehicle.discount = std::round(10 * vehicle.discount) / 10;
    vehicle.tariff *= std::exp(0.02 + 0.06 * random_.normal());
    if (random_.chance(0.15)) vehicle.tariff *= 1.1 + 0.25 * random_.uniform();
    vehicle.start = start;
    ++vehicle.renewals;
    ++vehicle.age;
    begin_policy(vehicle);
  }

  // Nobody calls an insurer they have left; two months of afterthoughts are kept.
  void forget_after_leaving() {
    Day last{0};
    for (auto p = policies_begin_; p < world_.policies.size(); ++p) {
      const auto& policy = world_.policies[p];
      last = std::max(last, policy.cancelled ? *policy.cancelled : policy.end);
    }
    const Day limit = last + 60;
    const auto trim = [&](auto& facts, std::size_t begin) {
      const auto from = facts.begin() + static_cast<std::ptrdiff_t>(begin);
      facts.erase(
          std::remove_if(from, facts.end(), [&](const auto& fact) { return fact.day >= limit; }),
          facts.end());
    };
    trim(world_.calls, calls_begin_);
    trim(world_.complaints, complaints_begin_);
    trim(world_.job_changes, jobs_begin_);
  }
};

}  // namespace

void live(std::size_t customer, const Surroundings& surroundings, const PortfolioOptions& options,
          Random& random, World& world) {
  Life(customer, surroundings, options, random, world).run();
}

}  // namespace holdfast::generate
