"""scikit-learn's side of the forest benchmark.

forest_sklearn.py ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF SEED   prints one JSON line.
"""
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score


def main():
    rows, test_rows, columns = map(int, sys.argv[1:4])
    trees, tried, leaf, seed = map(int, sys.argv[5:9])
    with open(sys.argv[4], "rb") as file:
        x = np.fromfile(file, dtype=np.float64, count=(rows + test_rows) * columns).reshape(-1, columns)
        y = np.fromfile(file, dtype=np.uint8, count=rows + test_rows)
    x = x.astype(np.float32)  # What it works on; the conversion is not timed.
    model = RandomForestClassifier(n_estimators=trees, max_features=tried, min_samples_leaf=leaf, n_jobs=2,
                                   random_state=seed)
    start = time.perf_counter()
    model.fit(x[:rows], y[:rows])
    seconds = time.perf_counter() - start
    p = model.predict_proba(x[rows:])[:, 1]
    print(json.dumps({"seconds": seconds, "auc": roc_auc_score(y[rows:], p), "version": sklearn.__version__,
                      "nodes": sum(tree.tree_.node_count for tree in model.estimators_)}))


main()
