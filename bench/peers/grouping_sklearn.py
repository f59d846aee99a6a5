"""scikit-learn's side of the benchmark of clustering.

grouping_sklearn.py ROWS COLUMNS CLUSTERS START DATA   prints one JSON line; START: "given" or STARTS,SEED (k-means++).
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
    init, starts, seed = x[:clusters].copy(), 1, 1
    if sys.argv[4] != "given":
        init = "k-means++"
        starts, seed = (int(text) for text in sys.argv[4].split(","))
    model = KMeans(clusters, init=init, n_init=starts, tol=0, random_state=seed)
    start = time.perf_counter()
    model.fit(x)
    print(json.dumps({"seconds": time.perf_counter() - start, "inertia": model.inertia_,
                      "iterations": model.n_iter_, "version": sklearn.__version__}))


if __name__ == "__main__":
    main()
