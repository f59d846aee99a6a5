// Reference: the rules themselves, read back from the document.

#include "exchange/portable/pmml_association.hpp"

#include <gtest/gtest.h>

#include "exchange/portable/errors.hpp"
#include "exchange/portable/export.hpp"

namespace holdfast::exchange {
namespace {

FittedModel shop() {
  FittedModel model;
  model.kind = ModelKind::Pattern;
  model.model_id = "fp_growth";
  model.form = forms::AssociationRules{
      .items = {"bread & butter", "milk <fresh>", "果酱"},
      .baskets = 9835,
      .support_min = 0.006,
      .confidence_min = 0.25,
      .sets = {},
      .rules = {{.antecedent = {0}, .consequent = {2}, .count = 69, .antecedent_count = 160,
                 .consequent_count = 1072, .lift = 3.9564, .leverage = 0.005, .conviction = 1.5, .p = 1e-20},
                {.antecedent = {0, 1}, .consequent = {2}, .count = 30, .antecedent_count = 31,
                 .consequent_count = 1072, .lift = 8.9, .leverage = 0.002, .conviction = {}, .p = 1e-9}}};
  return model;
}

TEST(PmmlAssociation, ComesBackAsItWas) {
  const auto model = shop();
  const auto document = to_pmml_association(model, "1");
  ASSERT_TRUE(document.ok());
  const auto again = read_pmml_association(*document);
  ASSERT_TRUE(again.ok()) << render(again.error(), Language::En);
  EXPECT_EQ(rules_difference(std::get<forms::AssociationRules>(model.form), *again), 0);
}

TEST(PmmlAssociation, IsWhatAnExportWrites) {
  const auto exported = export_model(shop(), {}, {.format = Format::Pmml, .version = "1"});
  ASSERT_TRUE(exported.ok());
  EXPECT_NE(exported->content.find("<AssociationRule "), std::string::npos);
  EXPECT_EQ(export_model(shop(), {}, {.format = Format::Sql, .version = "1"}).error().kind,
            &errors::kNoFormula);
}

TEST(PmmlAssociation, TellsRulesApart) {
  const auto model = shop();
  auto other = std::get<forms::AssociationRules>(model.form);
  other.rules[1].count = 29;
  EXPECT_GT(rules_difference(std::get<forms::AssociationRules>(model.form), other), 1e300);
  EXPECT_EQ(read_pmml_association("<PMML/>").error().kind, &errors::kCheckFailed);
  FittedModel none;
  EXPECT_EQ(to_pmml_association(none, "1").error().kind, &errors::kNoFormula);
}

}  // namespace
}  // namespace holdfast::exchange
