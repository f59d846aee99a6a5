"""Models of when customers leave, of groups, effects and offers in public engines: PMML in jpmml-evaluator and pypmml,
ONNX in onnxruntime, SQL in SQLite and PostgreSQL. The answers of rows as they are, of rows without a value and of categories nobody has
heard of are the same in all of them; groups and effects are those of the analyses' own tables. Where an engine lacks an
element, that is asserted too, so that a newer one is noticed."""

import csv
import json
import math
import pathlib
import subprocess
import sys
import textwrap
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import engines  # noqa: E402
from support import Case  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

LIMIT = 1e-6
ROWS = 300
DAYS = [30, 90, 180, 365, 720, 45.5, 5, 1e4]
PMML = "{http://www.dmg.org/PMML-4_4}"

LEAVING = ["cox", "aft", "discrete_hazard", "fine_gray", "survival_forest"]
GROUPS = ["kmeans", "two_step"]
EFFECTS = ["two_model", "class_transformation", "doubly_robust", "uplift_tree", "uplift_forest"]

# Who left is told apart by the reason, so that exits compete.
STUDY = """
[[churn.exit]]
name = "price"
values = ["price"]

[[churn.exit]]
name = "moved"
values = ["moved"]
churn = false

[survival]
duration = "tenure"
models = ["cox", "aft", "discrete_hazard", "fine_gray", "survival_forest"]

[groups]
models = ["two_step", "kmeans"]

[effect]
treatment = "PaperlessBilling"
models = ["two_model", "class_transformation", "doubly_robust", "uplift_tree", "uplift_forest"]
"""


class Kinds(Case):
    @classmethod
    def setUpClass(cls):
        cls.postgres = engines.Postgres()
        cls.tables = 0

    @classmethod
    def tearDownClass(cls):
        cls.postgres.stop()

    def prepare(self):
        self.example("telecom")
        self.reasons()
        study = (self.folder / "study.toml").read_text(encoding="utf-8")
        study = study[: study.index("[survival]")] + STUDY
        study = study.replace('positive = ["Yes"]\n', 'positive = ["Yes"]\nexit_reason = "Reason"\n')
        study = study.replace("Churn = {", 'Reason = { type = "text" }\nChurn = {')
        self.file("study.toml", study)
        for analysis in ("survival", "groups", "effect"):
            self.holdfast(analysis)
        self.holdfast("features")
        features = pd.read_parquet(self.folder / "out/features.parquet")
        self.keys = features["customer_key"].astype(str).iloc[:ROWS].tolist()
        self.table = features.iloc[:ROWS].astype(object).where(features.notna(), None)

    def reasons(self):
        path = self.folder / "data/Telco-Customer-Churn.csv"
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            moved = row["Partner"] == "No" and int(row["tenure"]) % 3 == 0
            row["Reason"] = "" if row["Churn"] != "Yes" else "moved" if moved else "price"
        path.unlink()
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def rows(self, names, texts, has_days):
        """As they are; then without a value, and with a category nobody has heard of."""
        table = self.table[names].copy().reset_index(drop=True)
        strange = table.copy()
        for place, name in enumerate(names):
            strange.loc[place::3, name] = None
            if name in texts:
                strange.loc[place + 1::3, name] = "never heard of"
        nothing = table.iloc[:3].copy()
        nothing.loc[:, :] = None
        table = pd.concat([table, strange, nothing], ignore_index=True)
        if has_days:
            table["days"] = [float(DAYS[i % len(DAYS)]) for i in range(len(table))]
        return table.astype(object).where(table.notna(), None)

    def export(self, form, model, *arguments):
        path = self.folder / f"exported-{model}.{form}"
        told = json.loads(self.holdfast("export", form, "--model", model, "--out", path, *arguments, "--json"))
        self.assertLessEqual(told["largest_difference"], LIMIT)
        self.assertGreater(told["rows_checked"], ROWS)
        self.answer = told["answer"]
        return path

    def in_sqlite(self, model, table, texts, *arguments):
        sql = self.export("sql", model, "--table", "rows", *arguments).read_text(encoding="utf-8")
        return np.array(engines.in_sqlite(sql, table, texts))

    def in_postgres(self, model, table, texts, *arguments):
        Kinds.tables += 1
        name = f"rows_{Kinds.tables}"
        sql = self.export("sql", model, "--dialect", "postgresql", "--table", name, *arguments).read_text(encoding="utf-8")
        return self.postgres.answers(name, sql, table, texts, self.answer)

    def in_onnxruntime(self, model, table, texts, *arguments):
        answers = engines.in_onnxruntime(self.export("onnx", model, *arguments), table, texts)
        self.assertEqual(next(iter(answers)), self.answer)
        self.log_hazards = {name: values[:, 0] for name, values in answers.items() if name.startswith("score_")}
        return answers[self.answer][:, 0]

    def in_jpmml(self, path, table, output):
        from jpmml_evaluator import make_evaluator
        return make_evaluator(str(path)).verify().evaluateAll(table)[output]

    def in_pypmml(self, path, table, output):
        from pypmml import Model
        return Model.load(str(path)).predict(table)[output]

    def agree(self, what, engine, answers, expected):
        if self.answer == "cluster":  # The SQL's and ONNX's 0 has a name in PMML.
            answers = [0 if v == "none" else float(v) for v in answers]
        answers = np.asarray(answers, dtype=float)
        largest = float(np.max(np.abs(answers - expected)))
        print(f"{what:32} {engine:12} largest difference {largest:.2g}", flush=True)
        self.assertFalse(math.isnan(largest), f"{what} in {engine}")
        self.assertLessEqual(largest, LIMIT, f"{what} in {engine}")

    def everywhere(self, model, *arguments, has_days=False):
        names, texts = self.inputs(model)
        table = self.rows(names, texts, has_days)
        expected = self.in_sqlite(model, table, texts, *arguments)
        self.assertGreater(float(np.ptp(expected)), 0.01, model)
        what = " ".join([model, *arguments])
        self.agree(what, "postgresql", self.in_postgres(model, table, texts, *arguments), expected)
        self.agree(what, "onnxruntime", self.in_onnxruntime(model, table, texts, *arguments), expected)
        path = self.export("pmml", model, *arguments)
        output = "probability(1)" if self.answer == "churn_probability" else self.answer
        self.agree(what, "jpmml", self.in_jpmml(path, table, output), expected)
        self.agree(what, "pypmml", self.in_pypmml(path, table, output), expected)
        return expected

    def own(self, analysis, column):
        """What the analysis says of those of the first customers who are in its table: places, values."""
        customers = pd.read_parquet(self.folder / f"out/{analysis}_customers.parquet")
        said = dict(zip(customers["key"].astype(str), customers[column].astype(float)))
        places = [place for place, key in enumerate(self.keys) if key in said]
        self.assertGreater(len(places), ROWS / 2)
        return places, np.array([said[self.keys[place]] for place in places])

    def reasons_shown(self):
        """Everybody's reasons stand beside their chances, in words of both languages."""
        customers = pd.read_parquet(self.folder / "out/survival_customers.parquet")
        for column in ("reason_1_en", "reason_1_zh", "reason_2_en", "reason_3_zh"):
            said = customers[column].astype(object).fillna("")
            self.assertGreater(float((said != "").mean()), 0.95, column)
            self.assertGreater(said.nunique(), 5, column)

    def leaving(self):
        for model in LEAVING:
            with self.subTest(model=model):
                self.everywhere(model, "--days", "90")
                self.everywhere(model, "--days", "180", "--exit", "price")
                if model == "survival_forest":
                    self.holdfast("export", "pmml", "--model", model, "--out", self.folder / "none", expect=2)
                    self.assertIn("portable.needs_days", self.err)
                    continue
                self.everywhere(model, has_days=True)
                self.assertEqual(sorted(self.log_hazards), ["score_moved", "score_price"])

    def cox_element(self):
        """jpmml-evaluator reads the baseline and answers the cumulative hazard. pypmml answers exp(−hazard) and knows only
        the first step of the baseline."""
        for model in ("cox", "fine_gray"):
            names, texts = self.inputs(model)
            table = self.rows(names, texts, True)
            expected = self.in_sqlite(model, table, texts, "--exit", "price")
            path = self.export("pmml", model, "--exit", "price", "--cox-element")
            root = xml.parse(path).getroot()
            element = root.find(f"{PMML}GeneralRegressionModel")
            self.assertEqual(element.get("modelType"), "CoxRegression")
            self.agree(f"{model} CoxRegression", "jpmml", self.in_jpmml(path, table, "churn_probability"), expected)
            hazard = np.asarray(self.in_jpmml(path, table, "cumulative_hazard"), dtype=float)
            self.agree(f"{model} CoxRegression hazard", "jpmml", -np.expm1(-hazard), expected)

            times = [float(cell.get("time")) for cell in element.iter(f"{PMML}BaselineCell")]
            early = table.copy()
            early["days"] = times[0] + (times[1] - times[0]) / 2
            expected = self.in_sqlite(model, early, texts, "--exit", "price")
            path = self.export("pmml", model, "--exit", "price", "--cox-element")
            staying = np.asarray(self.in_pypmml(path, early, "cumulative_hazard"), dtype=float)
            self.agree(f"{model} CoxRegression 1st step", "pypmml", 1 - staying, expected)
            later = np.asarray(self.in_pypmml(path, table.assign(days=times[-1]), "cumulative_hazard"), dtype=float)
            np.testing.assert_allclose(later, staying, atol=1e-12, err_msg="pypmml now reads the whole baseline")
        self.holdfast("export", "pmml", "--model", "cox", "--cox-element", "--out", self.folder / "none", expect=2)
        self.assertIn("portable.no_element", self.err)

    def groups(self):
        for model in GROUPS:
            with self.subTest(model=model):
                groups = self.everywhere(model)
                path = self.folder / f"exported-{model}.pmml"
                kind = "ClusteringModel" if model == "kmeans" else "RegressionModel"
                self.assertIsNotNone(xml.parse(path).getroot().find(PMML + kind))
                if model == "two_step":  # The first that the study names is the one shown.
                    places, own = self.own("groups", "group")
                    np.testing.assert_array_equal(groups[places], np.where(np.isnan(own), 0, own))

    def effects(self):
        for model in EFFECTS:
            with self.subTest(model=model):
                found = self.everywhere(model)
                if model == self.champion("effect"):
                    places, own = self.own("effect", "estimated_effect")
                    np.testing.assert_allclose(found[places], own, rtol=0, atol=LIMIT)

    def champion(self, analysis):
        """The model whose answers the analysis shows: the first that is saved."""
        return json.loads((self.folder / f"out/{analysis}.json").read_text(encoding="utf-8"))["models"][0]

    def test_every_engine_gives_the_models_own_numbers(self):
        self.prepare()
        self.reasons_shown()
        self.leaving()
        self.cox_element()
        self.groups()
        self.effects()


OFFERS = """
[study]
name = "Shop"
language = "en"
time_zone = "UTC"
seed = 1
entity = "customer"

[table.lines]
role = "event"
files = ["lines.csv"]
customer_key = "customer"
event_time = "day"

[table.lines.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
item = { type = "text" }

[churn]
kind = "inactivity"
table = "lines"
inactive_days = 30

[cutoffs]
days = ["2024-02-15"]

[patterns]
item = "item"
models = ["fp_growth"]
"""

# Its scoring of baskets is not written; loading takes a second or two however many rules there are.
LOADS = """
import sys, time
from pypmml import Model
begin = time.time()
model = Model.load(sys.argv[1])
print(model.modelElement, "loaded in", round(time.time() - begin, 1), "s", flush=True)
try:
    print(model.predict({"item": ["bread"]}))
except Exception as failure:
    print("NotImplementedError" if "scala.NotImplementedError" in str(failure) else failure)
"""


class Baskets:
    """jpmml-evaluator asked for baskets: its Python part passes single values on, so its Java part is asked."""

    def __init__(self, path):
        from jpmml_evaluator import make_evaluator
        self.java = make_evaluator(str(path)).javaEvaluator
        import jpype
        self.of = jpype.JClass

    def offer(self, basket):
        items = self.of("java.util.ArrayList")()
        for item in sorted(basket):
            items.add(item)
        row = self.of("java.util.LinkedHashMap")()
        for field in self.java.getActiveFields():
            row.put(field.getName(), field.prepare(items))
        answer = self.of("org.jpmml.evaluator.EvaluatorUtil").decodeAll(self.java.evaluate(row))
        return {str(name): None if answer[name] is None else str(answer[name]) for name in answer}


class Offers(Case):
    def shop(self):
        rules = {"bread": "butter", "tea": "sugar", "beer": "crisps", "pasta": "sauce"}
        lines = []
        for basket in range(900):
            items = {list(rules)[basket % 4], ["soap", "salt", "rice"][basket % 3]}
            if basket % 5 != 0:
                items |= {rules[item] for item in list(items) if item in rules}
            day = f"2024-{1 + basket % 3:02}-{1 + basket % 28:02}"
            lines += [f"c{basket},{day},{item}" for item in sorted(items)]
        self.file("lines.csv", "\n".join(["customer,day,item", *lines]) + "\n")
        self.file("study.toml", OFFERS)

    def test_rules_are_the_same_in_an_engine_that_scores_baskets(self):
        self.shop()
        self.holdfast("patterns")
        path = self.folder / "offers.pmml"
        self.holdfast("export", "pmml", "--model", "fp_growth", "--out", path)
        model = xml.parse(path).getroot().find(f"{PMML}AssociationModel")
        items = {i.get("id"): i.get("value") for i in model.iter(f"{PMML}Item")}
        sets = {s.get("id"): {items[r.get("itemRef")] for r in s.iter(f"{PMML}ItemRef")} for s in model.iter(f"{PMML}Itemset")}
        rules = [(sets[r.get("antecedent")], sets[r.get("consequent")], float(r.get("confidence")))
                 for r in model.iter(f"{PMML}AssociationRule")]
        self.assertGreater(len(rules), 4)
        evaluator = Baskets(path)
        for basket in ({"bread"}, {"tea", "soap"}, {"pasta", "beer"}, {"bread", "butter"}):
            answer = evaluator.offer(basket)
            best = max((c for a, b, c in rules if a <= basket and not b <= basket), default=None)
            said = answer["offer_confidence"]
            print(f"offer to {sorted(basket)}: {answer['offer_consequent']} with confidence {said}", flush=True)
            self.assertEqual(said is None, best is None)
            if best is not None:
                self.assertAlmostEqual(float(said), best, delta=LIMIT)
        self.in_pypmml(path)
        for form in ("onnx", "sql"):
            self.holdfast("export", form, "--model", "fp_growth", "--out", self.folder / "none", expect=2)
            self.assertIn("out/models/fp_growth.json", self.err)

    def in_pypmml(self, path):
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(LOADS), path], capture_output=True, text=True,
                              timeout=120, check=False)
        print(done.stdout, flush=True)
        self.assertIn("AssociationModel loaded", done.stdout, done.stderr)
        self.assertIn("NotImplementedError", done.stdout, "pypmml now scores baskets: compare its offers too")


if __name__ == "__main__":
    unittest.main()
