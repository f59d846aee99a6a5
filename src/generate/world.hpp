#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/day.hpp"
#include "generate/portfolio.hpp"
#include "generate/truth.hpp"

/// The generated portfolio in memory, before anything is written.
namespace holdfast::generate {

struct Customer {
  std::string key, name, phone;
  Day birth;
  bool is_female = false;
  std::string_view occupation;  // Empty: not known.
  int household = 1;
  std::int64_t income = 0;  // CNY a year; 0: not known.
  std::size_t region = 0;
};

struct Policy {
  std::string number, plate;
  std::size_t customer = 0;
  Day start, end;
  std::int64_t premium_cents = 0;
  std::string_view product, channel;
  std::size_t agent = 0;
  double discount_coefficient = 1;
  int vehicle_age = 0;
  std::optional<Day> cancelled;
  std::string_view exit_reason;  // Empty: renewed, or not known yet.
};

struct Payment {
  std::size_t policy = 0;
  Day due;
  std::optional<Day> paid;
  std::int64_t cents = 0;
  std::string_view mode;
};

struct Claim {
  std::string number;
  std::size_t policy = 0;
  Day happened, reported;
  std::optional<Day> settled;
  std::int64_t cents = 0;
  bool is_refused = false;
};

struct Call {
  std::size_t customer = 0;
  Day day;
  int second = 0;  // Of the day.
  std::string_view topic;
};

struct Complaint {
  std::size_t customer = 0;
  Day day;
  std::optional<Day> resolved;
  std::string_view topic;
};

struct JobChange {
  std::size_t customer = 0;
  Day day;
  std::string_view occupation;
};

enum class ReminderStatus : std::uint8_t { Sent, Failed, Late };

struct Reminder {
  std::size_t policy = 0;
  Day due, sent;
  std::string_view mode;
  ReminderStatus status = ReminderStatus::Sent;
};

struct Promotion {
  std::size_t region = 0;
  Day start, end;
  std::string_view company;
  int discount_percent = 0;
};

struct AgentLeaving {
  std::size_t agent = 0;
  Day day;
};

enum class Decided : std::uint8_t { Renewed, Lapsed, SoldVehicle, Declined };
std::string_view name_of(Decided decided);

struct Decision {
  std::size_t policy = 0;
  Day cutoff;
  std::array<double, kDriversCount> drivers{};
  double probability = 0;  // Of not renewing, given no competing exit.
  Decided decided = Decided::Renewed;
};

struct World {
  std::vector<Customer> customers;
  std::vector<Policy> policies;
  std::vector<Payment> payments;
  std::vector<Claim> claims;
  std::vector<Call> calls;
  std::vector<Complaint> complaints;
  std::vector<JobChange> job_changes;
  std::vector<Reminder> reminders;
  std::vector<Promotion> promotions;
  std::vector<AgentLeaving> leavings;
  std::vector<Decision> decisions;
};

/// What everybody shares: drawn before the customers.
struct Surroundings {
  std::vector<Promotion> promotions;           // Ascending start.
  std::vector<std::optional<Day>> agent_left;  // [agents]
};

Surroundings draw_surroundings(const PortfolioOptions& options);

/// Simulates everybody until options.to and forgets what nobody could have written down by then.
World simulate(const PortfolioOptions& options);

// Wording of the data.
struct Region {
  std::string_view name, plate_prefix;
};
const std::vector<Region>& regions();
const std::vector<std::string_view>& occupations();
const std::vector<std::string_view>& companies();
std::string agent_code(std::size_t agent);

}  // namespace holdfast::generate
