#include "analyses/analyses.hpp"
#include "analyses/cube_parts.hpp"

namespace holdfast::analyses {
namespace {

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  const auto spec = inputs.study().analyses.cube.value_or(study::CubeSpec{});
  HOLDFAST_TRY(const auto answer,
               ask_cube(inputs, {.dimensions = spec.dimensions, .filters = {}, .from = spec.from, .to = spec.to},
                        progress));
  const auto wording = cubes::wording_of(inputs.study());
  Analysis analysis{.id = "cube", .title = {"Where churn is high, and why it changed", "流失高在哪里,为何变化"}};
  analysis.sections.push_back(cubes::dimensions_section(answer, wording, analysis));
  if (answer.dimensions.size() > 1) analysis.sections.push_back(cubes::crossed_section(answer, wording));
  HOLDFAST_TRY(auto change, cubes::change_section(answer, analysis));
  if (change) {
    analysis.sections.push_back(std::move(*change));
  } else {
    analysis.notes.push_back({"All rows are of one period: there is nothing to compare with.",
                              "所有数据属于同一期间,无可比较的期间。"});
  }
  HOLDFAST_TRY(auto cohorts, cubes::cohorts_section(inputs, analysis, progress));
  if (cohorts) analysis.sections.push_back(std::move(*cohorts));
  if (answer.has_value) {
    analysis.notes.push_back({"What is lost is the " + wording.value.en +
                                  " at risk of those who left; a customer looked at on several days counts "
                                  "on each.",
                              "流失" + wording.value.zh + "为流失客户的风险" + wording.value.zh +
                                  ";多个观察点的客户在每个观察点各计一次。"});
  }
  return analysis;
}

}  // namespace

extern const Descriptor kCube;
const Descriptor kCube{
    .id = "cube",
    .en = "churn, renewal and value by any dimensions, compared over time, and cohorts",
    .zh = "按任意维度看流失、续保与价值,比较各期间,并给出群组留存",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.cube.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
