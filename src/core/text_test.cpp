#include "core/text.hpp"

#include <gtest/gtest.h>

#include "core/text_encoding.hpp"

namespace holdfast {
namespace {

TEST(Keys, AreComparedInTheirCommonForm) {
  EXPECT_EQ(normalised_key(" C-1\t"), "C-1");
  EXPECT_EQ(normalised_key("00123"), "00123");          // Leading zeros stay.
  EXPECT_EQ(normalised_key("\u3000粤B\uff11\uff12\u3000"), "粤B12");  // Full-width digits.
}

TEST(Trimmed, TakesWideSpacesToo) {
  EXPECT_EQ(trimmed("\u3000 收货地址 \u00a0"), "收货地址");
  EXPECT_EQ(trimmed("\ufeffid"), "id");
  EXPECT_EQ(trimmed("   "), "");
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  EXPECT_EQ(nearest("premuim", {"premium", "period"}), "premium");
  EXPECT_EQ(nearest("zebra", {"premium", "period"}), "");
}

TEST(Brief, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(brief(3), "3");
  EXPECT_EQ(brief(0.12345), "0.1235");
  EXPECT_EQ(brief(123456.7), "123457");
  EXPECT_EQ(with_thousands(-1234567), "−1,234,567");
  EXPECT_EQ(with_minus_signs("-0.1 – -0.05"), "−0.1 – −0.05");
  EXPECT_EQ(with_minus_signs("half-yearly, A-1"), "half-yearly, A-1");
}

TEST(Encoding, IsFoundByItself) {
  const std::string text = "客户号,车险,流失\n1,商业险,是\n";
  EXPECT_EQ(detect_encoding(text, true).encoding, Encoding::Utf8);
  EXPECT_EQ(detect_encoding(from_utf8(text, Encoding::Gb18030), true).encoding, Encoding::Gb18030);
  EXPECT_EQ(detect_encoding(from_utf8(text, Encoding::Utf16Le), true).encoding, Encoding::Utf16Le);
  EXPECT_EQ(detect_encoding(from_utf8(text, Encoding::Utf16Be), true).encoding, Encoding::Utf16Be);
  EXPECT_EQ(detect_encoding("\xEF\xBB\xBF" + text, true).bom_bytes, 3);
  EXPECT_EQ(detect_encoding("caf\xe9 cr\xe8me br\xfbl\xe9", true).encoding, Encoding::Windows1252);
}

TEST(Encoding, SampleMayCutACharacter) {
  const std::string text = "客户客户客户";
  EXPECT_EQ(detect_encoding(std::string_view(text).substr(0, 10), false).encoding, Encoding::Utf8);
}

TEST(Decoder, GivesTheSameTextHoweverTheBytesAreCut) {
  const std::string text = "a客户,𠮷野家,é\n";
  for (const auto encoding : {Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16Le}) {
    const auto bytes = from_utf8(text, encoding);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      Utf8Decoder decoder(encoding);
      std::string out;
      decoder.decode(std::string_view(bytes).substr(0, cut), false, out);
      decoder.decode(std::string_view(bytes).substr(cut), true, out);
      ASSERT_EQ(out, text) << name_of(encoding) << " cut at " << cut;
      ASSERT_EQ(decoder.malformed_count(), 0) << name_of(encoding) << " cut at " << cut;
    }
  }
}

TEST(Decoder, CountsWhatIsNoCharacter) {
  Utf8Decoder decoder(Encoding::Utf8);
  std::string out;
  decoder.decode("ab\xff" "cd", true, out);
  EXPECT_EQ(out, "ab\uFFFDcd");
  EXPECT_EQ(decoder.malformed_count(), 1);
}

TEST(MatchesPattern, TakesStarsForAnyText) {
  EXPECT_TRUE(matches_pattern("claims_*_90d", "claims_count_90d"));
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("*a*b*", "xxaybz"));
  EXPECT_FALSE(matches_pattern("*a*b", "xxaybz"));
  EXPECT_FALSE(matches_pattern("claims", "claims_count"));
  EXPECT_FALSE(matches_pattern(std::string(40, '*') + "x", std::string(200, 'a')));
}

}  // namespace
}  // namespace holdfast
