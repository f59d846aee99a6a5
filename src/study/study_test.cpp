#include "study/study.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/errors.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::study {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kMotor = R"toml([study]
name = "motor"
language = "zh"
time_zone = "Asia/Shanghai"
entity = "contract"

[table."保单"]
role = "contract"
files = ["policies.csv"]
encoding = "gbk"
customer_key = "客户号"
start = "起保日期"
end = "终保日期"
amount = "保费"

[table."保单".columns]
"客户号" = "text"
"起保日期" = { type = "day", date_format = "yyyy-MM-dd" }
"终保日期" = { type = "day", date_format = "yyyy-MM-dd" }
"保费" = { type = "money", decimal = ",", unit = "CNY" }
"年龄" = { type = "integer", mark = "personal", use_because = "risk" }

[table.claims]
role = "event"
topic = "claim"
files = "claims-*.csv"
customer_key = "customer"
event_time = "day"

[table.claims.columns]
customer = "text"
day = { type = "day", date_format = "dd/MM/yyyy" }
loss = { type = "money" }

[churn]
kind = "contractual"

[cutoffs]
before_end_days = [60]

[[feature]]
name = "claims_share"
expression = "claims.count(365 days) / nullif(count(claims), 0)"

[[rule]]
name = "many"
when = "claims_share > 0.5 and 保费 > 1000"
level = "red"
)toml";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

std::string all_errors(const Checked& checked, Language language = Language::En) {
  std::string out;
  for (const auto& error : checked.errors) out += render(error, language) + "\n";
  return out;
}

/// Lines and paths say where a study stood, not what it says.
Study without_places(Study study) {
  study.file.clear();
  study.folder.clear();
  for (auto& table : study.tables) table.line = 0;
  if (study.churn) study.churn->line = 0;
  for (auto& candidate : study.candidates) candidate.line = 0;
  for (auto& own : study.features.own) own.line = 0;
  for (auto& model : study.models.compare) model.line = 0;
  for (auto& rule : study.warning.rules) rule.line = 0;
  return study;
}

TEST(Study, ReadsASensibleFileWithoutComplaint) {
  const auto checked = parse(kMotor, "motor/study.toml");
  EXPECT_EQ(all_errors(checked), "");
  EXPECT_TRUE(checked.warnings.empty());
  const auto& study = checked.study;
  ASSERT_EQ(study.tables.size(), 2u);
  EXPECT_EQ(study.tables[0].name, "保单") << "tables stand in the order of the file";
  EXPECT_EQ(study.tables[0].read.encoding, Encoding::Gb18030);
  EXPECT_EQ(study.tables[0].line, 7);
  EXPECT_EQ(study.tables[0].find("保费")->format.decimal, ',');
  EXPECT_EQ(study.tables[1].locations, std::vector<std::string>{"claims-*.csv"});
  EXPECT_EQ(study.churn->table, "保单") << "the only contract table";
  EXPECT_EQ(study.folder, "motor");
  EXPECT_EQ(study.resolve("a.csv"), "motor/a.csv");
}

TEST(Study, TellsEveryErrorAtOnceWithFileAndLine) {
  auto text = replaced(kMotor, "amount = \"保费\"", "amuont = \"保费\"");
  text = replaced(text, "end = \"终保日期\"", "end = \"终保日\"");
  text = replaced(text, "time_zone = \"Asia/Shanghai\"", "time_zone = \"Asia/Shanghigh\"");
  text = replaced(text, "topic = \"claim\"", "topic = \"clam\"");
  text = replaced(text, "[60]", "\"60\"");
  text = replaced(text, "when = \"claims_share", "when = \"claims_shore");
  const auto checked = parse(text, "study.toml");
  const auto shown = all_errors(checked);
  EXPECT_THAT(shown, HasSubstr("study.toml:4:13: error[study.unknown_word]: study.time_zone: "
                               "not one of the known words: Asia/Shanghigh"));
  EXPECT_THAT(
      shown, HasSubstr("study.toml:14:1: error[study.unknown_key]: table.保单.amuont: unknown key: "
                       "amuont\n  hint: nearest known: amount"));
  EXPECT_THAT(
      shown,
      HasSubstr("study.toml:13:7: error[study.no_such_column]: table.保单.end: table 保单 has no "
                "column 终保日\n  hint: nearest known: 终保日期"));
  EXPECT_THAT(
      shown,
      HasSubstr("study.toml:25:9: error[study.unknown_word]: table.claims.topic: not one of the "
                "known words: clam"));
  EXPECT_THAT(
      shown,
      HasSubstr("error[study.wrong_type]: cutoffs.before_end_days: the value is of the wrong "
                "type\n  hint: write it like this: [30, 90]"));
  const auto zh = all_errors(checked, Language::Zh);
  EXPECT_THAT(
      zh,
      HasSubstr("study.toml:14:1: 错误[study.unknown_key]: table.保单.amuont: 未知的键: amuont\n"
                "  建议: 最接近的已知键: amount"));
  EXPECT_THAT(zh, HasSubstr("表 保单 没有列 终保日"));
}

TEST(Study, AnExpressionErrorPointsIntoTheFile) {
  const auto text = replaced(kMotor, "保费 > 1000", "max(claims.los) > 1");
  const auto checked = parse(text, "study.toml");
  ASSERT_EQ(checked.errors.size(), 1u) << all_errors(checked);
  const auto& error = checked.errors[0];
  EXPECT_EQ(error.kind->name, errors::kUnknownTableColumn.name);
  EXPECT_EQ(error.place.line, 47);
  // when = "claims_share > 0.5 and max…: the value begins at column 8, max is its 24th character.
  EXPECT_EQ(error.place.column, 8 + 24);
  EXPECT_EQ(error.place.key, "rule.1.when");
  EXPECT_EQ(hint_of(error, Language::Zh), "最接近的已知名称: loss");
}

TEST(Study, SyntaxErrorsCarryTheLine) {
  const auto checked = parse("[study]\nname = \"a\n", "s.toml");
  ASSERT_EQ(checked.errors.size(), 1u);
  EXPECT_EQ(checked.errors[0].kind->name, errors::kSyntax.name);
  EXPECT_EQ(checked.errors[0].place.line, 2);
  EXPECT_EQ(parse("\xff", "s.toml").errors.size(), 1u);
}

TEST(Study, AMissingFileIsTold) {
  const auto checked = load("nowhere/study.toml");
  ASSERT_EQ(checked.errors.size(), 1u);
  EXPECT_EQ(checked.errors[0].kind->name, holdfast::errors::kFileMissing.name);
}

struct Broken {
  std::string_view from, to;
  const ErrorKind* kind;
  std::int64_t line;
};

TEST(Study, ImpossibleSettingsAreErrors) {
  const Broken cases[] = {
      {"end = \"终保日期\"\n", "", &errors::kNeedsColumn, 7},
      {"event_time = \"day\"\n", "", &errors::kNeedsColumn, 23},
      {"customer_key = \"customer\"\n", "", &errors::kNoKey, 23},
      {"start = \"起保日期\"", "start = \"保费\"", &errors::kNotADate, 12},
      {"amount = \"保费\"", "amount = \"客户号\"", &errors::kNotANumber, 14},
      {"[cutoffs]\nbefore_end_days = [60]\n", "", &errors::kNoCutoffs, 0},
      {"before_end_days = [60]", "before_end_days = [-1]", &errors::kOutOfRange, 39},
      {"before_end_days = [60]", "days = [2024-02-01, 2024-01-01]", &errors::kNotAscending, 39},
      {"[churn]\nkind = \"contractual\"\n", "", &errors::kNoChurn, 0},
      {"kind = \"contractual\"", "kind = \"inactivity\"", &errors::kChurnNeeds, 35},
      {"kind = \"contractual\"", "kind = \"label\"", &errors::kChurnNeeds, 35},
      {"kind = \"contractual\"", "kind = \"contractual\"\ntable = \"claims\"",
       &errors::kChurnNeedsTable, 37},
      {"kind = \"contractual\"", "kind = \"contractual\"\ntable = \"claim\"", &errors::kNoSuchTable,
       37},
      {"[cutoffs]", "[warning]\nred = 0.1\norange = 0.5\n[cutoffs]", &errors::kLimitsOrder, 39},
      {"[cutoffs]", "[split]\ntest_share = 1.5\n[cutoffs]", &errors::kOutOfRange, 39},
      {"[cutoffs]", "[features]\nwindows_days = [0]\n[cutoffs]", &errors::kOutOfRange, 39},
      {"[cutoffs]", "[models]\nchoose_by = \"luck\"\n[cutoffs]", &errors::kUnknownWord, 39},
      {"when = \"claims_share > 0.5 and 保费 > 1000\"", "when = \"保费\"", &errors::kNotBoolean,
       47},
      {"level = \"red\"", "level = \"crimson\"", &errors::kUnknownWord, 48},
      {"loss = { type = \"money\" }", "loss = { type = \"money\", ignore = true }\nnet = 1",
       &errors::kWrongType, 34},
  };
  for (const auto& broken : cases) {
    const auto checked = parse(replaced(kMotor, broken.from, broken.to), "study.toml");
    const auto found = std::ranges::find_if(
        checked.errors, [&](const Error& error) { return error.kind->name == broken.kind->name; });
    ASSERT_NE(found, checked.errors.end()) << broken.to << "\n" << all_errors(checked);
    EXPECT_EQ(found->place.line, broken.line) << render(*found, Language::En);
    for (const auto language : {Language::En, Language::Zh}) {
      EXPECT_EQ(render(*found, language).find('{'), render(*found, language).find("{ "))
          << broken.kind->name;
    }
  }
}

TEST(Study, TheLabelMayNotBeAnInput) {
  const auto checked = parse(R"toml([table.people]
role = "customer"
files = "people.csv"
customer_key = "id"
[table.people.columns]
id = "text"
age = { type = "integer", mark = "personal" }
left = "text"
[churn]
kind = "label"
table = "people"
column = "left"
positive = ["Yes"]
[split]
kind = "customer"
[[feature]]
name = "leak"
expression = "if(left = 'Yes', 1, 0)"
)toml",
                             "s.toml");
  ASSERT_EQ(checked.errors.size(), 1u) << all_errors(checked);
  EXPECT_EQ(checked.errors[0].kind->name, errors::kLabelAsInput.name);
  EXPECT_EQ(checked.errors[0].place.line, 18);
  ASSERT_EQ(checked.warnings.size(), 1u)
      << "a personal column without a reason is left out, not an error";
  EXPECT_EQ(checked.warnings[0].kind->name, errors::kPersonalUnused.name);
  EXPECT_EQ(checked.warnings[0].place.line, 7);
  EXPECT_TRUE(is_outcome_column(checked.study, "people", "left"));
  EXPECT_FALSE(is_outcome_column(checked.study, "people", "age"));
}

TEST(Study, DataWithoutTimeCannotBeSplitByTime) {
  const auto checked = parse(R"toml([table.people]
role = "customer"
files = "people.csv"
[table.people.columns]
left = "text"
[churn]
kind = "label"
table = "people"
column = "left"
positive = "1"
)toml",
                             "s.toml");
  ASSERT_EQ(checked.errors.size(), 1u) << all_errors(checked);
  EXPECT_EQ(checked.errors[0].kind->name, errors::kNoTimeToSplit.name);
}

TEST(Study, KeyPathsMayNotGoInCircles) {
  const auto checked = parse(R"toml([table.a]
role = "event"
files = "a.csv"
event_time = "d"
via = { column = "k", table = "b", table_column = "k" }
[table.a.columns]
k = "text"
d = { type = "day" }
[table.b]
role = "attribute"
files = "b.csv"
via = { column = "k", table = "a", table_column = "k" }
[table.b.columns]
k = "text"
[churn]
kind = "inactivity"
inactive_days = 90
[cutoffs]
every_months = 3
)toml",
                             "s.toml");
  ASSERT_EQ(checked.errors.size(), 2u) << all_errors(checked);
  EXPECT_EQ(checked.errors[0].kind->name, errors::kRoundAbout.name);
}

/// Every field away from its default.
Study rich() {
  Study study;
  study.name = "a \"quoted\" \\ name\n保险";
  study.language = Language::Zh;
  study.time_zone = "Europe/Madrid";
  study.seed = 7;
  study.entity = Entity::Contract;
  study.bad_rows_max_share = 0.1;
  study.store = "库";
  study.out = "results";
  TableSpec table;
  table.name = "保单 a.b";
  table.role = Role::Contract;
  table.topic = Topic::Balance;
  table.locations = {"p*.csv", "postgresql://u@h/d?table=t"};
  table.read.encoding = Encoding::Gb18030;
  table.read.delimiter = '\t';
  table.read.quote = '\'';
  table.read.header_row = -1;
  table.read.sheet = "表1";
  table.read.query = "select 1\nwhere \"a\" = 'b'";
  table.read.time_zone = "Asia/Shanghai";
  table.read.missing = {"", "-", "无"};
  for (const auto* name : {"z", "a", "客户 号", "s", "e", "amount", "x", "d"}) {
    ColumnSpec column;
    column.format.name = name;
    table.columns.push_back(column);
  }
  for (const int i : {3, 4, 7}) {
    table.columns[static_cast<std::size_t>(i)].format.type = tables::ColumnType::Day;
    table.columns[static_cast<std::size_t>(i)].format.date_format = "yyyy年M月d日";
  }
  auto& amount = table.columns[5];
  amount.format.type = tables::ColumnType::Money;
  amount.format.decimal = ',';
  amount.format.thousands = '.';
  amount.format.is_percent = true;
  amount.mark = Mark::Sensitive;
  amount.use_because = "consent of 2024";
  amount.known_at = "d";
  amount.is_constant = true;
  amount.unit = "CNY";
  amount.label = {"premium", "保费"};
  amount.note = "why";
  table.columns[6].is_ignored = true;
  for (const auto& column : table.columns) table.read.columns.push_back(column.format);
  table.computed = {{"net", "amount * 2", tables::ColumnType::Money, {"net", "净额"}}};
  table.customer_key = "客户 号";
  table.contract_key = "a";
  table.start = "s";
  table.end = "e";
  table.cancelled = "d";
  table.exit_reason = "z";
  table.product = table.household = table.vehicle = table.event_id = table.kind = "a";
  table.known_at = "d";
  table.known_lag_days = 3;
  table.replaces_range = true;
  table.amount = "net";
  table.complete_until = day_from_civil(2024, 3, 31);
  table.extract_day = day_from_civil(2024, 4, 1);
  TableSpec other = table;
  other.name = "other";
  other.role = Role::Attribute;
  other.valid_from = "s";
  other.valid_to = "e";
  other.via = Reference{"a", "保单 a.b", "a"};
  study.tables = {table, other};
  ChurnDefinition churn;
  churn.table = table.name;
  churn.grace_days = 31;
  churn.successor_products = {"x"};
  churn.successor_by_household = true;
  churn.segment_by = "a";
  churn.inactive_days = {{"corporate", 90}, {"", 60.5}};
  churn.exits = {{"sold", {"1", "二"}, false, true, false, {"sold", "已售"}}, {"gone", {"3"}}};
  study.churn = churn;
  auto candidate = churn;
  candidate.name = "other";
  candidate.kind = ChurnKind::Contractual;
  study.candidates = {candidate};
  study.cutoffs.days = {*day_from_civil(2023, 1, 1), *day_from_civil(2024, 1, 1)};
  study.cutoffs.every_months = 3;
  study.cutoffs.before_end_days = {90, 60};
  study.cutoffs.first = day_from_civil(2020, 1, 1);
  study.cutoffs.last = day_from_civil(2024, 1, 1);
  study.cutoffs.gap_days = 7;
  study.cutoffs.outcome_days = 30;
  study.features.windows_days = {};
  study.features.families = {"window"};
  study.features.exclude = {"a*"};
  study.features.last_kinds = 1;
  study.features.categories_max = 5;
  study.features.own = {{"twice", "net * 2", {"twice", "两倍"}}, {"more", "twice + 1"}};
  study.split = {SplitKind::Customer,        0.3, 0.1, day_from_civil(2023, 1, 1),
                 day_from_civil(2023, 6, 1), 99,  5};
  study.models.compare = {{"z_model",
                           {{"depth", std::int64_t{3}},
                            {"rate", 1.0},
                            {"on", true},
                            {"how", "x"},
                            {"grid", std::vector<double>{1, 2.5}}}},
                          {"a_model", {}}};
  study.models.choose_by = "auc";
  study.models.calibration = "none";
  study.profit = {1, "net", 2, 3, 4, 5, "EUR"};
  study.warning = {0.5, 0.25, 0.125, {{"r", "net > 1", Level::Red, {"r", "规则"}}}, 100};
  return study;
}

TEST(Study, WritingReadsBackFieldByField) {
  const auto study = rich();
  const auto text = write(study);
  const auto checked = parse(text, "");
  EXPECT_EQ(all_errors(checked), "") << text;
  EXPECT_TRUE(without_places(checked.study) == study) << text;
  EXPECT_EQ(write(checked.study), text);
}

TEST(Study, WritingWhatWasReadReadsBack) {
  const auto first = parse(kMotor, "");
  const auto second = parse(write(first.study), "");
  EXPECT_EQ(all_errors(second), "");
  EXPECT_TRUE(without_places(first.study) == without_places(second.study));
}

TEST(Study, AStudyBuiltInMemoryIsCheckedToo) {
  EXPECT_TRUE(check(rich()).errors.empty()) << all_errors(check(rich()));
  EXPECT_FALSE(check(Study{}).errors.empty());
}

TEST(Study, ExplainsItselfInBothLanguages) {
  std::string en, zh;
  for (const auto& line : explain(parse(kMotor, "").study)) {
    en += line.en + "\n";
    zh += line.zh + "\n";
  }
  EXPECT_THAT(
      en,
      HasSubstr("A contract of 保单 churns when no successor starts from 45 days before to 30 days "
                "after its end"));
  EXPECT_THAT(en, HasSubstr("A prediction is made 60 days before each contract's end"));
  EXPECT_THAT(zh, HasSubstr("在每份合同到期前 60 天作预测"));
  EXPECT_THAT(zh, HasSubstr("规则 many 在以下情况预警(红色)"));
  EXPECT_EQ(en.find('{'), std::string::npos);
  for (const auto& line : explain(rich())) EXPECT_FALSE(line.en.empty() || line.zh.empty());
}

TEST(Study, EveryChurnKindHasItsSentence) {
  ChurnDefinition churn;
  churn.table = "t";
  churn.column = "c";
  churn.inactive_days = {{"corporate", 90}, {"", 60}};
  churn.below_months = 2;
  for (const auto kind : {ChurnKind::Contractual, ChurnKind::Inactivity, ChurnKind::ExpectedSpend,
                          ChurnKind::Partial, ChurnKind::RevenueRule, ChurnKind::Label}) {
    churn.kind = kind;
    const auto text = in_words(churn);
    EXPECT_THAT(text.en, HasSubstr("churn")) << name_of(kind);
    EXPECT_THAT(text.zh, HasSubstr("流失")) << name_of(kind);
  }
}

TEST(StudyErrors, NamesAreUniqueAndBothLanguagesAreThere) {
  std::vector<std::string_view> names;
  for (const auto* kind : errors::study_kinds()) {
    EXPECT_FALSE(kind->en.empty() || kind->zh.empty()) << kind->name;
    EXPECT_EQ(kind->hint_en.empty(), kind->hint_zh.empty()) << kind->name;
    names.push_back(kind->name);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace holdfast::study
