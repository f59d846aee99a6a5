"""On a generated portfolio whose truth is known, the run finds the truth again, and anybody can
recompute its figures from predictions.parquet."""

import csv
import json
import math
import pathlib
import sys
import unittest

import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import SOURCE, Case  # noqa: E402

# How a feature that carries a true driver is recognised by its name.
DRIVERS = {
    "premium_change": ("保单_保费_change", "保单_保费_difference"),
    "claims_refused": ("拒赔",),
    "complaint_open": ("投诉_open", "未结投诉", "投诉_解决日期"),
    "promotion": ("竞品促销",),
    "agent_left": ("业务员离职",),
    "reminder_failed": ("提醒失败", "失败", "续保提醒_状态_failed"),
    "job_change": ("职业变动",),
    "reminder_late": ("续保提醒",),
}
# What may be lost against the true probabilities, for want of rows: the model must earn at least
# this share of the distance from chance (0.5) to the AUC of the truth.
REACH_SHARE = 0.6


def auc_by_ranks(rows):
    """Mann-Whitney from mid-ranks; every row counts with its weight. rows: (p, outcome, weight)."""
    rows = sorted(rows)
    stayers_below = pairs = 0.0
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and rows[end][0] == rows[at][0]:
            end += 1
        churned = sum(w for _, y, w in rows[at:end] if y)
        stayed = sum(w for _, y, w in rows[at:end] if not y)
        pairs += churned * (stayers_below + stayed / 2)
        stayers_below += stayed
        at = end
    churners = sum(w for _, y, w in rows if y)
    return pairs / (churners * stayers_below)


def empc_by_integration(rows, costs, steps=20000):
    """Verbraken, Verbeke & Baesens (2013), eq. 10, integrated by the trapezoid rule: the mean over
    the acceptance gamma of the profit of the threshold that is best for it."""
    value, alpha, beta = costs["customer_value"], costs["acceptance_alpha"], costs["acceptance_beta"]
    delta, phi = costs["offer_cost"] / value, costs["contact_cost"] / value
    total = sum(w for _, _, w in rows)
    cuts = {}
    for p, y, w in rows:
        cut = cuts.setdefault(p, [0.0, 0.0])
        cut[0 if y else 1] += w / total
    lines = [(0.0, 0.0)]  # Profit as a line in gamma: slope, constant.
    churners = stayers = 0.0
    for p in sorted(cuts, reverse=True):
        churners += cuts[p][0]
        stayers += cuts[p][1]
        lines.append((value * (1 - delta) * churners,
                      -value * (phi * churners + (delta + phi) * stayers)))
    norm = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    area, best = 0.0, 0
    lines.sort()
    for k in range(1, steps):  # The density is 0 at both ends.
        gamma = k / steps
        profit = [slope * gamma + constant for slope, constant in lines[best:]]
        # The best slope never falls as gamma rises.
        best += max(range(len(profit)), key=profit.__getitem__)
        density = math.exp(norm + (alpha - 1) * math.log(gamma) + (beta - 1) * math.log1p(-gamma))
        area += (lines[best][0] * gamma + lines[best][1]) * density / steps
    return area


class Truth(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("run_once")
        Case.setUp(case)
        study = (SOURCE / "examples/auto-insurance-zh/study.toml").read_text(encoding="utf-8")
        # The backtest fits the champion again and again; nothing here looks at it.
        study = study.replace("test_share = 0.2", "test_share = 0.2\nbacktest_origins = 0")
        case.file("study.toml", study)
        case.holdfast("generate", ".", "--customers", "2500")
        case.holdfast("run", "--quiet")
        cls.addClassCleanup(case.doCleanups)
        cls.run_folder = case.folder
        cls.results = case.evaluation()
        table = pyarrow.parquet.read_table(case.folder / "out" / "predictions.parquet")
        known = [row for row in table.to_pylist() if row["outcome"] is not None]
        cls.test_rows = [row for row in known if row["split"] == "test"]
        cls.choosing_rows = [row for row in known if row["split"] == "validation" and not row["is_tuning"]]

    def run_once(self):
        """Stands for the run all tests share."""

    def champion(self):
        return next(m for m in self.results["models"] if m["is_champion"])

    def rows_of(self, model, rows=None):
        return [(row[f"p_{model}"], row["outcome"], row["weight"]) for row in rows or self.test_rows]

    def test_true_drivers_lead_the_importance(self):
        names = [one["feature"] for one in self.champion()["importance"][:25]]
        found = {driver for driver, parts in DRIVERS.items()
                 if any(part in name for part in parts for name in names)}
        self.assertIn("premium_change", found, names)
        self.assertGreaterEqual(len(found), 6, (found, names))
        # The strongest coefficient by far stands among the first three.
        self.assertTrue(any("保单_保费_change" in n or "保单_保费_difference" in n for n in names[:3]), names)

    def test_auc_comes_within_reach_of_the_true_probabilities(self):
        with open(self.run_folder / "truth_decisions.csv", encoding="utf-8", newline="") as file:
            truth = {row["policy"]: float(row["probability"]) for row in csv.DictReader(file)}
        known = [row for row in self.test_rows if row["contract_key"] in truth]
        self.assertGreater(len(known), 0.9 * len(self.test_rows))
        best = auc_by_ranks([(truth[r["contract_key"]], r["outcome"], r["weight"]) for r in known])
        ours = auc_by_ranks([(r["p_" + self.results["champion"]], r["outcome"], r["weight"]) for r in known])
        self.assertGreater(ours - 0.5, REACH_SHARE * (best - 0.5), (ours, best))
        self.assertLess(ours, best + 0.03, "better than the truth: something leaks")

    def test_exits_are_told_apart_and_what_no_driver_moves_is_not_foreseen(self):
        said = self.holdfast("exits", "--json", cwd=self.run_folder)
        block = {one["id"]: one for one in json.loads(said)["sections"][0]["blocks"]}
        by_exit = {row["exit"]["zh"]: row for row in block["exits"]["rows"]}
        self.assertEqual(set(by_exit), {"留存", "转保", "脱保", "车辆出售", "公司拒保"})
        self.assertAlmostEqual(sum(row["share"] for row in by_exit.values()), 1, delta=1e-9)

        def auc(name):
            return float(by_exit[name]["auc_forest_exits"]["en"].split(" ")[0])
        # Whether a car is sold is drawn from nothing else; seen before, it would be a leak.
        self.assertLess(auc("车辆出售"), 0.65)
        self.assertGreater(auc("转保"), 0.55)
        # The forest ranks first by log loss and beats the shares alone.
        shares = [row["share"] for row in by_exit.values()]
        entropy = -sum(p * math.log(p) for p in shares)
        self.assertLess(block["models"]["rows"][0]["log_loss"], entropy)
        for row in block["confusion"]["values"]:
            self.assertAlmostEqual(sum(row), 1, delta=1e-9)
        customers = pyarrow.parquet.read_table(self.run_folder / "out" / "exits_customers.parquet").to_pydict()
        names = [name for name in customers if name.startswith("p_")]
        self.assertEqual(len(names), 5)
        for row in zip(*(customers[name] for name in names)):
            self.assertAlmostEqual(sum(row), 1, delta=1e-9)

    def test_anybody_can_recompute_auc_and_empc(self):
        for model in self.results["models"]:
            with self.subTest(model=model["id"]):
                metrics = model["metrics"]["test"]
                rows = self.rows_of(model["id"])
                self.assertEqual(metrics["rows"], len(rows))
                self.assertAlmostEqual(metrics["auc"]["estimate"], auc_by_ranks(rows), delta=1e-6)
                empc = empc_by_integration(rows, self.results["costs"])
                self.assertAlmostEqual(metrics["empc"]["per_customer"], empc,
                                       delta=1e-6 * max(1.0, abs(empc)))

    def test_anybody_can_recompute_what_chose_the_champion(self):
        for model in self.results["models"]:
            with self.subTest(model=model["id"]):
                metrics = model["metrics"]["validation"]
                rows = self.rows_of(model["id"], self.choosing_rows)
                self.assertEqual(metrics["rows"], len(rows))
                self.assertAlmostEqual(metrics["auc"]["estimate"], auc_by_ranks(rows), delta=1e-6)

    def test_anybody_can_add_up_the_reasons_of_a_score(self):
        scores = pyarrow.parquet.read_table(self.run_folder / "out" / "scores.parquet").to_pylist()
        for score in sorted(scores, key=lambda row: row["churn_probability"])[::len(scores) // 3]:
            told = self.holdfast("explain", score["key"], "--json", cwd=self.run_folder)
            row = next(one for one in json.loads(told)["rows"] if one["contract_key"] == score["contract_key"])
            self.assertAlmostEqual(row["churn_probability"], score["churn_probability"], delta=1e-9)
            total = row["base"] + row["rest"] + sum(reason["contribution"] for reason in row["reasons"])
            self.assertAlmostEqual(total, row["raw_score"], delta=1e-9)
            if len(json.loads(told)["rows"]) > 1:
                continue
            printed = self.holdfast("explain", score["key"], "--lang", "en", cwd=self.run_folder)
            parts = [float(line.split()[0]) for line in printed.splitlines()
                     if line.startswith(("  +", "  -"))]
            self.assertAlmostEqual(parts[-1], row["raw_score"], delta=6e-4)
            self.assertAlmostEqual(sum(parts[:-1]), parts[-1], delta=6e-4 * len(parts))


if __name__ == "__main__":
    unittest.main()
