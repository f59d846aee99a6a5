#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/random.hpp"
#include "generate/life.hpp"
#include "generate/world.hpp"

namespace holdfast::generate {
namespace {

const std::vector<std::string_view> kSurnames = {"王", "李", "张", "刘", "陈", "杨", "黄",
                                                 "赵", "吴", "周", "徐", "孙", "马", "朱",
                                                 "胡", "林", "郭", "何", "高", "罗"};
const std::vector<std::string_view> kGivenNames = {"伟", "芳", "娜", "敏", "静", "丽", "强",
                                                   "磊", "军", "洋", "勇", "艳", "杰", "娟",
                                                   "涛", "明", "超", "霞", "平", "刚"};

Customer draw_customer(std::size_t index, const PortfolioOptions& options, Random& random) {
  Customer customer;
  customer.key = fmt::format("KH{:07}", index + 1);
  customer.name = std::string(kSurnames[random.below(kSurnames.size())]);
  const auto given = 1 + random.below(2);
  for (std::uint64_t k = 0; k < given; ++k)
    customer.name += kGivenNames[random.below(kGivenNames.size())];
  // No Chinese mobile number begins with 100, so none of these rings anywhere.
  customer.phone = fmt::format("100{:08}", random.below(100'000'000));
  customer.birth = options.from - static_cast<int>(20 * 365 + random.below(45 * 365));
  customer.is_female = random.chance(0.42);
  if (!random.chance(0.06)) customer.occupation = occupations()[random.below(occupations().size())];
  customer.household = 1 + static_cast<int>(random.below(5));
  if (!random.chance(0.1))
    customer.income = 1000 * static_cast<std::int64_t>(40 + random.below(260));
  customer.region = random.below(regions().size());
  return customer;
}

template <typename T>
T shown_before(const T& day, Day to) {
  return day && *day >= to ? T{} : day;
}

// What lies after the last day, nobody has written down.
void forget_the_future(World& world, Day to) {
  for (auto& policy : world.policies) {
    policy.cancelled = shown_before(policy.cancelled, to);
    if (!policy.cancelled && policy.end >= to) policy.exit_reason = {};
  }
  std::erase_if(world.payments, [&](const Payment& payment) { return payment.due >= to; });
  for (auto& payment : world.payments) payment.paid = shown_before(payment.paid, to);
  std::erase_if(world.claims, [&](const Claim& claim) { return claim.reported >= to; });
  for (auto& claim : world.claims) claim.settled = shown_before(claim.settled, to);
  std::erase_if(world.complaints, [&](const Complaint& complaint) { return complaint.day >= to; });
  for (auto& complaint : world.complaints)
    complaint.resolved = shown_before(complaint.resolved, to);
  std::erase_if(world.reminders, [&](const Reminder& reminder) { return reminder.sent >= to; });
}

// Numbers run in order of the day, as a core system gives them.
void number(World& world) {
  std::vector<std::size_t> order(world.policies.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return world.policies[i].start; });
  for (std::size_t k = 0; k < order.size(); ++k) {
    auto& policy = world.policies[order[k]];
    policy.number = fmt::format("PDZA{}{:07}", civil_of(policy.start).year, k + 1);
  }
  std::ranges::stable_sort(world.claims, {}, &Claim::reported);
  for (std::size_t k = 0; k < world.claims.size(); ++k) {
    auto& claim = world.claims[k];
    claim.number = fmt::format("AJ{}{:06}", civil_of(claim.reported).year, k + 1);
  }
  std::ranges::stable_sort(world.payments, {}, &Payment::due);
  std::ranges::stable_sort(world.calls, {},
                           [](const Call& call) { return std::pair(call.day, call.second); });
  std::ranges::stable_sort(world.complaints, {}, &Complaint::day);
  std::ranges::stable_sort(world.job_changes, {}, &JobChange::day);
  std::ranges::stable_sort(world.reminders, {}, &Reminder::sent);
}

}  // namespace

Surroundings draw_surroundings(const PortfolioOptions& options) {
  Surroundings around;
  Random random = Random(options.seed).split(1);
  const auto days = static_cast<std::uint64_t>(options.to - options.from);
  const auto promotions =
      random.poisson(2.2 * static_cast<double>(regions().size() * days) / 365.25);
  for (std::int64_t k = 0; k < promotions; ++k) {
    Promotion promotion;
    promotion.region = random.below(regions().size());
    promotion.start = options.from + static_cast<int>(random.below(days));
    promotion.end = promotion.start + 20 + static_cast<int>(random.below(40));
    promotion.company = companies()[random.below(companies().size())];
    promotion.discount_percent = 5 * static_cast<int>(1 + random.below(5));
    around.promotions.push_back(promotion);
  }
  std::ranges::stable_sort(around.promotions, {}, &Promotion::start);
  const auto agents = std::max<std::int64_t>(20, options.customers / 60);
  for (std::int64_t k = 0; k < agents; ++k) {
    const auto after = static_cast<int>(random.exponential(0.2) * 365.25);
    // Those who never leave are what keeps staying_agent from running dry.
    around.agent_left.push_back(k > 0 && after < options.to - options.from
                                    ? std::optional(options.from + after)
                                    : std::nullopt);
  }
  return around;
}

World simulate(const PortfolioOptions& options) {
  World world;
  const auto around = draw_surroundings(options);
  world.promotions = around.promotions;
  for (std::size_t agent = 0; agent < around.agent_left.size(); ++agent) {
    if (around.agent_left[agent]) world.leavings.push_back({agent, *around.agent_left[agent]});
  }
  std::ranges::stable_sort(world.leavings, {}, &AgentLeaving::day);
  const Random source(options.seed);
  for (std::int64_t index = 0; index < options.customers; ++index) {
    // A source of its own, so that more customers leave the first ones as they are.
    Random random = source.split(1000 + static_cast<std::uint64_t>(index));
    world.customers.push_back(draw_customer(static_cast<std::size_t>(index), options, random));
    live(static_cast<std::size_t>(index), around, options, random, world);
  }
  forget_the_future(world, options.to);
  number(world);
  return world;
}

}  // namespace holdfast::generate
