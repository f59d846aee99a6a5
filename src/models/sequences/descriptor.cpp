#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "models/parameters.hpp"
#include "models/pattern_task.hpp"
#include "pattern/sequences.hpp"

namespace holdfast::sequences {
namespace {

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "sequences",
    .kind = ModelKind::Pattern,
    .name = {"Sequential patterns", "序列模式"},
    .question = {"What do customers do or buy, and in which order?", "客户按什么顺序购买或行动?"},
    .source = "Pei et al. (2001), PrefixSpan, ICDE; limits as Zaki (2000), CIKM",
    .parameters =
        {{.name = "support_min", .kind = ParameterRow::Kind::Real, .min = 1e-7, .max = 1,
          .default_value = 0.02,
          .en = "Share of the customers who must go through a pattern.",
          .zh = "经历该序列的客户占比下限。"},
         {.name = "length_max", .kind = ParameterRow::Kind::Integer, .unit = "items", .min = 1,
          .max = 20, .default_value = std::int64_t{3},
          .en = "Items of a pattern, over all its events.", .zh = "一个序列最多包含的项目数。"},
         {.name = "gap_min", .kind = ParameterRow::Kind::Integer, .unit = "days", .min = 1, .max = 36500,
          .default_value = std::int64_t{1},
          .en = "Least days from one event to the next.", .zh = "相邻事件的最小间隔天数。"},
         {.name = "gap_max", .kind = ParameterRow::Kind::Integer, .unit = "days", .min = 0, .max = 36500,
          .default_value = std::int64_t{0},
          .en = "Most days from one event to the next; 0: any.", .zh = "相邻事件的最大间隔天数,0 表示不限。"},
         {.name = "window_max", .kind = ParameterRow::Kind::Integer, .unit = "days", .min = 0,
          .max = 36500, .default_value = std::int64_t{0},
          .en = "Most days from the first event to the last; 0: any.",
          .zh = "首尾事件的最大跨度天数,0 表示不限。"},
         {.name = "patterns_max", .kind = ParameterRow::Kind::Integer, .unit = "patterns", .min = 1,
          .max = 1e6, .default_value = std::int64_t{100000},
          .en = "More patterns than this are an error: raise the support.",
          .zh = "序列超过此数即报错,请提高支持度。"}},
    .fit_pattern = fit_pattern};

namespace {

using Events = std::vector<std::vector<std::uint32_t>>;

// Confidence and lift of the last event; every beginning and every event of a frequent pattern is
// frequent itself. Under a limit on the window too, as a beginning is never longer than the whole.
void add_confidence(forms::SequencePatterns& form) {
  std::map<Events, std::uint64_t> counts;
  for (const auto& pattern : form.patterns) counts.emplace(pattern.events, pattern.count);
  for (auto& pattern : form.patterns) {
    if (pattern.events.size() < 2) continue;
    const auto before = counts.find({pattern.events.begin(), pattern.events.end() - 1});
    const auto last = counts.find({pattern.events.back()});
    if (before == counts.end() || last == counts.end()) continue;
    pattern.confidence =
        static_cast<double>(pattern.count) / static_cast<double>(before->second);
    pattern.lift = *pattern.confidence * static_cast<double>(form.sequences) /
                   static_cast<double>(last->second);
  }
}

std::string words_of(const Events& events, const std::vector<std::string>& items) {
  std::string text;
  for (const auto& event : events) {
    if (!text.empty()) text += " → ";
    for (std::size_t i = 0; i < event.size(); ++i) {
      if (i > 0) text += " + ";
      text += items[event[i]];
    }
  }
  return text;
}

ReportTable patterns_table(const forms::SequencePatterns& form) {
  ReportTable table{.id = "patterns",
                    .title = {"What follows what", "先后顺序"},
                    .columns = {"pattern", "customers", "support", "confidence", "lift"},
                    .headers = {{"in this order", "依次发生"},
                                {"customers", "客户数"},
                                {"of all customers", "占全部客户"},
                                {"of those who came as far as the last step", "占走到最后一步之前者"},
                                {"times as often as among all", "相对全部客户的倍数"}}};
  std::vector<const forms::SequencePatterns::Pattern*> order;
  for (const auto& pattern : form.patterns) {
    if (pattern.lift) order.push_back(&pattern);
  }
  std::ranges::stable_sort(order, std::ranges::greater{}, [](const auto* p) { return p->count; });
  if (order.size() > 200) order.resize(200);
  for (const auto* pattern : order) {
    table.rows.push_back({words_of(pattern->events, form.items), static_cast<double>(pattern->count),
                          static_cast<double>(pattern->count) / static_cast<double>(form.sequences),
                          *pattern->confidence, *pattern->lift});
  }
  return table;
}

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  progress.begin(descriptor.name, 1);
  const auto limit = [&](std::string_view name) -> std::optional<std::int64_t> {
    const auto days = models::integer(parameters, name);
    return days > 0 ? std::optional(days) : std::nullopt;
  };
  forms::SequencePatterns form{.items = task.items,
                               .support_min = models::real(parameters, "support_min")};
  const pattern::Sequences rows{task.item, task.day, task.starts};
  HOLDFAST_TRY(
      auto patterns,
      pattern::sequential_patterns(
          rows, {.support_min = form.support_min,
                 .length_max = static_cast<std::size_t>(models::integer(parameters, "length_max")),
                 .gap_min = models::integer(parameters, "gap_min"),
                 .gap_max = limit("gap_max"),
                 .window_max = limit("window_max"),
                 .patterns_max =
                     static_cast<std::size_t>(models::integer(parameters, "patterns_max"))}));
  form.sequences = rows.size();
  for (auto& found : patterns) form.patterns.push_back({std::move(found.events), found.count, {}, {}});
  add_confidence(form);
  FittedModel model;
  model.kind = ModelKind::Pattern;
  model.model_id = descriptor.id;
  model.parameters = parameters;
  model.seed = task.seed;
  model.tables.push_back(patterns_table(form));
  model.form = std::move(form);
  progress.advance(1);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::sequences
