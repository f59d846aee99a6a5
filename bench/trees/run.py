"""CART against R's rpart and CHAID against the CHAID package, on made data of a known tree.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--rows N] [--only cart|chaid]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows
that both sides found the same tree. Times are of the fit alone, data in memory; memory is the peak of the process.
Needs Rscript with rpart, and the CHAID package in PEER_PYTHON.
"""
import argparse
import json
import os
import pathlib
import shutil
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


def write_here(path, rows, columns, shape):
    import numpy as np

    rng = np.random.default_rng(20240331)
    x = np.round(rng.normal(size=(columns, rows)), 3)
    if shape == "coded":  # Ten values in even columns, six categories in odd ones.
        for c in range(columns):
            x[c] = np.clip(np.floor(2 * x[c] + 5), 0, 9) if c % 2 == 0 else rng.integers(0, 6, rows)
        logit = -1.2 + (x[0] > 5) * 1.2 + np.array([0, 0.8, 0, -0.8, 0.8, 0])[x[1].astype(int)] + 0.2 * (x[2] > 6) * x[4]
        write_down(path, x, (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.uint8))
        return
    logit = -1.2 + (x[0] > 0.5) * 1.5 - (x[1] * x[2] > 0) * 1.0 + 0.4 * x[3] * (x[4] > 0) + 0.3 * x[5]
    write_down(path, x, (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.uint8))


def write_down(path, x, y):
    with open(path, "wb") as file:
        x.tofile(file)
        y.tofile(file)


def best(command, times=3):
    return min((measured(command) for _ in range(times)), key=lambda result: result["seconds"])


def line(bench, peer, ours, theirs, **same):
    print(json.dumps({"bench": bench, "peer": peer, "ours_s": ours["seconds"], "peer_s": round(theirs["seconds"], 4),
                      "ratio": round(theirs["seconds"] / ours["seconds"], 2), "ours_mib": ours["mib"],
                      "peer_mib": theirs["mib"], **same}), flush=True)


def write(arguments, path, shape):
    """In a process of its own, whose memory does not count for those measured later."""
    subprocess.run([arguments.python, __file__, "--write", str(path), str(arguments.rows), "20", shape], check=True)


def chaid(arguments, data):
    write(arguments, data, "coded")
    ours = best([arguments.trees_run, "chaid", arguments.rows, 20, data, 0])
    theirs = measured([arguments.python, PEERS / "chaid_package.py", arguments.rows, 20, data])
    line("chaid", f"CHAID {theirs['version']}", ours, theirs, rows=arguments.rows, columns=20,
         our_leaves=ours["leaves"], peer_leaves=theirs["leaves"],
         statistic_difference=abs(ours["statistic"] - theirs["statistic"]))


def cart(arguments, data):
    write(arguments, data, "numbers")
    for folds in (0, 10):
        cart_of(arguments, data, arguments.rows, 20, folds)


def cart_of(arguments, data, rows, columns, folds):
    ours = best([arguments.trees_run, "cart", rows, columns, data, folds])
    theirs = measured(["Rscript", PEERS / "cart_rpart.R", rows, columns, data, folds])
    line("cart", f"rpart {theirs['version']}", ours, theirs, rows=rows, columns=columns, folds=folds,
         our_splits=ours["splits"], peer_splits=theirs["splits"],
         error_difference=abs(ours["error"] - theirs["error"]),
         validated_error_difference=abs(ours["validated_error"] - theirs["validated_error"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=["cart", "chaid"])
    arguments = parser.parse_args()
    arguments.trees_run = str(pathlib.Path(arguments.program) / "trees_run")
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "trees.bin"
        for bench in (cart, chaid):
            if arguments.only in (None, bench.__name__):
                bench(arguments, data)
        data.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
