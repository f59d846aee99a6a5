#include "analyses/category_words.hpp"

#include <gtest/gtest.h>

namespace holdfast::analyses {
namespace {

TEST(CategoryWords, AreThoseTheLabelLists) {
  const std::vector<std::string> codes = {"0", "1", "10"};
  const auto words = category_words({"channel (0 agent, 1 broker, 10 by telephone)", "渠道（0 代理人，1 经纪人，10 电话）"}, codes);
  EXPECT_EQ(words.label, (Text{"channel", "渠道"}));
  ASSERT_EQ(words.levels.size(), 3U);
  EXPECT_EQ(words.levels[1], (Text{"broker", "经纪人"}));
  EXPECT_EQ(words.levels[2], (Text{"by telephone", "电话"}));
}

TEST(CategoryWords, AreTheirOwnNamesWhereTheLabelListsNoCodes) {
  const std::vector<std::string> codes = {"A", "B"};
  const auto partly = category_words({"class (A first)", "等级(A 一等,B 二等)"}, codes);
  EXPECT_EQ(partly.label, (Text{"class (A first)", "等级"}));
  EXPECT_EQ(partly.levels[1], (Text{"B", "二等"}));
  EXPECT_EQ(category_words({"spend (EUR)", "花费"}, codes).label.en, "spend (EUR)");
  EXPECT_EQ(category_words({"(A x, B y)", "甲"}, codes).label.en, "(A x, B y)");
  const std::vector<std::string> more = {"1", "2", "other"};
  EXPECT_EQ(category_words({"area (1 rural, 2 urban)", "地区"}, more).levels[2].en, "other");
  EXPECT_TRUE(category_words({"age", "年龄"}, {}).levels.empty());
}

}  // namespace
}  // namespace holdfast::analyses
