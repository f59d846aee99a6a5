"""Exported models in public engines: every classifier of the shelf on the telecom example, PMML in jpmml-evaluator
and pypmml, ONNX in onnxruntime, SQL in SQLite and PostgreSQL. Each gives the probabilities of predictions.parquet.
A Bayesian network has no element in these formats: it says so (src/models/bayes holds it against pgmpy)."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import engines  # noqa: E402
from support import Case  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

LIMIT = 1e-6
ROWS = 500
NOT_FEATURES = 7  # Leading columns of features.parquet that are no features.


class Portable(Case):
    @classmethod
    def setUpClass(cls):
        cls.postgres = engines.Postgres()

    @classmethod
    def tearDownClass(cls):
        cls.postgres.stop()

    def prepare(self):
        self.example("telecom")
        study = (self.folder / "study.toml").read_text(encoding="utf-8")
        study = study.replace("[models]", '[models]\ncompare = ["all"]', 1)
        lines, seen = [], False
        for line in study.splitlines():
            if line.startswith("compare = "):
                if seen:
                    continue
                seen = True
            lines.append(line)
        self.file("study.toml", "\n".join(lines) + "\n")
        self.holdfast("run")
        self.holdfast("features")
        features = pd.read_parquet(self.folder / "out/features.parquet")
        predictions = pd.read_parquet(self.folder / "out/predictions.parquet")
        self.assertEqual(list(features["customer_key"]), list(predictions["key"].astype(str)))
        self.features = features.iloc[:ROWS, NOT_FEATURES:].astype(object).where(features.notna(), None)
        self.predictions = predictions.iloc[:ROWS]
        self.models = json.loads((self.folder / "out/models/index.json").read_text())["models"]

    def export(self, model, *arguments):
        path = self.folder / f"exported-{model}"
        told = json.loads(self.holdfast(*arguments, "--model", model, "--out", path, "--json"))
        self.assertLessEqual(told["largest_difference"], LIMIT)
        return path

    def agree(self, model, engine, answers):
        expected = self.predictions[f"p_{model}"].to_numpy()
        largest = float(np.max(np.abs(np.asarray(answers, dtype=float) - expected)))
        print(f"{model:12} {engine:12} largest difference {largest:.2g}", flush=True)
        self.assertLessEqual(largest, LIMIT, f"{model} in {engine}")

    def in_onnxruntime(self, model, table, texts):
        answers = engines.in_onnxruntime(self.export(model, "export", "onnx"), table, texts)
        self.agree(model, "onnxruntime", answers["churn_probability"][:, 0])

    def in_pmml_engines(self, model, table):
        path = self.export(model, "export", "pmml")
        from jpmml_evaluator import make_evaluator
        evaluator = make_evaluator(str(path)).verify()
        answers = evaluator.evaluateAll(table)
        self.agree(model, "jpmml", answers["probability(1)"])
        from pypmml import Model
        loaded = Model.load(str(path))
        few = table.iloc[:300]
        answers = loaded.predict(few)
        expected = self.predictions[f"p_{model}"].to_numpy()[:300]
        largest = float(np.max(np.abs(answers["probability(1)"].to_numpy(dtype=float) - expected)))
        print(f"{model:12} {'pypmml':12} largest difference {largest:.2g}", flush=True)
        self.assertLessEqual(largest, LIMIT, f"{model} in pypmml")

    def in_sqlite(self, model, table, texts):
        sql = self.export(model, "export", "sql", "--table", "rows").read_text(encoding="utf-8")
        self.agree(model, "sqlite", engines.in_sqlite(sql, table, texts))

    def in_postgres(self, model, table, texts):
        name = f"rows_{model}"
        sql = self.export(model, "export", "sql", "--dialect", "postgresql", "--table", name).read_text(encoding="utf-8")
        self.agree(model, "postgresql", self.postgres.answers(name, sql, table, texts, "churn_probability"))

    def test_every_engine_gives_the_models_own_numbers(self):
        self.prepare()
        self.assertGreaterEqual(len(self.models), 3)
        self.holdfast("export", "pmml", "--model", "bayesian_network", "--out", self.folder / "none", expect=2)
        self.assertIn("portable.no_formula", self.err)
        self.assertFalse((self.folder / "none").exists())
        for model in self.models:
            if model == "bayesian_network":
                continue
            with self.subTest(model=model):
                names, texts = self.inputs(model)
                table = self.features[names]
                self.in_sqlite(model, table, texts)
                self.in_postgres(model, table, texts)
                self.in_onnxruntime(model, table, texts)
                self.in_pmml_engines(model, table)


if __name__ == "__main__":
    unittest.main()
