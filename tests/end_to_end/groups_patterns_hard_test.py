"""`holdfast groups` and `holdfast patterns` on hard input: a sound answer or one error with its remedy; never NaN."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import made_studies  # noqa: E402
from hard import HardCase  # noqa: E402
from made_studies import with_columns  # noqa: E402

CUSTOMERS = with_columns(made_studies.CUSTOMERS, 'charge = { type = "real", unit = "EUR" }',
                         'months = { type = "real", unit = "months" }', 'plan = { type = "text" }')
PURCHASES = with_columns(made_studies.PURCHASES, 'order = { type = "real" }')


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


class HardGroups(HardCase):
    def customers(self, row, count, extra=""):
        """row(c): charge, months, country, plan."""
        lines = [f"c{c},{'yes' if c % 4 == 0 else 'no'}," + ",".join(map(str, row(c))) for c in range(count)]
        self.file("customers.csv", "\n".join(["customer,left,charge,months,country,plan", *lines]) + "\n")
        self.file("study.toml", CUSTOMERS + extra)

    def groups(self):
        rows = self.block(self.answered("groups"), "groups")["rows"]
        self.assertEqual(sum(row["customers"] for row in rows), len(self.customers_of("groups")["key"]))
        self.assertAlmostEqual(sum(row["share"] for row in rows), 1, 9)
        return rows

    def test_one_customer(self):
        self.customers(lambda c: (10 + c, c, "home", "a"), 1)
        self.refused("groups")

    def test_two_customers_who_are_the_same(self):
        self.customers(lambda c: (10, 3, "home", "a"), 2)
        self.refused("groups")

    def test_two_customers_who_differ(self):
        self.customers(lambda c: (10 + 30 * c, 3, "home" if c else "abroad", "a"), 2)
        self.refused("groups")

    def test_only_categories(self):
        self.customers(lambda c: ("", "", ("home", "abroad", "sea")[c % 3], ("a", "b", "c")[c % 3 if c % 7 else 1]), 600)
        self.assertGreaterEqual(len(self.groups()), 2)
        with open(self.folder / "study.toml", "a") as study:
            study.write('models = ["kmeans"]\n')
        self.assertGreaterEqual(len(self.groups()), 2)

    def test_only_numbers(self):
        self.customers(lambda c: (10 + c % 5 + (200 if c % 2 else 0), 3 + c % 4 + (40 if c % 2 else 0), "", ""), 600)
        self.assertEqual(len(self.groups()), 2)

    def test_constant_and_missing_columns_asked_for(self):
        self.customers(lambda c: (10 + c % 50, 7, "", "a"), 600, 'columns = ["customers_*"]\n')
        answer = self.answered("groups")
        self.assertIn("Left out, as nearly all customers have the same value", self.said_in(answer))
        self.assertIn("几乎所有客户取值相同", self.said_in(answer, "zh"))

    def test_only_constant_columns_asked_for(self):
        self.customers(lambda c: (10 + c % 50, 7, "home", "a"), 600, 'columns = ["customers_months"]\n')
        self.refused("groups", "no column parts", zh=("没有能区分当前客户的字段",))

    def test_ten_thousand_values_of_a_category(self):
        self.customers(lambda c: (10 + c % 50, c % 60, f"v{c}", "a" if c % 2 else "b"), 10_000)
        self.groups()
        self.assertNotIn("v17", (self.folder / "out/groups.json").read_text(encoding="utf-8"))

    def test_ten_thousand_values_of_a_category_asked_for(self):
        self.customers(lambda c: (10 + c % 50, c % 60, f"v{c}", "a" if c % 2 else "b"), 10_000,
                       'columns = ["customers_country", "customers_charge", "customers_plan"]\n')
        self.groups()

    def test_values_out_of_all_bounds(self):
        for extra in ("", 'models = ["two_step", "kmeans"]\n'):
            self.customers(lambda c: ("1e300" if c == 5 else "-1e300" if c == 6 else 10 + c % 50, c % 60,
                                      "home" if c % 3 else "abroad", "a"), 600, extra)
            self.groups()

    def test_sums_out_of_all_bounds(self):
        self.customers(lambda c: (("9e307", "-9e307")[c % 2] if c % 3 else 10, c % 60, "home" if c % 3 else "abroad", "a"),
                       600, 'models = ["two_step", "kmeans"]\n')
        self.groups()

    def test_fewer_kinds_of_customers_than_groups_asked_for(self):
        for model in ("two_step", "kmeans"):
            self.customers(lambda c: (10 + 30 * (c % 3), 5 * (c % 3), ("x", "y", "z")[c % 3], "a"), 120,
                           f'models = ["{model}"]\n[groups.{model}]\nclusters = 20\n')
            self.refused("groups", "20 clusters need", "fewer", zh=("20 个群", "减少"))

    def test_fewer_customers_than_groups_asked_for(self):
        for model in ("two_step", "kmeans"):
            self.customers(lambda c: (10 + c * c, 7 * c % 11, ("x", "y", "z")[c % 3], "a"), 12,
                           f'models = ["{model}"]\n[groups.{model}]\nclusters = 50\n')
            self.refused("groups", "50 clusters need", "fewer", zh=("50 个群", "减少"))

    def test_values_that_look_like_formulas(self):
        names = ("=1+1", '"quoted", and more', "two\nlines", "<b>&amp;")
        self.customers(lambda c: (10 + c % 5 + 100 * (c % 4), c % 60, quoted(names[c % 4]), "a"), 600)
        self.assertGreaterEqual(len(self.groups()), 2)
        self.assertNotIn("<b>&amp;<", (self.folder / "out/groups.html").read_text(encoding="utf-8"))


class HardPatterns(HardCase):
    def purchases(self, rows, extra=""):
        self.file("purchases.csv", "\n".join(["customer,day,article,amount,order", *rows]) + "\n")
        self.file("study.toml", PURCHASES + extra)

    def baskets(self, item, customers=120, days=("2023-01-05", "2023-02-05", "2023-03-05", "2023-05-05"), extra=""):
        """item(c, d): the items customer c buys on the day numbered d."""
        self.purchases([f"c{c},{day},{quoted(name)},3,{c * 10 + d}" for c in range(customers) for d, day in enumerate(days)
                        for name in item(c, d)], extra)

    def test_one_customer_with_one_item(self):
        self.purchases(["c1,2023-01-05,bread,3,1"])
        answer = self.answered("patterns")
        self.assertIn("holds two different items", self.said_in(answer))

    def test_two_customers_who_buy_the_same(self):
        self.baskets(lambda c, d: ("bread", "jam"), customers=2)
        self.answered("patterns")

    def test_all_buy_everything(self):
        self.baskets(lambda c, d: ("bread", "jam", "milk"))
        answer = self.answered("patterns")
        self.assertIn("nothing is bought together more often than chance", self.said_in(answer))
        self.assertIn("高于随机", self.said_in(answer, "zh"))

    def test_the_same_item_twice_in_a_basket(self):
        """Counts are of baskets, however often an item stands in one."""
        def once(c, d):
            return ("bread", "jam") if (c + d) % 3 == 0 else ("milk",)
        self.baskets(once)
        rules = self.block(self.answered("patterns"), "rules")["rows"]
        self.baskets(lambda c, d: once(c, d) * 3)
        self.assertEqual(rules, self.block(self.answered("patterns"), "rules")["rows"])
        self.assertEqual(rules[0]["baskets"], 160)
        self.assertEqual(rules[0]["confidence"], 1)

    def test_giant_baskets(self):
        """Thirty hold everything there is; that must not take forever, nor fill the table."""
        def item(c, d):
            if c < 30 and d == 0:
                return [f"i{i}" for i in range(2000)]
            return (f"i{c % 7}", f"i{c % 7 + 7}", f"i{(c + d) % 50}")
        self.baskets(item, customers=600)
        self.assertGreater(len(self.block(self.answered("patterns"), "rules")["rows"]), 5)
        # The study's own word on models goes, and what they leave open is found as well.
        self.baskets(item, customers=600, extra='models = ["apriori", "sequences"]\n')
        self.assertGreater(len(self.block(self.answered("patterns"), "rules")["rows"]), 5)
        self.baskets(item, customers=600, extra='models = ["fp_growth"]\n[patterns.fp_growth]\nsupport_min = 0.001\n')
        (self.folder / "out/patterns.json").unlink()
        self.refused("patterns", "pattern.too_many", "raise", zh=("提高最小支持度",))

    def test_nothing_but_giant_baskets(self):
        self.baskets(lambda c, d: [f"i{i}" for i in range(400)], customers=30, days=("2023-01-05",))
        self.answered_or_refused("patterns")

    def test_no_purchase_at_all(self):
        self.purchases([])
        self.refused("patterns")

    def test_returns_only(self):
        self.purchases([f"c{c},2023-0{m}-05,bread,-3,{m}" for c in range(50) for m in range(1, 6)])
        self.refused("patterns", "no rows with an item")

    def test_no_item_in_any_basket(self):
        self.purchases([f"c{c},2023-0{m}-05,,3,{m}" for c in range(50) for m in range(1, 6)])
        self.refused("patterns", "no rows with an item")

    def test_names_with_commas_quotes_formulas_and_line_breaks(self):
        names = ('=HYPERLINK("http://x")', 'tea, "green"', "two\nlines", "<i>&amp;", "+1", "@x", "-2", "\tz", "茶(绿)")
        self.baskets(lambda c, d: (names[(c + d) % 9], names[(c + d + 1) % 9]) if c % 5 else (names[c % 9],))
        answer = self.answered("patterns")
        bought = {row["if"]["en"] if isinstance(row["if"], dict) else row["if"] for row in self.block(answer, "rules")["rows"]}
        self.assertTrue(any('tea, "green"' in text for text in bought), bought)
        page = (self.folder / "out/patterns.html").read_text(encoding="utf-8")
        self.assertNotIn("<i>&amp;<", page)
        self.assertIn("&lt;i&gt;&amp;amp;", page)

    def test_all_on_one_day(self):
        self.baskets(lambda c, d: (f"i{c % 3}", f"i{c % 3 + 3}"), days=("2023-01-05",))
        answer = self.answered("patterns")
        self.assertEqual(self.block(answer, "sequences")["rows"], [])
        self.assertNotIn("later", self.said_in(answer))
        self.assertGreater(len(self.block(answer, "rules")["rows"]), 0)

    def test_orders_by_numbers_of_any_size(self):
        """Baskets by a column of numbers: below 0, broken, beyond what whole numbers hold, or none."""
        numbers = ("-1", "-2.5", "-2.25", "1e300", "1e299", "", "7")
        rows = [f"c{c},2023-0{1 + c % 4}-05,{item},3,{number}" for c in range(120) for number in numbers
                for item in (("bread", "jam") if number in ("-2.5", "1e300") else ("milk",))]
        self.purchases(rows, 'basket = "order"\n')
        answer = self.answered("patterns")
        self.assertIn("720 baskets", self.said_in(answer))
        self.assertEqual(self.block(answer, "rules")["rows"][0]["baskets"], 240)

    def test_all_models_on_one_item(self):
        self.baskets(lambda c, d: ("bread",), extra='models = ["apriori", "fp_growth", "sequences"]\n')
        self.assertIn("holds two different items", self.said_in(self.answered("patterns")))

    def test_a_run_goes_on_where_patterns_cannot(self):
        """A study with more than patterns is not lost for them."""
        self.purchases([f"c{c},2023-{1 + (c + k) % 9:02}-{1 + c % 27:02},,3,{k}" for c in range(200) for k in range(0, c % 9, 2)],
                       '[models]\ncompare = ["logistic"]\n')
        self.holdfast("run", "--quiet")
        self.assertIn("analyses.nothing_there", self.err)
        self.assertTrue((self.folder / "out/report.html").exists())
        self.assertFalse((self.folder / "out/patterns.html").exists())

    def test_ten_thousand_items_bought_once(self):
        self.baskets(lambda c, d: [f"i{c}_{d}_{k}" for k in range(20)], customers=125)
        self.answered("patterns")


if __name__ == "__main__":
    unittest.main()
