"""CausalML's side of the benchmark of uplift forests.

effect_causalml.py ROWS COLUMNS TREES DATA   prints one JSON line; the Qini coefficient is computed here, as Holdfast and
scikit-uplift define it.
"""
import importlib.metadata
import json
import sys
import time

import numpy as np
from causalml.inference.tree import UpliftRandomForestClassifier


def qini_area(score, treated, outcome):
    order = np.argsort(-score, kind="stable")
    t, y, s = treated[order].astype(float), outcome[order].astype(float), score[order]
    treated_count, control_count = np.cumsum(t), np.cumsum(1 - t)
    gain = np.cumsum(t * y) - np.divide(np.cumsum((1 - t) * y) * treated_count, control_count,
                                        out=np.zeros(len(t)), where=control_count > 0)
    last = np.append(s[1:] != s[:-1], True)  # Equal scores are one step.
    share = np.append(0, (np.arange(len(t)) + 1)[last] / len(t))
    curve = np.append(0, gain[last])
    return np.trapezoid(curve, share) - curve[-1] / 2


def main():
    rows, columns, trees = (int(text) for text in sys.argv[1:4])
    with open(sys.argv[4], "rb") as file:
        x = np.fromfile(file, count=rows * columns).reshape(rows, columns)
        treated = np.fromfile(file, np.uint8, rows)
        outcome = np.fromfile(file, np.uint8, rows)
    train = rows - rows // 5
    forest = UpliftRandomForestClassifier(control_name="control", n_estimators=trees, max_features=10, max_depth=5,
                                          random_state=1, n_jobs=2)
    group = np.where(treated == 1, "treatment", "control")
    start = time.perf_counter()
    forest.fit(x[:train], group[:train], outcome[:train].astype(int))
    seconds = time.perf_counter() - start
    score = np.asarray(forest.predict(x[train:])).ravel()
    t, y = treated[train:], outcome[train:]
    best = np.where(t == 1, y, -y.astype(float))  # The order no other can beat, as scikit-uplift takes it.
    print(json.dumps({"seconds": seconds, "qini": float(qini_area(score, t, y) / qini_area(best, t, y)),
                      "version": importlib.metadata.version("causalml")}))


if __name__ == "__main__":
    main()
