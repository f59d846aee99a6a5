"""Writes the predictions of Debian's python3-xgboost on a made matrix; see SOURCE.md.  /usr/bin/python3 make.py"""
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
with open("matrix.csv", "w") as out:
    out.write(",".join(f"x{j}" for j in range(cols)) + ",y,weight\n")
    for i in range(rows):
        cells = ["" if np.isnan(v) else f"{v:.9g}" for v in x[i]]
        out.write(",".join(cells) + f",{y[i]:.0f},{weight[i]:.0f}\n")
for name, parameters in PARAMETERS.items():
    data = xgb.DMatrix(x, label=y, weight=weight)
    booster = xgb.train({"objective": "binary:logistic", "nthread": 2, "seed": 7, "base_score": 0.25, **parameters},
                        data, num_boost_round=rounds)
    margin = booster.predict(data, output_margin=True)
    probability = booster.predict(data)
    shap = booster.predict(data, pred_contribs=True)
    with open(f"{name}.csv", "w") as out:
        out.write("margin,probability," + ",".join(f"shap{j}" for j in range(cols)) + ",bias\n")
        for m, p, s in zip(margin, probability, shap):
            out.write(",".join(f"{v:.9g}" for v in [m, p, *s]) + "\n")
print(xgb.__version__)
