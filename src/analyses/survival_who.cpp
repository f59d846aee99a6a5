#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analyses/category_words.hpp"
#include "analyses/figures.hpp"
#include "analyses/survival_say.hpp"
#include "explanation/reasons.hpp"
#include "survival/competing.hpp"
#include "survival/curves.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kGroupsMax = 8;
constexpr std::size_t kGroupRowsMin = 30;

const features::FeatureInfo* feature_of(const features::FeatureMatrix& matrix, std::string_view name) {
  for (const auto& feature : matrix.features) {
    if (feature.name == name) return &feature;
  }
  return nullptr;
}

/// Customers once each, by the values of one category.
struct Grouping {
  std::size_t feature = 0;
  std::vector<std::uint32_t> rows;
  std::vector<std::int32_t> group;      // [rows] code.
  std::vector<std::uint32_t> codes;     // Large enough ones, most rows first.
  survival::GroupTest test;
  double strength = 0;                  // (χ² − df) / √(2 df): how far beyond chance.
};

std::optional<Grouping> grouping_of(const FollowedRows& rows, std::size_t feature) {
  const auto& column = rows.data.matrix.columns[feature];
  if (column.codes.empty()) return std::nullopt;
  Grouping found{.feature = feature};
  std::vector<std::size_t> counts(column.categories.size());
  const auto once = rows.one_each();
  for (const auto r : once) {
    if (column.valid[r] != 0) ++counts[column.codes[r]];
  }
  for (std::uint32_t k = 0; k < counts.size(); ++k) {
    if (counts[k] >= kGroupRowsMin) found.codes.push_back(k);
  }
  std::ranges::stable_sort(found.codes, std::greater<>(), [&](std::uint32_t k) { return counts[k]; });
  if (found.codes.size() > kGroupsMax) found.codes.resize(kGroupsMax);
  if (found.codes.size() < 2) return std::nullopt;
  std::vector<double> duration;
  std::vector<std::uint8_t> event;
  for (const auto r : once) {
    if (column.valid[r] == 0 || std::ranges::find(found.codes, column.codes[r]) == found.codes.end()) continue;
    found.rows.push_back(r);
    found.group.push_back(static_cast<std::int32_t>(column.codes[r]));
    duration.push_back(rows.duration[r]);
    event.push_back(rows.exit[r] > 0 ? 1 : 0);
  }
  auto test = survival::compare_groups({{}, duration, event, {}, {}}, found.group);
  if (!test.ok()) return std::nullopt;
  found.test = std::move(*test);
  found.strength = (found.test.chi_squared - found.test.degrees) / std::sqrt(2.0 * found.test.degrees);
  return found;
}

/// The feature the study names, or the category that parts customers most.
std::optional<Grouping> strongest(const FollowedRows& rows, const std::string& by) {
  std::optional<Grouping> best;
  const auto& features = rows.data.matrix.features;
  for (std::size_t f = 0; f < features.size(); ++f) {
    const bool is_modelled =
        std::ranges::find(rows.data.modelled, static_cast<std::uint32_t>(f)) != rows.data.modelled.end();
    if (by.empty() ? !is_modelled : !is_named(features[f], by)) continue;
    auto one = grouping_of(rows, f);
    if (one && (!best || one->strength > best->strength)) best = std::move(one);
  }
  if (best && by.empty() && best->test.p_value > 0.05) return std::nullopt;
  return best;
}

std::string p_words(double p) { return (p < 0.001 ? "p " : "p = ") + p_value(p); }

/// The rows of one group.
struct Member {
  std::vector<double> duration;
  std::vector<std::uint8_t> exit;

  Member(const FollowedRows& rows, const Grouping& groups, std::optional<std::uint32_t> code) {
    for (std::size_t i = 0; i < groups.rows.size(); ++i) {
      if (code && groups.group[i] != static_cast<std::int32_t>(*code)) continue;
      duration.push_back(rows.duration[groups.rows[i]]);
      exit.push_back(rows.exit[groups.rows[i]]);
    }
  }
  survival::Spells spells() const { return {{}, duration, exit, {}, {}}; }
};

/// One group as far as enough of it are watched, and how many have left by the last time judged.
struct GroupLine {
  std::vector<double> time, share;
  double left = 0;
};

/// A line of the chart for each group; groups by how many of them have left, fewest first.
template <typename LineOf>
std::vector<std::pair<double, std::uint32_t>> draw_groups(const SurvivalFindings& found, const Grouping& groups,
                                                          const CategoryWords& said, double at_beginning,
                                                          const LineOf& line_of, LineChart& chart) {
  std::vector<std::pair<double, std::uint32_t>> left;
  for (const auto code : groups.codes) {
    const std::optional<GroupLine> line = line_of(Member(found.rows, groups, code));
    if (!line) continue;
    LineChart::Series series{.name = said.levels[code], .is_step = true};
    series.x.push_back(0), series.y.push_back(at_beginning);
    const auto every = std::max<std::size_t>(1, line->time.size() / 200);
    for (std::size_t k = 0; k < line->time.size(); k += every) {
      series.x.push_back(line->time[k] / found.rows.unit.days), series.y.push_back(line->share[k]);
    }
    chart.series.push_back(std::move(series));
    left.emplace_back(line->left, code);
  }
  std::ranges::sort(left);
  return left;
}

CategoryWords words_of(const SurvivalFindings& found, const Grouping& groups) {
  const auto& matrix = found.rows.data.matrix;
  return category_words(found.inputs.words_of(matrix.features[groups.feature]), matrix.columns[groups.feature].categories);
}

void say_groups(const SurvivalFindings& found, const Grouping& groups, Section& section,
                std::vector<Text>& findings) {
  const auto said = words_of(found, groups);
  const Text& words = said.label;
  LineChart chart{.id = "groups",
                  .title = {"Still there, by " + words.en, "按 " + words.zh + " 分组的留存"},
                  .remark = {fmt::format("log-rank test: {}", p_words(groups.test.p_value)),
                             fmt::format("对数秩检验:{}", p_words(groups.test.p_value))},
                  .x_label = time_label(found.rows),
                  .y_label = {"still there", "仍在"},
                  .x_format = Format::Count,
                  .y_format = Format::Share};
  const double last = found.times.days.back();
  const auto staying = [&](const Member& own) -> std::optional<GroupLine> {
    const auto curve = survival::survival_curve(own.spells());
    if (!curve.ok()) return std::nullopt;
    const auto end = static_cast<std::ptrdiff_t>(drawn_points(*curve));
    return GroupLine{{curve->time.begin(), curve->time.begin() + end},
                     {curve->survival.begin(), curve->survival.begin() + end},
                     1 - curve->survival_at(last)};
  };
  const auto left = draw_groups(found, groups, said, 1, staying, chart);
  section.blocks.emplace_back(std::move(chart));
  if (left.size() < 2) return;
  const Text span = found.rows.unit.span(last);
  const Text& most = said.levels[left.back().second];
  const Text& least = said.levels[left.front().second];
  findings.push_back(
      {fmt::format("By {}: within {} {} of “{}” leave and {} of “{}” ({}).", words.en, span.en,
                   percent(left.back().first), most.en, percent(left.front().first), least.en, p_words(groups.test.p_value)),
       fmt::format("按 {}:{}内“{}”离开 {},“{}”离开 {}({})。", words.zh, span.zh, most.zh,
                   percent(left.back().first), least.zh, percent(left.front().first), p_words(groups.test.p_value))});
}

/// Where customers leave in several ways: the first of them by group, the others competing.
void say_first_exit(const SurvivalFindings& found, const Grouping& groups, Section& section,
                    std::vector<Text>& findings) {
  constexpr std::uint8_t kFirst = 1;
  if (found.rows.exits.size() < 2) return;
  const Member all(found.rows, groups, std::nullopt);
  const auto test = survival::compare_incidence(all.spells(), kFirst, groups.group);
  if (!test.ok() || !std::isfinite(test->p_value)) return;
  const auto said = words_of(found, groups);
  const Text& exit = found.rows.exits.front().label;
  const auto p = p_words(test->p_value);
  LineChart chart{.id = "groups_first_exit",
                  .title = {fmt::format("Have left ({}), by {}", exit.en, said.label.en),
                            fmt::format("累计离开({}),按 {} 分组", exit.zh, said.label.zh)},
                  .remark = {fmt::format("the other ways compete; Gray's test: {}", p),
                             fmt::format("各离开方式相互竞争;Gray 检验:{}", p)},
                  .x_label = time_label(found.rows),
                  .y_label = {"have left", "已离开"},
                  .x_format = Format::Count,
                  .y_format = Format::Share};
  const double last = found.times.days.back();
  const auto leaving = [&](const Member& own) -> std::optional<GroupLine> {
    const auto staying = survival::survival_curve(own.spells());
    const auto exits = survival::competing_curves(own.spells());
    if (!staying.ok() || !exits.ok()) return std::nullopt;
    const auto at = std::ranges::find(exits->exits, kFirst, &survival::CompetingCurves::Exit::event);
    const auto e = static_cast<std::size_t>(at - exits->exits.begin());
    const auto share = [&](double time) { return e < exits->exits.size() ? exits->probability_at(e, time) : 0; };
    GroupLine line{.left = share(last)};
    const auto points = drawn_points(*staying);
    for (std::size_t k = 0; k < points; ++k) {
      line.time.push_back(staying->time[k]), line.share.push_back(share(staying->time[k]));
    }
    return line;
  };
  const auto left = draw_groups(found, groups, said, 0, leaving, chart);
  section.blocks.emplace_back(std::move(chart));
  if (left.size() < 2) return;
  const Text span = found.rows.unit.span(last);
  const Text& most = said.levels[left.back().second];
  const Text& least = said.levels[left.front().second];
  findings.push_back({fmt::format("Of these, {} alone: {} of “{}” and {} of “{}” within {} (Gray's test: {}).", exit.en,
                                  percent(left.back().first), most.en, percent(left.front().first), least.en, span.en, p),
                      fmt::format("其中仅“{}”:{}内“{}”{},“{}”{}(Gray 检验:{})。", exit.zh, span.zh, most.zh,
                                  percent(left.back().first), least.zh, percent(left.front().first), p)});
}

/// The category that has no term of its own, against which the others of a column stand.
std::string baseline_of(const FittedModel& model, const std::string& column) {
  const auto at = std::ranges::find(model.column_names, column) - model.column_names.begin();
  std::vector<std::string> left = model.categories[static_cast<std::size_t>(at)];
  const auto for_terms = [&](const auto& body) {
    for (const auto& term : model.preparation.terms) {
      if (term.column == column && term.kind == dataset::Term::Kind::Indicator) body(term);
    }
  };
  for_terms([&](const dataset::Term& term) {
    if (term.takes_unknown) left = term.known;  // The rest is "other".
  });
  for_terms([&](const dataset::Term& term) {
    for (const auto& category : term.categories) std::erase(left, category);
  });
  // Kept for values that training has not seen; where it has, they have a term.
  if (left.size() > 1) std::erase(left, "(other)");
  return left.size() == 1 ? left[0] : std::string();
}

/// A term in words: the feature's, with the category or the size of the step.
Text term_words(const SurvivalFindings& found, const FittedModel& model, const std::string& name) {
  for (const auto& term : model.preparation.terms) {
    if (term.name != name) continue;
    const auto* feature = feature_of(found.rows.data.matrix, term.column);
    if (feature == nullptr) break;
    const auto at = std::ranges::find(model.column_names, term.column) - model.column_names.begin();
    const auto& categories = model.categories[static_cast<std::size_t>(at)];
    const auto said = category_words(found.inputs.words_of(*feature), categories);
    const auto& words = said.label;
    const auto level = [&](const std::string& category) {
      const auto place = std::ranges::find(categories, category);
      return place == categories.end() ? Text{category, category}
                                       : said.levels[static_cast<std::size_t>(place - categories.begin())];
    };
    switch (term.kind) {
      case dataset::Term::Kind::Missing:
        return {words.en + ": not known", words.zh + ":未知"};
      case dataset::Term::Kind::Indicator: {
        const auto equals = name.find('=');
        const Text value = level(equals == std::string::npos ? name : name.substr(equals + 1));
        const auto other = baseline_of(model, term.column);
        if (other.empty()) return {words.en + ": " + value.en, words.zh + ":" + value.zh};
        const Text against = level(other);
        return {words.en + ": " + value.en + ", against " + against.en,
                words.zh + ":" + value.zh + ",相对 " + against.zh};
      }
      default: {
        const Text step = explanation::value_in_words(*feature, term.scale);
        return {words.en + " (+" + step.en + ")", words.zh + "(+" + step.zh + ")"};
      }
    }
  }
  return {name, name};
}

/// The column a term is made of.
std::string column_of(const FittedModel& model, const std::string& name) {
  const auto term = std::ranges::find(model.preparation.terms, name, &dataset::Term::name);
  return term == model.preparation.terms.end() ? name : term->column;
}

const Text& exit_label(const FollowedRows& rows, const std::string& id) {
  for (const auto& exit : rows.exits) {
    if (exit.id == id) return exit.label;
  }
  return rows.exits.front().label;
}

bool is_churn(const FollowedRows& rows, const std::string& id) {
  const auto exit = std::ranges::find(rows.exits, id, &ExitName::id);
  return exit != rows.exits.end() && exit->is_churn;
}

/// The model's table of factors with everybody's words; a bar chart of the main exit's strongest.
void say_factors(const SurvivalFindings& found, const FittedModel& model, Section& section,
                 std::vector<Text>& findings) {
  const auto given = std::ranges::find(model.tables, "hazard_ratios", &ReportTable::id);
  if (given == model.tables.end()) return;
  const bool has_intervals = given->columns.size() > 4;
  Table table{.id = "hazard_ratios",
              .title = {"What makes customers leave sooner or later", "哪些因素使客户更早或更晚离开"},
              .remark = {"2.0: at any time twice as many leave; numbers for one standard deviation more, as the "
                         "brackets say; others for having it",
                         "2.0 表示任一时刻离开的速率加倍;数值变量按括号中的一个标准差计,其余按具备该特征计"},
              .columns = {{"exit", {"exit", "离开方式"}, Format::Number, {}},
                          {"factor", {"factor", "因素"}, Format::Number, {}},
                          {"hazard_ratio", {"hazard ratio", "风险比"}, Format::Factor, {}}}};
  if (has_intervals) {
    table.columns.push_back({"lower", {"from (95 %)", "下限(95%)"}, Format::Factor, {}});
    table.columns.push_back({"upper", {"to (95 %)", "上限(95%)"}, Format::Factor, {}});
    table.columns.push_back({"p", {"p", "p 值"}, Format::PValue, {}});
  }
  BarChart chart{.id = "strongest_factors",
                 .title = {"The strongest factors", "影响最大的因素"},
                 .remark = {"natural logarithm of the hazard ratio: to the right they leave sooner",
                            "风险比的自然对数:向右表示更早离开"},
                 .format = Format::Number};
  struct Sure {
    double strength;  // |z|.
    std::string column;
    Text words;
  };
  std::vector<Sure> sure;
  for (const auto& row : given->rows) {
    const auto& exit = std::get<std::string>(row[0]);
    const Text words = term_words(found, model, std::get<std::string>(row[1]));
    const double ratio = std::get<double>(row[3]);
    std::vector<Cell> cells = {exit_label(found.rows, exit), words, ratio};
    if (has_intervals) {
      const double lower = std::get<double>(row[4]);
      const double upper = std::get<double>(row[5]);
      const double p = std::get<double>(row[8]);
      cells.insert(cells.end(), {lower, upper, p});
      if (p < 0.01 && is_churn(found.rows, exit)) {
        sure.push_back({std::abs(std::get<double>(row[6]) / std::get<double>(row[7])), column_of(model, std::get<std::string>(row[1])),
                        Text{fmt::format("{} ({}): {:.2f} times the rate ({:.2f}–{:.2f})", words.en,
                                           exit_label(found.rows, exit).en, ratio, lower, upper),
                               fmt::format("{}({}):离开速率为 {:.2f} 倍({:.2f}–{:.2f})", words.zh,
                                           exit_label(found.rows, exit).zh, ratio, lower, upper)}});
      }
    }
    if (exit == found.rows.exits.front().id && chart.bars.size() < 15) {
      BarChart::Bar bar{words, std::log(ratio), {}, {}};
      if (has_intervals) {
        bar.lower = std::log(std::get<double>(row[4]));
        bar.upper = std::log(std::get<double>(row[5]));
      }
      chart.bars.push_back(std::move(bar));
    }
    table.rows.push_back(std::move(cells));
  }
  if (found.rows.exits.size() > 1) {
    const auto& label = found.rows.exits.front().label;
    chart.title = {"The strongest factors: " + label.en, "影响最大的因素:" + label.zh};
  }
  section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(std::move(table));
  std::ranges::stable_sort(sure, std::greater<>(), &Sure::strength);
  const auto second = std::ranges::find_if(sure, [&](const Sure& one) { return one.column != sure[0].column; });
  if (sure.empty() || second == sure.end()) return;
  findings.push_back({fmt::format("What matters most: {}; {}.", sure[0].words.en, second->words.en),
                      fmt::format("影响最大的因素:{};{}。", sure[0].words.zh, second->words.zh)});
}

/// The test of proportional hazards in words: which effects are means over time.
Text changing_in_words(const std::vector<Text>& changing) {
  if (changing.empty()) {
    return {"No effect was found to change with time: a ratio holds early as well as late (test of proportional hazards).",
            "未发现随时间变化的影响:风险比在前后期均适用(比例风险检验)。"};
  }
  constexpr std::size_t kNamed = 3;
  Text named;
  for (std::size_t k = 0; k < std::min(kNamed, changing.size()); ++k) {
    named.en += (k == 0 ? "" : "; ") + changing[k].en;
    named.zh += (k == 0 ? "" : ";") + changing[k].zh;
  }
  const bool has_more = changing.size() > kNamed;
  return {fmt::format("The effect of {} changes with time: read {} as a mean over it (test of proportional hazards).",
                      named.en + (has_more ? fmt::format(" and {} more", changing.size() - kNamed) : ""),
                      changing.size() == 1 ? "its ratio" : "their ratios"),
          fmt::format("{} 的影响随时间变化,其风险比应理解为时间平均(比例风险检验)。",
                      named.zh + (has_more ? fmt::format(" 等 {} 个因素", changing.size()) : ""))};
}

void say_over_time(const SurvivalFindings& found, const FittedModel& model, Section& section,
                   std::vector<Text>& findings) {
  const auto given = std::ranges::find(model.tables, "proportional_hazards", &ReportTable::id);
  if (given == model.tables.end() || given->rows.empty()) return;
  Table table{.id = "proportional_hazards",
              .title = given->title,
              .remark = {"A small p: the effect is not the same early and late, and the ratio above is a mean over "
                         "time. With many customers even small changes show.",
                         "p 值小表示影响在前后期不同,上表为其时间平均;客户很多时,细微变化也会显著。"},
              .columns = {{"exit", {"exit", "离开方式"}, Format::Number, {}},
                          {"factor", {"factor", "因素"}, Format::Number, {}},
                          {"chi_squared", {"chi-squared", "卡方"}, Format::Number, {}},
                          {"p", {"p", "p 值"}, Format::PValue, {}}},
              .rows_shown = 12};
  for (const auto& row : given->rows) {
    const auto& name = std::get<std::string>(row[1]);
    const Text words = name == "*" ? Text{"all together", "合计"} : term_words(found, model, name);
    table.rows.push_back({exit_label(found.rows, std::get<std::string>(row[0])), words, row[2].index() == 1 ? std::get<double>(row[2]) : 0,
                          std::get<double>(row[4])});
  }
  std::ranges::stable_sort(table.rows, {}, [](const auto& row) { return std::get<double>(row[3]); });
  // So many are asked that one in twenty would be found by chance.
  const double rare = 0.05 / static_cast<double>(given->rows.size());
  std::vector<Text> changing, together;
  auto rows = given->rows;
  std::ranges::stable_sort(rows, std::greater<>(), [](const auto& row) { return std::get<double>(row[2]); });
  for (const auto& row : rows) {
    const auto& exit = std::get<std::string>(row[0]);
    const auto& name = std::get<std::string>(row[1]);
    if (!(std::get<double>(row[4]) < rare)) continue;
    const Text words = name == "*" ? Text{"all factors together", "全部因素合计"} : term_words(found, model, name);
    const auto& label = exit_label(found.rows, exit);
    auto& list = name == "*" ? together : changing;
    list.push_back(found.rows.exits.size() > 1 ? Text{words.en + " (" + label.en + ")", words.zh + "(" + label.zh + ")"}
                                               : words);
  }
  findings.push_back(changing_in_words(changing.empty() ? together : changing));
  section.blocks.emplace_back(std::move(table));
}

/// Factors the model goes without, and which one says the same.
void say_left_out(const SurvivalFindings& found, const FittedModel& model, Section& section) {
  const auto given = std::ranges::find(model.tables, "left_out", &ReportTable::id);
  if (given == model.tables.end()) return;
  Table table{.id = "left_out",
              .title = given->title,
              .remark = {"Nothing is lost for predictions; a ratio for each of two that say the same would say nothing.",
                         "不影响预测;两个几乎重复的因素各自的风险比没有意义。"},
              .columns = {{"exit", {"exit", "离开方式"}, Format::Number, {}},
                          {"factor", {"factor", "因素"}, Format::Number, {}},
                          {"said_by", {"most like it", "最相近的因素"}, Format::Number, {}},
                          {"explained", {"share the others say", "其他因素已解释的比例"}, Format::Share, {}}},
              .rows_shown = 12};
  for (const auto& row : given->rows) {
    const auto& by = std::get<std::string>(row[2]);
    table.rows.push_back({exit_label(found.rows, std::get<std::string>(row[0])),
                          term_words(found, model, std::get<std::string>(row[1])),
                          by.empty() ? Text{"several together", "多个因素合起来"} : term_words(found, model, by),
                          std::get<double>(row[3])});
  }
  section.blocks.emplace_back(std::move(table));
}

}  // namespace

Section say_who(const SurvivalFindings& found, std::vector<Text>& findings) {
  Section section{.id = "who", .title = {"Who leaves sooner", "谁更早离开"}};
  if (const auto groups = strongest(found.rows, found.spec.by)) {
    say_groups(found, *groups, section, findings);
    say_first_exit(found, *groups, section, findings);
  } else if (const auto& by = found.spec.by; !by.empty()) {
    section.lead = {fmt::format("No curves by {}: they need two groups of {} customers or more.", by, kGroupRowsMin),
                    fmt::format("未按 {} 绘制曲线:需要至少两个 {} 人以上的组。", by, kGroupRowsMin)};
  }
  for (const auto& judged : found.models) {
    if (judged.model.tables.empty() || judged.model.tables.front().id != "hazard_ratios") continue;
    say_factors(found, judged.model, section, findings);
    say_over_time(found, judged.model, section, findings);
    say_left_out(found, judged.model, section);
    break;
  }
  return section;
}

}  // namespace holdfast::analyses
