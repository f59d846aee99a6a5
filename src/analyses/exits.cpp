// By which exit each customer leaves: models of several classes over stayed and every kind of exit.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/errors.hpp"
#include "analyses/exits_rows.hpp"
#include "core/text.hpp"
#include "evaluation/evaluation.hpp"
#include "models/task.hpp"

namespace holdfast::analyses {
namespace {

constexpr std::size_t kRowsExplainedMax = 1500;
constexpr std::size_t kInputsShown = 12;

/// One model's answers on the test rows.
struct Judged {
  FittedModel model;
  Text name;
  std::vector<double> p;                            // [test x classes]
  double log_loss = 0, accuracy = 0;
  std::vector<evaluation::Interval> auc;            // [classes] each against all others.
};

std::vector<std::uint8_t> classes_of(const ExitRows& rows, const std::vector<std::uint32_t>& of) {
  std::vector<std::uint8_t> y;
  for (const auto row : of) y.push_back(rows.class_of[row]);
  return y;
}

/// The usual two, and those of the study's models that tell several classes apart. Hundreds of features
/// against a few leavers of a kind ask for a penalty.
std::vector<study::ModelSpec> specs_of(const study::Study& study) {
  constexpr double kRidge = 30;
  std::vector<study::ModelSpec> specs = {{.id = "forest"}, {.id = "multinomial", .parameters = {{"ridge", kRidge}}}};
  for (const auto& spec : study.models.compare) {
    const auto usual = std::ranges::find(specs, spec.id, &study::ModelSpec::id);
    if (usual != specs.end()) {
      if (!spec.parameters.empty()) *usual = spec;
      continue;
    }
    for (const auto* able : {"naive_bayes", "c45", "c50", "cart", "chaid", "quest", "network", "bayesian_network"}) {
      if (spec.id == able) specs.push_back(spec);
    }
  }
  return specs;
}

void judge(Judged& judged, const std::vector<std::uint8_t>& y, std::size_t classes) {
  constexpr double kLeast = 1e-6;
  double loss = 0, right = 0;
  for (std::size_t r = 0; r < y.size(); ++r) {
    const auto row = std::span(judged.p).subspan(r * classes, classes);
    loss -= std::log(std::max(kLeast, row[y[r]]));
    right += std::ranges::max_element(row) - row.begin() == y[r] ? 1 : 0;
  }
  judged.log_loss = loss / static_cast<double>(y.size());
  judged.accuracy = right / static_cast<double>(y.size());
  for (std::size_t k = 0; k < classes; ++k) {
    std::vector<double> p(y.size());
    std::vector<std::uint8_t> is(y.size());
    for (std::size_t r = 0; r < y.size(); ++r) p[r] = judged.p[r * classes + k], is[r] = y[r] == k;
    const bool has_both = std::ranges::find(is, 1) != is.end() && std::ranges::find(is, 0) != is.end();
    judged.auc.push_back(has_both ? evaluation::auc_delong({.probability = p, .y = is})
                                  : evaluation::Interval{NAN, NAN, NAN});
  }
}

Result<std::vector<Judged>> fit_all(const study::Study& study, const dataset::Dataset& data,
                                    const ExitRows& rows, std::vector<Text>& notes, Progress& progress) {
  const auto train = dataset::Frame::gather(data, rows.train);
  const auto tuning = dataset::Frame::gather(data, rows.tuning);
  const auto test = dataset::Frame::gather(data, rows.test);
  const auto y = classes_of(rows, rows.train), tuning_y = classes_of(rows, rows.tuning);
  std::vector<Judged> all;
  for (const auto& spec : specs_of(study)) {
    HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
    HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, spec.parameters));
    const ClassifierTask task{.train = train.view(), .y = y, .weight = train.weight(), .group = train.group(),
                              .validation = tuning.view(), .validation_y = tuning_y,
                              .validation_weight = tuning.weight(), .classes = rows.classes,
                              .costs = {}, .seed = study.seed};
    auto model = descriptor->fit_classifier(task, parameters, progress);
    if (!model.ok()) {
      notes.push_back({render(model.error(), Language::En), render(model.error(), Language::Zh)});
      continue;
    }
    Judged judged{.model = std::move(*model), .name = descriptor->name};
    judged.p = predict_classes(judged.model, test.view());
    judge(judged, classes_of(rows, rows.test), rows.classes.size());
    judged.model.model_id = spec.id + "_exits";
    all.push_back(std::move(judged));
  }
  if (all.empty()) {
    return Error{errors::kNothingThere, {{"analysis", "exits"}, {"what", "no model could be fitted (模型均未能拟合)"}}};
  }
  return all;
}

Table exits_table(const ExitRows& rows, const std::vector<Judged>& models) {
  Table table{.id = "exits", .title = {"Kinds of exit", "离开类别"},
              .remark = {"AUC: this kind against all others, on test rows, with 95 % interval.",
                         "AUC：该类别对其余全部，测试样本，括号内为 95% 置信区间。"},
              .columns = {{.id = "exit", .header = {"Exit", "类别"}},
                          {.id = "rows", .header = {"Rows", "样本数"}, .format = Format::Count},
                          {.id = "share", .header = {"Share", "占比"}, .format = Format::Share}}};
  for (const auto& one : models) {
    table.columns.push_back({.id = "auc_" + one.model.model_id,
                             .header = {"AUC, " + one.name.en, "AUC，" + one.name.zh}});
  }
  const auto total = std::accumulate(rows.counts.begin(), rows.counts.end(), std::int64_t{0});
  for (std::size_t k = 0; k < rows.classes.size(); ++k) {
    std::vector<Cell> row = {rows.names[k], static_cast<double>(rows.counts[k]),
                             static_cast<double>(rows.counts[k]) / static_cast<double>(total)};
    for (const auto& one : models) {
      const auto& auc = one.auc[k];
      if (!std::isfinite(auc.estimate)) row.emplace_back(std::monostate{});
      else {
        const auto text = fmt::format("{:.3f} ({:.3f} – {:.3f})", auc.estimate, auc.lower, auc.upper);
        row.emplace_back(Text{text, text});
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Of the rows of each true class, how many are given to which: by the likeliest exit of those who
/// left, since most customers stay whatever their exit would be.
HeatMap confusion_map(const ExitRows& rows, const Judged& best) {
  const std::size_t classes = rows.classes.size();
  HeatMap map{.id = "confusion", .title = {"True exit and the likeliest one", "真实离开类别与模型判断"},
              .remark = {"Of the test customers who left: share of each true kind (rows) by the kind the model "
                         "holds likeliest, were they to leave (columns).",
                         "测试样本中已离开的客户：每一真实类别（行）中，模型认为最可能的类别（列）的占比。"},
              .rows = {}, .columns = {}, .values = {}, .format = Format::Share};
  map.rows.assign(rows.names.begin() + 1, rows.names.end());
  map.columns = map.rows;
  map.values.assign(classes - 1, std::vector<double>(classes - 1, 0.0));
  const auto y = classes_of(rows, rows.test);
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (y[r] == 0) continue;
    const auto p = std::span(best.p).subspan(r * classes + 1, classes - 1);
    ++map.values[y[r] - 1U][static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())];
  }
  for (auto& row : map.values) {
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& value : row) value = total > 0 ? value / total : NAN;
  }
  return map;
}

/// Which inputs speak for which exit: mean size of the contributions to each exit's score.
HeatMap inputs_map(const Inputs& inputs, const dataset::Dataset& data, const ExitRows& rows, const Judged& best) {
  std::vector<std::uint32_t> some;
  const auto step = std::max<std::size_t>(1, rows.test.size() / kRowsExplainedMax);
  for (std::size_t i = 0; i < rows.test.size(); i += step) some.push_back(rows.test[i]);
  const auto frame = dataset::Frame::gather(data, some);
  const std::size_t columns = best.model.column_names.size(), exits = rows.classes.size() - 1;
  const std::size_t first = outputs_count(best.model) == exits ? 0 : 1;   // Logits leave the first out.
  std::vector<std::vector<double>> strength(columns, std::vector<double>(exits, 0.0));
  for (std::size_t k = 0; k < exits; ++k) {
    const auto parts = contributions(best.model, frame.view(), k + first);
    for (std::size_t r = 0; r < some.size(); ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        strength[c][k] += std::abs(parts[r * (columns + 1) + c]) / static_cast<double>(some.size());
      }
    }
  }
  for (std::size_t k = 0; k < exits; ++k) {
    double total = 0;
    for (std::size_t c = 0; c < columns; ++c) total += strength[c][k];
    for (std::size_t c = 0; c < columns; ++c) strength[c][k] /= total > 0 ? total : 1;
  }
  std::vector<std::size_t> order(columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto strongest = [&](std::size_t c) { return *std::ranges::max_element(strength[c]); };
  std::ranges::stable_sort(order, std::greater{}, strongest);
  HeatMap map{.id = "inputs", .title = {"What speaks for which exit", "哪些因素指向哪种离开"},
              .remark = {"Share of an input in all that moves the score of an exit, strongest inputs first.",
                         "各输入在影响该离开评分的全部因素中所占比例，由强到弱。"},
              .rows = {}, .columns = {rows.names.begin() + 1, rows.names.end()}, .values = {},
              .format = Format::Share};
  for (std::size_t i = 0; i < std::min(kInputsShown, columns); ++i) {
    const auto& name = best.model.column_names[order[i]];
    const auto info = std::ranges::find(data.matrix.features, name, &features::FeatureInfo::name);
    map.rows.push_back(info == data.matrix.features.end() ? Text{name, name} : inputs.words_of(*info));
    map.values.push_back(strength[order[i]]);
  }
  return map;
}

Table models_table(const std::vector<Judged>& models, double base_accuracy) {
  Table table{.id = "models", .title = {"Models", "模型"},
              .remark = {fmt::format("Calling everybody the most frequent class is right in {:.1f} %.", 100 * base_accuracy),
                         fmt::format("全部判为最常见类别的正确率为 {:.1f}%。", 100 * base_accuracy)},
              .columns = {{.id = "model", .header = {"Model", "模型"}},
                          {.id = "log_loss", .header = {"Log loss", "对数损失"}},
                          {.id = "accuracy", .header = {"Accuracy", "正确率"}, .format = Format::Share}}};
  for (const auto& one : models) table.rows.push_back({one.name, one.log_loss, one.accuracy});
  return table;
}

Result<CustomerColumns> todays_exits(const Inputs& inputs, const ExitRows& rows, const Judged& best,
                                     Progress& progress) {
  HOLDFAST_TRY(const auto* today, inputs.today(progress));
  HOLDFAST_TRY(const auto frame, dataset::Frame::align(*today, best.model.column_names, best.model.categories));
  const std::size_t classes = rows.classes.size();
  const auto p = predict_classes(best.model, frame.view());
  CustomerColumns out;
  const bool has_contracts = today->contract_keys.size() > 1;
  std::vector<Text> likeliest;
  for (std::size_t r = 0; r < today->rows; ++r) {
    out.customer_keys.push_back(today->customer_keys[today->customer[r]]);
    if (has_contracts) out.contract_keys.push_back(today->contract_keys[today->contract[r]]);
    const auto exits = std::span(p).subspan(r * classes + 1, classes - 1);
    likeliest.push_back(rows.names[1 + static_cast<std::size_t>(std::ranges::max_element(exits) - exits.begin())]);
  }
  for (std::size_t k = 0; k < classes; ++k) {
    CustomerColumns::Column column{.id = "p_" + rows.classes[k],
                                   .header = {"Probability: " + rows.names[k].en, "概率：" + rows.names[k].zh},
                                   .format = Format::Share};
    for (std::size_t r = 0; r < today->rows; ++r) column.values.push_back(p[r * classes + k]);
    out.columns.push_back(std::move(column));
  }
  out.columns.push_back({.id = "likeliest_exit", .header = {"Likeliest exit", "最可能的离开类别"}, .values = {},
                         .texts = std::move(likeliest)});
  return out;
}

std::vector<Text> findings_of(const ExitRows& rows, const Judged& best) {
  const auto total = std::accumulate(rows.counts.begin(), rows.counts.end(), std::int64_t{0});
  const auto left = total - rows.counts[0];
  const auto share = [&](std::size_t k) {
    return 100 * static_cast<double>(rows.counts[k]) / static_cast<double>(left);
  };
  std::string en, zh;
  for (std::size_t k = 1; k < rows.classes.size(); ++k) {
    en += fmt::format("{}{} {:.1f} %", k > 1 ? ", " : "", rows.names[k].en, share(k));
    zh += fmt::format("{}{} {:.1f}%", k > 1 ? "、" : "", rows.names[k].zh, share(k));
  }
  std::vector<Text> findings = {
      {fmt::format("Of {} rows {} left: {}.", with_thousands(total), with_thousands(left), en),
       fmt::format("{} 个样本中 {} 个离开：{}。", with_thousands(total), with_thousands(left), zh)}};
  std::size_t clearest = 1;
  for (std::size_t k = 2; k < best.auc.size(); ++k) {
    if (best.auc[k].estimate > best.auc[clearest].estimate) clearest = k;
  }
  if (std::isfinite(best.auc[clearest].estimate)) {
    findings.push_back({fmt::format("\"{}\" is foreseen best: AUC {:.3f} against all other rows, on later or other "
                                    "customers than the model learned from.", rows.names[clearest].en,
                                    best.auc[clearest].estimate),
                        fmt::format("“{}”最可预见：在模型未见过的样本上，对其余样本的 AUC 为 {:.3f}。",
                                    rows.names[clearest].zh, best.auc[clearest].estimate)});
  }
  return findings;
}

Result<Analysis> analyse_exits(const Inputs& inputs, Progress& progress) {
  HOLDFAST_TRY(const auto* data, inputs.dataset(progress));
  HOLDFAST_TRY(const auto rows, exit_rows(inputs, *data));
  Analysis analysis{.id = "exits", .title = {"By which exit they leave", "客户以何种方式离开"}};
  HOLDFAST_TRY(auto models, fit_all(inputs.study(), *data, rows, analysis.notes, progress));
  std::ranges::stable_sort(models, {}, &Judged::log_loss);
  const auto& best = models.front();
  const auto y = classes_of(rows, rows.test);
  const double base = static_cast<double>(std::ranges::count(y, std::uint8_t{0})) /
                      static_cast<double>(std::max<std::size_t>(1, y.size()));
  analysis.findings = findings_of(rows, best);
  analysis.sections = {
      {.id = "exits", .title = {"Exits and how well they are foreseen", "离开类别及其可预见性"}, .lead = {},
       .blocks = {exits_table(rows, models), models_table(models, std::max(base, 1 - base)),
                  confusion_map(rows, best), inputs_map(inputs, *data, rows, best)}}};
  HOLDFAST_TRY(analysis.customers, todays_exits(inputs, rows, best, progress));
  for (auto& one : models) analysis.models.push_back(std::move(one.model));
  return analysis;
}

}  // namespace

extern const Descriptor kExits;
const Descriptor kExits{"exits", "by which exit each customer leaves: competitor, sold, declined, …",
                        "客户以何种方式离开:转投、出售、拒保等",
                        [](const study::AnalysisSpecs&) { return false; }, analyse_exits};

}  // namespace holdfast::analyses
