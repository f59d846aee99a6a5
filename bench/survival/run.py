"""Survival analysis against R survival, lifelines and scikit-survival, on made data of a known model.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--only BENCH]

Prints one JSON line a pair: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows that
both sides found the same answer. Times are of the fit alone, data in memory. Peers that are not here are left out.
"""
import argparse
import importlib.util
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("models_run", HERE.parent / "models" / "run.py")
SHARED = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(SHARED)
PEERS = SHARED.PEERS


def write(path, rows, columns, shape):
    """In a process of its own, whose memory does not count for those measured later."""
    subprocess.run([sys.executable, __file__, "--write", str(path), str(rows), str(columns), shape], check=True)


def write_here(path, rows, columns, shape):
    """Times of leaving in years, to the second; "days": whole days over about two years, steps and an interaction."""
    import numpy as np

    rng = np.random.default_rng(20240331)
    x = rng.normal(size=(rows, columns))
    log_hazard = x[:, : min(columns, 20)] @ np.where(np.arange(min(columns, 20)) % 2 == 0, 0.1, -0.05)
    if shape == "days":
        log_hazard += (x[:, 0] > 0.5) * 0.8 - (x[:, 1] * x[:, 2] > 0) * 0.7 + 0.4 * np.abs(x[:, 3])
    leaves = rng.exponential(1 / (0.5 * np.exp(log_hazard)))
    lost = rng.uniform(0, 2, size=rows)
    time = np.minimum(leaves, lost)
    time = np.ceil(time * 365) if shape == "days" else time
    with open(path, "wb") as file:
        x.tofile(file)
        time.tofile(file)
        (leaves <= lost).astype(np.uint8).tofile(file)


def peers_of(arguments):
    peers = {}
    found = shutil.which("Rscript") and subprocess.run(
        ["Rscript", "-e", "library(survival)"], capture_output=True, check=False).returncode == 0
    if found:
        peers["R survival"] = ["Rscript", PEERS / "survival_r.R"]
    if has(arguments, "lifelines"):
        peers["lifelines"] = [arguments.python, PEERS / "survival_lifelines.py"]
    return peers


def has(arguments, module):
    return subprocess.run([arguments.python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def cox(arguments, folder):
    """A million rows twice: times that hardly tie, and whole days, where lifelines and the ties count."""
    rows, columns = arguments.rows or 1_000_000, 20
    for shape in ("seconds", "days"):
        data = folder / "cox.bin"
        write(data, rows, columns, shape)
        ours = SHARED.best([arguments.program / "survival_run", "cox", rows, columns, data])
        for peer, command in peers_of(arguments).items():
            theirs = SHARED.measured([*command, "cox", rows, columns, data])
            difference = max(abs(a - b) for a, b in zip(ours["beta"], theirs["beta"]))
            SHARED.line("cox", f"{peer} {theirs['version']}", ours, theirs, rows=rows, columns=columns, times=shape,
                        largest_difference=difference, our_loglik=ours["loglik"], peer_loglik=theirs["loglik"])
        data.unlink()


def concordance(arguments, folder):
    rows, columns = arguments.rows or 1_000_000, 4
    data = folder / "concordance.bin"
    write(data, rows, columns, "days")
    ours = SHARED.best([arguments.program / "survival_run", "concordance", rows, columns, data])
    for peer, command in peers_of(arguments).items():
        theirs = SHARED.measured([*command, "concordance", rows, columns, data])
        SHARED.line("concordance", f"{peer} {theirs['version']}", ours, theirs, rows=rows,
                    our_concordance=ours["concordance"], peer_concordance=theirs["concordance"])
    data.unlink()


COLUMNS, TRIED, LEAF, TEST_ROWS = 40, 6, 20, 20_000  # Of the forests.


def forest(arguments, folder):
    """What is asked of us is 200,000 rows and 100 trees, which scikit-survival does not end in hours. So first both fit
    as many trees on fewer rows, the fair comparison of time and answers; then on twice as many each time two trees say
    what a hundred take the peer, as its time is a sum over trees. The last line carries that growth on to 200,000."""
    if not has(arguments, "sksurv"):
        return
    if arguments.rows:
        forest_line(arguments, folder, arguments.rows, 40, 2)
        return
    forest_line(arguments, folder, 20_000, 40, 40)
    peer_seconds = [forest_line(arguments, folder, rows, 100, 2) for rows in (40_000, 80_000)]
    growth = math.log(peer_seconds[1] / peer_seconds[0]) / math.log(2)
    rows = 200_000
    ours = forest_ours(arguments, folder, rows, 100)
    theirs = {"seconds": peer_seconds[1] * (rows / 80_000) ** growth, "mib": None}
    SHARED.line("survival_forest", "scikit-survival, carried on", ours, theirs, rows=rows, columns=COLUMNS, trees=100,
                peer_seconds_grow_by_rows_to_the=round(growth, 2), our_concordance=ours["concordance"],
                our_nodes=ours["nodes"])
    (folder / "forest.bin").unlink()


def forest_ours(arguments, folder, rows, trees):
    data = folder / "forest.bin"
    write(data, rows + TEST_ROWS, COLUMNS, "days")
    draws = round(LEAF / 0.632)  # We count a row drawn twice twice.
    return SHARED.measured([arguments.program / "survival_run", "forest", rows, TEST_ROWS, COLUMNS, data, trees, TRIED,
                            draws])


def forest_line(arguments, folder, rows, trees, peer_trees):
    """Returns the peer's seconds for all trees."""
    data = folder / "forest.bin"
    ours = forest_ours(arguments, folder, rows, trees)
    theirs = SHARED.measured([arguments.python, PEERS / "survival_forest.py", rows, TEST_ROWS, COLUMNS, data, peer_trees,
                              TRIED, LEAF])
    measured = theirs["seconds"]
    theirs["seconds"] *= trees / peer_trees
    SHARED.line("survival_forest", f"scikit-survival {theirs['version']}", ours, theirs, rows=rows, columns=COLUMNS,
                trees=trees, peer_trees=peer_trees, peer_measured_s=round(measured, 2),
                our_concordance=ours["concordance"], peer_concordance=round(theirs["concordance"], 6),
                our_nodes=ours["nodes"], peer_nodes=theirs["nodes"])
    data.unlink()
    return theirs["seconds"]


BENCHES = {"cox": cox, "concordance": concordance, "forest": forest}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--only", choices=[*BENCHES])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, bench in BENCHES.items():
            if arguments.only in (None, name):
                bench(arguments, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
