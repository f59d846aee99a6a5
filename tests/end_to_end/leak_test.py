"""A column that was filled in after the fact is found, left out by `init`, and named by `audit`."""

import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import Case  # noqa: E402


class Leak(Case):
    def setUp(self):
        super().setUp()
        draw = random.Random(7)
        policies = ["policy_id,customer_id,start_date,end_date,premium"]
        customers = ["customer_id,region,exit_survey_score"]
        calls = ["customer_id,call_day,topic,mood_score"]
        for c in range(300):
            leaves = draw.random() < 0.2
            day, month = draw.randint(1, 28), draw.randint(1, 12)
            for year in range(2018, 2018 + (draw.randint(1, 5) if leaves else 6)):
                policies.append(f"P{len(policies):05d},C{c:04d},{year}-{month:02d}-{day:02d},"
                                f"{year + 1}-{month:02d}-{day:02d},{draw.randint(200, 900)}.50")
                calls.append(f"C{c:04d},{year}-{draw.randint(1, 12):02d}-{day:02d},"
                             f"{'bill' if draw.random() < 0.5 else 'claim'},{draw.randint(1, 5)}")
            # Only those who left were asked.
            customers.append(f"C{c:04d},{'NSEW'[draw.randrange(4)]},{draw.randint(1, 5) if leaves else ''}")
        self.file("policies.csv", "\n".join(policies) + "\n")
        self.file("customers.csv", "\n".join(customers) + "\n")
        self.file("calls.csv", "\n".join(calls) + "\n")
        self.holdfast("init", "policies.csv", "customers.csv", "calls.csv")
        self.study = self.folder / "study.toml"

    def test_init_leaves_it_out_and_the_audit_passes(self):
        self.assertIn("exit_survey_score = { type = \"integer\", ignore = true", self.study.read_text())
        self.assertIn("passed", self.holdfast("audit"))

    def test_audit_names_the_feature_of_a_planted_leak(self):
        lines = ["exit_survey_score = { type = \"integer\", constant = true }"
                 if line.startswith("exit_survey_score") else line
                 for line in self.study.read_text().split("\n")]
        self.study.write_text("\n".join(lines))
        self.holdfast("audit", expect=2)
        self.assertIn("error[cli.audit_failed]", self.err)
        self.assertIn("customers_exit_survey_score", self.err)
        self.assertNotIn("customers_region", self.err)
        self.assertIn("hint:", self.err)
        self.holdfast("audit", "--lang", "zh", expect=2)
        self.assertIn("以下特征看到了未来: customers_exit_survey_score", self.err)


if __name__ == "__main__":
    unittest.main()
