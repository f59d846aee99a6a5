"""K-means against scikit-learn, and two-step clustering at two sizes.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--rows N]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows
that both sides found the same answer. Times are of the fit alone, data in memory; memory is the peak of the process.
K-means from the same centres must end at the same inertia. From 1 and from 10 random starts each side draws its own, by
greedy k-means++, over several seeds; the line has the medians of time and inertia, and ours must be no worse by 0.1 %.
Two-step has no peer that reads mixed rows; its line gives the time of a tenth of the rows: linear is a ratio near 10.
Needs scikit-learn in PEER_PYTHON.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "grouping_sklearn.py"
CLUSTERS = 8


def measured(command):
    """The last line of output as JSON, with the process's peak memory."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return {**json.loads(output.strip().splitlines()[-1]), "mib": round(usage.ru_maxrss / 1024, 1)}


def best(command, times=3):
    return min((measured(command) for _ in range(times)), key=lambda result: result["seconds"])


def write_here(shape, rows, path):
    """Numbers of overlapping kinds; for "mixed" six of them, and four levels with a tenth stray."""
    import numpy as np

    rng = np.random.default_rng(20240331)
    kind = rng.integers(0, CLUSTERS, rows)
    columns = 6 if shape == "mixed" else 10
    centers = 2 * rng.normal(size=(CLUSTERS, columns))
    with open(path, "wb") as file:
        (centers[kind] + rng.normal(size=(rows, columns))).tofile(file)
        if shape == "mixed":
            levels = (kind[:, None] * (1 + np.arange(4)) + np.arange(4)) % 5
            stray = rng.random((rows, 4)) < 0.1
            levels[stray] = rng.integers(0, 5, int(stray.sum()))
            levels.astype(np.uint32).tofile(file)


def write(python, shape, rows, path):
    """In a process of its own, whose memory does not count for those measured later."""
    subprocess.run([python, __file__, "--write", shape, str(rows), str(path)], check=True)


def kmeans(arguments, folder):
    rows = arguments.rows or 1_000_000
    data = folder / "numbers.bin"
    write(arguments.python, "numbers", rows, data)
    for name, starts, times in (("given start", ["given"], 3), ("1 start", [f"1,{seed}" for seed in range(1, 6)], 1),
                                ("10 starts", [f"10,{seed}" for seed in range(1, 3)], 1)):
        ours = [best([pathlib.Path(arguments.program) / "grouping_run", "kmeans", rows, 10, CLUSTERS, start, data], times)
                for start in starts]
        theirs = [best([arguments.python, PEER, rows, 10, CLUSTERS, start, data], min(times, 2)) for start in starts]
        middle = {f"{side}_{key}": statistics.median(run[key] for run in runs)
                  for side, runs in (("our", ours), ("peer", theirs)) for key in ("seconds", "inertia", "iterations")}
        worse = middle["our_inertia"] / middle["peer_inertia"] - 1
        if worse > (1e-6 if starts == ["given"] else 1e-3):
            sys.exit(f"inertia differs: {ours} and {theirs}")
        print(json.dumps({"bench": f"kmeans {name}", "peer": f"scikit-learn {theirs[0]['version']}",
                          "ours_s": round(middle["our_seconds"], 4), "peer_s": round(middle["peer_seconds"], 4),
                          "ratio": round(middle["peer_seconds"] / middle["our_seconds"], 2), "ours_mib": ours[0]["mib"],
                          "peer_mib": theirs[0]["mib"], "rows": rows, "our_inertia": middle["our_inertia"],
                          "peer_inertia": middle["peer_inertia"], "our_iterations": middle["our_iterations"],
                          "peer_iterations": middle["peer_iterations"]}), flush=True)
    data.unlink()


def two_step(arguments, folder):
    rows = arguments.rows or 1_000_000
    seconds = {}
    for count in (rows // 10, rows):
        data = folder / "mixed.bin"
        write(arguments.python, "mixed", count, data)
        ours = best([pathlib.Path(arguments.program) / "grouping_run", "two_step", count, 6, 4, 5, data], 2)
        seconds[count] = ours["seconds"]
        data.unlink()
    print(json.dumps({"bench": "two_step mixed rows", "peer": "a tenth of the rows", "ours_s": seconds[rows],
                      "peer_s": seconds[rows // 10], "times_for_ten_times": round(seconds[rows] / seconds[rows // 10], 2),
                      "rows": rows, "ours_mib": ours["mib"], "clusters": ours["clusters"],
                      "planted": CLUSTERS}), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--rows", type=int)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        kmeans(arguments, folder)
        two_step(arguments, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main()
