"""Writes the trees of the CHAID package on shared data sets as JSON; see SOURCE.md.

make.py SHARED_DATA OUT [NAME...]

The same table of cases stands in src/models/chaid/chaid_reference_test.cpp.
"""
import csv
import json
import pathlib
import sys

import numpy as np
from CHAID import NominalColumn, OrdinalColumn, Tree

MISSING = {"", "NA", "?"}
TELCO_CUTS = {"tenure": [6, 12, 24, 48, 60], "MonthlyCharges": [20, 50, 70, 90], "TotalCharges": [100, 500, 2000, 4000]}

# Name: file, outcome, columns left out, 1 in so many cells missing (0: none planted), cuts of numeric columns (a value up
# to the first cut is 0, up to the second 1, …; columns without cuts keep their values), alpha_merge, max_depth,
# min_parent_node_size.
CASES = {
    "telco": ("telco_ibm/Telco-Customer-Churn.csv", "Churn", ["customerID"], 11, TELCO_CUTS, 0.05, 3, 200),
    "telco_contract": ("telco_ibm/Telco-Customer-Churn.csv", "Contract", ["customerID"], 13, TELCO_CUTS, 0.05, 3, 300),
    "german": ("german_credit/converted/credit.csv", "class", [], 11,
               {"duration": [12, 18, 24, 36], "credit_amount": [1500, 2500, 4000, 7000], "age": [25, 30, 40, 50]},
               0.01, 4, 50),
    "churn_modelling": ("churn_modelling/Churn_Modelling.csv", "Exited", ["CustomerId", "Surname"], 0,
                        {"CreditScore": [550, 600, 650, 700, 750], "Age": [27, 31, 35, 39, 43, 48, 55],
                         "Balance": [0, 80000, 100000, 120000, 140000],
                         "EstimatedSalary": [40000, 80000, 120000, 160000]}, 0.05, 4, 400),
    "health_lead": ("health_insurance_lead/train_Df64byy.csv", "Response", ["ID", "Region_Code"], 0,
                    {"Upper_Age": [24, 28, 36, 44, 52, 60, 68], "Lower_Age": [24, 28, 36, 44, 52, 60, 68],
                     "Reco_Policy_Cat": [5, 10, 15, 18, 20], "Reco_Policy_Premium": [8000, 11000, 14000, 18000]},
                    0.05, 3, 2000),
}


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def read(path, outcome, left_out, plant, cuts):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    header, rows = rows[0], rows[1:]
    names, columns = [], []
    for i, name in enumerate(header):
        if name in left_out or name == outcome:
            continue
        cells = [row[i] for row in rows]
        c = len(names)
        gone = np.array([cell in MISSING or (plant > 0 and (7919 * r + 104729 * c + 31 * r * c) % 1009 % plant == 0)
                         for r, cell in enumerate(cells)])
        if all(cell in MISSING or is_number(cell) for cell in cells):
            values = np.array([np.nan if cell in MISSING else float(cell) for cell in cells])
            if name in cuts:
                values = np.where(np.isnan(values), np.nan,
                                  np.searchsorted(cuts[name], values, side="left").astype(float))
            values[gone] = np.nan
            columns.append(OrdinalColumn(values, name=name))
        else:
            values = np.array(cells, dtype=object)
            values[gone] = np.nan
            columns.append(NominalColumn(values, name=name))
        names.append(name)
    classes = sorted({row[header.index(outcome)] for row in rows})
    y = np.array([classes.index(row[header.index(outcome)]) for row in rows])
    return names, columns, classes, y


def group_of(choices):
    """Values of a group; None is the missing category."""
    return [None if value == "<missing>" else value for value in choices]


def write_case(name, shared, out):
    file, outcome, left_out, plant, cuts, alpha, depth, parent = CASES[name]
    names, columns, classes, y = read(shared / file, outcome, left_out, plant, cuts)
    tree = Tree(columns, NominalColumn(y), {"alpha_merge": alpha, "max_depth": depth, "min_parent_node_size": parent,
                                            "min_child_node_size": 1})
    nodes = []
    for node in tree:
        counts = np.bincount(y[node.indices], minlength=len(classes)).tolist()
        entry = {"parent": node.parent, "group": group_of(node.choices), "counts": counts}
        if not node.is_terminal:
            entry.update(column=names.index(node.split.column), chi=float(node.split.score), p=float(node.split.p),
                         degrees=int(node.split.dof))
        nodes.append(entry)
    text = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    (out / f"{name}.json").write_text(f'{{"rows": {len(y)}, "nodes": [\n{text}\n]}}\n', encoding="utf-8")
    print(name, len(nodes), "nodes")


def main():
    shared, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name in sys.argv[3:] or CASES:
        write_case(name, shared, out)


main()
