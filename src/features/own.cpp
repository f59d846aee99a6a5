// The user's own features, and the helper values that rules and the value at risk ask for.

#include <algorithm>
#include <map>
#include <set>

#include "features/aggregate.hpp"
#include "features/attribute.hpp"
#include "features/errors.hpp"
#include "features/state.hpp"
#include "study/scope.hpp"

namespace holdfast::features {
namespace {

using study::Expression;
using study::Operator;
using study::Type;
using study::Value;

/// A feature that an expression names.
struct NamedSlot {
  std::string name;
  int slot = kNoSlot;
  std::vector<std::string> categories;
  bool is_category = false;
};

struct OwnScratch final : Prepared {
  std::vector<FilterMemory> memories;  // [leaves]
};

class OwnFamily final : public Family {
 public:
  study::ExpressionPtr expression;
  std::vector<Lowered> leaves;
  std::vector<NamedSlot> names;
  int slot = kNoSlot;
  std::vector<std::string> categories;

  std::unique_ptr<Prepared> prepare(const history::Bucket&) const override {
    auto scratch = std::make_unique<OwnScratch>();
    scratch->memories.resize(leaves.size());
    return scratch;
  }

  void run(const Batch& batch, Prepared* prepared, Out& out) const override {
    auto& memories = static_cast<OwnScratch&>(*prepared).memories;
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const auto value = study::evaluate(*expression, [&](const Expression& leaf) {
        return leaf_value(leaf, batch, row, memories, out);
      });
      write(value, batch.cutoffs[row], row, out);
    }
  }

 private:
  Value leaf_value(const Expression& leaf, const Batch& batch, std::size_t row,
                   std::vector<FilterMemory>& memories, Out& out) const {
    if (leaf.op == Operator::Call) return Day{batch.cutoffs[row]};
    if (leaf.op == Operator::Name) {
      const auto named = std::ranges::find(names, leaf.text, &NamedSlot::name);
      if (named == names.end() || out.valid(named->slot)[row] == 0) return {};
      if (named->is_category) return named->categories[out.codes(named->slot)[row]];
      return out.values(named->slot)[row];
    }
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (leaves[i].node == &leaf) return value_of(leaves[i], batch, row, memories[i]);
    }
    return {};
  }

  void write(const Value& value, std::int32_t cutoff, std::size_t row, Out& out) const {
    if (const auto* number = std::get_if<double>(&value)) return out.set(slot, row, *number);
    if (const auto* truth = std::get_if<bool>(&value)) return out.set(slot, row, *truth ? 1 : 0);
    if (const auto* day = std::get_if<Day>(&value)) return out.set(slot, row, cutoff - day->number);
    if (const auto* text = std::get_if<std::string>(&value)) {
      auto found = std::ranges::lower_bound(categories, *text);
      if (found == categories.end() || *found != *text) {
        found = std::ranges::lower_bound(categories, std::string("(other)"));
      }
      out.set_code(slot, row, static_cast<std::uint32_t>(found - categories.begin()));
    }
  }
};

/// Every text the expression could give: its own literals and the categories of what it names.
void texts_of(const Builder& builder, const Expression& node, std::set<std::string>& texts) {
  if (const auto* literal = std::get_if<std::string>(&node.literal)) texts.insert(*literal);
  if (node.op == Operator::Column || node.op == Operator::Aggregate) {
    for (const auto& [category, count] : builder.categories_of(node.table, node.column)) texts.insert(category);
  }
  for (const auto& child : node.children) texts_of(builder, *child, texts);
}

Result<void> lower_leaves(Builder& builder, OwnFamily& family) {
  std::vector<const Expression*> leaves;
  leaves_of(*family.expression, leaves);
  for (const auto* leaf : leaves) {
    HOLDFAST_TRY(auto lowered, lower_leaf(builder, *leaf));
    family.leaves.push_back(std::move(lowered));
  }
  return {};
}

std::vector<std::string> categories_for(const Builder& builder, const OwnFamily& family) {
  std::set<std::string> texts{"(other)"};
  texts_of(builder, *family.expression, texts);
  for (const auto& name : family.names) texts.insert(name.categories.begin(), name.categories.end());
  return {texts.begin(), texts.end()};
}

study::Scope scope_with_features(Builder& builder) {
  auto scope = study::scope_of(builder.study());
  auto known = scope.name;
  std::map<std::string, Type, std::less<>> types;
  for (const auto& slot : builder.slots()) {
    if (slot.use != Use::Feature) continue;
    types[slot.info.name] = slot.info.is_category ? Type::Text : Type::Number;
    scope.known_names.push_back(slot.info.name);
  }
  scope.name = [known, types](std::string_view name) -> std::optional<Type> {
    const auto found = types.find(name);
    if (found != types.end()) return found->second;
    return known ? known(name) : std::nullopt;
  };
  return scope;
}

FeatureInfo info_of(const std::string& name, const OwnFamily& family, const Text& label) {
  FeatureInfo info;
  info.name = name;
  info.family = "own";
  info.is_category = family.expression->type == Type::Text;
  info.filter = study::to_string(*family.expression);
  info.sentence = study::in_words(*family.expression);
  if (!label.en.empty()) info.sentence.en = label.en;
  if (!label.zh.empty()) info.sentence.zh = label.zh;
  for (const auto& leaf : family.leaves) {
    if (info.table.empty()) info.table = leaf.node->table;
    if (!leaf.node->column.empty()) info.columns.push_back(leaf.node->column);
    info.window_days = std::max(info.window_days, leaf.node->days + leaf.node->months * 30);
  }
  return info;
}

Result<void> add_own(Builder& builder, const study::OwnFeature& own) {
  auto family = std::make_unique<OwnFamily>();
  auto parsed = study::parse_expression(own.expression, scope_with_features(builder));
  if (!parsed.ok()) {
    auto error = parsed.error();
    error.place.file = builder.study().file.string();
    error.place.line = own.line;
    return error;
  }
  family->expression = *parsed;
  for (const auto& name : study::names_of(*family->expression)) {
    const auto& slots = builder.slots();
    const auto found = std::ranges::find_if(slots, [&](const auto& slot) { return slot.info.name == name; });
    if (found == slots.end()) {
      return Error(errors::kNoSuchFeature, {{"name", name}},
                   {.file = builder.study().file.string(), .line = own.line, .key = own.name});
    }
    family->names.push_back({name, static_cast<int>(found - slots.begin()), found->categories,
                             found->info.is_category});
  }
  const bool is_taken = std::ranges::any_of(
      builder.slots(), [&](const auto& slot) { return slot.info.name == own.name; });
  if (is_taken) {
    return Error(errors::kFeatureNameTaken, {{"name", own.name}},
                 {.file = builder.study().file.string(), .line = own.line, .key = own.name});
  }
  HOLDFAST_TRY_VOID(lower_leaves(builder, *family));
  auto info = info_of(own.name, *family, own.label);
  if (info.is_category) family->categories = categories_for(builder, *family);
  family->slot = builder.add_extra(std::move(info), Use::Feature, family->categories);
  builder.keep(std::move(family));
  return {};
}

Result<void> add_helper(Builder& builder, const study::ExpressionPtr& whole, const Expression& leaf) {
  const auto name = study::to_string(leaf);
  for (const auto& slot : builder.slots()) {
    if (slot.use == Use::Helper && slot.info.name == name) return {};
  }
  auto family = std::make_unique<OwnFamily>();
  // Shares ownership of the whole tree while pointing at the leaf.
  family->expression = study::ExpressionPtr(whole, &leaf);
  HOLDFAST_TRY_VOID(lower_leaves(builder, *family));
  auto info = info_of(name, *family, {});
  info.family = "helper";
  if (info.is_category) family->categories = categories_for(builder, *family);
  family->slot = builder.add_extra(std::move(info), Use::Helper, family->categories);
  builder.keep(std::move(family));
  return {};
}

Result<void> add_helpers_of(Builder& builder, const std::string& source, std::int64_t line) {
  if (source.empty()) return {};
  auto parsed = study::parse_expression(source, scope_with_features(builder));
  if (!parsed.ok()) {
    auto error = parsed.error();
    error.place.file = builder.study().file.string();
    error.place.line = line;
    return error;
  }
  std::vector<const Expression*> leaves;
  leaves_of(**parsed, leaves);
  for (const auto* leaf : leaves) {
    HOLDFAST_TRY_VOID(add_helper(builder, *parsed, *leaf));
  }
  return {};
}

}  // namespace

Result<void> add_own_features(Builder& builder) {
  for (const auto& own : builder.study().features.own) {
    HOLDFAST_TRY_VOID(add_own(builder, own));
  }
  return {};
}

Result<void> add_helpers(Builder& builder) {
  for (const auto& rule : builder.study().warning.rules) {
    HOLDFAST_TRY_VOID(add_helpers_of(builder, rule.when, rule.line));
  }
  return add_helpers_of(builder, builder.study().profit.value, 0);
}

}  // namespace holdfast::features
