// Reference: LIBSVM 3.37, scikit-learn 1.9.1 (case weights) and LIBLINEAR 2.50 on the same rows;
// tests/reference/libsvm/SOURCE.md.

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "models/svm/multiples.hpp"
#include "models/svm/svm.hpp"

namespace holdfast::svm {
namespace {

constexpr std::size_t kTrained = 200;
constexpr std::size_t kColumns = 5;

/// Columns of numbers by name; the first column of a file of names stays text.
using Table = std::map<std::string, std::vector<std::string>, std::less<>>;

Table table(const std::string& name) {
  const auto text = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                              "tests/reference/libsvm" / name);
  Table columns;
  std::vector<std::string> header;
  for (const auto line : split(text.value(), '\n')) {
    if (line.empty()) continue;
    const auto cells = split(line, ',');
    if (header.empty()) {
      header.assign(cells.begin(), cells.end());
      continue;
    }
    for (std::size_t c = 0; c < cells.size(); ++c) columns[header[c]].emplace_back(cells[c]);
  }
  return columns;
}

std::vector<double> numbers(const Table& from, std::string_view name) {
  std::vector<double> result;
  for (const auto& cell : from.find(name)->second) result.push_back(std::stod(cell));
  return result;
}

struct Data {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::vector<std::uint32_t> copies = std::vector<std::uint32_t>(kTrained, 1);

  Data() {
    const Table columns = table("data.csv");
    const auto outcome = numbers(columns, "y");
    weight = numbers(columns, "weight");
    x.resize(outcome.size() * kColumns);
    for (std::size_t c = 0; c < kColumns; ++c) {
      const auto values = numbers(columns, "x" + std::to_string(c));
      for (std::size_t r = 0; r < values.size(); ++r) x[r * kColumns + c] = values[r];
    }
    for (const double value : outcome) y.push_back(value == 1 ? 1 : 0);
  }

  MatrixView all() const { return {x.data(), y.size(), kColumns}; }
  Sample sample() const {
    return {.x = {x.data(), kTrained, kColumns},
            .y = std::span(y).first(kTrained),
            .copies = copies};
  }
};

void expect_decisions(const Result<Machine>& machine, const Data& data, std::string_view name) {
  ASSERT_TRUE(machine.ok());
  const auto ours = decision_values(*machine, data.all());
  const auto theirs = numbers(table("decisions.csv"), name);
  ASSERT_EQ(theirs.size(), ours.size());
  double largest = 0;
  for (std::size_t r = 0; r < ours.size(); ++r) {
    largest = std::max(largest, std::abs(ours[r] - theirs[r]));
  }
  EXPECT_LT(largest, 1e-6) << name;
}

struct Case {
  const char* name;
  Options options;
};

std::vector<Case> cases() {
  return {{"linear", {.kernel = Kernel::Linear, .c = 0.7, .tolerance = 1e-9}},
          {"polynomial",
           {.kernel = Kernel::Polynomial, .c = 0.5, .gamma = 0.4, .constant = 1.5, .degree = 3,
            .tolerance = 1e-9}},
          {"rbf", {.kernel = Kernel::Rbf, .c = 2, .gamma = 0.25, .tolerance = 1e-9}},
          {"sigmoid",
           {.kernel = Kernel::Sigmoid, .c = 1.5, .gamma = 0.05, .constant = 0.1,
            .tolerance = 1e-9}},
          {"rbf_costs",
           {.kernel = Kernel::Rbf, .c = 2, .gamma = 0.25, .tolerance = 1e-9,
            .class_costs = {0.5, 3}}}};
}

TEST(Svm, AgreesWithLibsvmInEveryKernelAndWithClassCosts) {
  const Data data;
  const Table machines = table("machines.csv");
  const auto vectors = numbers(machines, "vectors");
  const auto sizes = numbers(machines, "coefficients_size");
  std::size_t at = 0;
  for (const auto& c : cases()) {
    ASSERT_EQ(machines.find("name")->second[at], c.name);
    const auto machine = fit_kernel(data.sample(), c.options);
    expect_decisions(machine, data, c.name);
    EXPECT_EQ(static_cast<double>(machine->vectors), vectors[at]) << c.name;
    if (const auto* form = std::get_if<forms::KernelExpansion>(&machine->form)) {
      double size = 0;
      for (const double coefficient : form->coefficients) size += std::abs(coefficient);
      EXPECT_NEAR(size, sizes[at], 1e-5 * sizes[at]) << c.name;
    }
    ++at;
  }
}

TEST(Svm, WeightsInMultiplesAgreeWithALibsvmThatTakesWeights) {
  const Data data;
  const auto multiples = multiples_of(std::span(data.weight).first(kTrained),
                                      std::span(data.y).first(kTrained));
  ASSERT_TRUE(multiples.ok());
  EXPECT_EQ(multiples->unit[0], 0.5);
  auto sample = data.sample();
  sample.copies = multiples->copies;
  std::ranges::copy(multiples->unit, sample.unit);
  expect_decisions(fit_kernel(sample, {.c = 2, .gamma = 0.25, .tolerance = 1e-9}), data,
                   "rbf_case_weights");
}

TEST(Svm, LinearAgreesWithLiblinear) {
  const Data data;
  expect_decisions(
      fit_linear(data.sample(), {.c = 0.3, .tolerance = 1e-9, .class_costs = {1, 2}}), data,
      "liblinear");
}

}  // namespace
}  // namespace holdfast::svm
