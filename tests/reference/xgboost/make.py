"""Writes the predictions of Debian's python3-xgboost on made matrices; see SOURCE.md.  /usr/bin/python3 make.py"""
import numpy as np
import xgboost as xgb

rng = np.random.default_rng(20240331)
rows, cols, rounds = 600, 6, 40
x = np.round(rng.normal(size=(rows, cols)) * [1, 10, 100, 1, 1, 1000], 3).astype(np.float32)
x[:, 3] = rng.integers(0, 4, rows)
x[:, 4] = rng.integers(0, 2, rows)
eta = -1 + x[:, 0] - 0.05 * x[:, 1] + (x[:, 3] == 2) * 1.5 + x[:, 4] * (x[:, 2] > 0)
y = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.float32)
x[rng.random((rows, cols)) < 0.08] = np.nan
weight = rng.integers(1, 4, rows).astype(np.float32)

PARAMETERS = {
    "hist": {"tree_method": "hist", "max_depth": 5, "eta": 0.1, "subsample": 0.8, "colsample_bytree": 0.8},
    "exact": {"tree_method": "exact", "max_depth": 4, "eta": 0.3, "lambda": 2},
}
# The second matrix: categories of 70 and 3 codes, and numbers.
rng = np.random.default_rng(20240401)
effect = rng.normal(size=70)
z = np.column_stack([rng.integers(0, 70, rows), rng.integers(0, 3, rows), rng.normal(size=(rows, 2)).round(3)])
eta = -1 + effect[z[:, 0].astype(int)] + (z[:, 1] == 1) * (1 + z[:, 2])
z_y = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.float32)
z = z.astype(np.float32)
z[rng.random(z.shape) < 0.08] = np.nan
SETS = {"max_depth": 5, "eta": 0.2, "max_cat_to_onehot": 4, "max_cat_threshold": 20, "subsample": 0.8}
SIGNS = {"max_depth": 5, "eta": 0.3, "monotone_constraints": "(1,-1,0,0,1,0)"}


def write_matrix(name, x, y):
    with open(name, "w") as out:
        out.write(",".join(f"x{j}" for j in range(x.shape[1])) + ",y,weight\n")
        for i in range(rows):
            cells = ["" if np.isnan(v) else f"{v:.9g}" for v in x[i]]
            out.write(",".join(cells) + f",{y[i]:.0f},{weight[i]:.0f}\n")


def write(name, x, y, parameters, types):
    data = xgb.DMatrix(x, label=y, weight=weight, feature_types=types, enable_categorical=True)
    booster = xgb.train({"objective": "binary:logistic", "nthread": 2, "seed": 7, "base_score": 0.25, **parameters},
                        data, num_boost_round=rounds)
    margin = booster.predict(data, output_margin=True)
    probability = booster.predict(data)
    shap = booster.predict(data, pred_contribs=True)
    with open(f"{name}.csv", "w") as out:
        out.write("margin,probability," + ",".join(f"shap{j}" for j in range(x.shape[1])) + ",bias\n")
        for m, p, s in zip(margin, probability, shap):
            out.write(",".join(f"{v:.9g}" for v in [m, p, *s]) + "\n")


write_matrix("matrix.csv", x, y)
write_matrix("categories.csv", z, z_y)
for name, parameters in PARAMETERS.items():
    write(name, x, y, parameters, None)
for method in ("hist", "exact"):
    write(f"monotone_{method}", x, y, {"tree_method": method, **SIGNS}, None)
for method in ("hist", "approx"):
    write(f"sets_{method}", z, z_y, {"tree_method": method, **SETS}, ["c", "c", "q", "q"])
print(xgb.__version__)
