"""Writes rows.csv, values.csv and splits.csv with scikit-uplift and causalml; see SOURCE.md."""

import numpy
import pandas
import scipy.stats
from causalml.metrics import get_cumgain
from sklift.metrics import (qini_auc_score, qini_curve, uplift_at_k, uplift_auc_score, uplift_by_percentile,
                            uplift_curve)

random = numpy.random.default_rng(20121)
rows = 600
x = random.normal(size=rows)
treated = (random.uniform(size=rows) < 0.4).astype(int)
won = (random.uniform(size=rows) < 0.3 + 0.1 * treated * (x > 0)).astype(int)
# Distinct scores; and the same with many ties.
distinct = x + random.normal(size=rows)
tied = numpy.round(2 * distinct) / 2

values = {}
for name, score in (("distinct", distinct), ("tied", tied)):
    values[f"{name}.qini_x"], values[f"{name}.qini_y"] = qini_curve(won, score, treated)
    values[f"{name}.gain_x"], values[f"{name}.gain_y"] = uplift_curve(won, score, treated)
    values[f"{name}.qini_coefficient"] = [qini_auc_score(won, score, treated, negative_effect=True)]
    values[f"{name}.auuc_coefficient"] = [uplift_auc_score(won, score, treated)]
values["distinct.top10"] = [uplift_at_k(won, distinct, treated, strategy="overall", k=0.1)]
table = uplift_by_percentile(won, distinct, treated, strategy="overall", bins=10)
values["distinct.decile_uplift"] = table["uplift"]
values["distinct.decile_treated"] = table["n_treatment"]
values["distinct.decile_control"] = table["n_control"]
frame = pandas.DataFrame({"y": won, "w": treated, "score": distinct})
values["distinct.causalml_gain"] = get_cumgain(frame, outcome_col="y", treatment_col="w")["score"]

with open("values.csv", "w") as out:
    for name, numbers in values.items():
        out.write(name + "," + " ".join(repr(float(v)) for v in numbers) + "\n")
with open("rows.csv", "w") as out:
    out.write("treated,won,distinct,tied\n")
    for i in range(rows):
        out.write(f"{treated[i]},{won[i]},{float(distinct[i])!r},{float(tied[i])!r}\n")


# Split gains by the paper's formulas, from distributions written out over both classes.
def distance(kind, p, q):
    p, q = numpy.asarray(p), numpy.asarray(q)
    if kind == "KL":
        return scipy.stats.entropy(p, q)
    return ((p - q) ** 2).sum() if kind == "E" else ((p - q) ** 2 / q).sum()


def impurity(kind, p):
    return scipy.stats.entropy(p) if kind == "KL" else 1 - (numpy.asarray(p) ** 2).sum()


def laplace(won, count):
    return [(won + 1) / (count + 2), (count - won + 1) / (count + 2)]


with open("splits.csv", "w") as out:
    out.write("treated,treated_won,control,control_won,left_treated,left_treated_won,left_control,left_control_won,"
              "KL,E,chi,KL_plain\n")
    for _ in range(50):
        left, right = [[int(random.integers(1, 200)) for _ in range(2)] for _ in range(2)]
        left_won, right_won = [[int(random.integers(0, n + 1)) for n in side] for side in (left, right)]
        counts = [left[0] + right[0], left[1] + right[1]]
        won_all = [left_won[0] + right_won[0], left_won[1] + right_won[1]]
        total = sum(counts)
        gains = []
        for kind in ("KL", "E", "chi"):
            def apart(won_of, rows_of):
                return distance(kind, laplace(won_of[0], rows_of[0]), laplace(won_of[1], rows_of[1]))
            gain = (sum(left) * apart(left_won, left) + sum(right) * apart(right_won, right)) / total
            gain -= apart(won_all, counts)
            arms = [counts[0] / total, counts[1] / total]
            to = [[left[arm] / counts[arm], right[arm] / counts[arm]] for arm in (0, 1)]
            norm = impurity(kind, arms) * distance(kind, to[0], to[1])
            norm += arms[0] * impurity(kind, to[0]) + arms[1] * impurity(kind, to[1]) + 0.5
            gains.append(gain / norm)
            if kind == "KL":
                plain = gain
        cells = [counts[0], won_all[0], counts[1], won_all[1], left[0], left_won[0], left[1], left_won[1]]
        out.write(",".join([str(c) for c in cells] + [repr(float(g)) for g in [*gains, plain]]) + "\n")
