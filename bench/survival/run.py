"""Survival analysis against R survival, lifelines and scikit-survival, on made data of a known model.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--only BENCH]

Prints one JSON line a pair: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows that
both sides found the same answer. Times are of the fit alone, data in memory. Peers that are not here are left out.
"""
import argparse
import importlib.util
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


def forest(arguments, folder):
    """scikit-survival needs hours for what is asked of us (200,000 rows, 100 trees). Both fit fewer rows and trees first,
    the fair comparison of time and answers; then the ratio at full size is from the peer's time for fewer trees, as its
    time is a sum over trees."""
    if not has(arguments, "sksurv"):
        return
    columns, tried, leaf = 40, 6, 20
    draws = round(leaf / 0.632)  # We count a row drawn twice twice.
    for rows, trees, peer_trees in ((20_000, 40, 40), (200_000, 100, 2)):
        rows, test_rows = arguments.rows or rows, 20_000
        data = folder / "forest.bin"
        write(data, rows + test_rows, columns, "days")
        ours = SHARED.measured([arguments.program / "survival_run", "forest", rows, test_rows, columns, data, trees,
                                tried, draws])
        theirs = SHARED.measured([arguments.python, PEERS / "survival_forest.py", rows, test_rows, columns, data,
                                  peer_trees, tried, leaf])
        measured = theirs["seconds"]
        theirs["seconds"] *= trees / peer_trees
        SHARED.line("survival_forest", f"scikit-survival {theirs['version']}", ours, theirs, rows=rows, columns=columns,
                    trees=trees, peer_trees=peer_trees, peer_measured_s=round(measured, 2),
                    our_concordance=ours["concordance"], peer_concordance=round(theirs["concordance"], 6),
                    our_nodes=ours["nodes"], peer_nodes=theirs["nodes"])
        data.unlink()


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
