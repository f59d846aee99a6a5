#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/naming.hpp"
#include "study/proposal.hpp"
#include "study/words.hpp"

namespace holdfast::study {
namespace {

template <typename... Values>
Text say(const char* en, const char* zh, const Values&... values) {
  return {fmt::format(fmt::runtime(en), values...), fmt::format(fmt::runtime(zh), values...)};
}

class Proposer {
 public:
  Proposer(const std::vector<TableFacts>& facts, const ProposalOptions& options)
      : facts_(facts), options_(options), plan_(plan_keys(facts)) {}

  Result<Proposal> run() {
    HOLDFAST_TRY_VOID(find_outcome());
    study_.language = options_.language;
    study_.name = facts_.size() == 1 ? facts_[0].name : "churn";
    if (options_.language == Language::Zh) study_.time_zone = "Asia/Shanghai";
    study_.profit.currency = currency_by_name(facts_, options_.language);
    if (study_.profit.currency.empty()) {
      notes_.push_back({"No column names the currency: amounts show none; profit.currency says it.",
                        "没有列标明币种: 金额不带币种,可用 profit.currency 指定。"});
    }
    use_row_numbers_if_alone();
    primary_ = primary_table();
    for (std::size_t i = 0; i < facts_.size(); ++i) add_table(i);
    for (const auto& table : study_.tables) {
      HOLDFAST_TRY_VOID(names_each_once(table, facts_of(table)));
    }
    HOLDFAST_TRY_VOID(define_churn());
    leave_out_leaks();
    for (const auto& table : study_.tables) note_columns(table, notes_);
    allow_missing_keys();
    Proposal proposal;
    proposal.study = std::move(study_);
    proposal.notes = std::move(notes_);
    return proposal;
  }

 private:
  const TableFacts& facts_of(const TableSpec& table) const {
    return *std::ranges::find(facts_, table.name, &TableFacts::name);
  }
  TableSpec* table_of_role(Role role) {
    const auto found = std::ranges::find(study_.tables, role, &TableSpec::role);
    return found == study_.tables.end() ? nullptr : &*found;
  }
  ColumnSpec* column_of(TableSpec& table, std::string_view name) {
    const auto found = std::ranges::find(
        table.columns, name, [](const ColumnSpec& c) { return std::string_view(c.format.name); });
    return found == table.columns.end() ? nullptr : &*found;
  }

  Result<void> find_outcome() {
    for (const auto& table : facts_) {
      if (table.rows == 0)
        return Error{errors::kNoRows, {{"table", table.name}}, {table.location, 0, 0, ""}};
    }
    if (options_.outcome.empty()) return {};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      for (const auto& column : facts_[i].columns) names.push_back(column.name);
      const auto* column = facts_[i].find(options_.outcome);
      if (column == nullptr || label_) continue;
      if (column->values.size() < 2)
        return Error{errors::kOutcomeOneValue, {{"column", options_.outcome}}};
      label_ = column;
      label_table_ = i;
    }
    if (label_) return {};
    auto near = nearest(options_.outcome, names);
    if (near.empty()) near = join(names, ", ");
    return Error{errors::kOutcomeMissing, {{"column", options_.outcome}, {"nearest", near}}};
  }

  /// A single table without a key: a column that tells its customers apart, else the row number
  /// (customer_key empty).
  void use_row_numbers_if_alone() {
    if (facts_.size() != 1 || plan_.is_reached(0)) return;
    plan_.customer_key[0] = key_of_lone_table(facts_[0]);
    if (!plan_.customer_key[0].empty()) return;
    notes_.push_back(say("{} has no column that tells customers apart: the row number does.",
                         "{} 没有能区分客户的列:以行号区分。", facts_[0].name));
  }

  /// The table that lists the customers: the label's, else one row a key, best by name.
  std::size_t primary_table() const {
    if (label_) return label_table_;
    std::size_t best = facts_.size();
    int best_score = 0;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      const auto* key = facts_[i].find(plan_.customer_key[i]);
      if (key == nullptr || !is_unique(*key) || find_term(facts_[i])) continue;
      const NameWords name(facts_[i].name);
      int score = 1;
      if (name.has({"customer", "client", "member", "user", "account", "insured", "客户", "会员",
                    "用户", "投保人"}))
        score += 4;
      if (find_event_time(facts_[i]).empty()) score += 2;
      if (score > best_score) {
        best_score = score;
        best = i;
      }
    }
    return best;
  }

  void add_table(std::size_t index) {
    const auto& facts = facts_[index];
    TableSpec table;
    table.name = facts.name;
    table.locations = {facts.location};
    table.read = facts.options;
    table.customer_key = plan_.customer_key[index];
    table.via = plan_.via[index];
    for (const auto& format : facts.options.columns) table.columns.push_back({.format = format});
    if (!facts.is_whole) {
      notes_.push_back(say("Of {} the first {} rows were looked at.", "{} 只查看了前 {} 行。",
                           facts.name, with_thousands(static_cast<std::int64_t>(facts.rows))));
    }
    const bool is_by_row = facts_.size() == 1 && label_;
    if (!plan_.is_reached(index) && !is_by_row && !make_context(facts, table)) {
      return notes_.push_back(say("{} is left out: no column of it leads to a customer.",
                                  "未使用表 {}: 没有列能对应到客户。", facts.name));
    }
    if (table.role != Role::Context) choose_role(index, table);
    choose_columns(facts, table);
    const auto role = text_of(table.role);
    const auto way = way_to_customer(table);
    notes_.push_back({fmt::format("{}: {}, {}.", table.name, role.en, way.en),
                      fmt::format("{}: {},{}。", table.name, role.zh, way.zh)});
    study_.tables.push_back(std::move(table));
  }

  /// Facts by region, channel or agent and day, shared by many customers.
  bool make_context(const TableFacts& facts, TableSpec& table) const {
    table.event_time = find_event_time(facts);
    if (table.event_time.empty()) return false;
    for (const auto& column : facts.columns) {
      if (!is_join_column(NameWords(column.name))) continue;
      for (std::size_t i = 0; i < facts_.size(); ++i) {
        if (plan_.is_reached(i) && facts_[i].find(column.name) != nullptr) {
          table.join_on.push_back(column.name);
          break;
        }
      }
    }
    table.role = Role::Context;
    return !table.join_on.empty();
  }

  void choose_role(std::size_t index, TableSpec& table) {
    const auto& facts = facts_[index];
    const auto* key = facts.find(table.customer_key);
    const bool is_one_row_each = key == nullptr ? !table.via : is_unique(*key);
    const bool has_label = label_ && label_table_ == index;
    auto event_time = find_event_time(facts);
    // The day a customer began does not tell rows of several years apart.
    if (facts_.size() == 1 && key != nullptr && !event_time.empty() &&
        is_constant_by_key(facts, *facts.find(event_time), *key)) {
      event_time.clear();
    }
    if (has_label && is_one_row_each) {
      table.role = Role::Customer;
    } else if (const auto valid = find_validity(facts); !valid.first.empty()) {
      table.role = Role::Attribute;
      table.valid_from = valid.first;
      table.valid_to = valid.second;
    } else if (const auto term = find_term(facts)) {
      make_contract(facts, *term, table);
    } else if (index == primary_ && (is_one_row_each || event_time.empty())) {
      table.role = Role::Customer;
    } else if (!event_time.empty()) {
      // Alone, the rows are all there is to learn from.
      table.role = has_label && facts_.size() > 1 ? Role::Outcome : Role::Event;
      table.event_time = event_time;
    } else {
      table.role = Role::Attribute;
    }
  }

  void make_contract(const TableFacts& facts, const Term& term, TableSpec& table) {
    table.role = Role::Contract;
    table.start = term.start;
    table.end = term.end;
    table.cancelled = term.cancelled;
    table.contract_key = table.customer_key;
    for (const auto& column : facts.columns) {
      const NameWords name(column.name);
      if (is_policy_key(name)) table.contract_key = column.name;
      if (name.has({"product", "险种", "产品"}) && !column.counts.empty() && !name.has({"max"}))
        table.product = column.name;
      if (name.has({"reason", "原因"}) && !column.counts.empty()) table.exit_reason = column.name;
      if (name.has({"plate", "vin", "车牌", "车架"})) table.vehicle = column.name;
      if (name.has({"household", "家庭"}) && !name.has({"size"})) table.household = column.name;
    }
    auto last = kNoDay;
    // Who renewed is known only as far as new terms are seen; cancellations may reach further.
    for (const auto day : facts.find(term.start)->days) last = std::max(last, day);
    table.complete_until = Day{last};
    notes_.push_back(
        say("{}: terms run from {} to {}, usually {} days; data are complete until {}.",
            "{}: 合同期自 {} 至 {},通常 {} 天;数据完整至 {}。", facts.name, term.start, term.end,
            term.days_median, to_string(Day{last})));
    term_days_ = term.days_median;
  }

  void choose_columns(const TableFacts& facts, TableSpec& table) {
    choose_topic(facts, table);
    choose_amount(facts, table);
    for (const auto& made : table.computed) {
      notes_.push_back(say("{}: no column gives the amount; it is computed as {}.",
                           "{}: 没有金额列,按 {} 计算。", facts.name, made.expression));
    }
    for (auto& column : table.columns) {
      const auto& name = column.format.name;
      const NameWords words(name);
      const auto* known = facts.find(name);
      if (known == nullptr || name == options_.outcome) {
        // Compared with the words of churn.positive as the file spells them.
        if (name == options_.outcome) column.format = {.name = name};
        continue;
      }
      if (words.has({"rownumber", "序号"}) || is_index(name, *known, table)) {
        column.is_ignored = true;
        column.note = word("a row number", "行序号");
        continue;
      }
      if (known->is_number() && is_code(words) && !known->counts.empty() &&
          known->counts.size() <= 30 && known->type == tables::ColumnType::Integer) {
        column.format = {.name = name};
      }
      if (name == table.amount && known->type == tables::ColumnType::Real && known->is_in_cents) {
        column.format.type = tables::ColumnType::Money;
      }
      mark_column(column, words, *known, table, options_.language);
      if (table.role == Role::Contract) {
        column.note = look_at_term(facts, *known, words, column, table).in(options_.language);
      }
      if (never_changes(words) && table.role != Role::Event) column.is_constant = true;
    }
    table.read.columns.clear();
    for (const auto& column : table.columns) table.read.columns.push_back(column.format);
    if (table.role == Role::Event || table.role == Role::Outcome)
      choose_event_columns(facts, table);
  }

  std::string word(const char* en, const char* zh) const {
    return options_.language == Language::Zh ? zh : en;
  }

  Result<void> define_churn() {
    if (label_) return define_label();
    if (auto* contracts = table_of_role(Role::Contract)) {
      define_contractual(*contracts);
      return {};
    }
    const TableSpec* best = nullptr;
    for (const auto& table : study_.tables) {
      if (table.role != Role::Event || !is_repeated(table)) continue;
      const auto earns = [](const TableSpec& t) {
        return t.topic == Topic::Purchase || t.topic == Topic::Payment || t.topic == Topic::Visit;
      };
      const bool is_better =
          best == nullptr || (earns(table) && !earns(*best)) ||
          (earns(table) == earns(*best) && facts_of(table).rows > facts_of(*best).rows);
      if (is_better) best = &table;
    }
    if (best == nullptr) return Error{errors::kNothingToPredict};
    define_inactivity(*best);
    return {};
  }

  /// Whether customers come back in an event table: nobody is missed where all come once, or where a
  /// day is not the row's but the customer's (since when).
  bool is_repeated(const TableSpec& table) const {
    const auto& facts = facts_of(table);
    const auto* key = facts.find(table.via ? table.via->column : table.customer_key);
    const auto* time = facts.find(table.event_time);
    return key != nullptr && time != nullptr && comes_again(*key) && !is_constant_by_key(facts, *time, *key);
  }

  Result<void> define_label() {
    const auto& name = facts_[label_table_].name;
    if (study_.find(name) == nullptr) return Error{errors::kNoKey, {{"table", name}}};
    if (label_->counts.empty())
      return Error{errors::kOutcomeOneValue, {{"column", options_.outcome}}};
    ChurnDefinition churn;
    churn.kind = ChurnKind::Label;
    churn.table = name;
    churn.column = options_.outcome;
    churn.positive = positive_values(*label_);
    churn.exits = find_exits(*label_, churn.positive);
    if (churn.exits.empty()) {
      notes_.push_back(say("Churn: {} of {} is {}.", "流失: {1} 的 {0} 为 {2}。", churn.column,
                           churn.table, join(churn.positive, ", ")));
    } else {
      churn.exit_reason = options_.outcome;
      note_exits(churn, notes_);
    }
    const auto role = study_.find(name)->role;
    if (role == Role::Customer || !churn.exits.empty()) {
      follow_time(facts_[label_table_], *label_, churn, options_.language, study_, notes_);
    }
    study_.churn = std::move(churn);
    if (role == Role::Customer || role == Role::Attribute) {
      study_.split.kind = SplitKind::Customer;
    } else if (role == Role::Contract) {
      study_.entity = Entity::Contract;
      study_.cutoffs.before_end_days = {lead_days()};
    } else {
      study_.cutoffs.every_months = 3;
    }
    return {};
  }

  int lead_days() const { return term_days_ >= 180 ? 60 : term_days_ >= 60 ? 15 : 7; }

  void define_contractual(const TableSpec& table) {
    ChurnDefinition churn;
    churn.kind = ChurnKind::Contractual;
    churn.table = table.name;
    if (term_days_ < 180) churn.early_days = churn.grace_days = std::max(7, term_days_ / 6);
    study_.churn = std::move(churn);
    study_.entity = Entity::Contract;
    study_.cutoffs.before_end_days = {lead_days()};
    notes_.push_back(
        say("Churn: a contract of {} ends without a successor; predicted {} days before.",
            "流失: {} 中的合同到期未续;提前 {} 天预测。", table.name, lead_days()));
    if (!table.cancelled.empty()) {
      notes_.push_back(
          say("{} is the day a contract was cancelled; it counts within its term only.",
              "{} 为终止日,仅在合同期内才算。", table.cancelled));
    }
  }

  void define_inactivity(const TableSpec& table) {
    const auto& facts = facts_of(table);
    const auto& key = *facts.find(table.via ? table.via->column : table.customer_key);
    const auto& time = *facts.find(table.event_time);
    const int days = usual_silence_days(key, time);
    auto first = std::numeric_limits<std::int32_t>::max(), last = kNoDay;
    for (const auto day : time.days) {
      if (day == kNoDay) continue;
      first = std::min(first, day);
      last = std::max(last, day);
    }
    ChurnDefinition churn;
    churn.kind = ChurnKind::Inactivity;
    churn.table = table.name;
    churn.inactive_days = {{"", static_cast<double>(days)}};
    study_.churn = churn;
    study_.cutoffs.every_months = last - first > 3 * 365 ? 3 : 1;
    study_.cutoffs.outcome_days = days;
    // A customer is known for one window before the first cutoff.
    study_.cutoffs.first = Day{first + days};
    for (const int candidate : {60, 90, 180, 365}) {
      if (candidate == days || candidate > (last - first) / 3) continue;
      auto other = churn;
      other.name = fmt::format("silent_{}", candidate);
      other.inactive_days = {{"", static_cast<double>(candidate)}};
      study_.candidates.push_back(std::move(other));
    }
    std::erase_if(study_.features.windows_days,
                  [&](int window) { return window > 30 && window > last - first; });
    notes_.push_back(say(
        "Churn: nothing in {} for {} days (95 % of pauses are shorter, as far as the data reach).",
        "流失: {} 中连续 {} 天没有记录(在数据范围内约 95% 的间隔短于此)。", table.name, days));
  }

  /// Row by row in the table that makes the outcome; nothing where there is none to judge by.
  RowLabels labels_of_rows(const TableSpec& table) const {
    const auto& facts = facts_of(table);
    RowLabels labels(facts.rows);
    if (label_ && &facts == &facts_[label_table_]) {
      std::vector<std::uint64_t> positive;
      for (const auto& value : study_.churn->positive) positive.push_back(label_->hashes.at(value));
      for (std::size_t row = 0; row < facts.rows; ++row) {
        if (label_->cells[row] == 0) continue;
        labels[row] = std::ranges::find(positive, label_->cells[row]) != positive.end();
      }
      return labels;
    }
    const auto* cancelled = facts.find(table.cancelled);
    if (cancelled == nullptr) return {};
    const auto &start = *facts.find(table.start), &end = *facts.find(table.end);
    for (std::size_t row = 0; row < facts.rows; ++row) {
      const auto day = cancelled->days[row];
      labels[row] = day != kNoDay && day > start.days[row] && day <= end.days[row];
    }
    return labels;
  }

  void leave_out_leaks() {
    const auto* source = study_.find(study_.churn->table);
    const auto labels = labels_of_rows(*source);
    std::unordered_map<std::uint64_t, bool> by_key;
    if (const auto* key = facts_of(*source).find(source->customer_key)) {
      for (std::size_t row = 0; row < labels.size(); ++row) {
        if (labels[row]) by_key[key->cells[row]] = by_key[key->cells[row]] || *labels[row];
      }
    }
    const auto source_name = source->name;
    for (auto& table : study_.tables) {
      const auto& facts = facts_of(table);
      RowLabels own = labels;
      if (table.name != source_name) {
        own.clear();
        const auto* key = facts.find(table.customer_key);
        const bool fits = key != nullptr && label_ &&
                          (table.role == Role::Customer || table.role == Role::Attribute);
        for (std::size_t row = 0; fits && row < facts.rows; ++row) {
          const auto found = by_key.find(key->cells[row]);
          own.push_back(found == by_key.end() ? std::nullopt : std::optional(found->second));
        }
      }
      for (auto& column : table.columns) judge(column, table, facts, own);
    }
  }

  void judge(ColumnSpec& column, const TableSpec& table, const TableFacts& facts,
             const RowLabels& labels) const {
    const auto& name = column.format.name;
    const auto* known = facts.find(name);
    const bool is_named = is_key(table, name) || name == table.cancelled ||
                          name == table.exit_reason || name == table.start || name == table.end ||
                          name == table.event_time || name == table.amount ||
                          name == table.known_at || name == options_.outcome ||
                          (study_.analyses.survival && name == study_.analyses.survival->duration);
    if (known == nullptr || is_named || column.is_ignored) return;
    if (table.role == Role::Event || table.role == Role::Context) return;
    const auto* outcome = label_ && &facts == &facts_[label_table_] ? label_ : nullptr;
    const auto reason = reason_to_leave_out(*known, labels, outcome).in(options_.language);
    if (reason.empty()) return;
    column.is_ignored = true;
    column.note = reason;
  }

  /// Rows without a key or time go to quarantine; where the data are full of them the limit is
  /// raised, so that the import runs, and a person is told.
  void allow_missing_keys() {
    for (const auto& table : study_.tables) {
      const auto& facts = facts_of(table);
      std::size_t missing = 0;
      const auto& key_name = table.via ? table.via->column : table.customer_key;
      for (const auto& name : {key_name, table.event_time, table.start, table.end}) {
        const auto* column = facts.find(name);
        if (column == nullptr) continue;
        missing += facts.rows - static_cast<std::size_t>(column->present_count);
      }
      const double share = static_cast<double>(missing) / static_cast<double>(facts.rows);
      const double limit = std::min(1.0, std::ceil((share + 0.02) * 100) / 100);
      if (share < 0.01 || limit <= study_.bad_rows_max_share) continue;
      study_.bad_rows_max_share = limit;
      notes_.push_back(
          say("{}: {:.1f} % of rows have no key or time and go to quarantine; the limit is raised.",
              "{}: {:.1f}% 的行缺少键或时间,将被隔离;已提高坏行上限。", table.name, share * 100));
    }
  }

  const std::vector<TableFacts>& facts_;
  const ProposalOptions& options_;
  KeyPlan plan_;
  std::size_t primary_ = 0;
  const ColumnFacts* label_ = nullptr;
  std::size_t label_table_ = 0;
  int term_days_ = 365;
  Study study_;
  std::vector<Text> notes_;
};

}  // namespace

Result<Proposal> propose_from(const std::vector<TableFacts>& tables,
                              const ProposalOptions& options) {
  return Proposer(tables, options).run();
}

}  // namespace holdfast::study
