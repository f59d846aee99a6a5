#include "models/association/fit.hpp"

namespace holdfast::fp_growth {
namespace {

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "fp_growth",
    .kind = ModelKind::Pattern,
    .name = {"Association rules by FP-growth", "关联规则(FP-growth)"},
    .question = {"Which items are bought together more often than by chance?",
                 "哪些商品同时购买的频率高于随机?"},
    .source = "Han, Pei & Yin (2000), Mining frequent patterns without candidate generation, SIGMOD",
    .parameters = association::parameters(),
    .fit_pattern = fit_pattern};

namespace {

Result<FittedModel> fit_pattern(const PatternTask& task, const Parameters& given,
                                Progress& progress) {
  return association::fit(descriptor, pattern::fp_growth, task, given, progress);
}

}  // namespace
}  // namespace holdfast::fp_growth
