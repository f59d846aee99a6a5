"""Logistic regression against scikit-learn and C4.5 against WEKA J48, on made data of a known model.

run.py MODELS_RUN [--python PEER_PYTHON] [--work FOLDER] [--rows N] [--only BENCH]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows
that both sides found the same answer. Times are of the fit alone, data in memory; memory is the peak of the process.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PEERS = pathlib.Path(__file__).parent.parent / "peers"


def measured(command):
    """The last line of output as JSON, with the process's peak memory."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return {**json.loads(output.strip().splitlines()[-1]), "mib": round(usage.ru_maxrss / 1024, 1)}


def write(path, rows, columns, shape):
    """In a process of its own, whose memory does not count for those measured later."""
    subprocess.run([sys.executable, __file__, "--write", str(path), str(rows), str(columns),
                    shape], check=True)


def write_here(path, rows, columns, shape):
    import numpy as np

    rng = np.random.default_rng(20240331)
    x = rng.normal(size=(rows, columns))
    if shape == "windows":
        # Features come in nested windows (30, 90, 180, 365 days, all): each adds to the one before.
        for c in range(columns):
            if c % 5:
                x[:, c] = (x[:, c - 1] + 0.7 * x[:, c]) / 1.49 ** 0.5
    if shape == "stepped":
        x = np.round(x, 2)  # Amounts and ages have ties; J48 joins nearly equal values.
    eta = -1.5 + x[:, : min(columns, 20)] @ rng.normal(scale=0.3, size=min(columns, 20))
    if shape == "stepped":
        eta += (x[:, 0] > 0.5) * 1.5 - (x[:, 1] * x[:, 2] > 0) * 1.0
    y = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.uint8)
    with open(path, "wb") as file:
        x.tofile(file)
        y.tofile(file)


def line(bench, peer, ours, theirs, **same):
    print(json.dumps({"bench": bench, "peer": peer, "ours_s": ours["seconds"], "peer_s": round(theirs["seconds"], 4),
                      "ratio": round(theirs["seconds"] / ours["seconds"], 2), "ours_mib": ours["mib"],
                      "peer_mib": theirs["mib"], **same}), flush=True)


def best(command, times=3):
    return min((measured(command) for _ in range(times)), key=lambda result: result["seconds"])


def logistic(arguments, folder):
    """Both shapes, as the ratio hangs on them: lbfgs needs few steps where columns are independent (its best case) and
    many where they are correlated; Newton's method needs the same."""
    for shape in ("independent", "windows"):
        logistic_of(shape, arguments, folder)


def logistic_of(shape, arguments, folder):
    rows, columns = arguments.rows or 1_000_000, 50
    data = folder / "logistic.bin"
    write(data, rows, columns, shape)
    ours = best([arguments.models_run, "logistic", rows, columns, data])
    theirs = measured([arguments.python, PEERS / "logistic_sklearn.py", rows, columns, data])
    difference = max(abs(a - b) for a, b in zip(ours["beta"], theirs["beta"]))
    line("logistic", f"scikit-learn {theirs['solver']}", ours, theirs, shape=shape, rows=rows, columns=columns,
         largest_difference=difference, our_deviance=ours["deviance"], peer_deviance=theirs["deviance"],
         ours_with_errors_s=ours["with_errors"],
         peer_solvers={k: round(v, 3) for k, v in theirs["all"].items()})
    data.unlink()


def c45(arguments, folder):
    rows, columns = arguments.rows or 100_000, 20
    data = folder / "c45.bin"
    write(data, rows, columns, "stepped")
    ours = best([arguments.models_run, "c45", rows, columns, data])
    theirs = measured([sys.executable, PEERS / "c45_weka.py", rows, columns, data, folder / "weka"])
    line("c45", "WEKA J48 3.8.6", ours, theirs, rows=rows, columns=columns, our_leaves=ours["leaves"],
         peer_leaves=theirs["leaves"])
    data.unlink()


def main():
    import ensembles  # Which imports from here.

    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch", dest="work")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--only", choices=["logistic", "c45", *ensembles.BENCHES])
    arguments = parser.parse_args()
    arguments.models_run = str(pathlib.Path(arguments.program) / "models_run")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.work or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for bench in (logistic, c45):
            if arguments.only in (None, bench.__name__):
                bench(arguments, folder)
        ensembles.run(arguments, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
