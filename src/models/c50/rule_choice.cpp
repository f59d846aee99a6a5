#include "models/c50/rule_choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/log_gamma.hpp"

namespace holdfast::c50 {
namespace {

using forms::Rule;
using growing::Rows;
using growing::Sample;

constexpr double kTheoryShare = 0.5;  // Bits of rules count half: they are not independent.

double log2_factorial(double n) { return log_gamma(n + 1) / std::log(2.0); }

/// Bits that say which `k` of `n` rows are exceptions.
double bits_of_choice(double n, double k) {
  if (!(n > 0) || k < 0 || k > n) return 0;
  return log2_factorial(n) - log2_factorial(k) - log2_factorial(n - k);
}

/// Bits of one rule: a column and a place on it for each condition, less their order.
double bits_of_rule(const Sample& sample, const Rule& rule) {
  double bits = 0;
  for (const auto& condition : rule.conditions) {
    const auto c = static_cast<std::size_t>(condition.column);
    const auto places = condition.is_category ? sample.column(c).categories.size()
                                              : sample.numeric(c).distinct.size();
    bits += std::log2(static_cast<double>(sample.columns_count())) +
            std::log2(static_cast<double>(std::max<std::size_t>(places, 2)));
  }
  return std::max(0.0, bits - log2_factorial(static_cast<double>(rule.conditions.size())));
}

/// The rules of one class with what they cover together.
class Cover {
 public:
  Cover(const Sample& sample, const Rows& rows, const std::vector<Rule>& rules,
        const std::vector<RowSet>& sets, std::vector<std::size_t> kept, std::int32_t cls)
      : rows_(rows), sets_(sets), kept_(std::move(kept)), is_class_(rows.row.size()),
        count_(rows.row.size(), 0), own_(kept_.size()) {
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      is_class_[i] = sample.y()[rows.row[i]] == cls ? 1 : 0;
      total_ += rows.weight[i];
      if (is_class_[i] != 0) missed_ += rows.weight[i];
    }
    for (const auto r : kept_) {
      bits_.push_back(kTheoryShare * bits_of_rule(sample, rules[r]));
      sets[r].each([&](std::size_t i) {
        if (count_[i]++ == 0) move(i, 1);
      });
    }
    for (std::size_t k = 0; k < kept_.size(); ++k) count_alone(k);
  }

  std::vector<std::size_t> chosen() {
    while (!kept_.empty()) {
      const double now = exceptions(covered_, wrong_, missed_);
      double best_saving = 0;
      std::size_t best = kept_.size();
      for (std::size_t k = 0; k < kept_.size(); ++k) {
        const double after = exceptions(covered_ - own_[k].covered, wrong_ - own_[k].wrong,
                                        missed_ + own_[k].covered - own_[k].wrong);
        const double saving = now + bits_[k] - after;
        if (saving > best_saving) best_saving = saving, best = k;
      }
      if (best == kept_.size()) break;
      remove(best);
    }
    return std::move(kept_);
  }

 private:
  /// Weight that only one rule covers.
  struct Own {
    double covered = 0, wrong = 0;
  };

  double exceptions(double covered, double wrong, double missed) const {
    return bits_of_choice(covered, wrong) + bits_of_choice(total_ - covered, missed);
  }
  void move(std::size_t i, double sign) {
    covered_ += sign * rows_.weight[i];
    if (is_class_[i] != 0) missed_ -= sign * rows_.weight[i];
    else wrong_ += sign * rows_.weight[i];
  }
  void add_own(std::size_t k, std::size_t i) {
    own_[k].covered += rows_.weight[i];
    if (is_class_[i] == 0) own_[k].wrong += rows_.weight[i];
  }
  void count_alone(std::size_t k) {
    sets_[kept_[k]].each([&](std::size_t i) {
      if (count_[i] == 1) add_own(k, i);
    });
  }
  void remove(std::size_t k) {
    const auto& set = sets_[kept_[k]];
    const auto erase = [k](auto& list) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(k)); };
    erase(kept_);
    erase(bits_);
    erase(own_);
    set.each([&](std::size_t i) {
      if (--count_[i] == 0) move(i, -1);
      if (count_[i] != 1) return;
      for (std::size_t other = 0; other < kept_.size(); ++other) {
        if (sets_[kept_[other]].has(i)) return add_own(other, i);
      }
    });
  }

  const Rows& rows_;
  const std::vector<RowSet>& sets_;
  std::vector<std::size_t> kept_;
  std::vector<double> bits_;
  std::vector<std::uint8_t> is_class_;
  std::vector<std::uint32_t> count_;  // [rows] rules that cover it.
  std::vector<Own> own_;
  double total_ = 0, covered_ = 0, wrong_ = 0, missed_ = 0;
};

}  // namespace

std::vector<std::size_t> worth_their_bits(const Sample& sample, const Rows& rows,
                                          const std::vector<Rule>& rules,
                                          const std::vector<RowSet>& sets,
                                          std::vector<std::size_t> kept) {
  std::vector<std::size_t> result;
  for (std::size_t cls = 0; cls < sample.classes_count(); ++cls) {
    std::vector<std::size_t> of_class;
    for (const auto r : kept) {
      if (rules[r].cls == static_cast<std::int32_t>(cls)) of_class.push_back(r);
    }
    Cover cover(sample, rows, rules, sets, std::move(of_class), static_cast<std::int32_t>(cls));
    const auto chosen = cover.chosen();
    result.insert(result.end(), chosen.begin(), chosen.end());
  }
  return result;
}

}  // namespace holdfast::c50
