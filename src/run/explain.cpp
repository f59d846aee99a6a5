#include <algorithm>

#include "models/cell_table.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/reveal.hpp"
#include "run/run.hpp"
#include "run/todays_scores.hpp"

namespace holdfast::run {
namespace {

/// One row of the model's columns.
class OneRow {
 public:
  OneRow(const FittedModel& model, const dataset::Columns& columns, std::size_t row)
      : like_(columns_of(model)), table_(like_) {
    const auto cells = cells_of(model, columns);
    table_.add(std::span(cells).subspan(row * like_.columns.size(), like_.columns.size()));
  }
  dataset::Columns view() const { return table_.view(); }

 private:
  dataset::Columns like_;
  models::CellTable table_;
};

/// Features that may change: all but those whose column is marked personal or an identifier, and
/// those that only time changes; nobody is asked to be younger or to have come earlier.
std::vector<std::string> changeable(const study::Study& study,
                                    const std::vector<features::FeatureInfo>& infos) {
  std::vector<std::string> names;
  for (const auto& info : infos) {
    const auto* table = study.find(info.table);
    const bool is_personal =
        table != nullptr && std::ranges::any_of(info.columns, [&](const auto& name) {
          const auto* column = table->find(name);
          return column != nullptr && column->mark != study::Mark::None;
        });
    constexpr std::string_view kOfTime[] = {"days", "months", "years", "date", "calendar year"};
    const bool is_of_time = std::ranges::find(kOfTime, info.unit) != std::end(kOfTime);
    if (!is_personal && !is_of_time) names.push_back(info.name);
  }
  return names;
}

/// The likeliest row of a customer. Errors: kNoSuchCustomer.
Result<std::uint32_t> likeliest(const TodaysScores& scoring, const std::string& key) {
  const auto rows = rows_of(scoring.matrix, {key});
  if (rows.empty()) return Error{errors::kNoSuchCustomer, {{"key", key}}};
  return *std::ranges::max_element(rows, {},
                                   [&](auto row) { return scoring.scores.probability[row]; });
}

Result<CustomerStory::Against> compared(const FittedModel& model, const TodaysScores& scoring,
                                        const std::string& key, const std::string& other) {
  HOLDFAST_TRY(const auto a, likeliest(scoring, key));
  HOLDFAST_TRY(const auto b, likeliest(scoring, other));
  const std::size_t width = model.column_names.size() + 1;
  const std::span<const double> parts(scoring.scores.contributions);
  const auto columns = scoring.frame.view();
  const OneRow row_a(model, columns, a), row_b(model, columns, b);
  return CustomerStory::Against{
      .customer_key = other,
      .churn_probability = scoring.scores.probability[b],
      .raw_score_difference = scoring.scores.raw[a] - scoring.scores.raw[b],
      .differences = explanation::compare_customers(scoring.infos, row_a.view(), row_b.view(),
                                                    parts.subspan(a * width, width),
                                                    parts.subspan(b * width, width))};
}

/// The key that outputs show so: itself, unless it is masked. Errors: kSeveralMaskedAlike.
Result<std::string> written_key(const std::string& shown, const history::Store& store,
                                const exchange::KeyMask& mask) {
  if (!mask.masks || shown.find('*') == std::string::npos) return shown;
  std::string found;
  std::size_t count = 0;
  for (int b = 0; b < store.bucket_count(); ++b) {
    HOLDFAST_TRY(const auto bucket, store.read_bucket(b, {}));
    for (const auto& key : bucket.keys) {
      const auto masked = exchange::masked(key);
      if (masked != shown && !(shown.starts_with(masked + "~") && mask(key) == shown)) continue;
      found = key;
      ++count;
    }
  }
  if (count > 1) return Error{errors::kSeveralMaskedAlike, {{"key", shown}, {"count", count}}};
  return count == 1 ? found : shown;
}

void mask_keys(CustomerStory& story) {
  story.customer_key = exchange::masked(story.customer_key);
  for (auto& row : story.rows) row.contract_key = exchange::masked(row.contract_key);
  if (story.against) story.against->customer_key = exchange::masked(story.against->customer_key);
}

double target_of(const warning::Limits& limits, std::optional<double> wanted) {
  // Just below the lowest level that warns.
  return wanted.value_or(limits.yellow > 0 ? limits.yellow : 0.5);
}

}  // namespace

double CustomerStory::Row::rest_after(std::size_t count) const {
  double rest = raw_score - base;
  for (std::size_t i = 0; i < count; ++i) rest -= reasons[i].contribution;
  return rest;
}

Result<CustomerStory> explain(const study::Study& given, std::string_view customer_key,
                              const ExplainOptions& asked, Progress& progress) {
  const auto study = with_ready_made_rules(given);
  const Artifacts artifacts(study);
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto champion, artifacts.load_champion());
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  auto options = asked;
  HOLDFAST_TRY(const bool has_masks, masks_keys(study, false, {}));
  HOLDFAST_TRY(const auto mask, key_mask_of(study, store.manifest_number(), has_masks));
  HOLDFAST_TRY(const auto key, written_key(std::string(customer_key), store, mask));
  if (asked.against) {
    HOLDFAST_TRY(options.against, written_key(*asked.against, store, mask));
  }
  CustomerStory story{.customer_key = key,
                      .as_of = options.as_of.value_or(default_as_of(study, store)),
                      .rows = {}};
  Told told_of{.reasons_max = static_cast<int>(champion.model.column_names.size()),
               .customers = {story.customer_key}};
  if (options.against) told_of.customers.push_back(*options.against);
  HOLDFAST_TRY(const auto scoring, score_all(study, program, store, champion.model, story.as_of,
                                             told_of, progress));
  const auto columns = scoring.frame.view();
  HOLDFAST_TRY(const auto list,
               warning::raise_warnings(study, scoring.matrix, scoring.scores, champion.limits,
                                       scoring.reasons, story.as_of));
  const auto width = champion.model.column_names.size() + 1;
  for (const auto row : rows_of(scoring.matrix, {story.customer_key})) {
    CustomerStory::Row told{.contract_key = scoring.matrix.contract_keys[scoring.matrix.contract[row]],
                            .churn_probability = scoring.scores.probability[row],
                            .raw_score = scoring.scores.raw[row],
                            .base = scoring.scores.contributions[row * width + width - 1],
                            .value_cents = scoring.matrix.value_cents[row],
                            .expected_loss_cents = scoring.scores.expected_loss_cents[row],
                            .reasons = scoring.reasons[row]};
    const auto warned = std::ranges::find(list.warnings, row, &warning::Warning::row);
    if (warned != list.warnings.end()) {
      told.level = warned->level;
      told.raised_by = warned->raised_by;
      told.raised_by_text = warned->raised_by_text;
    }
    if (options.wants_contrasts) {
      const OneRow one(champion.model, columns, row);
      told.contrasts = explanation::contrasts_of(
          champion.model, scoring.infos, one.view(), columns,
          {.target = target_of(champion.limits, options.target),
           .changeable = changeable(study, scoring.infos)});
    }
    story.rows.push_back(std::move(told));
  }
  if (story.rows.empty()) return Error{errors::kNoSuchCustomer, {{"key", customer_key}}};
  if (options.against) {
    HOLDFAST_TRY(story.against, compared(champion.model, scoring, story.customer_key,
                                         *options.against));
  }
  // The log tells what was looked at, not who.
  HOLDFAST_TRY(const bool is_masked,
               masks_keys(study, options.reveals_keys, "explain of " + exchange::masked(story.customer_key)));
  if (is_masked) mask_keys(story);
  return story;
}

}  // namespace holdfast::run
