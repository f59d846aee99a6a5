"""Writes WEKA J48's trees of the shared data sets; see SOURCE.md.

make.py CLASS_PATH SHARED_DATA [NAME...]
"""
import csv
import gzip
import pathlib
import subprocess
import sys
import tempfile

MISSING = {"", "NA", "?"}

# Name: file, delimiter, has a header, outcome column, columns left out, J48 options. The same table stands in
# src/models/c45/c45_reference_test.cpp.
SETS = {
    "telco": ("telco_ibm/Telco-Customer-Churn.csv", ",", True, "Churn", ["customerID"], []),
    "telco_unpruned": ("telco_ibm/Telco-Customer-Churn.csv", ",", True, "Churn", ["customerID"], ["-U"]),
    "churn_modelling": ("churn_modelling/Churn_Modelling.csv", ",", True, "Exited", ["CustomerId", "Surname"], []),
    "online_shoppers": ("online_shoppers/online_shoppers.csv.gz", ",", True, "Revenue", [], []),
    "credit_default": ("credit_default_tw/creditcard_default.csv.gz", ",", True, "has_default", [], []),
    "health_lead": ("health_insurance_lead/train_Df64byy.csv", ",", True, "Response", ["ID"], ["-M", "20"]),
    "caravan": ("tic2000_caravan/ticdata2000.txt", "\t", False, "c86", [], ["-C", "0.4"]),
    "tianchi_fraud": ("tianchi_auto_fraud/train.csv", ",", True, "fraud", ["policy_id", "policy_bind_date", "incident_date"], []),
    "hillstrom_no_raising": ("hillstrom/hillstrom.csv", ",", True, "visit", ["conversion", "spend"], ["-S", "-M", "5"]),
}


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def read(path, delimiter, has_header):
    opened = gzip.open(path, "rt", newline="") if str(path).endswith(".gz") else open(path, newline="")
    with opened as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter=delimiter)]
    if has_header:
        return rows[0], rows[1:]
    return [f"c{i + 1}" for i in range(len(rows[0]))], rows


def write_arff(path, header, rows, outcome, left_out):
    kept = [i for i, name in enumerate(header) if name not in left_out and name != outcome]
    kept.append(header.index(outcome))
    with open(path, "w", encoding="utf-8") as out:
        out.write("@relation data\n")
        numeric = []
        for i in kept:
            values = {row[i] for row in rows} - MISSING
            numeric.append(header[i] != outcome and all(is_number(v) for v in values))
            domain = "numeric" if numeric[-1] else "{" + ",".join(quoted(v) for v in sorted(values)) + "}"
            out.write(f"@attribute {quoted(header[i])} {domain}\n")
        out.write("@data\n")
        for row in rows:
            cells = [row[i] for i in kept]
            out.write(",".join("?" if c in MISSING else c if n else quoted(c)
                               for c, n in zip(cells, numeric)) + "\n")


def main():
    jar, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    here = pathlib.Path(__file__).parent
    for name in sys.argv[3:] or SETS:
        file, delimiter, has_header, outcome, left_out, options = SETS[name]
        header, rows = read(shared / file, delimiter, has_header)
        with tempfile.TemporaryDirectory() as folder:
            arff = pathlib.Path(folder) / "data.arff"
            write_arff(arff, header, rows, outcome, left_out)
            command = ["java", "-Xmx4g", "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", jar,
                       "weka.classifiers.trees.J48", "-t", str(arff), "-no-cv", *options]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        tree = text[text.index("tree\n------------------\n") + len("tree\n------------------\n"):]
        tree = tree[:tree.index("Size of the tree")] + tree[tree.index("Size of the tree"):].split("\n")[0]
        (here / f"{name}.txt").write_text(tree.strip("\n") + "\n", encoding="utf-8")
        print(name, len(tree.splitlines()), "lines")


if __name__ == "__main__":
    main()
