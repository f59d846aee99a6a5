"""Every classifier of the shelf on the shared telecom, bank and insurance sets, and today's tools on the same rows.

results.py --program DIR --scratch DIR --data DIR --write docs/results.md
Splits are by customer with the study's seed: 60 % train, 20 % validation, 20 % test; figures are those of the test rows. A
set measured before with the same program and the same scripts is read back from the scratch folder, not run again.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

import page
import peers
import sets


# Ours and the peer that answers by the same method.
COUNTERPARTS = [("logistic", "scikit-learn LogisticRegression"), ("logistic", "WEKA Logistic"), ("c45", "WEKA J48"),
                ("naive_bayes", "WEKA NaiveBayes"), ("forest", "scikit-learn RandomForest"), ("boosting", "LightGBM"),
                ("boosting", "scikit-learn HistGradientBoosting")]


def auc_difference(y: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """Of two scores of the same rows, with its standard error: DeLong, DeLong & Clarke-Pearson (1988)."""
    is_one = y == 1
    ones, zeros = int(is_one.sum()), int((~is_one).sum())
    placed = []
    for p in (ours, theirs):
        rank = rankdata(p)
        placed.append(((rank[is_one] - rankdata(p[is_one])) / zeros, 1 - (rank[~is_one] - rankdata(p[~is_one])) / ones))
    of_ones, of_zeros = placed[0][0] - placed[1][0], placed[0][1] - placed[1][1]
    error = np.sqrt(of_ones.var(ddof=1) / ones + of_zeros.var(ddof=1) / zeros)
    return float(of_ones.mean()), float(error)


def share_found(y: np.ndarray, p: np.ndarray, share: float) -> float:
    order = np.argsort(-p, kind="stable")[: round(share * len(y))]
    return y[order].sum() / y.sum()


def figures_of(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return {"AUC": roc_auc_score(y, p), "log loss": log_loss(y, p), "Brier": brier_score_loss(y, p),
            "accuracy": float(((p >= 0.5) == y).mean()), "top-decile lift": float(share_found(y, p, 0.1) / 0.1),
            "found in top 20 %": float(share_found(y, p, 0.2))}


def run_holdfast(program: pathlib.Path, one: sets.Set, folder: pathlib.Path) -> pd.DataFrame:
    """predictions.parquet of a study that compares the whole shelf."""
    sets.write(one.table, folder / f"{one.name}.csv")
    holdfast = program / "holdfast"
    subprocess.run([holdfast, "init", f"{one.name}.csv", "--outcome", one.outcome, "--force", "--quiet"],
                   cwd=folder, check=True, capture_output=True)
    study = (folder / "study.toml").read_text()
    study = re.sub(r"\[models\]\n", '[models]\ncompare = ["all"]\n', study)
    # The peers learn from every column, so ours may too: these sets are published for research.
    study = study.replace('mark = "sensitive"', 'mark = "sensitive", use_because = "published for research"')
    (folder / "study.toml").write_text(study)
    subprocess.run([holdfast, "evaluate", "--quiet"], cwd=folder, check=True, capture_output=True)
    return pd.read_parquet(folder / "out" / "predictions.parquet")


def results_of(program: pathlib.Path, one: sets.Set, scratch: pathlib.Path) -> dict:
    """Figures of every model, of Holdfast's and of the peers, and paired differences of AUC; plain values for JSON."""
    folder = scratch / one.name
    shutil.rmtree(folder, ignore_errors=True)  # Models kept from before would be read back.
    folder.mkdir(parents=True)
    begin = time.monotonic()
    predictions = run_holdfast(program, one, folder)
    ours_seconds = time.monotonic() - begin
    at = predictions["key"].str[1:].astype(int).to_numpy()
    split = pd.Series("", index=range(len(one.table)))
    split[at] = predictions["split"].to_numpy()
    label = one.table[one.outcome].to_numpy()
    is_test, is_validation = (split == "test").to_numpy(), (split == "validation").to_numpy()
    ours, chosen_by = {}, {}
    for column in (c for c in predictions.columns if c.startswith("p_")):
        p = np.full(len(label), np.nan)
        p[at] = predictions[column].to_numpy()
        if np.isfinite(p[is_test]).all():
            ours[column[2:]] = p[is_test]
            chosen_by[column[2:]] = roc_auc_score(label[is_validation], p[is_validation])
    begin = time.monotonic()
    theirs = peers.probabilities(one.table, one.outcome, split, folder)
    peers_seconds = time.monotonic() - begin
    y = label[is_test]
    pairs = [(mine, other, *auc_difference(y, ours[mine], theirs[other]))
             for mine, other in COUNTERPARTS if mine in ours and other in theirs]
    best = max(ours, key=lambda name: roc_auc_score(y, ours[name]))
    best_peer = max(theirs, key=lambda name: roc_auc_score(y, theirs[name]))
    pairs.append((best, best_peer, *auc_difference(y, ours[best], theirs[best_peer])))
    return {"name": one.name, "domain": one.domain, "known": one.known, "known_auc": one.known_auc,
            "known_found": one.known_found, "rows": len(label), "columns": one.table.shape[1] - 1,
            "share": float(label.mean()), "positives": int(y.sum()), "test_rows": len(y),
            "ours": {name: figures_of(y, p) for name, p in ours.items()},
            "peers": {name: figures_of(y, p) for name, p in theirs.items()},
            "chosen": max(chosen_by, key=chosen_by.get), "pairs": pairs,
            "ours_seconds": ours_seconds, "peers_seconds": peers_seconds}


def fingerprint(program: pathlib.Path) -> str:
    """Of all that a figure depends on: the program and these scripts."""
    digest = hashlib.sha256((program / "holdfast").read_bytes())
    for script in sorted(pathlib.Path(__file__).parent.glob("*.py")):
        if script.name != "page.py":
            digest.update(script.read_bytes())
    return digest.hexdigest()


def measured_of(options: argparse.Namespace, make) -> dict:
    one = sets.drawn(make(options.data))
    kept = options.scratch / f"{one.name}.json"
    mark = fingerprint(options.program)
    if kept.exists() and (found := json.loads(kept.read_text()))["fingerprint"] == mark:
        return found
    found = results_of(options.program, one, options.scratch) | {"fingerprint": mark}
    kept.write_text(json.dumps(found, indent=1))
    return found


def machine() -> str:
    model = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores ({model.group(1) if model else platform.machine()})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path, required=True)
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"the shared data are not at {options.data}")
    options.scratch = options.scratch.resolve()
    options.program = options.program.resolve()
    options.scratch.mkdir(parents=True, exist_ok=True)
    wanted = os.environ.get("SETS", "").split()
    measured = []
    for make in sets.ALL:
        if wanted and make.__name__ not in wanted:
            continue
        found = measured_of(options, make)
        measured.append(found)
        print(found["name"], f"Holdfast {found['ours_seconds']:.0f} s, peers {found['peers_seconds']:.0f} s", flush=True)
    tools = [("Holdfast", said_version(options.program)), ("scikit-learn", importlib.metadata.version("scikit-learn")),
             ("LightGBM", importlib.metadata.version("lightgbm")), ("WEKA", "3.8.6"), ("Python", platform.python_version())]
    options.write.write_text(page.page(measured, tools, machine(), sets.ROWS_MAX))


def said_version(program: pathlib.Path) -> str:
    said = subprocess.run([program / "holdfast", "--version"], capture_output=True, text=True, check=True).stdout
    return said.strip().splitlines()[0].removeprefix("holdfast").strip()


if __name__ == "__main__":
    main()
