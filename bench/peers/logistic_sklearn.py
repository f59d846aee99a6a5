"""scikit-learn's side of the logistic benchmark: the fastest of its solvers at equal tolerance.

logistic_sklearn.py ROWS COLUMNS DATA   prints one JSON line.
"""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression


def deviance(x, y, model):
    eta = x @ model.coef_[0] + model.intercept_[0]
    return float(2 * np.sum(np.logaddexp(0, np.where(y == 1, -eta, eta))))


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    with open(sys.argv[3], "rb") as file:
        x = np.fromfile(file, dtype=np.float64, count=rows * columns).reshape(rows, columns)
        y = np.fromfile(file, dtype=np.uint8, count=rows)
    warnings.filterwarnings("ignore")
    results = []
    # tol such that the deviance agrees with the maximum to 9 digits; C so large that nothing is penalised.
    for solver, tolerance in (("newton-cholesky", 1e-6), ("lbfgs", 1e-6)):
        try:
            model = LogisticRegression(C=1e12, solver=solver, tol=tolerance, max_iter=1000)
            start = time.perf_counter()
            model.fit(x, y)
            results.append({"seconds": time.perf_counter() - start, "solver": solver,
                            "deviance": deviance(x, y, model),
                            "beta": [float(model.intercept_[0]), *map(float, model.coef_[0])]})
        except ValueError:  # A solver this version does not have.
            continue
    print(json.dumps({**min(results, key=lambda r: r["seconds"]),
                      "all": {r["solver"]: r["seconds"] for r in results}}))


main()
