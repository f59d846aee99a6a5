"""Who is alike and what they buy, where there is next to nothing to see: a clear message, never NaN."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from made_studies import CUSTOMERS, PURCHASES  # noqa: E402
from support import Case  # noqa: E402


class GroupsPatterns(Case):
    def refused(self, code, *arguments):
        self.holdfast(*arguments, "--quiet", expect=2)
        self.assertIn(f"[{code}]", self.err)
        self.assertIn("hint:", self.err)

    def customers(self, row, count=60):
        self.file("study.toml", CUSTOMERS)
        lines = [f"c{c},{'yes' if c % 4 == 0 else 'no'},{row(c)}" for c in range(count)]
        self.file("customers.csv", "\n".join(["customer,left,charge,country", *lines]) + "\n")

    def purchases(self, rows):
        self.file("study.toml", PURCHASES)
        self.file("purchases.csv", "\n".join(["customer,day,article,amount", *rows]) + "\n")

    def test_groups_of_customers_who_are_all_the_same(self):
        self.customers(lambda c: "9,home")
        self.refused("analyses.nothing_there", "groups")

    def test_groups_of_columns_without_a_value(self):
        self.customers(lambda c: ",")
        self.refused("analyses.nothing_there", "groups")

    def test_groups_of_one_customer(self):
        self.customers(lambda c: "9,home", count=1)
        self.holdfast("groups", "--quiet", expect=2)
        self.assertIn("error[", self.err)

    def test_groups_of_two_kinds_of_rows_only(self):
        """Fewer different customers than the fewest groups."""
        self.customers(lambda c: "9,home" if c % 2 else "20,abroad")
        self.holdfast("groups", "--quiet")
        self.assertLessEqual(len(self.analysis("groups")["sections"][0]["blocks"][0]["rows"]), 2)

    def test_groups_with_most_cells_missing(self):
        self.customers(lambda c: f"{10 + c % 7 if c % 3 else ''},{'home' if c % 5 else ''}", count=200)
        self.holdfast("groups", "--quiet")
        self.analysis("groups")

    def test_a_group_that_no_past_customer_was_in_has_no_rate(self):
        self.customers(lambda c: f"{10 + c},{'home' if c % 2 else 'abroad'}")
        self.holdfast("groups", "--quiet")
        self.analysis("groups")

    def test_groups_where_nobody_left(self):
        """Groups need no outcomes: what is known is said, and that leaving is not."""
        self.customers(lambda c: f"{10 + c % 30 + (40 if c % 2 else 0)},{'home' if c % 2 else 'abroad'}", count=120)
        path = self.folder / "customers.csv"
        path.write_text(path.read_text().replace(",yes,", ",no,"))
        self.holdfast("groups", "--quiet")
        found = self.analysis("groups")
        self.assertTrue(any("Nothing is said of who leaves" in note["en"] for note in found["notes"]))
        self.assertTrue(all(row["left"] in (None, {"en": "–", "zh": "–"}) for row in found["sections"][0]["blocks"][0]["rows"]))

    def test_patterns_of_one_customer(self):
        self.purchases([f"c1,2023-0{m}-05,{item},3" for m, item in enumerate(("bread", "jam", "milk", "milk"), 1)])
        self.holdfast("patterns", "--quiet")
        self.assertIn("holds two different items", self.analysis("patterns")["findings"][0]["en"])

    def test_patterns_of_one_item_baskets(self):
        items = ("bread", "jam", "milk")
        self.purchases([f"c{c},2023-0{m}-05,{items[(c + m) % 3]},3" for c in range(100) for m in range(1, 6) if (c + m) % 4])
        self.holdfast("patterns", "--quiet")
        self.assertIn("holds two different items", self.analysis("patterns")["findings"][0]["en"])

    def test_patterns_of_one_article_only(self):
        self.purchases([f"c{c},2023-0{m}-05,bread,3" for c in range(50) for m in range(1, 6) if (c + m) % 3])
        self.holdfast("patterns", "--quiet")
        self.analysis("patterns")

    def test_patterns_without_an_item_in_any_row(self):
        self.purchases([f"c{c},2023-0{m}-05,," for c in range(50) for m in range(1, 6)])
        self.refused("analyses.nothing_there", "patterns")


if __name__ == "__main__":
    unittest.main()
