"""scikit-learn's side of the benchmark of clustering.

grouping_sklearn.py ROWS COLUMNS CLUSTERS START DATA   prints one JSON line; START: "random" (k-means++) or "given".
"""
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.cluster import KMeans


def main():
    rows, columns, clusters = (int(text) for text in sys.argv[1:4])
    x = np.fromfile(sys.argv[5], count=rows * columns).reshape(rows, columns)
    init = x[:clusters].copy() if sys.argv[4] == "given" else "k-means++"
    model = KMeans(clusters, init=init, n_init=1, tol=0, random_state=1)
    start = time.perf_counter()
    model.fit(x)
    print(json.dumps({"seconds": time.perf_counter() - start, "inertia": model.inertia_,
                      "iterations": model.n_iter_, "version": sklearn.__version__}))


if __name__ == "__main__":
    main()
