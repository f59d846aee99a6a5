// The documents' bank flow: selection on three levels, then five models, judged.
//
//   bank_run [ROWS]
//
// Prints one JSON line; making the customers is not in its time.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/resource.h>

#include "bank_data.hpp"
#include "core/check.hpp"
#include "run/kpis.hpp"
#include "run/training.hpp"

namespace {

using namespace holdfast;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Those that matter among the columns models may use.
std::size_t kept_of(const bank::Made& made) {
  return static_cast<std::size_t>(std::ranges::count_if(made.data.modelled, [&](std::uint32_t c) {
    return std::ranges::find(made.that_matter, made.data.matrix.features[c].name) !=
           made.that_matter.end();
  }));
}

}  // namespace

int main(int count, char** given) {
  bank::Sizes sizes;
  if (count > 1) sizes.rows = std::stoull(given[1]);
  auto made = bank::made(sizes, 1);
  study::Study study;
  study.seed = 1;
  for (const char* id : {"logistic", "c45", "naive_bayes", "forest", "boosting"}) {
    study.models.compare.push_back({.id = id});
  }
  study.selection.keep = "computed";
  study.selection.share = 0.99;  // Weak but real ones too, not the 80/20 few.
  const auto begin = std::chrono::steady_clock::now();
  const auto choice = run::choose_kpis(study, made.data, study.selection.keep, silent());
  HOLDFAST_CHECK(choice.ok());
  run::keep_columns(made.data, *choice, study.selection.keep);
  const double selection_seconds = seconds_since(begin);
  const auto trained = run::train_models(study, made.data, {}, silent());
  HOLDFAST_CHECK(trained.ok());
  const auto champion = run::choose_champion(study, trained->models);
  const double seconds = seconds_since(begin);
  struct rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::string models;
  for (const auto& model : trained->models) {
    const auto* metrics = exchange::judged_on(model);
    HOLDFAST_CHECK(metrics != nullptr);
    models += (models.empty() ? "" : ", ") + ("\"" + model.id + "\": " + std::to_string(metrics->auc.estimate));
    std::fprintf(stderr, "%-12s %6.2f s  AUC %.4f\n", model.id.c_str(), model.fit_seconds,
                 metrics->auc.estimate);
  }
  std::printf("{\"seconds\": %.3f, \"selection_s\": %.3f, \"mib\": %ld, \"kept\": %zu, "
              "\"that_matter_kept\": %zu, \"champion\": \"%s\", \"auc\": {%s}}\n",
              seconds, selection_seconds, usage.ru_maxrss / 1024, made.data.modelled.size(),
              kept_of(made), champion.id.c_str(), models.c_str());
}
