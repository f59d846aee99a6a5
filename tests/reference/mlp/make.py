"""Held-out figures of scikit-learn's MLPClassifier on two churn data sets; see SOURCE.md.

usage: make.py SHARED_DATA          (writes figures.csv beside itself)
"""
import pathlib
import sys
import warnings

import numpy as np
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDS = 5
SEEDS = 3
VARIANTS = {"default": {}, "early_stopping": {"early_stopping": True, "max_iter": 500}}


def data_sets(shared):
    mlc = pandas.read_csv(shared / "mlc_churn/converted/mlc_churn.csv")
    yield "mlc_churn", mlc.drop(columns="churn"), (mlc["churn"] == "yes").to_numpy()
    bank = pandas.read_csv(shared / "churn_modelling/Churn_Modelling.csv")
    yield "churn_modelling", bank.drop(columns=["CustomerId", "Surname", "Exited"]), bank["Exited"].to_numpy() == 1


def held_out(x, y, options, seed):
    """Probabilities of every row by a network that has not seen its fold."""
    categories = [name for name in x if not pandas.api.types.is_numeric_dtype(x[name])]
    numbers = [name for name in x if name not in categories]
    p = np.zeros(len(y))
    fold = np.arange(len(y)) % FOLDS
    for f in range(FOLDS):
        model = make_pipeline(
            ColumnTransformer([("numbers", StandardScaler(), numbers),
                               ("categories", OneHotEncoder(handle_unknown="ignore"), categories)]),
            MLPClassifier(random_state=seed, **options))
        model.fit(x[fold != f], y[fold != f])
        p[fold == f] = model.predict_proba(x[fold == f])[:, 1]
    return p


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    rows = []
    for name, x, y in data_sets(pathlib.Path(sys.argv[1])):
        for variant, options in VARIANTS.items():
            ps = [held_out(x, y, options, seed) for seed in range(SEEDS)]
            figures = [np.mean([measure(y, p) for p in ps])
                       for measure in (lambda y, p: np.mean((p > 0.5) == y), roc_auc_score, log_loss)]
            rows.append((name, variant, *figures))
            print(rows[-1], flush=True)
    with open(pathlib.Path(__file__).parent / "figures.csv", "w") as file:
        file.write("data,variant,accuracy,auc,log_loss\n")
        for row in rows:
            file.write(",".join(map(str, row)) + "\n")


main()
