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
SHARED = pathlib.Path(os.environ.get("HOLDFAST_SHARED_DATA", SOURCE.parent / "shared" / "data"))


class Case(unittest.TestCase):
    """A test with a scratch folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def holdfast(self, *arguments, expect=0, cwd=None, program=PROGRAM, env=None):
        """Runs the program; gives standard output. Fails where the exit code is another."""
        done = subprocess.run([program, *map(str, arguments)], cwd=cwd or self.folder, timeout=900,
                              capture_output=True, env={"PATH": "/usr/bin:/bin"} if env is None else env)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, expect, f"holdfast {arguments}\n{out}\n{err}")
        self.err = err
        return out

    def evaluation(self):
        return json.loads((self.folder / "out" / "evaluation.json").read_text(encoding="utf-8"))

    def file(self, name, text, encoding="utf-8"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path
