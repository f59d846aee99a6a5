"""What exported models are asked in: a PostgreSQL server of the test's own, SQLite and onnxruntime."""

import csv
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

import numpy as np
import onnxruntime


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

    def answers(self, name, sql, table, texts, answer):
        """What the SQL says of the rows of a table, in their order."""
        path = self.folder / f"{name}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            for number, row in enumerate(table.itertuples(index=False)):
                writer.writerow([number, *(r"\N" if is_missing(cell) else cell for cell in row)])
        path.chmod(0o644)
        self.query(f"CREATE TABLE {name} (row_number int, {declared(table, texts, 'text', 'float8')});")
        self.query(f"\\copy {name} FROM '{path}' WITH (FORMAT csv, NULL '\\N')")
        return [float(line) for line in self.query(f"SELECT {answer} FROM ({sql}) scored ORDER BY row_number;").split()]


def is_missing(cell):
    return cell is None or cell != cell


def declared(table, texts, text, number):
    """The columns of a table as SQL declares them."""
    return ", ".join('"' + name.replace('"', '""') + '" ' + (text if name in texts else number) for name in table)


def in_sqlite(sql, table, texts):
    """The last column of what the SQL says of a table `rows`, in its order."""
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE rows ({declared(table, texts, 'TEXT', 'REAL')})")
    marks = ", ".join("?" * len(table.columns))
    rows = ([None if is_missing(cell) else cell for cell in row] for row in table.itertuples(index=False))
    database.executemany(f"INSERT INTO rows VALUES ({marks})", rows)
    return [row[-1] for row in database.execute(sql)]


def in_onnxruntime(path, table, texts):
    """Every output by its name; the kind of a column is the input's own."""
    session = onnxruntime.InferenceSession(str(path))
    feed = {}
    for name in table:
        if name in texts:
            feed[name] = np.array([["" if is_missing(v) else str(v)] for v in table[name]], dtype=object)
        else:
            feed[name] = np.array([[np.nan if is_missing(v) else float(v)] for v in table[name]])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed)))
