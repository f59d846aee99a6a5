"""What the end-to-end tests share: the program, the examples, a scratch folder."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["HOLDFAST_PROGRAM"]
SOURCE = pathlib.Path(os.environ["HOLDFAST_SOURCE"])
BUILD = pathlib.Path(os.environ["HOLDFAST_BUILD"])
# Nothing of the caller's settings but how sanitizers and OpenMP are to behave.
KEPT = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "OMP_WAIT_POLICY")
SETTINGS = {name: os.environ[name] for name in KEPT if name in os.environ}
# Sanitizers slow programs down; the limits only stop what hangs.
TIME_FACTOR = int(os.environ.get("HOLDFAST_TIME_FACTOR", "1"))
SHARED = pathlib.Path(os.environ.get("HOLDFAST_SHARED_DATA", SOURCE.parent / "shared" / "data"))


class Case(unittest.TestCase):
    """A test with a scratch folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def holdfast(self, *arguments, expect=0, cwd=None, program=PROGRAM, env=None):
        """Runs the program; gives standard output. Fails where the exit code is another than expected, or than all
        of several."""
        done = subprocess.run([program, *map(str, arguments)], cwd=cwd or self.folder, timeout=900 * TIME_FACTOR,
                              capture_output=True, env={**SETTINGS, **({"PATH": "/usr/bin:/bin"} if env is None else env)})
        out, err = done.stdout.decode(), done.stderr.decode()
        expected = expect if isinstance(expect, tuple) else (expect,)
        self.assertIn(done.returncode, expected, f"holdfast {arguments}\n{out}\n{err}")
        self.code, self.err = done.returncode, err
        return out

    def analysis(self, name):
        """The answer of an analysis, read from its files: nowhere a number that is none."""
        for path in (self.folder / "out").glob(f"{name}.*"):
            if path.suffix in (".html", ".json"):
                self.assertNotRegex(path.read_text(encoding="utf-8"), r"(?i)[>:\s]-?(nan|inf)\b[<,\s]", path)
        self.assertNotRegex((self.folder / "out" / f"{name}.html").read_text(encoding="utf-8"), r">\s*-?(nan|inf)")
        return json.loads((self.folder / "out" / f"{name}.json").read_text(encoding="utf-8"),
                          parse_constant=lambda constant: self.fail(f"{name}: {constant}"))

    def example(self, name):
        """A copy of an example, without what a run leaves behind."""
        shutil.copytree(SOURCE / "examples" / name, self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("out", "store"))

    def inputs(self, model):
        """The input columns of a saved model, and which of them are texts."""
        envelope = json.loads((self.folder / f"out/models/{model}.json").read_text(encoding="utf-8"))
        columns = envelope["content"]["columns"]
        return [c["name"] for c in columns], {c["name"] for c in columns if c["categories"]}

    def evaluation(self):
        return json.loads((self.folder / "out" / "evaluation.json").read_text(encoding="utf-8"))

    def file(self, name, text, encoding="utf-8"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path
