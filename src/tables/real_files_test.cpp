// Real files as published; figures are those of each set's SOURCE.txt, checked by independent
// programs when the sets were gathered.

#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"
#include "testing/printed.hpp"

namespace holdfast::tables {
namespace {

TEST(RealFiles, MotorPoliciesAreReadWithoutLosingARow) {
  HOLDFAST_SHARED(path, "motor_es_lapse/Motor vehicle insurance data.csv.gz");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.layout.options.delimiter, ';');
  EXPECT_EQ(all.layout.options.header_row, 1);
  EXPECT_EQ(all.layout.options.columns.size(), 30U);
  EXPECT_EQ(all.rows_kept(), 105'555);
  EXPECT_TRUE(all.bad_rows.empty());
  for (const auto* name : {"Date_start_contract", "Date_last_renewal", "Date_next_renewal",
                           "Date_birth", "Date_driving_licence", "Date_lapse"}) {
    EXPECT_EQ(described(all.layout, name), "day:dd/MM/yyyy") << name;
  }
  EXPECT_EQ(described(all.layout, "Premium"), "real");
  EXPECT_EQ(described(all.layout, "ID"), "integer");
  EXPECT_EQ(described(all.layout, "Length"), "real");
  EXPECT_EQ(described(all.layout, "Type_fuel"), "text");
  EXPECT_EQ(all.cell(0, "Date_start_contract"), "2015-11-05");
  EXPECT_EQ(all.cell(0, "Length"), "");
  EXPECT_EQ(all.cell(0, "Premium"), "222.52");
  std::int64_t lapsed = 0;
  for (const auto& piece : all.pieces) {
    const auto* column = piece.find("Date_lapse");
    for (const auto valid : column->valid) lapsed += valid;
  }
  EXPECT_EQ(lapsed, 35'147);  // 33.30 % of rows.
}

TEST(RealFiles, DescriptionWorkbookHasTwoSheets) {
  HOLDFAST_SHARED(path, "motor_es_lapse/Descriptive of the variables.xlsx");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.layout.sheets,
            (std::vector<std::string>{"Motor vehicle insurance data", "sample type claim"}));
  EXPECT_EQ(all.rows_kept(), 30);
  EXPECT_EQ(all.cell(0, "Variables"), "ID");
  ReadOptions second;
  second.sheet = "sample type claim";
  HOLDFAST_READ(claims, read_all(path, second));
  EXPECT_EQ(claims.rows_kept(), 4);
}

TEST(RealFiles, OldWorkbooksKeepChineseHeadersAndDates) {
  HOLDFAST_SHARED(loans, "cn_taidi_book/bankloan.xls");
  HOLDFAST_READ(all, read_all(loans));
  EXPECT_EQ(all.rows_kept(), 700);
  EXPECT_EQ(described(all.layout, "违约"), "integer");
  EXPECT_EQ(described(all.layout, "负债率"), "real");
  EXPECT_EQ(all.cell(0, "年龄"), "41");

  HOLDFAST_SHARED(sales, "cn_taidi_book/catering_sale.xls");
  HOLDFAST_READ(sold, read_all(sales));
  EXPECT_EQ(sold.rows_kept(), 201);
  EXPECT_EQ(format_of(sold.layout, "日期").type, ColumnType::Day);
  EXPECT_EQ(sold.cell(0, "日期"), "2015-03-01");
  EXPECT_EQ(sold.layout.sheets.size(), 3U);

  HOLDFAST_SHARED(consumption, "cn_taidi_book/consumption_data.xls");
  HOLDFAST_READ(customers, read_all(consumption));
  EXPECT_EQ(customers.rows_kept(), 940);
  EXPECT_EQ(customers.cell(0, "M"), "232.61");
}

TEST(RealFiles, WesternDictionaryIsNotTakenForChinese) {
  HOLDFAST_SHARED(path, "telco_maven/telecom_data_dictionary.csv");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.layout.options.encoding, Encoding::Windows1252);
  EXPECT_TRUE(has_note(all.layout, errors::kUnsureEncoding));
  EXPECT_EQ(all.cell(1, "Description"), "The customer’s gender: Male, Female");
}

TEST(RealFiles, MavenChurnTableIsWhole) {
  HOLDFAST_SHARED(path, "telco_maven/telecom_customer_churn.csv");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 7'043);
  EXPECT_EQ(all.layout.options.columns.size(), 38U);
  EXPECT_EQ(described(all.layout, "Married"), "boolean");
}

TEST(RealFiles, ChineseFileNameAndHeaders) {
  HOLDFAST_SHARED(path, "cn_telecom_churn/电信客户流失数据.csv");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 1'000);
  EXPECT_EQ(described(all.layout, "流失"), "integer");
  EXPECT_EQ(described(all.layout, "费用"), "real");
}

TEST(RealFiles, HeadersLoseTrailingBlanks) {
  HOLDFAST_SHARED(path, "cn_tmall_orders/tmall_order_report.csv");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 28'010);
  EXPECT_EQ(described(all.layout, "收货地址"), "text");
  EXPECT_EQ(described(all.layout, "订单付款时间"), "instant:yyyy-MM-dd HH:mm:ss");
  EXPECT_EQ(all.cell(0, "订单创建时间"), "2020-02-21T00:00:00Z");
  EXPECT_EQ(all.cell(0, "订单付款时间"), "");
}

TEST(RealFiles, CzechBankTables) {
  HOLDFAST_SHARED(accounts, "berka_notrans/account.asc");
  HOLDFAST_READ(all, read_all(accounts));
  EXPECT_EQ(all.rows_kept(), 4'500);
  EXPECT_EQ(described(all.layout, "date"), "day:yyMMdd");
  EXPECT_EQ(all.cell(0, "date"), "1993-01-01");
  HOLDFAST_SHARED(cards, "berka_notrans/card.asc");
  HOLDFAST_READ(issued, read_all(cards));
  EXPECT_EQ(issued.rows_kept(), 892);
  EXPECT_EQ(issued.cell(0, "issued"), "1993-11-07T00:00:00Z");
  HOLDFAST_SHARED(loans, "berka_notrans/loan.asc");
  HOLDFAST_READ(lent, read_all(loans));
  EXPECT_EQ(lent.rows_kept(), 682);
  EXPECT_EQ(described(lent.layout, "payments"), "real");
}

TEST(RealFiles, InvoiceNumbersWithLettersStayText) {
  HOLDFAST_SHARED(path, "online_retail/converted/onlineretail.csv.gz");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 541'909);
  EXPECT_TRUE(all.bad_rows.empty());
  EXPECT_EQ(described(all.layout, "InvoiceNo"), "text");
  EXPECT_EQ(described(all.layout, "InvoiceDate"), "instant:yyyy-MM-dd HH:mm:ss");
  double revenue = 0;
  std::int64_t customers_missing = 0;
  for (const auto& piece : all.pieces) {
    const auto& price = piece.find("UnitPrice")->reals;
    const auto& quantity = piece.find("Quantity")->integers;
    for (std::size_t i = 0; i < piece.rows; ++i) {
      revenue += static_cast<double>(quantity[i]) * price[i];
      customers_missing += piece.find("CustomerID")->valid[i] == 0 ? 1 : 0;
    }
  }
  EXPECT_NEAR(revenue, 9'747'747.93, 0.01);  // SOURCE.txt, as Chen, Sain & Guo 2012.
  EXPECT_EQ(customers_missing, 135'080);
}

TEST(RealFiles, TabbedFileWithoutHeader) {
  HOLDFAST_SHARED(path, "tic2000_caravan/ticdata2000.txt");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.layout.options.delimiter, '\t');
  EXPECT_EQ(all.layout.options.header_row, -1);
  EXPECT_EQ(all.rows_kept(), 5'822);
  EXPECT_EQ(all.layout.options.columns.size(), 86U);
  std::int64_t caravans = 0;
  for (const auto& piece : all.pieces) {
    for (const auto value : piece.find("column_86")->integers) caravans += value;
  }
  EXPECT_EQ(caravans, 348);
  HOLDFAST_SHARED(targets, "tic2000_caravan/tictgts2000.txt");
  HOLDFAST_READ(single, read_all(targets));
  EXPECT_EQ(single.rows_kept(), 4'000);
}

TEST(RealFiles, ParquetGivesItsOwnTypes) {
  HOLDFAST_SHARED(path, "motor_quote_conversion/conversion_data.parquet");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 82'674);
  EXPECT_EQ(described(all.layout, "policy"), "integer");
  EXPECT_EQ(described(all.layout, "customerage"), "real");
  EXPECT_EQ(described(all.layout, "fuel"), "text");
  std::int64_t sold = 0;
  for (const auto& piece : all.pieces) {
    for (const auto value : piece.find("policy")->integers) sold += value;
  }
  EXPECT_PRINTED(100.0 * static_cast<double>(sold) / 82'674.0, "4.99");
}

TEST(RealFiles, CompactDatesAreDays) {
  HOLDFAST_SHARED(path, "cdnow/BTYD_cdnowElog.csv");
  HOLDFAST_READ(all, read_all(path));
  EXPECT_EQ(all.rows_kept(), 6'919);
  EXPECT_EQ(described(all.layout, "date"), "day:yyyyMMdd");
}

}  // namespace
}  // namespace holdfast::tables
