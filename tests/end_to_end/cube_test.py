"""holdfast cube as a person types it, against counts made here row by row."""

import json
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import Case  # noqa: E402

STUDY = """
[study]
name = "Motor"
time_zone = "UTC"
entity = "contract"
[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "customer"
contract_key = "policy"
start = "from"
end = "to"
amount = "premium"
complete_until = 2024-06-30
[table.policies.columns]
customer = { type = "text", mark = "identifier" }
policy = { type = "text", mark = "identifier" }
from = { type = "day", date_format = "yyyy-MM-dd" }
to = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money", unit = "EUR", label_en = "premium", label_zh = "保费" }
cover = { type = "text", label_en = "cover", label_zh = "险种" }
area = { type = "text", label_en = "area", label_zh = "地区" }
power = { type = "integer" }
[churn]
kind = "contractual"
table = "policies"
grace_days = 30
[cutoffs]
before_end_days = [30]
[profit]
currency = "EUR"
"""

AREAS = ("north", "south", "west")


class Row:
    """One term that ends in 2022 or 2023, looked at 30 days before its end."""

    def __init__(self, number, dice):
        self.number = number
        self.year = dice.choice((2022, 2023))
        self.month = dice.randint(2, 12)  # Looked at in the year it ends.
        # Full cover shrinks from one year to the next, and the south leaves more in the second.
        self.cover = "full" if dice.random() < (0.6 if self.year == 2022 else 0.4) else "basic"
        self.area = dice.choice(AREAS)
        self.premium = dice.randint(100, 900)
        self.power = dice.randint(40, 200)
        chance = 0.1 if self.cover == "full" else 0.3
        if self.year == 2023 and self.area == "south":
            chance += 0.15
        self.left = dice.random() < chance

    def lines(self):
        start, end = f"{self.year - 1}-{self.month:02}-10", f"{self.year}-{self.month:02}-10"
        tail = f"{self.premium},{self.cover},{self.area},{self.power}"
        yield f"c{self.number},p{self.number},{start},{end},{tail}"
        if not self.left:  # A successor keeps the customer; it ends after the data do.
            yield f"c{self.number},p{self.number},{end},{self.year + 4}-{self.month:02}-10,{tail}"


class Cube(Case):
    def setUp(self):
        super().setUp()
        dice = random.Random(20240331)
        self.rows = [Row(i, dice) for i in range(3000)]
        lines = [line for row in self.rows for line in row.lines()]
        self.file("policies.csv", "customer,policy,from,to,premium,cover,area,power\n" + "\n".join(lines) + "\n")
        self.file("study.toml", STUDY)

    def ask(self, *arguments):
        self.answer = json.loads(self.holdfast("cube", *arguments, "--json"))
        return self.block("cells")["rows"]

    def block(self, name):
        found = [b for s in self.answer["sections"] for b in s["blocks"] if b["id"] == name]
        self.assertEqual(len(found), 1, name)
        return found[0]

    def name(self, cell):
        return cell["en"] if cell else ""

    def by_levels(self, rows, depth):
        return {tuple(self.name(r[f"level_{d + 1}"]) for d in range(depth)): r for r in rows}

    def expect(self, cell, rows):
        """All measures of one cell, counted here."""
        left = [r for r in rows if r.left]
        paid = sum(r.premium for r in rows)
        lost = sum(r.premium for r in left)
        self.assertEqual(cell["rows"], len(rows))
        self.assertAlmostEqual(cell["churn_rate"], len(left) / len(rows), places=12)
        self.assertAlmostEqual(cell["kept_rate"], 1 - len(left) / len(rows), places=12)
        self.assertAlmostEqual(cell["kept_value_rate"], 1 - lost / paid, places=12)
        self.assertEqual(cell["value"], paid)
        self.assertEqual(cell["lost"], lost)

    def test_rolls_up_with_totals(self):
        cells = self.by_levels(self.ask("--by", "cover,area"), 2)
        self.assertEqual(len(cells), 1 + 2 + 6)
        self.expect(cells["all", ""], self.rows)
        for cover in ("full", "basic"):
            of_cover = [r for r in self.rows if r.cover == cover]
            self.expect(cells[cover, "all"], of_cover)
            for area in AREAS:
                self.expect(cells[cover, area], [r for r in of_cover if r.area == area])

    def test_drills_into_one_cell_only(self):
        rows = self.ask("--drill", "cover=basic", "--by", "area")
        cells = self.by_levels(rows, 2)
        self.assertEqual(len(cells), 1 + 2 + 3)
        for area in AREAS:
            self.expect(cells["basic", area], [r for r in self.rows if r.cover == "basic" and r.area == area])
        self.assertNotIn(("full", "north"), cells)
        # Without a name the next level is the column that parts best within the cell.
        deeper = self.ask("--drill", "cover=basic")
        self.assertGreater(len(deeper), 3)

    def test_keeps_rows_by_conditions(self):
        keep = [r for r in self.rows if r.area != "west" and r.premium >= 500]
        rows = self.ask("--by", "cover", "--where", "area=north|south", "--where", "premium>=500")
        cells = self.by_levels(rows, 1)
        self.expect(cells["all",], keep)
        self.expect(cells["full",], [r for r in keep if r.cover == "full"])
        again = self.ask("--by", "险种", "--where", "地区!=west", "--where", "premium>=500")
        self.assertEqual(rows, again)

    def test_takes_measures_of_any_number(self):
        cells = self.by_levels(self.ask("--by", "cover", "--measure", "mean(power),sum(power),left"), 1)
        for cover in ("full", "basic"):
            power = [r.power for r in self.rows if r.cover == cover]
            self.assertAlmostEqual(cells[cover,]["mean(power)"], sum(power) / len(power), places=9)
            self.assertAlmostEqual(cells[cover,]["sum(power)"], sum(power), places=6)
            self.assertEqual(cells[cover,]["left"], sum(r.left for r in self.rows if r.cover == cover))
        self.assertNotIn("churn_rate", cells["all",])

    def looked_at(self, row, year):
        # 30 days before the 10th of a month from February on: in the same year.
        return row.year == year

    def test_compares_periods_and_takes_the_change_apart(self):
        before = [r for r in self.rows if self.looked_at(r, 2022)]
        after = [r for r in self.rows if self.looked_at(r, 2023)]
        cells = self.by_levels(
            self.ask("--by", "cover,area", "--period", "2023", "--compare", "2022"), 2)
        share = lambda rows: sum(r.left for r in rows) / len(rows)
        total = cells["all", ""]
        self.assertEqual(total["rows_before"], len(before))
        self.assertEqual(total["rows_after"], len(after))
        self.assertAlmostEqual(total["churn_rate_change"], share(after) - share(before), places=12)
        north = cells["full", "north"]
        self.assertEqual(north["lost_after"], sum(r.premium for r in after
                                                  if r.left and (r.cover, r.area) == ("full", "north")))
        # Kitagawa, segment by segment.
        mean = (share(before) + share(after)) / 2
        why = {self.name(r["segment"]): r for r in self.block("why_churn_rate")["rows"]}
        self.assertEqual(len(why), 1 + 6)
        mix = rate = 0
        for cover in ("full", "basic"):
            for area in AREAS:
                old = [r for r in before if (r.cover, r.area) == (cover, area)]
                new = [r for r in after if (r.cover, r.area) == (cover, area)]
                shares = len(old) / len(before), len(new) / len(after)
                own_mix = (shares[1] - shares[0]) * ((share(old) + share(new)) / 2 - mean)
                own_rate = (share(new) - share(old)) * sum(shares) / 2
                row = why[f"{cover} · {area}"]
                self.assertAlmostEqual(row["mix"], own_mix, places=12)
                self.assertAlmostEqual(row["rate"], own_rate, places=12)
                mix += own_mix
                rate += own_rate
        self.assertAlmostEqual(why["all"]["mix"] + why["all"]["rate"], share(after) - share(before), places=12)
        self.assertAlmostEqual(why["all"]["mix"], mix, places=12)
        self.assertGreater(mix, 0)  # Full cover shrank,
        self.assertGreater(rate, 0)  # and the south left more.
        # By premium too.
        self.block("why_kept_value_rate")
        same = self.by_levels(self.ask("--by", "cover,area", "--period", "2023", "--compare", "year-before"), 2)
        self.assertEqual(same["all", ""], total)
        quarters = self.ask("--by", "cover", "--period", "2023-Q2", "--compare", "before")
        self.assertEqual(quarters[0]["rows_before"], sum(self.month_of(r) in (1, 2, 3) and r.year == 2023 for r in self.rows))

    @staticmethod
    def month_of(row):
        """Looked at 30 days before the 10th: in the month before."""
        return row.month - 1

    def test_answers_as_words_and_files(self):
        out = self.holdfast("cube", "--by", "cover", "--lang", "zh")
        for words in ("险种", "续保率(按保费)", "流失率", "合计"):
            self.assertIn(words, out)
        for name in ("cube_query.html", "cube_query.json", "cube_query.xlsx"):
            self.assertGreater((self.folder / "out" / name).stat().st_size, 1000)
        # The study stands behind the options as well as before them.
        other = self.holdfast("cube", "--where", "cover=full", "--by", "area", "study.toml")
        self.assertEqual(other, self.holdfast("cube", "study.toml", "--by", "area", "--where", "cover=full"))

    def test_says_what_cannot_be_asked(self):
        for arguments, kind, words in (
                (("--by", "covr"), "analyses.no_dimension", "cover"),
                (("--by", "cover", "--where", "area=east"), "analyses.nothing_there", "north"),
                (("--by", "cover", "--where", "area"), "analyses.bad_question", "FEATURE=VALUE"),
                (("--by", "cover", "--where", "area>=3"), "analyses.bad_question", "names"),
                (("--by", "cover", "--measure", "profit"), "analyses.bad_question", "churn_rate"),
                (("--by", "cover", "--measure", "mean(area)"), "analyses.bad_question", "numbers"),
                (("--by", "cover", "--period", "2031"), "analyses.nothing_there", "2022"),
                (("--by", "cover", "--period", "soon"), "analyses.bad_question", "2017-Q3"),
                (("--by", "cover", "--compare", "before"), "cli.bad_choice", "--period"),
                (("--drill", "cover=gold", "--by", "area"), "analyses.nothing_there", "full")):
            self.holdfast("cube", *arguments, expect=2)
            self.assertIn(f"[{kind}]", self.err)
            self.assertIn(words, self.err)


if __name__ == "__main__":
    unittest.main()
