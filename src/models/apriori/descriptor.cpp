#include "models/association/fit.hpp"

namespace holdfast::apriori {
namespace {

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "apriori",
    .kind = ModelKind::Pattern,
    .name = {"Association rules by Apriori", "关联规则(Apriori)"},
    .question = {"Which items are bought together more often than by chance?",
                 "哪些商品同时购买的频率高于随机?"},
    .source = "Agrawal & Srikant (1994), Fast algorithms for mining association rules, VLDB",
    .parameters = association::parameters(),
    .fit_pattern = fit_pattern};

namespace {

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress) {
  return association::fit(descriptor, pattern::apriori, task, given, progress);
}

}  // namespace
}  // namespace holdfast::apriori
