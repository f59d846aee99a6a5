"""Exported models in public engines: every classifier of the shelf on the telecom example, PMML in jpmml-evaluator
and pypmml, ONNX in onnxruntime, SQL in SQLite and PostgreSQL. Each gives the probabilities of predictions.parquet.
A Bayesian network has no element in these formats: it says so (src/models/bayes holds it against pgmpy)."""

import csv
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import SOURCE, Case  # noqa: E402

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import pandas as pd  # noqa: E402

LIMIT = 1e-6
ROWS = 500
NOT_FEATURES = 7  # Leading columns of features.parquet that are no features.


def sql_of(cell):
    return None if cell is None or cell != cell else cell


class Postgres:
    """A server of its own on a socket in a scratch folder, stopped by its own id."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-pg-"))
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, "postgres")
        self.run(self.bin / "initdb", "-D", self.folder / "data", "-A", "trust", "--no-sync", "-U", "postgres")
        self.server = subprocess.Popen(
            [*self.as_user, str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder),
             "-c", "listen_addresses=", "-c", "fsync=off"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if subprocess.run([*self.as_user, self.bin / "pg_isready", "-h", self.folder], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start")

    def run(self, *command, text=None):
        done = subprocess.run([*self.as_user, *map(str, command)], input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def query(self, sql):
        return self.run(self.bin / "psql", "-h", self.folder, "-U", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", text=sql)

    def stop(self):
        self.server.terminate()
        self.server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Portable(Case):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()

    @classmethod
    def tearDownClass(cls):
        cls.postgres.stop()

    def prepare(self):
        shutil.copytree(SOURCE / "examples/telecom", self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("out", "store"))
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

    def inputs(self, model):
        envelope = json.loads((self.folder / f"out/models/{model}.json").read_text(encoding="utf-8"))
        return [(c["name"], bool(c["categories"])) for c in envelope["content"]["columns"]]

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

    def rows(self, names):
        return [[sql_of(cell) for cell in row] for row in self.features[names].itertuples(index=False)]

    def in_onnxruntime(self, model, inputs):
        session = onnxruntime.InferenceSession(str(self.export(model, "export", "onnx")))
        feed = {}
        for name, is_category in inputs:
            column = self.features[name]
            if is_category:
                feed[name] = np.array([["" if v is None else str(v)] for v in column], dtype=object)
            else:
                feed[name] = np.array([[np.nan if v is None else float(v)] for v in column])
        # The kind of a column is the input's own.
        self.agree(model, "onnxruntime", session.run(["churn_probability"], feed)[0][:, 0])

    def in_pmml_engines(self, model, names):
        path = self.export(model, "export", "pmml")
        table = self.features[names]
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

    def in_sqlite(self, model, inputs):
        names = [name for name, _ in inputs]
        sql = self.export(model, "export", "sql", "--table", "rows").read_text(encoding="utf-8")
        database = sqlite3.connect(":memory:")
        columns = ", ".join('"' + name.replace('"', '""') + '"' + (" TEXT" if text else " REAL") for name, text in inputs)
        database.execute(f"CREATE TABLE rows ({columns})")
        database.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(names))})", self.rows(names))
        self.agree(model, "sqlite", [row[-1] for row in database.execute(sql)])

    def in_postgres(self, model, inputs):
        names = [name for name, _ in inputs]
        sql = self.export(model, "export", "sql", "--dialect", "postgresql", "--table", f"rows_{model}").read_text(encoding="utf-8")
        columns = ", ".join('"' + name.replace('"', '""') + '"' + (" text" if text else " float8") for name, text in inputs)
        path = self.postgres.folder / f"{model}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            for number, row in enumerate(self.rows(names)):
                writer.writerow([number, *(r"\N" if cell is None else cell for cell in row)])
        path.chmod(0o644)
        self.postgres.query(f"CREATE TABLE rows_{model} (row_number int, {columns});")
        self.postgres.query(f"\\copy rows_{model} FROM '{path}' WITH (FORMAT csv, NULL '\\N')")
        answer = self.postgres.query(f"SELECT churn_probability FROM ({sql}) scored ORDER BY row_number;")
        self.agree(model, "postgresql", [float(line) for line in answer.split()])

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
                inputs = self.inputs(model)
                self.in_sqlite(model, inputs)
                self.in_postgres(model, inputs)
                self.in_onnxruntime(model, inputs)
                self.in_pmml_engines(model, [name for name, _ in inputs])


if __name__ == "__main__":
    unittest.main()
