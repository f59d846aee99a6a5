"""`holdfast survival` on hard input: refused with a remedy, or answered with what was left out; never NaN."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from hard import HardCase  # noqa: E402

STUDY = """
[study]
name = "Tariffs"
time_zone = "UTC"
entity = "customer"
[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "customer"
[table.customers.columns]
customer = { type = "text", mark = "identifier" }
months = { type = "real", unit = "months", label_en = "time with us", label_zh = "在网时长" }
area = { type = "text" }
charge = { type = "real" }
gone = { type = "text" }
[churn]
kind = "label"
table = "customers"
column = "gone"
positive = ["moved", "rival"]
exit_reason = "gone"
[[churn.exit]]
name = "moved"
values = ["moved"]
[[churn.exit]]
name = "rival"
values = ["rival"]
[[churn.exit]]
name = "died"
values = ["died"]
churn = false
[split]
kind = "customer"
[survival]
duration = "months"
"""


def customer(i, months=None, gone=None, area=None, charge=None):
    """One of a made population: who lives in the south or pays more leaves sooner."""
    south = i % 3 == 0
    months = 1 + (i * 7919) % 60 if months is None else months
    leaves = (i * 104729) % 10 < (7 if south else 3)
    gone = (("moved" if i % 2 else "rival") if leaves else "no") if gone is None else gone
    return [f"c{i:04}", months, ("south" if south else "north") if area is None else area,
            20 + (i * 31) % 50 if charge is None else charge, gone]


class HardSurvival(HardCase):
    def customers(self, rows, extra=""):
        lines = [",".join(map(str, row)) for row in rows]
        self.file("customers.csv", "customer,months,area,charge,gone\n" + "\n".join(lines) + "\n")
        self.file("study.toml", STUDY + extra)

    def test_nobody_leaves(self):
        self.customers([customer(i, gone="no") for i in range(300)])
        self.refused("survival", "analyses.nobody_leaves", "none of 300 customers leaves", "longer time", zh=("300 位客户中没有人离开", "请提供更长"))

    def test_everybody_leaves_at_one_time(self):
        self.customers([customer(i, months=12, gone="moved") for i in range(300)])
        self.refused("survival", "analyses.all_at_once", "12 months", "survival.duration", zh=("12 个月", "请检查"))

    def test_all_who_leave_leave_at_one_time(self):
        self.customers([customer(i, months=12 if customer(i)[4] != "no" else 24) for i in range(600)])
        self.answered("survival")

    def test_negative_durations(self):
        self.customers([customer(i, months=-3) if i % 10 == 0 else customer(i) for i in range(600)])
        answer = self.answered("survival")
        self.assertIn("60 customers were left out", self.notes(answer))
        self.assertIn("60 位客户未计入", self.notes(answer, "zh"))

    def test_nothing_but_negative_durations(self):
        self.customers([customer(i, months=-1 - i % 5) for i in range(300)])
        self.refused("survival", "analyses.no_duration", "300 are below 0", "exchanged", zh=("300 个为负数", "颠倒"))

    def test_one_customer(self):
        self.customers([customer(0, gone="moved")])
        self.refused("survival", "analyses.too_few", "too few", "150 customers", zh=("1 行数据不足", "150"))

    def test_constant_inputs(self):
        self.customers([customer(i, area="north", charge=30) for i in range(600)])
        self.refused("survival", "analyses.no_input", "no feature", "differ among customers", zh=("没有可用特征", "请加入"))

    def test_an_exit_nobody_took(self):
        self.customers([customer(i) for i in range(900)], 'models = ["cox", "fine_gray", "discrete_hazard"]\n')
        answer = self.answered("survival")
        self.assertNotIn("died", self.notes(answer))
        self.assertNotIn("died", (self.folder / "out/survival.html").read_text(encoding="utf-8"))

    def test_an_exit_few_took(self):
        self.customers([customer(i, gone="died" if i % 180 == 1 else None) for i in range(900)],
                       'models = ["cox", "fine_gray"]\n')
        self.answered("survival")

    def test_the_last_two_leave(self):
        """Half and then all of those watched longest leave: that foretells nothing of the others."""
        rows = [customer(i, months=20 + i % 21) for i in range(900)]
        self.customers(rows + [customer(i, months=i - 839, gone="moved") for i in (900, 901)])
        answer = self.answered("survival")
        chart, = (b for s in answer["sections"] for b in s["blocks"] if b["id"] == "expected_by_month")
        by_month = [sum(values) for values in zip(*(series["y"] for series in chart["series"]))]
        self.assertLess(max(by_month), 2 * by_month[0])
        self.assertIn("nothing is known of what comes after", self.notes(answer))

    def test_three_who_leave(self):
        self.customers([customer(i, gone="moved" if i in (5, 6, 7) else "no") for i in range(600)],
                       'models = ["cox", "fine_gray", "survival_forest", "aft", "discrete_hazard"]\n')
        self.answered_or_refused("survival")

    def test_a_group_of_nobody(self):
        rows = [customer(i, area="south" if i % 3 == 0 else "") for i in range(600)]
        self.customers(rows, 'by = "area"\n')
        self.refused("survival", "analyses.no_column_for", "two values or more", "survival.by", zh=("至少两种取值", "survival.by"))

    def test_a_group_of_few(self):
        self.customers([customer(i, area="north" if i < 12 else "south") for i in range(600)], 'by = "area"\n')
        who, = (s for s in self.answered("survival")["sections"] if s["id"] == "who")
        self.assertIn("No curves by area", who["lead"]["en"])
        self.assertIn("未按 area", who["lead"]["zh"])

    def test_a_group_that_never_leaves(self):
        self.customers([customer(i, gone=None if i % 3 == 0 else "no") for i in range(900)], 'by = "area"\n')
        self.answered("survival")

    def test_a_group_that_is_no_column(self):
        self.customers([customer(i) for i in range(600)], 'by = "district"\n')
        self.refused("survival", "analyses.no_column_for", "district", "survival.by", zh=("district", "survival.by"))


if __name__ == "__main__":
    unittest.main()
