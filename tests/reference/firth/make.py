"""Writes Firth fits of firthmodels; see SOURCE.md.  make.py"""
import csv
import pathlib

import numpy as np
from firthmodels import FirthLogisticRegression

HERE = pathlib.Path(__file__).parent


def save(x, y, names, name):
    model = FirthLogisticRegression(max_iter=1000, gtol=1e-9, xtol=1e-9, penalty_weight=0.5)
    model.fit(x, y)
    model.lrt()
    intervals = model.conf_int(alpha=0.05, method="pl", max_iter=1000, tol=1e-10)
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["term", "coefficient", "error", "low", "high", "p"])
        for j, term in enumerate(names + ["(Intercept)"]):
            beta = model.coef_[j] if j < len(names) else model.intercept_
            rows.writerow([term] + ["" if np.isnan(v) else repr(float(v)) for v in (
                beta, model.bse_[j], intervals[j][0], intervals[j][1], model.lrt_pvalues_[j])])
        rows.writerow([".loglik", repr(float(model.loglik_)), "", "", "", ""])


def sex2():
    rows = list(csv.DictReader(open(HERE / "sex2_data.csv")))
    names = ["age", "oc", "vic", "vicl", "vis", "dia"]
    x, y = [], []
    for row in rows:
        for _ in range(int(row["count"])):
            x.append([float(row[n]) for n in names])
            y.append(int(row["case"]))
    save(np.array(x), np.array(y), names, "sex2")


def made():
    """More numbers than indicators, without separation: 200 rows of ../glm/made_data.csv."""
    rows = list(csv.DictReader(open(HERE.parent / "glm" / "made_data.csv")))[:200]
    names = ["age", "claims", "urban", "late"]
    save(np.array([[float(r[n]) for n in names] for r in rows]), np.array([int(r["y"]) for r in rows]), names, "made")


sex2()
made()
