#include <cmath>
#include <memory>
#include <mutex>

#include <libsvm/svm.h>

#include "core/parallel.hpp"
#include "models/errors.hpp"
#include "models/svm/svm.hpp"

namespace holdfast::svm {
namespace {

constexpr double kCacheMib = 200;

void say_nothing(const char*) {}

/// LIBSVM prints its progress to stdout; the pointer is the library's only state.
void keep_quiet() {
  static std::once_flag once;
  std::call_once(once, [] { svm_set_print_string_function(say_nothing); });
}

struct ModelDeleter {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

/// Rows as LIBSVM reads them: their terms that are not 0; copies of a row share them.
struct Problem {
  std::vector<svm_node> nodes;
  std::vector<svm_node*> x;
  std::vector<double> y;
  std::vector<std::uint32_t> row;  // Of the sample.

  explicit Problem(const Sample& sample) {
    std::vector<std::size_t> first;
    for (std::uint32_t r = 0; r < sample.x.rows; ++r) {
      if (sample.copies[r] == 0) continue;
      const std::size_t begin = nodes.size();
      for (std::size_t t = 0; t < sample.x.cols; ++t) {
        const double value = sample.x(r, t);
        if (value != 0) nodes.push_back({static_cast<int>(t) + 1, value});
      }
      nodes.push_back({-1, 0});
      for (std::uint32_t copy = 0; copy < sample.copies[r]; ++copy) {
        first.push_back(begin);
        y.push_back(sample.y[r] == 1 ? 1 : -1);
        row.push_back(r);
      }
    }
    for (const auto begin : first) x.push_back(nodes.data() + begin);
  }
};

svm_parameter parameters_of(const Options& options, double gamma, int* labels, double* weights) {
  constexpr int kKernels[] = {LINEAR, POLY, RBF, SIGMOID};
  svm_parameter parameters{};
  parameters.svm_type = C_SVC;
  parameters.kernel_type = kKernels[static_cast<std::size_t>(options.kernel)];
  parameters.degree = options.degree;
  parameters.gamma = gamma;
  parameters.coef0 = options.constant;
  parameters.cache_size = kCacheMib;
  parameters.eps = options.tolerance;
  parameters.C = options.c;
  parameters.nr_weight = 2;
  parameters.weight_label = labels;
  parameters.weight = weights;
  parameters.shrinking = 1;
  return parameters;
}

/// Its support vectors as a dense expansion, copies of a row added up.
forms::KernelExpansion expansion_of(const svm_model& model, const Problem& problem,
                                    const Sample& sample) {
  forms::KernelExpansion form{.terms = sample.x.cols};
  const double sign = model.label[0] == 1 ? 1 : -1;
  std::uint32_t last = 0xffffffff;
  for (int v = 0; v < model.l; ++v) {
    const auto row = problem.row[static_cast<std::size_t>(model.sv_indices[v]) - 1];
    const double coefficient = sign * model.sv_coef[0][v];
    if (row == last) {
      form.coefficients.back() += coefficient;
      continue;
    }
    last = row;
    form.coefficients.push_back(coefficient);
    const auto terms = sample.x.row(row);
    form.vectors.insert(form.vectors.end(), terms.begin(), terms.end());
  }
  form.rho = sign * model.rho[0];
  return form;
}

forms::LinearPredictor summed_up(const forms::KernelExpansion& form) {
  forms::LinearPredictor linear{.intercepts = {-form.rho},
                                .coefficients = std::vector<double>(form.terms),
                                .term_means = std::vector<double>(form.terms)};
  for (std::size_t v = 0; v < form.coefficients.size(); ++v) {
    for (std::size_t t = 0; t < form.terms; ++t) {
      linear.coefficients[t] += form.coefficients[v] * form.vectors[v * form.terms + t];
    }
  }
  return linear;
}

}  // namespace

Result<Machine> fit_kernel(const Sample& sample, const Options& options) {
  keep_quiet();
  Problem rows(sample);
  const double gamma =
      options.gamma > 0 ? options.gamma : 1 / static_cast<double>(sample.x.cols);
  int labels[] = {-1, 1};
  double weights[] = {sample.unit[0] * options.class_costs[0],
                      sample.unit[1] * options.class_costs[1]};
  const svm_parameter parameters = parameters_of(options, gamma, labels, weights);
  const svm_problem problem{static_cast<int>(rows.x.size()), rows.y.data(), rows.x.data()};
  if (const char* complaint = svm_check_parameter(&problem, &parameters)) {
    return Error{models::errors::kLibraryFailed, {{"library", "LIBSVM"}, {"why", complaint}}};
  }
  const std::unique_ptr<svm_model, ModelDeleter> model(svm_train(&problem, &parameters));
  auto form = expansion_of(*model, rows, sample);
  Machine machine{.gamma = gamma, .vectors = form.coefficients.size()};
  for (int v = 0; v < model->l; ++v) {
    const double alpha = model->sv_coef[0][v] * model->label[0];  // > 0: of class 1.
    if (std::abs(alpha) >= options.c * weights[alpha > 0 ? 1 : 0]) ++machine.vectors_at_bound;
  }
  if (options.kernel == Kernel::Linear) {
    machine.form = summed_up(form);
    return machine;
  }
  form.kernel = options.kernel == Kernel::Polynomial ? forms::KernelExpansion::Kernel::Polynomial
                : options.kernel == Kernel::Rbf      ? forms::KernelExpansion::Kernel::Rbf
                                                     : forms::KernelExpansion::Kernel::Sigmoid;
  form.gamma = gamma;
  form.constant = options.constant;
  form.degree = options.degree;
  machine.form = std::move(form);
  return machine;
}

std::vector<double> decision_values(const Machine& machine, MatrixView x) {
  std::vector<double> values(x.rows);
  std::visit(
      [&](const auto& form) {
        const typename std::decay_t<decltype(form)>::Scorer scorer(form);
        parallel_for(x.rows, 256, [&](std::size_t begin, std::size_t end) {
          scorer.score({.count = end - begin,
                        .width = x.cols,
                        .terms = {x.data + begin * x.cols, (end - begin) * x.cols}},
                       std::span(values).subspan(begin, end - begin));
        });
      },
      machine.form);
  return values;
}

}  // namespace holdfast::svm
