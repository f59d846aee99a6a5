"""Every classifier of the shelf on the shared telecom, bank and insurance sets, and today's tools on the same rows.

run.py --program DIR --scratch DIR --data DIR --write docs/results.md
Splits are by customer with the study's seed: 60 % train, 20 % validation, 20 % test; figures are those of the test rows.
"""

import argparse
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

import peers
import sets

FIGURES = ["AUC", "log loss", "Brier", "accuracy", "top-decile lift", "found in top 20 %"]
IS_LOSS = {"log loss", "Brier"}


def share_found(y: np.ndarray, p: np.ndarray, share: float) -> float:
    order = np.argsort(-p, kind="stable")[: round(share * len(y))]
    return y[order].sum() / y.sum()


def figures_of(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return {"AUC": roc_auc_score(y, p), "log loss": log_loss(y, p), "Brier": brier_score_loss(y, p),
            "accuracy": ((p >= 0.5) == y).mean(), "top-decile lift": share_found(y, p, 0.1) / 0.1,
            "found in top 20 %": share_found(y, p, 0.2)}


def run_holdfast(program: pathlib.Path, one: sets.Set, folder: pathlib.Path) -> pd.DataFrame:
    """predictions.parquet of a study that compares the whole shelf."""
    sets.write(one.table, folder / f"{one.name}.csv")
    holdfast = program / "holdfast"
    subprocess.run([holdfast, "init", f"{one.name}.csv", "--outcome", one.outcome, "--force", "--quiet"],
                   cwd=folder, check=True, capture_output=True)
    study = (folder / "study.toml").read_text()
    study = re.sub(r"\[models\]\n", '[models]\ncompare = ["all"]\nstack = true\nblend = true\n', study)
    (folder / "study.toml").write_text(study)
    subprocess.run([holdfast, "evaluate", "--quiet"], cwd=folder, check=True, capture_output=True)
    return pd.read_parquet(folder / "out" / "predictions.parquet")


def results_of(program: pathlib.Path, one: sets.Set, scratch: pathlib.Path) -> tuple[pd.DataFrame, float, float]:
    folder = scratch / one.name
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    predictions = run_holdfast(program, one, folder)
    ours_seconds = time.monotonic() - begin
    at = predictions["key"].str[1:].astype(int).to_numpy()
    split = pd.Series("", index=range(len(one.table)))
    split[at] = predictions["split"].to_numpy()
    test = (split == "test").to_numpy()
    y = one.table[one.outcome].to_numpy()[test]
    rows = {}
    for column in predictions.columns:
        if not column.startswith("p_"):
            continue
        p = pd.Series(np.nan, index=range(len(one.table)))
        p[at] = predictions[column].to_numpy()
        if p[test].notna().all():
            rows[f"**{column[2:]}**"] = figures_of(y, p[test].to_numpy())
    begin = time.monotonic()
    for name, p in peers.probabilities(one.table, one.outcome, split, folder).items():
        rows[name] = figures_of(y, p)
    return pd.DataFrame(rows).T[FIGURES], ours_seconds, time.monotonic() - begin


def table_of(results: pd.DataFrame) -> list[str]:
    lines = ["| model | " + " | ".join(FIGURES) + " |", "|---|" + "---|" * len(FIGURES)]
    best = {f: results[f].min() if f in IS_LOSS else results[f].max() for f in FIGURES}
    is_ours = [name.startswith("**") for name in results.index]
    for ours in (True, False):
        for name, row in results[np.array(is_ours) == ours].sort_values("AUC", ascending=False).iterrows():
            cells = [f"**{row[f]:.4f}**" if row[f] == best[f] else f"{row[f]:.4f}" for f in FIGURES]
            lines.append(f"| {name.strip('*')}{' (Holdfast)' if ours else ''} | " + " | ".join(cells) + " |")
    return lines


def page(measured: list[tuple[sets.Set, pd.DataFrame, float, float]]) -> str:
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in ("scikit-learn", "lightgbm"))
    lines = ["# Known answers on real data", "",
             "Made by `make results` from the shared data sets; nothing here is written by hand. Every classifier of the shelf with its",
             "defaults, a stack and a blend of them, beside today's tools on the same rows and splits (by customer, 60 % train, 20 %",
             "validation, 20 % test; all figures on test rows; bold: best). Tools without a use for validation rows learned from them too.",
             "", f"Peers: {versions}, WEKA 3.8.6. Holdfast's calibration is isotonic on validation rows.", "",
             "| set | rows | share of outcome | known | best of Holdfast | best of the peers |", "|---|---|---|---|---|---|"]
    for one, results, _, _ in measured:
        ours = results[[n.startswith("**") for n in results.index]]["AUC"]
        others = results[[not n.startswith("**") for n in results.index]]["AUC"]
        lines.append(f"| {one.name} ({one.domain}) | {len(one.table):,} | {one.table[one.outcome].mean():.2%} | {one.known} | "
                     f"AUC {ours.max():.4f} ({ours.idxmax().strip('*')}) | AUC {others.max():.4f} ({others.idxmax()}) |")
    for one, results, ours_seconds, peers_seconds in measured:
        lines += ["", f"## {one.name}", "",
                  f"{len(one.table):,} rows, {one.table.shape[1] - 1} columns. Known: {one.known}. "
                  f"All of Holdfast's models took {ours_seconds:.0f} s, the peers {peers_seconds:.0f} s.", ""]
        lines += table_of(results)
    return "\n".join(lines) + "\n"


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
    wanted = os.environ.get("SETS", "").split()
    measured = []
    for make in sets.ALL:
        one = make(options.data)
        if wanted and one.name not in wanted:
            continue
        results, ours_seconds, peers_seconds = results_of(options.program, one, options.scratch)
        measured.append((one, results, ours_seconds, peers_seconds))
        print(one.name, f"ours {ours_seconds:.0f} s, peers {peers_seconds:.0f} s", flush=True)
        print(results.round(4).to_string(), flush=True)
    options.write.write_text(page(measured))


if __name__ == "__main__":
    main()
