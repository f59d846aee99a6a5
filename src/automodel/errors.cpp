#include "automodel/errors.hpp"

namespace holdfast::automodel::errors {

const ErrorKind kNotAClassifier{
    "automodel.not_a_classifier", 422, 2,
    "model {model} does not say who will leave", "模型 {model} 不是流失分类模型",
    "`holdfast models` lists the classifiers", "用 `holdfast models` 查看分类模型"};
const ErrorKind kTooFewMembers{
    "automodel.too_few_members", 422, 2,
    "model {model} needs two other models that can be fitted",
    "模型 {model} 需要至少两个可拟合的成员模型",
    "name more models under `compare`", "请在 `compare` 中列出更多模型"};

std::vector<const ErrorKind*> automodel_kinds() { return {&kNotAClassifier, &kTooFewMembers}; }

}  // namespace holdfast::automodel::errors
