"""Writes scikit-learn's answers on made and shared data; see SOURCE.md.  make.py SHARED_DATA"""
import csv
import gzip
import pathlib
import sys

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

LEAF = 20


def answers_on(x, y):
    """Answers by ten orders of looking at the columns."""
    trees = [DecisionTreeClassifier(min_samples_leaf=15, random_state=state).fit(x, y) for state in range(10)]
    return [(tree.predict_proba(x)[:, 1], tree.feature_importances_, tree.tree_.node_count) for tree in trees]


def made_tree():
    """A single tree of all rows and columns: nothing is drawn. The first made data without ties between splits."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x = np.round(rng.normal(size=(800, 5)), 4)
        eta = -1 + x[:, 0] + (x[:, 1] > 0.3) * 1.5 - 0.8 * x[:, 2] * x[:, 3]
        y = (rng.random(len(x)) < 1 / (1 + np.exp(-eta))).astype(int)
        answers = answers_on(x, y)
        p, importance, nodes = answers[0]
        if all(np.array_equal(a[0], p) and np.allclose(a[1], importance, rtol=0, atol=1e-13) for a in answers):
            break
    else:
        sys.exit("every made data set has ties")
    with open("tree.csv", "w") as out:
        out.write("x0,x1,x2,x3,x4,y,p\n")
        for i in range(len(x)):
            out.write(",".join(f"{v:.4f}" for v in x[i]) + f",{y[i]},{p[i]:.17g}\n")
    with open("tree_importance.csv", "w") as out:
        out.write("column,share\n")
        for c in range(5):
            out.write(f"x{c},{importance[c]:.17g}\n")
        out.write(f".nodes,{nodes}\n")
    print("seed", seed)


def read(path, outcome, left_out):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    rows = list(csv.reader(opened))
    header, rows = rows[0], [row for row in rows[1:] if row]
    columns = []
    for c, name in enumerate(header):
        cells = [row[c].strip() for row in rows]
        if name == outcome:
            y = np.array([cell in ("1", "Yes") for cell in cells]).astype(int)
        elif name not in left_out:
            try:
                columns.append(np.array([float(cell) if cell else np.nan for cell in cells]))
            except ValueError:
                columns += [np.array([cell == level for cell in cells]).astype(float) for level in sorted(set(cells))]
    return np.column_stack(columns), y


def aucs(shared):
    """Every fourth row tests."""
    sets = [
        ("telco_ibm", "telco_ibm/Telco-Customer-Churn.csv", "Churn", {"customerID"}),
        ("churn_modelling", "churn_modelling/Churn_Modelling.csv", "Exited", {"CustomerId", "Surname"}),
        ("credit_default_tw", "credit_default_tw/creditcard_default.csv.gz", "has_default", set()),
    ]
    with open("auc.csv", "w") as out:
        out.write("set,test_rows,mean,deviation\n")
        for name, path, outcome, left_out in sets:
            x, y = read(shared / path, outcome, left_out)
            test = np.arange(len(y)) % 4 == 3
            found = []
            for state in range(10):
                model = RandomForestClassifier(n_estimators=200, min_samples_leaf=LEAF, n_jobs=2, random_state=state)
                model.fit(x[~test], y[~test])
                found.append(roc_auc_score(y[test], model.predict_proba(x[test])[:, 1]))
            out.write(f"{name},{test.sum()},{np.mean(found):.6f},{np.std(found, ddof=1):.6f}\n")


made_tree()
aucs(pathlib.Path(sys.argv[1]))
print(sklearn.__version__)
