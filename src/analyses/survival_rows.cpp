#include "analyses/survival_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/survival_follow.hpp"
#include "core/hash.hpp"
#include "dataset/modelled_columns.hpp"
#include "features/program.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Split;
using features::FeatureMatrix;

constexpr double kTestShare = 0.3;
constexpr std::size_t kExitRowsMin = 30;  // Fewer join the other exits.
constexpr std::size_t kHeldBackMin = 30;  // Rows to judge by.

Text usual_name(std::string_view id) {
  if (id == "lapsed") return {"lapsed", "到期未续"};
  if (id == "cancelled") return {"cancelled", "中途解约"};
  if (id == "inactive") return {"fell silent", "不再活跃"};
  if (id == "underspent") return {"spends less than expected", "消费低于预期"};
  if (id == "churned") return {"left", "流失"};
  if (id == "partial") return {"partly left", "部分流失"};
  if (id == "full") return {"left altogether", "完全流失"};
  return {std::string(id), std::string(id)};
}

ExitName name_of(const study::ChurnDefinition& churn, const std::string& id) {
  for (const auto& exit : churn.exits) {
    if (exit.name != id) continue;
    const Text label = exit.label.en.empty() ? usual_name(id) : exit.label;
    return {id, label, exit.is_churn};
  }
  return {id, usual_name(id), true};
}

/// Numbers the exits by which enough leave; the others become one.
void set_exits(const study::ChurnDefinition& churn, const std::vector<std::string>& classes,
               const std::vector<std::uint32_t>& exit_class, FollowedRows& rows) {
  std::vector<std::size_t> counts(classes.size());
  for (const auto one : exit_class) ++counts[one];
  std::vector<std::uint8_t> number(classes.size());
  bool has_rare = false;
  for (std::size_t k = 1; k < classes.size(); ++k) {
    if (counts[k] >= kExitRowsMin && rows.exits.size() < 20) {
      rows.exits.push_back(name_of(churn, classes[k]));
      number[k] = static_cast<std::uint8_t>(rows.exits.size());
    } else {
      has_rare = has_rare || counts[k] > 0;
    }
  }
  if (has_rare) {
    ExitName other{"other", {"in another way", "其他方式"}, true};
    for (std::size_t k = 1; k < classes.size(); ++k) {
      if (number[k] != 0 || counts[k] == 0) continue;
      other.is_churn = name_of(churn, classes[k]).is_churn;
      number[k] = static_cast<std::uint8_t>(rows.exits.size() + 1);
    }
    rows.exits.push_back(std::move(other));
  }
  for (const auto one : exit_class) rows.exit.push_back(number[one]);
}

void set_splits(const study::Study& study, FollowedRows& rows) {
  auto& data = rows.data;
  const auto& matrix = data.matrix;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    const bool has_left = rows.exit[r] > 0 && rows.exits[rows.exit[r] - 1u].is_churn;
    data.y.push_back(has_left ? 1 : 0);
    const auto hash = hash64(matrix.customer_keys[matrix.customer[r]], study.seed);
    const bool is_test = static_cast<double>(hash >> 11) * 0x1p-53 < kTestShare;
    data.split.push_back(is_test ? Split::Test : Split::Train);
  }
  data.weight.assign(matrix.rows, 1.0);
  data.modelled = dataset::modelled_columns(matrix, data.rows_of(Split::Train), data.y, study,
                                            data.notes);
}

/// Keeps the rows wanted; everything of a row moves.
FeatureMatrix kept(FeatureMatrix matrix, const std::vector<std::uint32_t>& rows) {
  if (rows.size() == matrix.rows) return matrix;
  const auto take = [&](auto& values) {
    if (values.empty()) return;
    std::remove_reference_t<decltype(values)> part;
    for (const auto r : rows) part.push_back(values[r]);
    values = std::move(part);
  };
  for (auto* columns : {&matrix.columns, &matrix.helper_columns}) {
    for (auto& column : *columns) {
      take(column.values);
      take(column.codes);
      take(column.valid);
    }
  }
  take(matrix.customer);
  take(matrix.contract);
  take(matrix.cutoff_day);
  take(matrix.outcome);
  take(matrix.outcome_day);
  take(matrix.exit_class);
  take(matrix.value_cents);
  matrix.rows = rows.size();
  return matrix;
}

std::optional<std::size_t> feature_named(const FeatureMatrix& matrix, const std::string& name) {
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    if (matrix.features[f].name == name && !matrix.columns[f].values.empty()) return f;
  }
  return std::nullopt;
}

/// Whether nearly all terms are as long as the middle one.
bool has_one_length(const FeatureMatrix& matrix, const std::string& table) {
  constexpr double kLike = 0.05;
  constexpr double kMost = 0.8;
  const auto f = feature_named(matrix, table + "_term_days");
  if (!f) return false;
  std::vector<double> lengths;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    if (matrix.columns[*f].valid[r] != 0) lengths.push_back(matrix.columns[*f].values[r]);
  }
  if (lengths.size() < matrix.rows / 2 + 1) return false;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  const double median = *middle;
  const auto like = std::ranges::count_if(lengths, [&](double d) { return std::abs(d - median) <= kLike * median; });
  return median > 0 && static_cast<double>(like) >= kMost * static_cast<double>(lengths.size());
}

/// Days each row's contract has run; nothing where many have none.
std::vector<double> days_in_term(const FeatureMatrix& matrix, const std::string& table) {
  constexpr double kKnown = 0.99;
  const auto f = feature_named(matrix, table + "_days_in_term");
  if (!f) return {};
  std::vector<double> days(matrix.rows);
  std::size_t known = 0;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    if (matrix.columns[*f].valid[r] == 0) continue;
    ++known;
    days[r] = std::max(0.0, matrix.columns[*f].values[r]);
  }
  return static_cast<double>(known) >= kKnown * static_cast<double>(matrix.rows) ? days : std::vector<double>();
}

/// Contracts of one length end, and are left, at one place of their clock: models count from the
/// beginning of the term instead of the day looked at, and who is at risk when is right by itself.
void set_clock(const study::ChurnDefinition& churn, FollowedRows& rows) {
  if (churn.kind != study::ChurnKind::Contractual || !has_one_length(rows.data.matrix, churn.table)) return;
  auto since = days_in_term(rows.data.matrix, churn.table);
  auto today = days_in_term(rows.today, churn.table);
  if (since.empty() || today.size() != rows.today.rows) return;
  rows.since = std::move(since);
  rows.today_since = std::move(today);
  for (const auto* what : {"_days_in_term", "_days_to_end", "_term_days"}) rows.clock.push_back(churn.table + what);
  rows.notes.push_back(
      {"Contracts are of one length, so models count time from the beginning of the term: most leave at its end.",
       "合同期限基本一致,模型以合同期开始为时间起点:多数客户在到期时离开。"});
}

bool is_dated(const study::Study& study) {
  if (study.churn->kind != study::ChurnKind::Label) return true;
  const auto* table = study.find(study.churn->table);
  if (table == nullptr) return false;
  const bool has_day = table->role == study::Role::Outcome || table->role == study::Role::Event;
  return (has_day && !table->event_time.empty()) ||
         (table->role == study::Role::Attribute && !table->valid_from.empty());
}

Result<FollowedRows> at_cutoffs(const Inputs& inputs, Progress& progress) {
  auto study = inputs.study();
  study.entity = study::Entity::Customer;
  HOLDFAST_TRY(const auto followed, follow_up(inputs, study, progress));
  study.cutoffs.before_end_days.clear();
  study.cutoffs.every_months = 0;
  study.cutoffs.days = followed.cutoffs;
  HOLDFAST_TRY(const auto program, features::Program::compile(study, inputs.store()));
  HOLDFAST_TRY(auto matrix, features::compute(program, inputs.store(),
                                              {.cutoffs = followed.cutoffs}, progress));
  FollowedRows rows;
  std::vector<std::uint32_t> found;
  std::vector<std::uint32_t> exit_class;
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    const auto at = std::ranges::find(followed.cutoffs, Day{matrix.cutoff_day[r]});
    if (at == followed.cutoffs.end()) continue;
    const auto& customers = followed.customers[static_cast<std::size_t>(at - followed.cutoffs.begin())];
    const auto one = customers.find(matrix.customer_keys[matrix.customer[r]]);
    if (one == customers.end()) continue;
    found.push_back(r);
    exit_class.push_back(one->second.exit_class);
    // Who leaves on the day itself was there for a part of it.
    rows.duration.push_back(std::max(0.5, static_cast<double>(one->second.days)));
  }
  rows.data.matrix = kept(std::move(matrix), found);
  rows.cutoffs = followed.cutoffs;
  set_exits(*study.churn, followed.exit_classes, exit_class, rows);
  set_splits(study, rows);
  HOLDFAST_TRY(rows.today, features::compute(program, inputs.store(),
                                             {.is_scoring = true, .as_of = inputs.as_of(), .cutoffs = {}},
                                             progress));
  rows.today_since.assign(rows.today.rows, 0);
  set_clock(*study.churn, rows);
  return rows;
}

TimeUnit unit_of(std::string unit) {
  std::ranges::transform(unit, unit.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  struct Known {
    std::string_view en, zh;
    TimeUnit unit;
  };
  // A month is 30 days here as on the page, so that whole months end where periods of 30 days do.
  static const Known kKnown[] = {{"week", "周", {{"weeks", "周"}, 7}},
                                 {"month", "月", {{"months", "个月"}, 30}},
                                 {"quarter", "季", {{"quarters", "个季度"}, 91.25}},
                                 {"year", "年", {{"years", "年"}, 365}}};
  for (const auto& known : kKnown) {
    if (unit.find(known.en) != std::string::npos || unit.find(known.zh) != std::string::npos) return known.unit;
  }
  return {};
}

void note_unit(const features::FeatureInfo& feature, FollowedRows& rows) {
  if (rows.unit.days > 1) {
    rows.notes.push_back(
        {fmt::format("{} is in {}, each taken for {:g} days where days are spoken of.", feature.name, rows.unit.name.en,
                     rows.unit.days),
         fmt::format("{} 以{}为单位;换算为天时每单位按 {:g} 天计。", feature.name, rows.unit.name.zh, rows.unit.days)});
  } else if (feature.family == "own") {
    rows.notes.push_back({fmt::format("{} is taken for days.", feature.name), fmt::format("{} 按天计。", feature.name)});
  } else if (feature.unit.empty()) {
    rows.notes.push_back({fmt::format("{} is taken for days; if it is months or years, say so: unit = \"months\".", feature.name),
                          fmt::format("{} 按天计;如为月或年,请注明 unit = \"months\"。", feature.name)});
  }
}

/// Rows whose duration is below nothing, or no number. Error: there are no others.
Result<void> note_without_duration(const FeatureMatrix& matrix, std::size_t f, FollowedRows& rows) {
  const auto& column = matrix.columns[f];
  std::size_t missing = 0, negative = 0;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    if (column.valid[r] == 0 || !std::isfinite(column.values[r])) ++missing;
    else if (column.values[r] < 0) ++negative;
  }
  const auto& name = matrix.features[f].name;
  if (matrix.rows > 0 && negative + missing == matrix.rows) {
    return Error{errors::kNoDuration,
                 {{"column", name}, {"negative", std::to_string(negative)}, {"missing", std::to_string(missing)}}};
  }
  if (negative > 0) {
    rows.notes.push_back({fmt::format("{} customers were left out: {} is below 0.", negative, name),
                          fmt::format("{} 位客户未计入:{} 为负数。", negative, name)});
  }
  if (missing > 0) {
    rows.notes.push_back({fmt::format("{} customers were left out: {} is not known.", missing, name),
                          fmt::format("{} 位客户未计入:{} 缺失。", missing, name)});
  }
  return {};
}

Result<std::size_t> duration_feature(const study::SurvivalSpec& spec, const FeatureMatrix& matrix) {
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    const auto& feature = matrix.features[f];
    if (feature.is_category || spec.duration.empty()) continue;
    if (is_named(feature, spec.duration)) return f;
  }
  return Error{errors::kNoColumnFor,
               {{"analysis", "survival"},
                {"wanted", spec.duration.empty()
                               ? std::string("how long each customer has been there (每位客户已在多久)")
                               : "a number: " + spec.duration},
                {"table", "of customers"},
                {"key", "survival.duration"}}};
}

double correlation(const features::FeatureColumn& a, const features::FeatureColumn& b) {
  double n = 0, ma = 0, mb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t r = 0; r < a.values.size(); ++r) {
    if (a.valid[r] == 0 || b.valid[r] == 0) continue;
    n += 1;
    const double da = a.values[r] - ma;
    const double db = b.values[r] - mb;
    ma += da / n;
    mb += db / n;
    saa += da * (a.values[r] - ma);
    sbb += db * (b.values[r] - mb);
    sab += da * (b.values[r] - mb);
  }
  return saa > 0 && sbb > 0 ? sab / std::sqrt(saa * sbb) : 0;
}

/// What grows with the time spent says how long it was, not how long it will be.
void leave_out_what_grows(std::size_t duration, FollowedRows& rows) {
  constexpr double kGrowsWith = 0.7;
  const auto& matrix = rows.data.matrix;
  std::erase_if(rows.data.modelled, [&](std::uint32_t f) {
    if (f == duration) return true;
    const auto& column = matrix.columns[f];
    if (column.values.empty()) return false;
    const double r = correlation(matrix.columns[duration], column);
    if (std::abs(r) < kGrowsWith) return false;
    const auto& name = matrix.features[f].name;
    rows.notes.push_back(
        {fmt::format("{} was left out: it grows with the time spent (correlation {:.2f}).", name, r),
         fmt::format("未使用 {}:它随在网时间增长(相关系数 {:.2f})。", name, r)});
    return true;
  });
}

/// Days of the duration column; rows without one are left out.
std::vector<double> durations(const FeatureMatrix& matrix, std::size_t f, double unit,
                              std::vector<std::uint32_t>& found) {
  const auto& column = matrix.columns[f];
  std::vector<double> days;
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    if (column.valid[r] == 0 || !(column.values[r] >= 0) || !std::isfinite(column.values[r])) continue;
    found.push_back(r);
    // Who leaves on the day itself was there for a part of it.
    days.push_back(std::max(column.values[r] * unit, 0.5));
  }
  return days;
}

Result<FollowedRows> from_beginning(const Inputs& inputs, const study::SurvivalSpec& spec,
                                    Progress& progress) {
  const auto& study = inputs.study();
  // The time spent is no feature of a model, so studies exclude it; set_splits leaves out what they do.
  auto all = study;
  all.features.exclude.clear();
  HOLDFAST_TRY(const auto program, features::Program::compile(all, inputs.store()));
  HOLDFAST_TRY(auto matrix, features::compute(program, inputs.store(), {}, progress));
  HOLDFAST_TRY(const auto feature, duration_feature(spec, matrix));
  FollowedRows rows;
  rows.is_from_beginning = true;
  rows.unit = unit_of(matrix.features[feature].unit);
  note_unit(matrix.features[feature], rows);
  HOLDFAST_TRY_VOID(note_without_duration(matrix, feature, rows));
  std::vector<std::uint32_t> found, known;
  rows.duration = durations(matrix, feature, rows.unit.days, known);
  std::vector<std::uint32_t> exit_class;
  std::vector<double> duration;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto state = matrix.outcome[known[i]];
    const bool left = state == features::OutcomeState::Churned ||
                      state == features::OutcomeState::CompetingExit;
    if (!left && state != features::OutcomeState::Stayed) continue;
    found.push_back(known[i]);
    duration.push_back(rows.duration[i]);
    exit_class.push_back(left ? matrix.exit_class[known[i]] : 0);
  }
  rows.duration = std::move(duration);
  const auto classes = matrix.exit_classes;
  rows.data.matrix = kept(std::move(matrix), found);
  set_exits(*study.churn, classes, exit_class, rows);
  set_splits(study, rows);
  leave_out_what_grows(feature, rows);
  HOLDFAST_TRY(auto today, features::compute(program, inputs.store(),
                                             {.is_scoring = true, .as_of = inputs.as_of(), .cutoffs = {}},
                                             progress));
  std::vector<std::uint32_t> there;
  rows.today_since = durations(today, feature, rows.unit.days, there);
  rows.today = kept(std::move(today), there);
  return rows;
}

/// Whether there is something to say of who leaves when.
Result<void> check(const FollowedRows& rows, const study::SurvivalSpec& spec) {
  const auto count = std::to_string(rows.data.matrix.rows);
  if (rows.exits.empty()) return Error{errors::kNobodyLeaves, {{"analysis", "survival"}, {"rows", count}}};
  const auto held_back = rows.data.rows_of(Split::Test).size();
  if (held_back < kHeldBackMin || rows.data.rows_of(Split::Train).empty()) {
    return Error{errors::kTooFew,
                 {{"analysis", "survival"}, {"rows", count}, {"held_back", std::to_string(held_back)},
                  {"needed", std::to_string(kHeldBackMin)}}};
  }
  const auto [shortest, longest] = std::ranges::minmax(rows.duration);
  if (shortest == longest && std::ranges::find(rows.exit, std::uint8_t{0}) == rows.exit.end()) {
    const auto time = rows.unit.span(longest);
    return Error{errors::kAllAtOnce, {{"rows", count}, {"time", fmt::format("{} ({})", time.en, time.zh)}}};
  }
  if (rows.data.modelled.empty()) return Error{errors::kNoInput, {{"analysis", "survival"}}};
  const auto is_meant = [&](const features::FeatureInfo& feature) {
    return feature.is_category && is_named(feature, spec.by);
  };
  if (spec.by.empty() || std::ranges::any_of(rows.data.matrix.features, is_meant)) return {};
  return Error{errors::kNoColumnFor, {{"analysis", "survival"},
                                      {"wanted", fmt::format("a category of two values or more (至少两种取值的类别): {}", spec.by)},
                                      {"table", "of customers"},
                                      {"key", "survival.by"}}};
}

}  // namespace

bool is_named(const features::FeatureInfo& feature, std::string_view name) {
  return feature.name == name || (feature.columns.size() == 1 && feature.columns[0] == name);
}

double least_watched(double rows) { return std::max(10.0, rows / 200); }

Text TimeUnit::span(double in_days) const {
  const double count = std::round(in_days / days * 100) / 100;
  return {fmt::format("{:g} {}", count, name.en), fmt::format("{:g} {}", count, name.zh)};
}

std::vector<std::uint32_t> FollowedRows::one_each() const {
  const auto& matrix = data.matrix;
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    // The day is drawn before it is asked who was there on it: drawn from the days a customer was
    // there, those who leave soon would have more than their share.
    if (!cutoffs.empty()) {
      const auto drawn = hash64(matrix.customer_keys[matrix.customer[r]], 1) % cutoffs.size();
      if (Day{matrix.cutoff_day[r]} != cutoffs[drawn]) continue;
    }
    chosen.push_back(r);
  }
  return chosen;
}

Result<FollowedRows> followed_rows(const Inputs& inputs, const study::SurvivalSpec& spec,
                                   Progress& progress) {
  const auto& study = inputs.study();
  if (!study.churn) {
    return Error{errors::kNothingThere,
                 {{"analysis", "survival"}, {"what", "the study does not say what leaving is, [churn] (研究未定义流失)"}}};
  }
  const bool has_time = spec.duration.empty() && is_dated(study);
  auto rows = has_time ? at_cutoffs(inputs, progress) : from_beginning(inputs, spec, progress);
  if (!rows.ok()) return rows.error();
  HOLDFAST_TRY_VOID(check(*rows, spec));
  return rows;
}

}  // namespace holdfast::analyses
