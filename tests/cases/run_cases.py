"""Runs the .case files: text that says which files lie there, which commands are typed, and what is
printed.

    # What the case shows, in a sentence.
    file contracts.csv
    customer_id;start_date
    C-1;31.02.2024
                                     (an empty line ends the file)
    $ holdfast check
    expected standard output and, with "! " before them, lines of standard error
    exit 0

A line of expectation that is "..." stands for any number of lines; "*" inside a line for any text.
With --accept, what was printed becomes the expectation, and the diff is reviewed.

usage: run_cases.py PROGRAM [--accept] [CASE...]
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

# Nothing of the caller's settings but how sanitizers are to behave.
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
TIME_FACTOR = int(os.environ.get("HOLDFAST_TIME_FACTOR", "1"))


class Command:
    def __init__(self, words, line):
        self.words = words
        self.line = line
        self.expected = []
        self.exit_code = 0


def parse(path):
    """Splits a case into files [(name, text)] and commands."""
    files, commands = [], []
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("file "):
            name, body = line[5:].strip(), []
            at += 1
            while at < len(lines) and lines[at] != "":
                body.append(lines[at])
                at += 1
            files.append((name, "\n".join(body) + "\n"))
        elif line.startswith("$ "):
            command = Command(line[2:], at + 1)
            at += 1
            while at < len(lines) and not lines[at].startswith("exit "):
                command.expected.append(lines[at])
                at += 1
            if at < len(lines):
                command.exit_code = int(lines[at][5:])
            commands.append(command)
        at += 1
    return files, commands


def matches(expected, actual):
    """Whether printed lines fit the expectation with its "..." and "*"."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[skip:]) for skip in range(len(actual) + 1))
    if not actual:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("*"))
    return bool(re.fullmatch(pattern, actual[0])) and matches(expected[1:], actual[1:])


def run(program, command, folder):
    words = shlex.split(command.words)
    assert words[0] == "holdfast", command.words
    done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, timeout=120 * TIME_FACTOR,
                          env={"PATH": "/usr/bin:/bin", **SANITIZERS})
    out = done.stdout.decode().splitlines()
    out += ["! " + line for line in done.stderr.decode().splitlines()]
    return done.returncode, [line.replace(str(folder) + "/", "") for line in out]


def check(program, path, accept):
    files, commands = parse(path)
    failures, answers = [], {}
    with tempfile.TemporaryDirectory(prefix="holdfast-case-") as name:
        folder = pathlib.Path(name).resolve()
        for file, text in files:
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.startswith("gbk:"):
                (folder / file[4:]).write_bytes(text.encode("gbk"))
            else:
                target.write_text(text, encoding="utf-8")
        for command in commands:
            code, out = run(program, command, folder)
            answers[command.line] = (code, out)
            expected = [line for line in command.expected if line.strip() != ""]
            actual = [line for line in out if line.strip() != ""]
            if code != command.exit_code or not matches(expected, actual):
                failures.append(f"{path.name}:{command.line}: $ {command.words}\n"
                                f"  expected exit {command.exit_code}:\n    " + "\n    ".join(expected) +
                                f"\n  got exit {code}:\n    " + "\n    ".join(actual))
    if accept and failures:
        rewrite(path, commands, answers)
    return failures


def rewrite(path, commands, answers):
    lines = path.read_text(encoding="utf-8").split("\n")
    for command in reversed(commands):
        code, out = answers[command.line]
        end = command.line
        while end < len(lines) and not lines[end].startswith("exit "):
            end += 1
        lines[command.line:end + 1] = out + [f"exit {code}"]
    path.write_text("\n".join(lines), encoding="utf-8")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--accept"]
    accept = "--accept" in sys.argv
    program = str(pathlib.Path(arguments[0]).resolve())
    here = pathlib.Path(__file__).parent
    paths = [pathlib.Path(a) for a in arguments[1:]] or sorted(here.glob("*.case"))
    failed = 0
    for path in paths:
        failures = check(program, path, accept)
        failed += bool(failures)
        for failure in failures:
            print(failure)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
