"""A scorecard of churn_modelling by PyPI scorecardpy: make.py SHARED_DATA"""
import csv
import pathlib
import sys

import numpy as np
import pandas as pd
import scorecardpy
from sklearn.linear_model import LogisticRegression

BREAKS = {"Age": [30, 35, 40, 45, 55], "Balance": [1, 100_000], "NumOfProducts": [2, 3],
          "Geography": ["France%,%Spain", "Germany"], "IsActiveMember": [1]}

data = pd.read_csv(pathlib.Path(sys.argv[1]) / "churn_modelling" / "Churn_Modelling.csv")
bins = scorecardpy.woebin(data[[*BREAKS, "Exited"]], y="Exited", breaks_list=BREAKS, no_cores=1)
evidence = scorecardpy.woebin_ply(data[[*BREAKS, "Exited"]], bins)
x = evidence[[f"{name}_woe" for name in BREAKS]]
model = LogisticRegression(C=1e15, solver="newton-cholesky", tol=1e-12).fit(x, data["Exited"])
# Points of a thousandth, as scorecardpy rounds to whole ones.
card = scorecardpy.scorecard(bins, model, x.columns, points0=600_000, odds0=1 / 19, pdo=20_000, basepoints_eq0=True)
with open("churn_modelling.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["column", "bin", "woe", "information", "points"])
    for name in BREAKS:
        both = bins[name].merge(card[name], on="bin")
        for _, row in both.iterrows():
            writer.writerow([name, row["bin"], f"{row['woe']:.17g}", f"{row['total_iv']:.17g}", int(row["points"])])
