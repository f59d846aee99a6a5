"""scikit-survival's side of the survival forest benchmark.

survival_forest.py ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF   prints one JSON line.
"""
import json
import sys
import time

import numpy as np
import sksurv
from sksurv.ensemble import RandomSurvivalForest
from sksurv.util import Surv


def main():
    rows, test_rows, columns = map(int, sys.argv[1:4])
    trees, tried, leaf = map(int, sys.argv[5:8])
    with open(sys.argv[4], "rb") as file:
        x = np.fromfile(file, dtype=np.float64, count=(rows + test_rows) * columns).reshape(-1, columns)
        exit_time = np.fromfile(file, dtype=np.float64, count=rows + test_rows)
        event = np.fromfile(file, dtype=np.uint8, count=rows + test_rows) == 1
    x = x.astype(np.float32)  # What it works on; the conversion is not timed.
    y = Surv.from_arrays(event, exit_time)
    model = RandomSurvivalForest(n_estimators=trees, max_features=tried, min_samples_leaf=leaf,
                                 min_samples_split=2 * leaf, n_jobs=2, random_state=1)
    start = time.perf_counter()
    model.fit(x[:rows], y[:rows])
    seconds = time.perf_counter() - start
    found = model.score(x[rows:], y[rows:]) if test_rows > 0 else 0
    print(json.dumps({"seconds": seconds, "concordance": found, "version": sksurv.__version__,
                      "nodes": sum(tree.tree_.node_count for tree in model.estimators_)}))


main()
