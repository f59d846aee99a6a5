#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/survival_say.hpp"
#include "core/text.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kNextYear = 365;

/// The day's customers sorted by who is likeliest to leave comes later, in exchange; here as they are.
Result<models::LeavingCurves> today_of(const FollowedRows& rows, const FittedModel& model,
                                       double horizon) {
  HOLDFAST_TRY(const auto frame,
               dataset::Frame::align(rows.today, model.column_names, model.categories));
  const double since =
      rows.today_since.empty() ? 0 : *std::ranges::max_element(rows.today_since);
  return models::leaving_curves(model, frame.view(), since + horizon);
}

void add_notes(const FollowedRows& rows, const SurvivalFindings& found, Analysis& analysis) {
  analysis.notes = rows.notes;
  const auto& best = found.models.front().model;
  const double followed = models::followed_days(best);
  const int most = *std::ranges::max_element(found.spec.horizons_days);
  if (!rows.is_from_beginning && followed < most) {
    analysis.notes.push_back(
        {fmt::format("Hardly anybody was followed for longer than {:.0f} days: chances within {} days stop growing there.",
                     followed, most),
         fmt::format("几乎没有客户的观察期超过 {:.0f} 天,{} 天内的离开概率此后不再增加。", followed, most)});
  }
  const auto beyond = std::ranges::count_if(rows.today_since, [&](double since) { return since + kNextYear > followed; });
  if (rows.is_from_beginning && beyond > 0) {
    const auto span = rows.unit.span(followed);
    const auto count = with_thousands(static_cast<std::int64_t>(beyond));
    analysis.notes.push_back(
        {fmt::format("Hardly anybody has been there for longer than {}, so nothing is known of what comes after: {} of "
                     "today's customers get there within a year, and count as staying from then on.",
                     span.en, count),
         fmt::format("几乎没有客户的时长超过 {},此后的情况未知:当前客户中有 {} 位一年内将达到该时长,此后按留存计。",
                     span.zh, count)});
  }
  if (!rows.cutoffs.empty()) {
    std::string days;
    for (const auto day : rows.cutoffs) days += (days.empty() ? "" : ", ") + to_string(day);
    analysis.notes.push_back(
        {fmt::format("Customers were looked at on {} and followed until the data end; what was known of them is as of "
                     "that day.",
                     days),
         fmt::format("观察日:{};此后跟踪至数据结束,特征均为观察日当时所知。", days)});
  }
  for (const auto& judged : found.models) {
    for (const auto& note : judged.model.notes) {
      analysis.notes.push_back({judged.name.en + ": " + note.en, judged.name.zh + ":" + note.zh});
    }
  }
}

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  const study::SurvivalSpec usual;
  const auto& asked = inputs.study().analyses.survival;
  const auto& spec = asked ? *asked : usual;
  HOLDFAST_TRY(const auto rows, followed_rows(inputs, spec, progress));
  const auto times = judged_times(rows, spec);
  HOLDFAST_TRY(auto judged, judged_models(rows, spec, times, inputs.study().seed, progress));
  const double horizon = *std::ranges::max_element(spec.horizons_days);
  HOLDFAST_TRY(auto today, today_of(rows, judged.front().model, horizon));
  const SurvivalFindings found{inputs, spec, rows, times, std::move(judged), std::move(today)};
  Analysis analysis{.id = "survival", .title = {"When they leave", "客户何时离开"}};
  analysis.sections.push_back(say_how_long(found, analysis.findings));
  analysis.sections.push_back(say_who(found, analysis.findings));
  analysis.sections.push_back(say_how_good(found, analysis.findings));
  analysis.sections.push_back(say_today(found, analysis.findings));
  analysis.customers = say_of_each(found);
  add_notes(rows, found, analysis);
  for (const auto& one : found.models) analysis.models.push_back(one.model);
  return analysis;
}

}  // namespace

extern const Descriptor kSurvival;
const Descriptor kSurvival{
    .id = "survival",
    .en = "when customers leave, by which exit, and who leaves sooner",
    .zh = "客户何时、以何种方式离开,谁更早离开",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.survival.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
