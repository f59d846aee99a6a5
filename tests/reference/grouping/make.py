"""Writes values.csv: what scikit-learn finds on rows made by a rule that the tests repeat.

usage: make.py
"""

import math
import pathlib

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples, silhouette_score

HERE = pathlib.Path(__file__).resolve().parent


def rows_of(n, cols, clusters):
    """Overlapping clusters from a linear congruential generator (Numerical Recipes' constants)."""
    state, rows, weight = 12345, [], []

    def uniform():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state / 2**32

    for i in range(n):
        rows.append([3.0 * ((i % clusters) * (c + 1) % clusters) + 5.0 * (uniform() + uniform() - uniform())
                     for c in range(cols)])
        weight.append(math.floor(uniform() * 4.0) / 2.0)
    return numpy.array(rows), numpy.array(weight)


def line(name, values):
    return name + "," + " ".join(repr(float(v)) for v in numpy.ravel(values))


def main():
    lines = []
    for name, n, cols, k in [("small", 300, 3, 4), ("wide", 400, 7, 20)]:
        rows, weight = rows_of(n, cols, 5)
        for kind, w in [("plain", None), ("weighted", weight)]:
            fit = KMeans(k, init=rows[:k], n_init=1, tol=0, max_iter=500).fit(rows, sample_weight=w)
            at = f"{name}.{kind}"
            lines += [line(at + ".centers", fit.cluster_centers_), line(at + ".labels", fit.labels_),
                      line(at + ".inertia", [fit.inertia_]), line(at + ".iterations", [fit.n_iter_])]
            if kind == "plain":
                lines += [line(at + ".silhouettes", silhouette_samples(rows, fit.labels_)),
                          line(at + ".silhouette", [silhouette_score(rows, fit.labels_)])]
        loose = KMeans(k, init=rows[:k], n_init=1, tol=0.01, max_iter=500).fit(rows)
        lines += [line(f"{name}.loose.iterations", [loose.n_iter_]),
                  line(f"{name}.loose.inertia", [loose.inertia_])]
        best = KMeans(k, n_init=50, tol=0, random_state=1).fit(rows)
        lines.append(line(f"{name}.best.inertia", [best.inertia_]))
    (HERE / "values.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(sklearn.__version__)


if __name__ == "__main__":
    main()
