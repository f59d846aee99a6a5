"""Paths of the lasso and the elastic net against R glmnet, on made data of a known model.

run.py --program FOLDER [--scratch FOLDER] [--only BENCH]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows
that both sides found the same answer. Times are of the fit alone, data in memory; both at a tolerance of 1e-7.
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

# Name: rows, columns, shape, mix, with folds.
BENCHES = {"lasso": (100_000, 50, "windows", 1, False), "elastic_net": (100_000, 50, "windows", 0.5, False),
           "lasso_wide": (1_000, 2_000, "independent", 1, False), "lasso_folds": (20_000, 50, "windows", 1, True)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python")
    parser.add_argument("--scratch")
    parser.add_argument("--only", choices=BENCHES)
    arguments = parser.parse_args()
    found = shutil.which("Rscript") and subprocess.run(
        ["Rscript", "-e", "library(glmnet)"], capture_output=True, check=False).returncode == 0
    if not found:
        print("R with glmnet (r-cran-glmnet) is not here: nothing to compare with", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, (rows, columns, shape, mix, with_folds) in BENCHES.items():
            if arguments.only not in (None, name):
                continue
            data = folder / f"{name}.bin"
            SHARED.write(data, rows, columns, shape)
            given = ["folds" if with_folds else "path", rows, columns, data, mix, 1e-7]
            ours = SHARED.best([pathlib.Path(arguments.program) / "linear_run", *given])
            theirs = SHARED.best(["Rscript", SHARED.PEERS / "linear_glmnet.R", *given])
            SHARED.line(name, f"glmnet {theirs['version']}", ours, theirs, rows=rows, columns=columns, mix=mix,
                        our_lambdas=ours["lambdas"], peer_lambdas=theirs["lambdas"], our_nonzero=ours["nonzero"],
                        peer_nonzero=theirs["nonzero"], our_explained=ours["explained"],
                        peer_explained=theirs["explained"], our_deviance=ours["deviance"],
                        peer_deviance=theirs["deviance"])
            data.unlink()


main()
