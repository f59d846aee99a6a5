// Our side of the benchmark of lifetime value.
//
//   lifetime_run make CUSTOMERS FILE   writes customers as BG/NBD says: frequency, recency, age,
//   each a
//                                      column of doubles
//   lifetime_run fit CUSTOMERS FILE    fits BG/NBD and forecasts 39 periods for each
//
// The fit prints one JSON line: seconds of the fit and of the forecast, parameters, log-likelihood
// a customer, and the sum of the forecasts.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "lifetime/bg_nbd.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::lifetime;

struct Columns {
  std::vector<double> frequency, recency, age;
};

Columns made(std::size_t customers) {
  Random random(20240331);
  Columns columns;
  for (std::size_t i = 0; i < customers; ++i) {
    const double rate = random.gamma(0.6) / 8 + 1e-12, end = 20 + 30 * random.uniform();
    const double one = random.gamma(0.8), other = random.gamma(2.5);
    double x = 0, last = 0;
    for (double at = random.exponential(rate); at <= end; at += random.exponential(rate)) {
      x += 1;
      last = at;
      if (random.chance(one / (one + other))) break;
    }
    columns.frequency.push_back(x);
    columns.recency.push_back(last);
    columns.age.push_back(end);
  }
  return columns;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int fit(Columns columns) {
  const auto customers = columns.age.size();
  const Purchases purchases{columns.frequency, columns.recency, columns.age, {}};
  auto start = std::chrono::steady_clock::now();
  const auto model = fit_bg_nbd(purchases);
  const double seconds = seconds_since(start);
  if (!model.ok()) {
    std::fprintf(stderr, "%s\n", message_of(model.error(), Language::En).c_str());
    return 1;
  }
  start = std::chrono::steady_clock::now();
  const double expected = parallel_sum(customers, 1024, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += model->expected(purchases.customer(i), 39);
    return sum;
  });
  std::printf(
      "{\"seconds\": %.6f, \"forecast\": %.6f, \"parameters\": [%.10g, %.10g, %.10g, %.10g], "
      "\"loglik\": %.12g, \"expected\": %.10g}\n",
      seconds, seconds_since(start), model->r, model->alpha, model->a, model->b,
      model->loglik / static_cast<double>(customers), expected);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: lifetime_run make|fit CUSTOMERS FILE\n");
    return 2;
  }
  const auto customers = static_cast<std::size_t>(std::atoll(argv[2]));
  if (std::string(argv[1]) == "make") {
    const auto columns = made(customers);
    std::ofstream file(argv[3], std::ios::binary);
    for (const auto* column : {&columns.frequency, &columns.recency, &columns.age}) {
      file.write(reinterpret_cast<const char*>(column->data()),
                 static_cast<std::streamsize>(column->size() * sizeof(double)));
    }
    return 0;
  }
  Columns columns;
  std::ifstream file(argv[3], std::ios::binary);
  for (auto* column : {&columns.frequency, &columns.recency, &columns.age}) {
    column->resize(customers);
    file.read(reinterpret_cast<char*>(column->data()),
              static_cast<std::streamsize>(customers * sizeof(double)));
  }
  return fit(std::move(columns));
}
