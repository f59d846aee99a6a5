#include "run/select.hpp"

#include "core/file.hpp"
#include "dataset/dataset.hpp"
#include "features/program.hpp"
#include "history/store.hpp"
#include "run/artifacts.hpp"
#include "run/errors.hpp"
#include "run/kpis.hpp"

namespace holdfast::run {

Result<Selected> select(const study::Study& study, Progress& progress) {
  if (!study.churn) return Error{errors::kNoChurnDefinition, {}, {.file = study.file.string()}};
  HOLDFAST_TRY_VOID(history::import(study, {}, progress));
  HOLDFAST_TRY(const auto store, history::Store::open(study));
  HOLDFAST_TRY(const auto program, features::Program::compile(study, store));
  HOLDFAST_TRY(auto matrix, features::compute(program, store, {}, progress));
  HOLDFAST_TRY(auto data, dataset::make_dataset(std::move(matrix), study));
  HOLDFAST_TRY(auto choice, choose_kpis(study, data, "computed", progress));
  Selected selected{.kpis = std::move(choice.kpis),
                    .measured_with = std::move(choice.measured_with),
                    .path = {}};
  const Artifacts artifacts(study);
  HOLDFAST_TRY_VOID(artifacts.prepare());
  selected.path = artifacts.out() / "selection.json";
  HOLDFAST_TRY_VOID(write_file_atomically(
      selected.path, exchange::selection_json(selected.kpis, selected.measured_with)));
  return selected;
}

}  // namespace holdfast::run
