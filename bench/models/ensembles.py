"""Tree ensembles against scikit-learn, ranger, XGBoost, LightGBM, tl2cgen, daal4py and lleaves on made data; called by
run.py, which see. Peers that are not installed are left out.

ensembles.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--rows N] [--only BENCH]
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from run import PEERS, line, measured


def write(path, rows, columns, seed=20240331):
    """In a process of its own, whose memory does not count for those measured later."""
    subprocess.run([sys.executable, __file__, "--write", str(path), str(rows), str(columns), str(seed)], check=True)


def write_here(path, rows, columns, seed):
    """What churn columns are like: half continuous, the rest amounts to the cent, counts and flags."""
    import numpy as np

    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns))
    kinds = np.arange(columns) % 8
    amounts, counts, flags = kinds == 4, (kinds == 5) | (kinds == 6), kinds == 7
    x[:, amounts] = np.round(np.exp(5 + x[:, amounts]), 2)
    x[:, counts] = rng.poisson(3, size=(rows, counts.sum()))
    x[:, flags] = rng.random(size=(rows, flags.sum())) < 0.2
    eta = -2 + 0.6 * x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0) + (x[:, 3] ** 2 > 2) * 0.8
    eta += 0.3 * (np.log(x[:, 4]) - 5) + 0.2 * (x[:, 5] - 3) + 0.8 * x[:, 7] - 0.3 * x[:, 8]
    eta += (x[:, 9] * x[:, 10] > 0) * 0.6 + 0.1 * x[:, 13] * x[:, 15]
    y = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.uint8)
    with open(path, "wb") as file:
        x.tofile(file)
        y.tofile(file)


def forest_peers(arguments):
    peers = {"scikit-learn": [arguments.python, PEERS / "forest_sklearn.py"]}
    if shutil.which("Rscript"):
        peers["ranger"] = ["Rscript", PEERS / "forest_ranger.R"]
    return peers


def forest_of(arguments, data, leaf, seed, rows, test_rows, columns):
    """What everyone says of the same rows, ours first. We count a row drawn twice twice; 20 rows are 32 draws."""
    trees, tried = 200, 6
    given = [rows, test_rows, columns, data, trees, tried]
    ours = measured([arguments.ensembles_run, "forest", *given, round(leaf / 0.632) if leaf > 1 else 1, seed])
    peers = {name: measured([*command, *given, leaf, seed]) for name, command in forest_peers(arguments).items()}
    return ours, peers


def forest(arguments, folder):
    """Trees grown to the end, as both peers do unasked, and with leaves of 20, as a forest for probabilities is."""
    rows, test_rows, columns = arguments.rows or 150_000, 50_000, 40
    data = folder / "forest.bin"
    write(data, rows + test_rows, columns)
    for leaf in (1, 20):
        ours, peers = forest_of(arguments, data, leaf, 1, rows, test_rows, columns)
        for peer, theirs in peers.items():
            line("forest", f"{peer} {theirs['version']}", ours, theirs, rows=rows, columns=columns, trees=200,
                 leaf_rows_min=leaf, our_auc=ours["auc"], peer_auc=theirs["auc"], our_nodes=ours["nodes"],
                 peer_nodes=theirs.get("nodes"))
    data.unlink()


T_OF_FOUR = 2.776  # Student's t, 4 degrees of freedom, 95 %.


def forest_seeds(arguments, folder):
    """Whether the AUC is the same: five draws of data and of trees, a pair of forests each, and the 95 % interval of the
    mean difference (ours less the peer's, Student's t)."""
    rows, test_rows, columns = min(arguments.rows or 30_000, 30_000), 50_000, 40
    data = folder / "forest_seeds.bin"
    for leaf in (1, 20):
        pairs = {}
        for seed in range(1, 6):
            write(data, rows + test_rows, columns, 20240331 + seed)
            ours, peers = forest_of(arguments, data, leaf, seed, rows, test_rows, columns)
            for peer, theirs in peers.items():
                pairs.setdefault(f"{peer} {theirs['version']}", []).append((ours, theirs))
        for peer, both in pairs.items():
            differences = [ours["auc"] - theirs["auc"] for ours, theirs in both]
            mean = statistics.mean(differences)
            half = T_OF_FOUR * statistics.stdev(differences) / len(differences) ** 0.5
            ours, theirs = ({"seconds": round(statistics.mean(one[side]["seconds"] for one in both), 4),
                             "mib": max(one[side]["mib"] for one in both)} for side in (0, 1))
            line("forest_seeds", peer, ours, theirs, rows=rows, columns=columns, trees=200, leaf_rows_min=leaf,
                 seeds=len(both), auc_difference=round(mean, 5),
                 auc_difference_95=[round(mean - half, 5), round(mean + half, 5)],
                 our_aucs=[ours["auc"] for ours, _ in both], peer_aucs=[theirs["auc"] for _, theirs in both])
    data.unlink()


def boosted(arguments, folder):
    """500 trees of depth 6 by XGBoost, scored and explained on one thread; LightGBM has trees of its own, as many and as
    large."""
    columns, data = 40, folder / "boosted.bin"
    write(data, 200_000, columns)
    peers = [arguments.python, PEERS / "trees_peers.py"]
    shape = measured([*peers, "train", 100_000, columns, data, folder])
    scorers, explainers = ("xgboost", "lightgbm", "tl2cgen", "daal4py", "lleaves"), ("xgboost", "lightgbm")
    for task, rows, names in (("score", 200_000, scorers), ("shap", 2_000, explainers)):
        theirs = {name: measured([*peers, task, name, rows, columns, data, folder]) for name in names}
        ours = measured([arguments.ensembles_run, task, rows, columns, data, folder / "model.json", folder / "answers.bin"])
        for name in names:
            if "absent" in theirs[name]:
                continue
            line(f"boosted_{task}", f"{name} {theirs[name]['version']}", ours, theirs[name], rows=rows, columns=columns,
                 trees=500, leaves=round(shape["leaves"], 1), our_rows_per_second=ours["rows_per_second"],
                 peer_rows_per_second=theirs[name]["rows_per_second"], largest_difference=ours["largest_difference"])
    for name in ("boosted.bin", "model.json", "lightgbm.txt", "model.so", "answers.bin"):
        (folder / name).unlink(missing_ok=True)


BENCHES = {"forest": forest, "forest_seeds": forest_seeds, "boosted": boosted}


def run(arguments, folder):
    arguments.ensembles_run = str(pathlib.Path(arguments.program) / "ensembles_run")
    for name, bench in BENCHES.items():
        if arguments.only in (None, name):
            bench(arguments, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--only", choices=[*BENCHES])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run(arguments, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_here(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main()
