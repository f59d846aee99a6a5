#include "analyses/movement_parts.hpp"

namespace holdfast::analyses::movement {

void say_kept(const States& states, const migration::TransitionMatrix& matrix, Analysis& analysis) {
  Text kept;
  std::size_t count = 0, seen = 0;
  for (std::size_t s = 0; s < matrix.states; ++s) {
    if (!(matrix.totals[s] > 0)) continue;
    ++seen;
    if (matrix.at(s, s) < 1) continue;
    const auto& name = states.states[s];
    kept.en += (count == 0 ? "“" : ", “") + name.en + "”";
    kept.zh += (count == 0 ? "“" : "、“") + name.zh + "”";
    ++count;
  }
  if (count == 0) return;
  if (count == seen) {
    analysis.findings.push_back({"Nobody moves: customers always stay in the state they began in.",
                                 "没有迁移: 每位客户始终处于最初的状态。"});
    return;
  }
  analysis.findings.push_back({"Nobody ever left " + kept.en + ".", "从未有人离开" + kept.zh + "。"});
}

}  // namespace holdfast::analyses::movement
