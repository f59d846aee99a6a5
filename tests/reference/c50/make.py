"""Runs the public C5.0 release on the shared data sets and writes its errors to errors.csv; see SOURCE.md.

make.py C50_PROGRAM SHARED_DATA
"""
import csv
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

MISSING = {"", "NA", "?"}

# Name: file, delimiter, has a header, outcome column, columns left out. Test rows: every third (row % 3 == 2), of
# mlc_churn the last 1,667, as published. The same table stands in src/models/c50/c50_reference_test.cpp.
SETS = {
    "mlc_churn": ("mlc_churn/converted/mlc_churn.csv", ",", True, "churn", []),
    "telco": ("telco_ibm/Telco-Customer-Churn.csv", ",", True, "Churn", ["customerID"]),
    "churn_modelling": ("churn_modelling/Churn_Modelling.csv", ",", True, "Exited", ["CustomerId", "Surname"]),
    "online_shoppers": ("online_shoppers/online_shoppers.csv.gz", ",", True, "Revenue", []),
    "german_credit": ("german_credit/converted/credit.csv", ",", True, "class", []),
    "credit_default": ("credit_default_tw/creditcard_default.csv.gz", ",", True, "has_default", []),
    "health_lead": ("health_insurance_lead/train_Df64byy.csv", ",", True, "Response", ["ID"]),
    "tianchi_fraud": ("tianchi_auto_fraud/train.csv", ",", True, "fraud",
                      ["policy_id", "policy_bind_date", "incident_date"]),
    "telco_payment": ("telco_ibm/Telco-Customer-Churn.csv", ",", True, "PaymentMethod", ["customerID"]),
}
RUNS = {
    "tree": [],
    "no_global": ["-g"],
    "subset": ["-s"],
    "winnow": ["-w"],
    "boost": ["-b"],
    "rules": ["-r"],
    "boost_rules": ["-b", "-r"],
    "costs": [],
}


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def read(path, delimiter, has_header):
    opened = gzip.open(path, "rt", newline="") if str(path).endswith(".gz") else open(path, newline="")
    with opened as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter=delimiter)]
    if has_header:
        return rows[0], rows[1:]
    return [f"c{i + 1}" for i in range(len(rows[0]))], rows


def write(stem, name, header, rows, outcome, left_out):
    """Names file and data; values and classes as v0, v1 … in sorted order, so that no text needs escaping."""
    kept = [i for i, column in enumerate(header) if column not in left_out and column != outcome]
    at = header.index(outcome)
    classes = sorted({row[at] for row in rows})
    codes, lines = {}, []
    for i in kept:
        values = {row[i] for row in rows} - MISSING
        column = re.sub(r"[^A-Za-z0-9_]", "_", header[i])
        if all(is_number(v) for v in values):
            lines.append(f"{column}: continuous.")
        else:
            codes[i] = {v: f"v{k}" for k, v in enumerate(sorted(values))}
            lines.append(f"{column}: {', '.join(codes[i].values())}.")
    stem.with_suffix(".names").write_text(
        ", ".join(f"c{k}" for k in range(len(classes))) + ".\n\n" + "\n".join(lines) + "\n")
    parts = {".data": [], ".test": []}
    for r, row in enumerate(rows):
        cells = ["?" if row[i] in MISSING else codes[i][row[i]] if i in codes else row[i] for i in kept]
        is_test = r >= 3333 if name == "mlc_churn" else r % 3 == 2
        parts[".test" if is_test else ".data"].append(",".join(cells + [f"c{classes.index(row[at])}"]))
    for suffix, text in parts.items():
        stem.with_suffix(suffix).write_text("\n".join(text) + "\n")
    return len(classes)


def figures(text):
    """Size, errors and cost on the test rows: the line marked << after "Evaluation on test data"."""
    line = [line for line in text.split("Evaluation on test data")[1].splitlines() if "<<" in line][0]
    found = re.match(r"\s*(?:boost\s+)?(\d+)?\s+(\d+)\(\s*[\d.]+%\)\s*([\d.]+)?\s*<<", line)
    return [value or "" for value in found.groups()]


def main():
    program, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    lines = ["set,run,size,test_errors,mean_cost,test_rows"]
    for name, (file, delimiter, has_header, outcome, left_out) in SETS.items():
        header, rows = read(shared / file, delimiter, has_header)
        with tempfile.TemporaryDirectory() as folder:
            stem = pathlib.Path(folder) / "d"
            classes = write(stem, name, header, rows, outcome, left_out)
            test_rows = len(stem.with_suffix(".test").read_text().splitlines())
            for run, options in RUNS.items():
                costs = stem.with_suffix(".costs")
                costs.unlink(missing_ok=True)
                if run == "costs":
                    if classes != 2:
                        continue
                    costs.write_text("c0, c1: 5\n")  # Predicted, true: costs 5.
                out = subprocess.run([program, "-f", str(stem), *options], check=True, capture_output=True, text=True)
                lines.append(",".join([name, run, *figures(out.stdout), str(test_rows)]))
    (pathlib.Path(__file__).parent / "errors.csv").write_text("\n".join(lines) + "\n")


main()
