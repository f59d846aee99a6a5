"""Every example: init on the raw files, run with no edit, audit; the list at the end is sensible."""

import csv
import json
import shutil
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import SOURCE, Case  # noqa: E402


class Examples(Case):
    def sensible(self, auc_min, listed_min=20):
        """The run's own files agree with each other and beat chance on later rows."""
        evaluation = self.evaluation()
        champion = next(m for m in evaluation["models"] if m["id"] == evaluation["champion"])
        self.assertGreater(champion["metrics"]["test"]["auc"]["estimate"], auc_min)
        with open(self.folder / "out" / "watchlist.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertGreaterEqual(len(rows), listed_min)
        for name in ("report.html", "watchlist.xlsx", "scores.parquet", "predictions.parquet"):
            self.assertGreater((self.folder / "out" / name).stat().st_size, 500, name)
        self.assertIn("passed", self.holdfast("audit"))
        self.can_be_carried_on()
        return rows

    def can_be_carried_on(self):
        """The champion in every format says what it says here."""
        for form in ("pmml", "onnx", "sql"):
            told = json.loads(self.holdfast("export", form, "--json"))
            self.assertLessEqual(told["largest_difference"], 1e-6, form)

    def init_and_run(self, *arguments):
        self.holdfast("init", *arguments)
        self.holdfast("check")
        self.holdfast("run")

    def test_motor_renewal(self):
        data = SOURCE / "examples/motor-renewal/data/motor_vehicle_insurance.csv.gz"
        self.init_and_run(data)
        self.sensible(auc_min=0.60, listed_min=500)

    def test_telecom(self):
        self.init_and_run(SOURCE / "examples/telecom/data/Telco-Customer-Churn.csv", "--outcome", "Churn")
        self.sensible(auc_min=0.80)

    def test_retail(self):
        self.init_and_run(SOURCE / "examples/retail/data/onlineretail.csv.gz")
        self.sensible(auc_min=0.65)

    def test_auto_insurance_zh(self):
        self.holdfast("generate", ".", "--customers", "6000", "--lang", "zh")
        files = sorted(str(p) for p in (self.folder / "data").iterdir()
                       if p.suffix in (".csv", ".xlsx"))
        self.init_and_run(*files, "--lang", "zh")
        self.sensible(auc_min=0.60)


class StudiesAsTheyStand(Case):
    """The study files of the examples themselves."""

    def analyses(self):
        """The JSON of every analysis the run did, by its id; each with its page and its sheets."""
        found = {}
        for path in sorted((self.folder / "out").glob("*.json")):
            text = path.read_bytes()
            content = json.loads(text)
            if content.get("format") != "holdfast.analysis":
                continue
            found[content["analysis"]] = text
            self.assertGreaterEqual(len(content["findings"]), 2, path)
            for suffix in (".html", ".xlsx"):
                self.assertGreater(path.with_suffix(suffix).stat().st_size, 2000, path)
            page = path.with_suffix(".html").read_text(encoding="utf-8")
            self.assertNotRegex(page, r">\s*-?(nan|inf)\s*<")
        return found

    def run_example(self, name, analyses):
        self.example(name)
        if name == "auto-insurance-zh":
            self.holdfast("generate", ".", "--customers", "6000")
        self.holdfast("run")
        first = (self.folder / "out" / "evaluation.json").read_bytes()
        first_analyses = self.analyses()
        self.assertEqual(set(first_analyses), set(analyses))
        self.assertIn("up to date", self.holdfast("run"))
        # From nothing again, with another number of threads: the same bytes.
        shutil.rmtree(self.folder / "out")
        shutil.rmtree(self.folder / "store")
        self.holdfast("run", "--threads", "1")
        self.assertEqual(first, (self.folder / "out" / "evaluation.json").read_bytes())
        again = self.analyses()
        for one in analyses:
            self.assertEqual(first_analyses[one], again[one], one)
        self.assertIn("passed", self.holdfast("audit"))

    def test_motor_renewal(self):
        self.run_example("motor-renewal", ["survival", "groups", "cube", "value", "growth"])

    def test_telecom(self):
        self.run_example("telecom", ["survival"])

    def test_retail(self):
        self.run_example("retail", ["value", "growth", "movement", "patterns"])

    def test_auto_insurance_zh(self):
        self.run_example("auto-insurance-zh", ["movement", "value", "growth"])


if __name__ == "__main__":
    unittest.main()
