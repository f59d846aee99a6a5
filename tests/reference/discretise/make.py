"""Cut points of Fisher's irises by independent programs.

usage: python make.py CLASSPATH_OF_WEKA    writes iris.csv and expected.csv beside it
"""

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.stats import chi2
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

HERE = Path(__file__).parent
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def chi_merge(x, y, alpha):
    """Kerber's procedure step by step on all intervals anew."""
    groups = [[v, v, [int(((x == v) & (y == k)).sum()) for k in range(3)]] for v in np.unique(x)]
    limit = chi2.ppf(1 - alpha, 2)
    while len(groups) > 1:
        scores = []
        for a, b in zip(groups, groups[1:]):
            table = np.array([a[2], b[2]], float)
            expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
            scores.append((((table - expected) ** 2) / np.maximum(expected, 0.5)).sum())
        i = int(np.argmin(scores))
        if scores[i] > limit:
            break
        groups[i] = [groups[i][0], groups[i + 1][1],
                     [p + q for p, q in zip(groups[i][2], groups[i + 1][2])]]
        del groups[i + 1]
    return [(a[1] + b[0]) / 2 for a, b in zip(groups, groups[1:])]


def mdlp(classpath, x, y):
    arff = HERE / "iris.arff"
    lines = ["@relation iris"] + [f"@attribute {n} numeric" for n in NAMES]
    lines += ["@attribute class {a,b,c}", "@data"]
    lines += [",".join(map(str, row)) + "," + "abc"[k] for row, k in zip(x, y)]
    arff.write_text("\n".join(lines) + "\n")
    said = subprocess.run(["java", "-cp", classpath, "weka.filters.supervised.attribute.Discretize",
                           "-i", arff, "-c", "last", "-precision", "9"],
                          capture_output=True, text=True, check=True).stdout
    arff.unlink()
    for name in NAMES:
        line = re.search(rf"@attribute {name} (.*)", said).group(1)
        yield name, [float(c) for c in re.findall(r"-([0-9.]+)\]", line)]


def main():
    x, y = load_iris(return_X_y=True)
    with open(HERE / "iris.csv", "w") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(NAMES + ["class"])
        writer.writerows([*map(float, row), int(k)] for row, k in zip(x, y))
    rows = [("mdlp", name, cut) for name, cuts in mdlp(sys.argv[1], x, y) for cut in cuts]
    for j, name in enumerate(NAMES):
        rows += [("chi_merge", name, cut) for cut in chi_merge(x[:, j], y, 0.05)]
        tree = DecisionTreeClassifier(max_leaf_nodes=4, min_samples_leaf=8, random_state=0)
        tree.fit(x[:, [j]], y)
        cuts = sorted(t for t, f in zip(tree.tree_.threshold, tree.tree_.feature) if f >= 0)
        rows += [("tree", name, cut) for cut in cuts]
    with open(HERE / "expected.csv", "w") as out:
        out.write("method,column,cut\n")
        out.writelines(f"{m},{n},{float(c):.9g}\n" for m, n, c in rows)


main()
