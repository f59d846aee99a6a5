"""Policies that end in several ways: proposed, run and followed by competing exits; figures against R's cmprsk."""

import csv
import datetime
import gzip
import json
import math
import pathlib
import sys
import unittest

import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import SHARED, SOURCE, Case  # noqa: E402

DATA = SHARED / "cas_uslapseagent/converted/uslapseagent.csv"
SAVINGS = SHARED / "cas_eusaving_surrender/converted/eusavingULnoPS.csv.gz"
REFERENCE = SOURCE / "tests/reference/lapse/incidence.csv"


@unittest.skipUnless(DATA.exists(), "the shared data sets are not here; set HOLDFAST_SHARED_DATA")
class Lapse(Case):
    def study(self):
        return (self.folder / "study.toml").read_text(encoding="utf-8")

    def own_study(self):
        """The example's own study, on the data wherever they lie."""
        self.example("lapse")
        path = "../../../shared/data/cas_uslapseagent/converted/uslapseagent.csv"
        self.assertIn(path, self.study())
        self.file("study.toml", self.study().replace(path, DATA.as_posix()))

    def same_incidence(self, survival):
        """The table of the page against Aalen & Johansen's estimate, and its interval."""
        table, = (b for s in survival["sections"] for b in s["blocks"] if b["id"] == "incidence")
        rows = {row["quarters"]: row for row in table["rows"]}
        checked = 0
        with open(REFERENCE, newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                row = rows.get(float(line["quarters"]))
                if row is None:
                    continue
                share, name = float(line["incidence"]), line["exit"]
                self.assertAlmostEqual(row[name], share, delta=1e-12)
                # On the scale of log(-log): 1.96 standard errors, Aalen's variance.
                step = 1.959964 * math.sqrt(float(line["variance"])) / abs(share * math.log(share))
                self.assertAlmostEqual(row[f"{name}_from"], share ** math.exp(step), delta=1e-4)
                self.assertAlmostEqual(row[f"{name}_to"], share ** math.exp(-step), delta=1e-4)
                checked += 1
        self.assertEqual(checked, 3 * 3)  # After 8, 20 and 40 quarters.
        self.assertAlmostEqual(rows[20]["surrender"], 0.236, places=3)
        self.assertAlmostEqual(rows[40]["surrender"], 0.357, places=3)

    def test_proposed_run_and_followed_without_an_edit(self):
        said = self.holdfast("init", DATA, "--outcome", "termination.cause")
        for words in ("surrender", "compete", "quarters"):
            self.assertIn(words, said)
        study = self.study()
        for column in ("surrender", "death", "other", "allcause"):
            self.assertRegex(study, rf"(?m)^{column} = .*ignore = true.*in other words")
        self.assertRegex(study, r"(?m)^DJIA = .*ignore = true")
        self.assertEqual(study.count("[[churn.exit]]"), 3)
        self.holdfast("check")
        said = self.holdfast("run")
        # 0.64 is what the policy's own columns tell; with a leak it would be near 1.
        champion = next(m for m in self.evaluation()["models"] if m["id"] == self.evaluation()["champion"])
        auc = champion["metrics"]["test"]["auc"]["estimate"]
        self.assertGreater(auc, 0.63)
        self.assertLess(auc, 0.75)
        with open(self.folder / "out/watchlist.csv", encoding="utf-8-sig", newline="") as file:
            self.assertGreater(len(list(csv.DictReader(file))), 500)
        self.same_incidence(self.analysis("survival"))
        self.assertIn("passed", self.holdfast("audit"))

    def test_the_example_as_it_stands(self):
        self.own_study()
        self.holdfast("run")
        survival = self.analysis("survival")
        self.same_incidence(survival)
        curves, = (b for s in survival["sections"] for b in s["blocks"] if b["id"] == "leaving_by_exit")
        self.assertEqual({s["name"]["zh"] for s in curves["series"]} & {"退保", "身故", "其他方式"},
                         {"退保", "身故", "其他方式"})
        # Surrenders go on at their rate; the last policies watched, which are few, do not frighten.
        expected, = (b for s in survival["sections"] for b in s["blocks"] if b["id"] == "expected_by_month")
        surrendered, = (s["y"] for s in expected["series"] if s["name"]["zh"] == "退保")
        self.assertLess(max(surrendered), 1.2 * surrendered[0])
        # Of each policy in force: chances of ways of ending that grow with time and stay below 1.
        customers = pyarrow.parquet.read_table(self.folder / "out/survival_customers.parquet").to_pydict()
        self.assertEqual(len(customers["key"]), 14453)
        self.holdfast("exits")
        exits = self.analysis("exits")
        kinds, = (b for s in exits["sections"] for b in s["blocks"] if b["id"] == "exits")
        counts = {row["exit"]["en"]: row["rows"] for row in kinds["rows"]}
        self.assertEqual(counts["surrendered"], 11098)
        self.assertEqual(counts["died"], 1284)
        self.assertEqual(counts["in another way"], 2482)


def incidence(spells, exits, at):
    """Aalen and Johansen's estimate, counted again: share of each exit by day `at`, and of those still there."""
    there, staying, shares = len(spells), 1.0, dict.fromkeys(exits, 0.0)
    by_day = {}
    for day, end in spells:
        by_day.setdefault(day, []).append(end)
    for day in sorted(by_day):
        if day > at:
            break
        ends = by_day[day]
        for name in exits:
            shares[name] += staying * ends.count(name) / there
        staying *= 1 - sum(end in exits for end in ends) / there
        there -= len(ends)
    return shares, staying


@unittest.skipUnless(SAVINGS.exists(), "the shared data sets are not here; set HOLDFAST_SHARED_DATA")
class Savings(Case):
    def test_the_day_of_issue_and_of_the_end_are_enough(self):
        said = self.holdfast("init", SAVINGS, "--lang", "en")
        self.assertIn("lapse.reason says who left", said)
        self.assertIn("days_held is the time until the end (days)", said)
        self.holdfast("run")
        evaluation = self.evaluation()
        for model in evaluation["models"]:
            # The day of the end, which gives all away, is in no model.
            self.assertLess(model["metrics"]["test"]["auc"]["estimate"], 0.85, model["id"])
            self.assertFalse({name for name in self.inputs(model["id"])[0] if "date" in name or "held" in name})
        table, = (b for s in self.analysis("survival")["sections"] for b in s["blocks"] if b["id"] == "incidence")
        with gzip.open(SAVINGS, "rt", newline="", encoding="utf-8") as file:
            day = datetime.date.fromisoformat
            spells = [((day(row["termination.date"]) - day(row["issue.date"])).days, row["lapse.reason"])
                      for row in csv.DictReader(file)]
        self.assertEqual(len(spells), 21921)
        self.assertGreaterEqual(len(table["rows"]), 3)
        for row in table["rows"]:
            shares, staying = incidence(spells, ("Surrender", "Claim"), row["days"])
            self.assertAlmostEqual(row["surrender"], shares["Surrender"], delta=1e-12)
            self.assertAlmostEqual(row["claim"], shares["Claim"], delta=1e-12)
            self.assertAlmostEqual(row["staying"], staying, delta=1e-12)


if __name__ == "__main__":
    unittest.main()
