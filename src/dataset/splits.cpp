#include "dataset/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "dataset/errors.hpp"

namespace holdfast::dataset {
namespace {

// More distinct cutoffs than this are thinned to candidates of about equal row counts.
constexpr std::size_t kCandidatesMax = 160;

struct Borders {
  std::int32_t validation_from = 0;
  std::int32_t test_from = 0;
};

// Where a cutoff falls. A training row's outcome window must end before the first validation
// cutoff, a validation row's before the first test cutoff.
Split part_of(std::int32_t cutoff, const Borders& borders, int embargo) {
  if (cutoff >= borders.test_from) return Split::Test;
  if (cutoff >= borders.validation_from) {
    return cutoff + embargo <= borders.test_from ? Split::Validation : Split::Embargo;
  }
  return cutoff + embargo <= borders.validation_from ? Split::Train : Split::Embargo;
}

// Rows and churners at cutoffs before each distinct one.
struct Timeline {
  std::vector<std::int32_t> days;         // Distinct, ascending.
  std::vector<std::int64_t> rows_before;  // [days + 1]
  std::vector<std::int64_t> churned_before;

  std::size_t index_at_or_after(std::int32_t day) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(days, day) - days.begin());
  }
};

Timeline timeline_of(const Labelled& labelled) {
  Timeline timeline;
  timeline.days = labelled.cutoff_day;
  std::ranges::sort(timeline.days);
  const auto repeated = std::ranges::unique(timeline.days);
  timeline.days.erase(repeated.begin(), repeated.end());
  timeline.rows_before.assign(timeline.days.size() + 1, 0);
  timeline.churned_before.assign(timeline.days.size() + 1, 0);
  for (std::size_t i = 0; i < labelled.rows.size(); ++i) {
    const auto at = timeline.index_at_or_after(labelled.cutoff_day[i]) + 1;
    ++timeline.rows_before[at];
    timeline.churned_before[at] += labelled.y[i];
  }
  for (std::size_t i = 1; i < timeline.rows_before.size(); ++i) {
    timeline.rows_before[i] += timeline.rows_before[i - 1];
    timeline.churned_before[i] += timeline.churned_before[i - 1];
  }
  return timeline;
}

struct Count {
  std::int64_t rows = 0, churned = 0;
  bool has_both() const { return churned > 0 && churned < rows; }
};

// Rows with cutoffs in [from, to).
Count count_between(const Timeline& timeline, std::int32_t from, std::int32_t to) {
  if (to <= from) return {};
  const auto begin = timeline.index_at_or_after(from);
  const auto end = timeline.index_at_or_after(to);
  return {timeline.rows_before[end] - timeline.rows_before[begin],
          timeline.churned_before[end] - timeline.churned_before[begin]};
}

struct Counts {
  Count train, validation, test;
};

Counts counts_of(const Timeline& timeline, const Borders& borders, int embargo) {
  const std::int32_t first = timeline.days.front();
  const std::int32_t after_last = timeline.days.back() + 1;
  // cutoff + embargo <= border means cutoff < border - embargo + 1; at embargo 0 the border itself.
  const auto end_before = [&](std::int32_t border) {
    return std::min(border, border - embargo + 1);
  };
  return {count_between(timeline, first, end_before(borders.validation_from)),
          count_between(timeline, borders.validation_from, end_before(borders.test_from)),
          count_between(timeline, borders.test_from, after_last)};
}

std::vector<std::int32_t> candidate_days(const Timeline& timeline) {
  if (timeline.days.size() <= kCandidatesMax) return timeline.days;
  std::vector<std::int32_t> candidates;
  const auto total = timeline.rows_before.back();
  for (std::size_t k = 0; k < kCandidatesMax; ++k) {
    const auto wanted =
        static_cast<std::int64_t>(k) * total / static_cast<std::int64_t>(kCandidatesMax);
    const auto at =
        std::ranges::upper_bound(timeline.rows_before, wanted) - timeline.rows_before.begin();
    const auto day =
        timeline.days[std::min(static_cast<std::size_t>(at), timeline.days.size() - 1)];
    if (candidates.empty() || candidates.back() != day) candidates.push_back(day);
  }
  return candidates;
}

// How far the parts are from the wanted shares, plus what the embargo costs.
double distance_from_shares(const Counts& counts, const study::SplitSpec& spec,
                            std::int64_t total) {
  const auto kept = counts.train.rows + counts.validation.rows + counts.test.rows;
  const double validation = static_cast<double>(counts.validation.rows) / static_cast<double>(kept);
  const double test = static_cast<double>(counts.test.rows) / static_cast<double>(kept);
  const double lost = 1 - static_cast<double>(kept) / static_cast<double>(total);
  return std::pow(validation - spec.validation_share, 2) + std::pow(test - spec.test_share, 2) +
         0.25 * lost * lost;
}

// The pair of borders nearest to the wanted shares with churners and stayers in every part.
std::optional<Borders> borders_by_share(const Timeline& timeline, const study::SplitSpec& spec,
                                        int embargo) {
  const auto candidates = candidate_days(timeline);
  std::optional<Borders> best;
  double best_distance = 0;
  for (const auto test_from : candidates) {
    if (spec.test_from && test_from != spec.test_from->number) continue;
    for (const auto validation_from : candidates) {
      if (validation_from >= test_from) break;
      const Borders borders{validation_from, test_from};
      const auto counts = counts_of(timeline, borders, embargo);
      if (!counts.train.has_both() || !counts.validation.has_both() || !counts.test.has_both())
        continue;
      const double distance = distance_from_shares(counts, spec, timeline.rows_before.back());
      if (!best || distance < best_distance) {
        best = borders;
        best_distance = distance;
      }
    }
  }
  return best;
}

// For few cutoffs: one border in time for the test; validation comes from the earlier customers.
std::optional<std::int32_t> test_border_by_share(const Timeline& timeline,
                                                 const study::SplitSpec& spec, int embargo) {
  std::optional<std::int32_t> best;
  double best_distance = 0;
  for (const auto test_from : candidate_days(timeline)) {
    const auto counts = counts_of(timeline, {test_from, test_from}, embargo);
    // Both classes at least twice, as these rows are shared by training and validation.
    if (counts.train.churned < 2 || counts.train.rows - counts.train.churned < 2) continue;
    if (!counts.test.has_both()) continue;
    const auto kept = static_cast<double>(counts.train.rows + counts.test.rows);
    const double distance =
        std::abs(static_cast<double>(counts.test.rows) / kept - spec.test_share);
    if (!best || distance < best_distance) {
      best = test_from;
      best_distance = distance;
    }
  }
  return best;
}

// Uniform on [0, 1), fixed for a customer and a seed whatever the other rows are.
double place_of(const std::string& customer_key, std::uint64_t seed) {
  return static_cast<double>(hash64(customer_key, seed) >> 11) * 0x1.0p-53;
}

void split_by_customer(const features::FeatureMatrix& matrix, const Labelled& labelled,
                       const study::Study& study, std::vector<Split>& split) {
  const auto& spec = study.split;
  for (const auto row : labelled.rows) {
    const double place = place_of(matrix.customer_keys[matrix.customer[row]], study.seed);
    split[row] = place < spec.test_share                           ? Split::Test
                 : place < spec.test_share + spec.validation_share ? Split::Validation
                                                                   : Split::Train;
  }
}

void split_by_time(const Labelled& labelled, const Borders& borders, int embargo,
                   std::vector<Split>& split) {
  for (std::size_t i = 0; i < labelled.rows.size(); ++i) {
    split[labelled.rows[i]] = part_of(labelled.cutoff_day[i], borders, embargo);
  }
}

// Test by time, validation by customer among the rows before it.
void split_mixed(const features::FeatureMatrix& matrix, const Labelled& labelled,
                 const study::Study& study, std::int32_t test_from, int embargo,
                 std::vector<Split>& split) {
  const auto& spec = study.split;
  const double validation_share = spec.validation_share / std::max(1e-9, 1 - spec.test_share);
  for (std::size_t i = 0; i < labelled.rows.size(); ++i) {
    const auto row = labelled.rows[i];
    split[row] = part_of(labelled.cutoff_day[i], {test_from, test_from}, embargo);
    if (split[row] != Split::Train) continue;
    const double place = place_of(matrix.customer_keys[matrix.customer[row]], study.seed);
    if (place < validation_share) split[row] = Split::Validation;
  }
}

Text note_by_time(const Borders& borders, int embargo) {
  const auto validation = to_string(Day{borders.validation_from});
  const auto test = to_string(Day{borders.test_from});
  return {fmt::format("split by time: validation from cutoff {}, test from {}, embargo {} days",
                      validation, test, embargo),
          fmt::format("按时间划分:验证集自截止日 {} 起,测试集自 {} 起,隔离期 {} 天", validation,
                      test, embargo)};
}

}  // namespace

int embargo_days_of(const study::Study& study) {
  if (study.split.embargo_days >= 0) return study.split.embargo_days;
  const auto& cutoffs = study.cutoffs;
  if (cutoffs.before_end_days.empty()) return cutoffs.gap_days + cutoffs.outcome_days;
  const int offset = std::ranges::max(cutoffs.before_end_days);
  return offset + (study.churn ? study.churn->grace_days : 0);
}

Result<void> assign_splits(const features::FeatureMatrix& matrix, const Labelled& labelled,
                           const study::Study& study, std::vector<Split>& split,
                           std::vector<Text>& notes) {
  const auto& spec = study.split;
  const auto timeline = timeline_of(labelled);
  const int embargo = embargo_days_of(study);

  if (spec.kind == study::SplitKind::Customer || timeline.days.size() == 1) {
    split_by_customer(matrix, labelled, study, split);
    notes.push_back({fmt::format("split by customer: validation {:.0f} %, test {:.0f} %",
                                 100 * spec.validation_share, 100 * spec.test_share),
                     fmt::format("按客户划分:验证集 {:.0f} %,测试集 {:.0f} %",
                                 100 * spec.validation_share, 100 * spec.test_share)});
    return {};
  }
  if (spec.validation_from && spec.test_from) {
    const Borders borders{spec.validation_from->number, spec.test_from->number};
    split_by_time(labelled, borders, embargo, split);
    notes.push_back(note_by_time(borders, embargo));
    return {};
  }
  if (const auto borders = borders_by_share(timeline, spec, embargo)) {
    split_by_time(labelled, *borders, embargo, split);
    notes.push_back(note_by_time(*borders, embargo));
    return {};
  }
  if (const auto test_from = test_border_by_share(timeline, spec, embargo)) {
    split_mixed(matrix, labelled, study, *test_from, embargo, split);
    const auto day = to_string(Day{*test_from});
    notes.push_back(
        {fmt::format("too few cutoffs for validation by time: test from cutoff {} with an embargo "
                     "of {} days, validation by customer before it",
                     day, embargo),
         fmt::format("截止日太少,无法按时间划分验证集:测试集自截止日 {} 起(隔离期 {} 天),"
                     "验证集在此之前按客户划分",
                     day, embargo)});
    return {};
  }
  split_by_customer(matrix, labelled, study, split);
  notes.push_back(
      {fmt::format("the cutoffs lie closer than the embargo of {} days: split by customer instead "
                   "of by time; figures may be optimistic",
                   embargo),
       fmt::format("各截止日的间隔小于隔离期 {} 天:改为按客户划分,指标可能偏乐观", embargo)});
  return {};
}

std::vector<Origin> backtest_origins(const Dataset& dataset, const study::Study& study) {
  Labelled labelled;
  const auto& matrix = dataset.matrix;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    if (dataset.split[row] == Split::Immature || dataset.split[row] == Split::Excluded) continue;
    labelled.rows.push_back(row);
    labelled.cutoff_day.push_back(matrix.cutoff_day[row]);
    labelled.y.push_back(dataset.y[row]);
  }
  std::vector<Origin> origins;
  const int wanted = study.split.backtest_origins;
  if (labelled.rows.empty() || wanted <= 0) return origins;
  const auto timeline = timeline_of(labelled);
  const int embargo = embargo_days_of(study);

  // The last `wanted` of wanted + 2 stretches of time with about equal row counts.
  std::vector<std::int32_t> borders;
  const auto total = timeline.rows_before.back();
  for (int k = 2; k < wanted + 2; ++k) {
    const auto target = total * k / (wanted + 2);
    const auto at =
        std::ranges::lower_bound(timeline.rows_before, target) - timeline.rows_before.begin();
    const auto index =
        std::clamp<std::size_t>(static_cast<std::size_t>(at), 1, timeline.days.size());
    if (index == timeline.days.size()) continue;
    if (borders.empty() || borders.back() != timeline.days[index])
      borders.push_back(timeline.days[index]);
  }
  for (std::size_t k = 0; k < borders.size(); ++k) {
    const std::int32_t from = borders[k];
    const std::int32_t to = k + 1 < borders.size() ? borders[k + 1] : timeline.days.back() + 1;
    const auto before =
        count_between(timeline, timeline.days.front(), std::min(from, from - embargo + 1));
    if (!before.has_both() || !count_between(timeline, from, to).has_both()) continue;
    Origin origin;
    origin.test_from = {from};
    origin.test_to = {to - 1};
    for (std::size_t i = 0; i < labelled.rows.size(); ++i) {
      const auto cutoff = labelled.cutoff_day[i];
      if (cutoff >= from && cutoff < to) origin.test.push_back(labelled.rows[i]);
      if (cutoff < from && cutoff + embargo <= from) origin.train.push_back(labelled.rows[i]);
    }
    origins.push_back(std::move(origin));
  }
  return origins;
}

}  // namespace holdfast::dataset
