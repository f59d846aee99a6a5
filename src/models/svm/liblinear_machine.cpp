#include <memory>
#include <mutex>

#include <linear.h>

#include "models/errors.hpp"
#include "models/svm/svm.hpp"

namespace holdfast::svm {
namespace {

void say_nothing(const char*) {}

void keep_quiet() {
  static std::once_flag once;
  std::call_once(once, [] { set_print_string_function(say_nothing); });
}

struct ModelDeleter {
  void operator()(::model* fitted) const { free_and_destroy_model(&fitted); }
};

/// Rows as LIBLINEAR reads them, the intercept as a last term of 1; copies of a row share them.
struct Problem {
  std::vector<feature_node> nodes;
  std::vector<feature_node*> x;
  std::vector<double> y;

  explicit Problem(const Sample& sample) {
    std::vector<std::size_t> first;
    const int intercept = static_cast<int>(sample.x.cols) + 1;
    for (std::size_t r = 0; r < sample.x.rows; ++r) {
      if (sample.copies[r] == 0) continue;
      const std::size_t begin = nodes.size();
      for (std::size_t t = 0; t < sample.x.cols; ++t) {
        const double value = sample.x(r, t);
        if (value != 0) nodes.push_back({static_cast<int>(t) + 1, value});
      }
      nodes.push_back({intercept, 1});
      nodes.push_back({-1, 0});
      for (std::uint32_t copy = 0; copy < sample.copies[r]; ++copy) {
        first.push_back(begin);
        y.push_back(sample.y[r] == 1 ? 1 : -1);
      }
    }
    for (const auto begin : first) x.push_back(nodes.data() + begin);
  }
};

}  // namespace

Result<Machine> fit_linear(const Sample& sample, const Options& options) {
  keep_quiet();
  Problem rows(sample);
  int labels[] = {-1, 1};
  double weights[] = {sample.unit[0] * options.class_costs[0],
                      sample.unit[1] * options.class_costs[1]};
  const ::problem problem{static_cast<int>(rows.x.size()), static_cast<int>(sample.x.cols) + 1,
                          rows.y.data(), rows.x.data(), 1};
  ::parameter parameters{};
  parameters.solver_type = L2R_L2LOSS_SVC;
  parameters.eps = options.tolerance;
  parameters.C = options.c;
  parameters.nr_weight = 2;
  parameters.weight_label = labels;
  parameters.weight = weights;
  parameters.p = 0.1;
  if (const char* complaint = check_parameter(&problem, &parameters)) {
    return Error{models::errors::kLibraryFailed, {{"library", "LIBLINEAR"}, {"why", complaint}}};
  }
  const std::unique_ptr<::model, ModelDeleter> fitted(train(&problem, &parameters));
  const double sign = fitted->label[0] == 1 ? 1 : -1;
  forms::LinearPredictor form{.intercepts = {sign * fitted->w[sample.x.cols]},
                              .term_means = std::vector<double>(sample.x.cols)};
  for (std::size_t t = 0; t < sample.x.cols; ++t) form.coefficients.push_back(sign * fitted->w[t]);
  return Machine{.form = std::move(form)};
}

}  // namespace holdfast::svm
