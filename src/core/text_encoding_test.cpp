#include "core/text_encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

Encoding found_in(std::string_view bytes) { return detect_encoding(bytes, true).encoding; }

std::string gbk(std::string_view text) { return from_utf8(text, Encoding::Gb18030); }

TEST(DamagedUtf8, OneStrayByteLeavesWesternTextUtf8) {
  const std::string text =
      "nom;ville;remarque\nJosé;Besançon;à revoir\nZoë;Évreux;payé\nRené;Nîmes;\n";
  // Every accent but à, É is also a hanzi to GB18030: é is 茅, ç is 莽.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) continue;
    for (const char* stray : {"\xE9", "\xFF", "\x80", "\xC3", "\xD0"}) {
      auto damaged = text;
      damaged.insert(at, stray);
      const auto found = detect_encoding(damaged, true);
      ASSERT_EQ(found.encoding, Encoding::Utf8) << "before byte " << at;
      ASSERT_FALSE(found.is_sure);
    }
  }
}

TEST(DamagedUtf8, AFewAccentsAreEnough) {
  EXPECT_EQ(found_in("id,name\n1,M\xC3\xBCller\n2,Stra\xE9"
                     "e\n"), Encoding::Utf8);
  EXPECT_EQ(found_in("id,name\n1,caf\xC3\xA9\n2,caf\xE9\n"), Encoding::Utf8);
  EXPECT_EQ(found_in("id,name\n1,\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD\n2,\xFF\n"), Encoding::Utf8);
}

TEST(DamagedUtf8, OneBadByteLeavesChineseTextUtf8) {
  const std::string text = "客户号,城市,险种\n1,北京,商业险\n2,上海,交强险\n";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) < 0x80) continue;
    for (const char bad : {'?', '\xFF', '\xB1'}) {
      auto damaged = text;
      damaged[at] = bad;
      ASSERT_EQ(found_in(damaged), Encoding::Utf8) << "byte " << at;
    }
    auto shorter = text;
    shorter.erase(at, 1);
    ASSERT_EQ(found_in(shorter), Encoding::Utf8) << "without byte " << at;
  }
}

TEST(DamagedUtf8, ALongLineWithoutAsciiIsStillUtf8) {
  const std::string text = "我们的客户在北京和上海都有很多的保险";
  auto damaged = text;
  damaged.insert(18, "\xFF");
  EXPECT_EQ(found_in(damaged), Encoding::Utf8);
}

TEST(Gbk, IsFoundInShortFiles) {
  // 联通 is the classic that once opened as UTF-8; 女, 元 and 楼 are well-formed letters there.
  for (const std::string text :
       {"联通", "中", "姓名\n张三\n", "性别\n女\n女\n女\n男\n", "a,b\n1,流失\n", "客户号,车险\n1,是\n",
        "姓名,金额\n夏,100元\n夏,200元\n", "VIP卡,A股\n", "地址\nB楼\n中山路3楼\n"}) {
    EXPECT_EQ(found_in(gbk(text)), Encoding::Gb18030) << text;
  }
}

TEST(Gbk, IsFoundThoughOneValueFillsTheFileThatCouldBeUtf8) {
  std::string text = "保费,金额\n";
  for (int i = 0; i < 1000; ++i) text += "商业,100元\n";
  EXPECT_EQ(found_in(gbk(text)), Encoding::Gb18030);
  std::string units = "保费,金额\n";
  for (int i = 0; i < 1000; ++i) units += "7,100元\n";
  EXPECT_EQ(found_in(gbk(units)), Encoding::Gb18030);
}

TEST(Gbk, StaysFoundWithADamagedByte) {
  const auto bytes = gbk("客户号,城市,险种\n1,北京,商业险\n2,上海,交强险\n");
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    auto damaged = bytes;
    damaged.insert(at, "\xFF");
    ASSERT_EQ(found_in(damaged), Encoding::Gb18030) << "at " << at;
  }
}

TEST(Gbk, CharactersOfFourBytesArePartOfIt) {
  EXPECT_EQ(gbk("𠮷").size(), 4U);
  EXPECT_EQ(found_in(gbk("𠮷野家\n")), Encoding::Gb18030);
  EXPECT_EQ(found_in(gbk("name\n𠮷\n𡈽\n")), Encoding::Gb18030);
  EXPECT_EQ(found_in(gbk("店名,城市\n吉𠮷屋,大连\n")), Encoding::Gb18030);
  // Names with characters beyond GB2312 among usual ones.
  EXPECT_EQ(found_in(gbk("姓名\n朱镕基\n陶喆\n王菲\n")), Encoding::Gb18030);
}

TEST(WesternCodePage, IsNeitherOfTheTwo) {
  EXPECT_EQ(found_in("caf\xE9\n"), Encoding::Windows1252);
  EXPECT_EQ(found_in("nom;ville\nJos\xE9;Besan\xE7on\nZo\xEB;\xC9vreux\n"), Encoding::Windows1252);
  EXPECT_EQ(found_in("M\xFCller 12\xB0, K\xF6ln \x80 5\n"), Encoding::Windows1252);
}

}  // namespace
}  // namespace holdfast
