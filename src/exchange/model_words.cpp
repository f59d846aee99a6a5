#include "exchange/model_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdfast::exchange {
namespace {

struct Measure {
  std::string_view id, en, zh;
};
constexpr std::array kMeasures{
    Measure{"null_deviance", "Null deviance", "零模型偏差"},
    Measure{"residual_deviance", "Residual deviance", "残差偏差"},
    Measure{"aic", "AIC", "AIC"},
    Measure{"bic", "BIC", "BIC"},
    Measure{"log_likelihood", "Log-likelihood", "对数似然"},
    Measure{"mcfadden_r2", "McFadden's R²", "McFadden R²"},
    Measure{"rows", "Rows", "行数"},
    Measure{"rows_share", "Share of rows judged", "参与评价的样本占比"},
    Measure{"error_rate", "Error rate", "错误率"},
    Measure{"brier", "Brier score", "Brier 分数"},
    Measure{"auc", "AUC", "AUC"},
    Measure{"coefficients", "Coefficients", "系数个数"},
    Measure{"iterations", "Iterations", "迭代次数"},
    Measure{"ridge", "Ridge penalty", "岭惩罚"},
    Measure{"(base)", "(base)", "（基础分）"},
    Measure{"(intercept)", "(intercept)", "（截距）"},
};

/// Bytes of names: ASCII letters, digits and underscores, and all of UTF-8 beyond.
bool is_plain_name_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Length of the longest id that stands here as a word of its own; 0 for none.
std::size_t id_at(std::string_view text, std::size_t at, const std::map<std::string, Text>& names,
                  const Text** label) {
  if (at > 0 && is_plain_name_byte(text[at - 1])) return 0;
  // Ids that are a beginning of the text sort before it, the longest last.
  auto next = names.upper_bound(std::string(text.substr(at)));
  while (next != names.begin()) {
    --next;
    const std::string_view id = next->first;
    if (id.empty() || id[0] != text[at]) return 0;
    if (!text.substr(at).starts_with(id) || id.find('_') == std::string_view::npos) continue;
    const auto end = at + id.size();
    if (end < text.size() && is_plain_name_byte(text[end])) continue;
    *label = &next->second;
    return id.size();
  }
  return 0;
}

std::string replaced(std::string_view text, const std::map<std::string, Text>& names,
                     Language language) {
  constexpr std::string_view kIsMissing = " is missing";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Text* label = nullptr;
    const auto length = id_at(text, at, names, &label);
    if (length == 0) {
      out += text[at++];
      continue;
    }
    out += label->in(language).empty() ? label->en : label->in(language);
    at += length;
    if (language == Language::Zh && text.substr(at).starts_with(kIsMissing)) {
      out += "缺失";
      at += kIsMissing.size();
    }
  }
  return out;
}

}  // namespace

Text measure_name(const std::string& id) {
  const auto found = std::ranges::find(kMeasures, id, &Measure::id);
  if (found == kMeasures.end()) return {id, id};
  return {std::string(found->en), std::string(found->zh)};
}

Text in_labels(const Text& text, const std::map<std::string, Text>& names) {
  return {replaced(text.en, names, Language::En), replaced(text.zh, names, Language::Zh)};
}

}  // namespace holdfast::exchange
