#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/events.hpp"
#include "analyses/inputs.hpp"
#include "migration/destinations.hpp"
#include "migration/paths.hpp"
#include "migration/sankey.hpp"
#include "migration/transitions.hpp"
#include "models/forms/state_transitions.hpp"

/// The parts of the analysis of movement: gather states, balances and steps; say what was found.
namespace holdfast::analyses::movement {

/// How the rows of a table tell where a customer stands.
enum class Reading : std::uint8_t {
  Level,     // A balance or an attribute: holds until the next one.
  Flow,      // Purchases: what came in within the period.
  Contract,  // Premiums in force at the end of the period.
};

/// Where customers stood at the end of each period.
struct States {
  Reading reading = Reading::Level;
  Text table;                              // What people call its rows.
  Text measured;                           // What the states are made of: "premium in force".
  std::vector<Text> states;
  std::optional<std::uint16_t> lowest;     // The state nobody wants; nothing where states have no order.
  std::vector<std::string> periods;        // "2011-03"; quarters and years by their first month.
  int months = 1;                          // Of a period.
  std::vector<Text> segments;              // Empty: one.
  std::vector<std::string> customer_keys;
  // One a customer and period.
  std::vector<std::uint32_t> customer;
  std::vector<std::int32_t> period;
  std::vector<std::uint16_t> state;
  std::vector<std::uint16_t> segment;      // Empty: one.
  std::vector<std::uint16_t> now;          // [customers] of the last period; kNowhere: not seen in it.
  // Balances by day, customers in the same order.
  std::vector<std::int32_t> balance_day;
  std::vector<double> balance;
  std::vector<std::size_t> balance_starts{0};
  std::int32_t last_day = 0;               // Balances are known until then.
  int after_days = 30;                     // How long they are watched after a step.
  std::vector<Text> notes;

  static constexpr std::uint16_t kNowhere = 0xFFFF;
  std::size_t customers() const { return customer_keys.size(); }
};

/// Errors: kNoTableFor, kNothingThere, those of reading.
Result<States> gather_states(const Inputs& inputs, const study::MovementSpec& spec,
                             Progress& progress);

/// Steps of the customers of `states`, in order of time.
struct Steps {
  std::vector<Text> names;
  std::vector<migration::Step> step;
  std::vector<std::int32_t> day;
  std::vector<std::size_t> starts{0};
  std::vector<Text> tables;                // Where they come from.

  migration::Journeys journeys() const { return {step, day, starts, names.size()}; }
};

/// Nothing where no table has steps. Errors: those of reading.
Result<std::optional<Steps>> gather_steps(const Inputs& inputs, const study::MovementSpec& spec,
                                          const States& states, Progress& progress);

/// Where lost balances went; nothing where no table names destinations.
struct Lost {
  std::vector<Text> destinations;
  std::vector<migration::Destination> found;
};
Result<std::optional<Lost>> gather_lost(const Inputs& inputs, const study::MovementSpec& spec,
                                        Progress& progress);

/// What customers would be in `periods` periods, and how long the lowest state is away.
Section matrix_section(const States& states, const forms::StateTransitions& form,
                       const migration::TransitionMatrix& matrix, Analysis& analysis);
Section future_section(const States& states, const migration::TransitionMatrix& matrix,
                       Analysis& analysis);
Section time_section(const States& states, const forms::StateTransitions& form, Analysis& analysis);
std::optional<Section> segments_section(const States& states, const forms::StateTransitions& form,
                                        Analysis& analysis);
std::optional<Section> paths_section(const States& states, const Steps& steps, Analysis& analysis);
Section lost_section(const Lost& lost, Analysis& analysis);
/// Each customer's state now, the chance of the lowest state, and the time until then.
CustomerColumns customers_of(const States& states, const migration::TransitionMatrix& matrix);

/// "month", "months", "4.2 months": what one period is called, several, and so many.
Text period_word(int months);
/// What a number of periods is of, without the word that counts them: 月, not 个月.
std::string period_unit(int months);
Text periods_word(int months);
Text periods_word(double periods, int months);

/// States somebody was in and nobody left.
void say_kept(const States& states, const migration::TransitionMatrix& matrix, Analysis& analysis);

}  // namespace holdfast::analyses::movement
