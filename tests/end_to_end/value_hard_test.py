"""`holdfast value`, `growth`, `movement` and `cube` on hard input: one clear refusal or a sound answer; never NaN."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from hard import HardCase  # noqa: E402
from made_studies import POLICIES, SHOP, purchases  # noqa: E402

COMMANDS = ("value", "growth", "movement", "cube")


class HardValue(HardCase):
    def told(self, command, *arguments):
        """The answer in both languages, or one error with one hint in each; every file of it holds numbers or nothing."""
        said = {}
        for language in ("en", "zh"):
            out = self.holdfast(command, *arguments, "--lang", language, expect=(0, 2))
            self.no_nan(out + self.err, command)
            said[language] = (out, self.err)[self.code == 2]
            if self.code == 2:
                self.one_error()
        self.said = said
        if self.code == 0:
            self.files_hold_numbers()
            self.answer = self.analysis(command) if not arguments else None
        return self.code

    def all_told(self):
        return {command: self.told(command) for command in COMMANDS}

    def says(self, en, zh):
        self.assertIn(en, self.said["en"])
        self.assertIn(zh, self.said["zh"])

    def shop(self, lines, extra=""):
        self.file("purchases.csv", purchases(lines))
        self.file("study.toml", SHOP + extra)

    def policies(self, lines, extra=""):
        self.file("policies.csv", "policy,from,to,premium,area\n" + "\n".join(lines) + "\n")
        self.file("study.toml", POLICIES + extra)

    # Purchases.

    def test_no_events(self):
        self.shop([])
        for command, code in self.all_told().items():
            self.assertEqual(code, 2, command)

    def test_one_customer(self):
        self.shop([f"a,2023-{m:02}-10,{20 + m},book" for m in (3, 6, 9, 11)])
        self.assertEqual(self.told("value"), 0)
        self.all_told()

    def test_one_purchase_of_one_customer(self):
        self.shop(["a,2024-01-10,20,book"])
        self.all_told()

    def test_everybody_bought_once(self):
        self.shop([f"c{i},2023-{1 + i % 12:02}-{1 + i % 28:02},{20 + i},book" for i in range(200)])
        self.assertEqual(self.told("value"), 0)
        self.says("nobody bought again", "没有人复购")
        self.all_told()

    def test_returns_only(self):
        self.shop([f"c{i},2023-{m:02}-10,-{20 + i},book" for i in range(30) for m in (3, 6, 9)])
        self.assertEqual(self.told("value"), 2)
        self.says("more than was returned", "购买多于退货")
        self.all_told()

    def test_one_day(self):
        self.shop([f"c{i % 40},2023-06-15,{20 + i},book" for i in range(60)])
        self.all_told()

    def test_the_last_day(self):
        self.shop([f"c{i},2024-01-31,{20 + i},book" for i in range(60)])
        self.all_told()

    def test_future_dates(self):
        """What happens after the data are complete is not known yet, and tells nothing."""
        known = [f"c{i},2023-{1 + (i * 5 + m) % 12:02}-{1 + i % 28:02},{20 + i % 9},book" for i in range(120) for m in range(i % 4 + 1)]
        self.shop(known)
        self.assertEqual(self.told("value"), 0)
        without = self.block(self.answer, "rfm_groups")
        self.shop(known + [f"c{i},2031-05-05,1000000,book" for i in range(0, 120, 2)] + ["late,2031-05-05,7,book"])
        self.assertEqual(self.told("value"), 0)
        self.assertEqual(self.block(self.answer, "rfm_groups"), without)
        self.all_told()

    def test_nothing_but_future_dates(self):
        self.shop([f"c{i},2031-05-{1 + i % 28:02},20,book" for i in range(60)])
        for command, code in self.all_told().items():
            self.assertEqual(code, 2, command)

    def test_missing_amounts(self):
        self.shop([f"c{i},2023-{1 + (i * 5 + m * 3) % 12:02}-{1 + i % 28:02},{'' if i % 3 == 0 else 20 + i},book"
                   for i in range(150) for m in range(4)])
        self.assertEqual(self.told("value"), 0)
        self.all_told()

    def test_nothing_but_missing_amounts(self):
        self.shop([f"c{i},2023-{1 + (i * 5 + m * 3) % 12:02}-{1 + i % 28:02},,book" for i in range(60) for m in range(4)])
        self.all_told()

    def test_amounts_of_nothing(self):
        self.shop([f"c{i},2023-{m:02}-10,0,book" for i in range(30) for m in (3, 6, 9)])
        self.all_told()

    def test_huge_and_tiny_amounts(self):
        self.shop([f"c{i},2023-{1 + (i * 5 + m * 3) % 12:02}-{1 + i % 28:02},{'9e15' if i % 7 == 0 else '0.01'},book"
                   for i in range(150) for m in range(i % 5 + 1)])
        self.all_told()

    def test_a_period_in_which_nobody_buys(self):
        """A zero to start from has no share of change."""
        self.shop([f"c{i},2023-{m:02}-10,{20 + i},book" for i in range(60) for m in (1, 2, 8, 9, 12)])
        self.assertEqual(self.told("growth"), 0)
        self.all_told()

    # States.

    def test_one_state_only(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,100,north"
                       for i in range(60) for y in (2021, 2022, 2023)],
                      '[movement]\ntable = "policies"\nstate = "area"\n')
        self.all_told()

    def test_a_state_nobody_leaves(self):
        """North empties into south, where everybody stays: that the end is certain is said of nobody who is there."""
        lines = []
        for i in range(200):
            for y in range(2018, 2024):
                area = "south" if y - 2018 > i % 5 else "north"
                lines.append(f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,100,{area}")
        self.policies(lines, '[movement]\ntable = "policies"\nstate = "area"\nevery_months = 12\n')
        self.assertEqual(self.told("movement"), 0)
        self.says("south", "south")
        self.all_told()

    def test_states_that_never_meet(self):
        """Two states, each kept for good: which will be more in the end depends on where one begins."""
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,100,{'north' if i % 2 else 'south'}"
                       for i in range(100) for y in range(2018, 2024)],
                      '[movement]\ntable = "policies"\nstate = "area"\nevery_months = 12\n')
        self.all_told()

    def test_an_empty_segment(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,{100 + i},{'' if i % 3 == 0 else 'north' if i % 2 else 'west'}"
                       for i in range(90) for y in (2020, 2021, 2022, 2023) if i % 5 or y < 2022],
                      '[movement]\ntable = "policies"\nby = "area"\nevery_months = 12\n')
        self.all_told()
        self.assertEqual(self.told("cube", "--by", "area", "--where", "area=east"), 2)
        self.says("north", "north")

    def test_a_segment_of_one(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,{100 + i},{'north' if i else 'south'}"
                       for i in range(90) for y in (2020, 2021, 2022, 2023) if i % 5 or y < 2022],
                      '[movement]\ntable = "policies"\nby = "area"\nevery_months = 12\n')
        self.all_told()

    # Contracts.

    def test_contracts_without_rows(self):
        self.policies([])
        for command, code in self.all_told().items():
            self.assertEqual(code, 2, command)

    def test_one_contract(self):
        self.policies(["p1,2022-03-01,2023-03-01,100,north"])
        self.all_told()

    def test_contracts_end_before_they_begin(self):
        self.policies([f"p{i},{y}-03-01,{y - 1}-03-01,100,north" for i in range(60) for y in (2021, 2022, 2023)])
        self.all_told()

    def test_every_contract_ends_in_its_first_term(self):
        self.policies([f"p{i},2022-{1 + i % 12:02}-01,2023-{1 + i % 12:02}-01,{100 + i},north" for i in range(120)])
        self.all_told()

    def test_nobody_leaves(self):
        self.policies([f"p{i},{y}-07-01,{y + 1}-07-01,{100 + i},{'north' if i % 2 else 'south'}"
                       for i in range(60) for y in (2020, 2021, 2022, 2023)])
        self.assertEqual(self.told("value"), 0)
        self.all_told()

    def test_premiums_of_nothing(self):
        """Nothing to keep and nothing to lose: shares of nothing are left empty."""
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,0,{'north' if i % 2 else 'south'}"
                       for i in range(120) for y in (2020, 2021, 2022, 2023) if i % 5 or y < 2022])
        self.assertEqual(self.told("cube", "--by", "area", "--measure", "kept_value_rate,value,lost"), 0)
        self.assertEqual(self.told("cube", "--by", "area", "--period", "2022", "--compare", "2021"), 0)
        self.all_told()

    def test_missing_premiums(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,,{'north' if i % 2 else 'south'}"
                       for i in range(120) for y in (2020, 2021, 2022, 2023) if i % 5 or y < 2022])
        self.all_told()

    # Dimensions.

    def test_a_dimension_of_ten_thousand_values(self):
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,{100 + i % 50},a{i}"
                       for i in range(10000) for y in (2022, 2023) if i % 4 or y < 2023])
        self.assertEqual(self.told("cube", "--by", "area"), 2)
        self.says("more than 1,000", "取值超过 1,000 个")
        self.assertEqual(self.told("cube"), 0)

    def test_a_dimension_of_five_hundred_values(self):
        """The largest groups by name and the others together."""
        self.policies([f"p{i},{y}-{1 + i % 12:02}-01,{y + 1}-{1 + i % 12:02}-01,{100 + i % 50},a{i % 500}"
                       for i in range(5000) for y in (2022, 2023) if i % 4 or y < 2023])
        self.assertEqual(self.told("cube", "--by", "area"), 0)
        self.says("others", "其他")
        self.assertLess(len(self.said["en"].splitlines()), 60)

    def test_a_dimension_that_is_no_column(self):
        self.policies([f"p{i},{y}-03-01,{y + 1}-03-01,{100 + i},{'north' if i % 2 else 'south'}"
                       for i in range(60) for y in (2021, 2022, 2023) if i % 4 or y < 2023])
        self.assertEqual(self.told("cube", "--by", "district"), 2)
        self.says("district", "district")
        self.policies([f"p{i},{y}-03-01,{y + 1}-03-01,{100 + i},{'north' if i % 2 else 'south'}"
                       for i in range(60) for y in (2021, 2022, 2023) if i % 4 or y < 2023],
                      '[cube]\ndimensions = ["district"]\n')
        self.assertEqual(self.told("cube"), 2)
        self.says("district", "district")

    def test_a_measure_of_nothing(self):
        self.policies([f"p{i},{y}-03-01,{y + 1}-03-01,{100 + i},{'north' if i % 2 else 'south'}"
                       for i in range(60) for y in (2021, 2022, 2023) if i % 4 or y < 2023])
        for measure in ("mean(area)", "mean(district)", "nothing", "mean()"):
            self.assertEqual(self.told("cube", "--by", "area", "--measure", measure), 2, measure)


if __name__ == "__main__":
    unittest.main()
