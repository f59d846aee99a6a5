"""Analyses of next to nothing: a clear message or a modest answer, never NaN."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from made_studies import POLICIES, SHOP, purchases  # noqa: E402
from support import Case  # noqa: E402


class Sparse(Case):
    def told(self, command, *arguments):
        """Done, or refused with one error and its remedy; nowhere a number that is none."""
        for language in ("en", "zh"):
            self.said = self.holdfast(command, *arguments, "--lang", language, expect=(0, 2))
            self.assertNotRegex(self.said + self.err, r"(?i)\b-?(nan|inf)\b")
            if self.code == 2:
                self.assertEqual(len(re.findall(r"(error|错误)\[", self.err)), 1, self.err)
                self.said = self.err
                continue
            self.analysis(command)
        return self.code

    def shop(self, lines):
        self.file("purchases.csv", purchases(lines))
        self.file("study.toml", SHOP)

    def test_negative_amounts_only(self):
        self.shop([f"c{i},2023-{m:02}-10,-{20 + i},book" for i in range(9) for m in (3, 6, 9)])
        self.assertEqual(self.told("value"), 2)
        self.assertIn("退货", self.said)
        self.told("growth")
        self.told("movement")
        self.told("cube")

    def test_one_customer(self):
        self.shop([f"a,2023-{m:02}-10,{20 + m},book" for m in (3, 6, 9, 11)])
        self.assertEqual(self.told("value"), 0)
        self.told("growth")
        self.told("movement")
        self.told("cube")

    def test_one_purchase_each(self):
        self.shop([f"c{i},2023-{1 + i % 12:02}-10,{20 + i},book" for i in range(60)])
        self.assertEqual(self.told("value"), 0)
        self.assertIn("没有人复购", self.said)
        self.told("growth")
        self.told("movement")
        self.told("cube")

    def test_one_day(self):
        self.shop([f"c{i},2024-01-31,{20 + i},book" for i in range(60)])
        for command in ("value", "growth", "movement", "cube"):
            self.told(command)

    def test_purchases_for_nothing(self):
        self.shop([f"c{i},2023-{m:02}-10,0,book" for i in range(9) for m in (3, 6, 9)])
        for command in ("value", "growth", "movement", "cube"):
            self.told(command)

    def policies(self, lines, extra=""):
        self.file("policies.csv", "policy,from,to,premium,area\n" + "\n".join(lines) + "\n")
        self.file("study.toml", POLICIES + extra)

    def test_one_state_only(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,100,north"
                       for i in range(60) for y in (2021, 2022, 2023)],
                      '[movement]\ntable = "policies"\nstate = "area"\n')
        self.told("movement")
        self.told("value")
        self.told("cube", "--by", "area")

    def test_an_empty_segment(self):
        lines = [f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,{100 + i},{'north' if i % 3 else 'south'}"
                 for i in range(90) for y in (2020, 2021, 2022, 2023) if i % 5 or y < 2022]
        self.policies(lines, '[movement]\ntable = "policies"\nby = "area"\nevery_months = 12\n')
        self.told("movement")
        self.assertEqual(self.told("cube", "--by", "area", "--where", "area=east"), 2)
        self.assertIn("north", self.said)

    def test_nobody_ever_leaves(self):
        self.policies([f"p{i},{y}-03-01,{y + 1}-03-01,{100 + i},north" for i in range(40)
                       for y in (2021, 2022, 2023)] )
        self.told("value")
        self.told("movement")
        self.told("cube", "--by", "area", "--measure", "churn_rate")


if __name__ == "__main__":
    unittest.main()
