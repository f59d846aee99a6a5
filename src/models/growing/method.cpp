#include "models/growing/method.hpp"

#include "models/growing/edit.hpp"
#include "models/growing/grower.hpp"
#include "models/growing/words.hpp"

namespace holdfast::growing {
namespace {

Sample sample_of(const ClassifierTask& task, const Method& method) {
  return Sample(task.train, task.y, task.weight, task.classes_count(), method.factor);
}

/// The method's rule, made for these rows where it asks for that.
class RuleFor {
 public:
  RuleFor(const Method& method, const Sample& sample)
      : made_(method.rule_of ? method.rule_of(sample) : nullptr),
        rule_(made_ != nullptr ? *made_ : *method.rule) {}
  const SplitRule& operator*() const { return rule_; }

 private:
  std::unique_ptr<SplitRule> made_;
  const SplitRule& rule_;
};

/// The form, the tables and the notes that follow from a tree.
void present(const ClassifierTask& task, forms::Tree tree, FittedModel& model) {
  forms::TreeEnsemble ensemble{.is_probability = true};
  ensemble.outputs = task.classes_count() > 2 ? task.classes_count() : 1;
  model.tables.push_back(leaves_table(tree, task.train, task.classes));
  model.tables.push_back(rules_table(tree, task.train, task.classes));
  model.tables.push_back(text_table(tree, task.train, task.classes));
  if (tree.nodes.size() == 1) {
    model.notes.push_back({"the tree is a single leaf: no split is worth its errors",
                           "决策树只有一个叶节点:没有值得保留的划分"});
  }
  ensemble.trees.push_back(std::move(tree));
  model.form = std::move(ensemble);
  model.calibration = {};
  model.calibration.kind = forms::Calibration::Kind::Identity;
}

}  // namespace

Result<FittedModel> fit_tree(std::string_view model_id, const ClassifierTask& task,
                             const Parameters& parameters, const Method& method) {
  FittedModel model = models::started(model_id, task, parameters);
  const Sample sample = sample_of(task, method);
  const RuleFor rule(method, sample);
  const auto root = grown(sample, sample.rows(), *rule, method.stop);
  (*rule).prune(sample, *root, sample.rows());
  present(task, tree_of(sample, *root, method.share), model);
  return model;
}

Result<FittedModel> edit_tree(const ClassifierTask& task, const FittedModel& model,
                              const Method& method, const TreeEdit& edit) {
  HOLDFAST_TRY(const forms::Tree* tree, tree_of(model));
  const Sample sample = sample_of(task, method);
  const RuleFor rule(method, sample);
  HOLDFAST_TRY(auto changed, edited(sample, *tree, *rule, method.stop, method.share, edit));
  FittedModel result = model;
  std::erase_if(result.tables, [](const ReportTable& table) {
    return table.id == "leaves" || table.id == "rules" || table.id == "text";
  });
  result.notes.clear();
  present(task, std::move(changed), result);
  result.notes.push_back({"changed by hand", "经人工修改"});
  return result;
}

Result<std::vector<SplitCandidate>> tree_candidates(const ClassifierTask& task,
                                                    const FittedModel& model, const Method& method,
                                                    std::size_t node) {
  HOLDFAST_TRY(const forms::Tree* tree, tree_of(model));
  const Sample sample = sample_of(task, method);
  return candidates(sample, *tree, *RuleFor(method, sample), node);
}

}  // namespace holdfast::growing
