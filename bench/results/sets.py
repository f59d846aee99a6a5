"""The shared sets with a label, each as one plain table, and what has been published or measured of them."""

import csv
import io
import pathlib
import zipfile
from dataclasses import dataclass

import pandas as pd


@dataclass
class Set:
    name: str
    domain: str
    outcome: str           # Column; "1" means it happened.
    known: str             # Published or reproducible figure, and of whom.
    known_auc: float | None
    table: pd.DataFrame
    known_found: float | None = None  # Share of those who did it that the best fifth holds.


def telco(data: pathlib.Path) -> Set:
    table = pd.read_csv(data / "telco_ibm/Telco-Customer-Churn.csv", na_values=[" "])
    table["label"] = (table.pop("Churn") == "Yes").astype(int)
    table = table.drop(columns="customerID")
    return Set("telco_ibm", "telecom", "label", "AUC 0.835 (gradient boosting, five folds; note of the set)", 0.835, table)


def mlc(data: pathlib.Path) -> Set:
    table = pd.read_csv(data / "mlc_churn/converted/mlc_churn.csv")
    table["label"] = (table.pop("churn") == "yes").astype(int)
    return Set("mlc_churn", "telecom", "label", "AUC 0.926 (gradient boosting; note of the set)", 0.926, table)


def bank(data: pathlib.Path) -> Set:
    table = pd.read_csv(data / "churn_modelling/Churn_Modelling.csv").drop(columns=["CustomerId", "Surname"])
    table["label"] = table.pop("Exited")
    return Set("churn_modelling", "bank", "label", "AUC 0.862 (gradient boosting; note of the set)", 0.862, table)


def marketing(data: pathlib.Path) -> Set:
    with zipfile.ZipFile(data / "uci_bank_marketing/bank-additional.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith("bank-additional-full.csv") and "MACOSX" not in n)
        table = pd.read_csv(io.BytesIO(archive.read(name)), sep=";", na_values=["unknown"])
    table["label"] = (table.pop("y") == "yes").astype(int)
    # The length of a call is known only when it is over, and then so is its outcome.
    table = table.drop(columns="duration")
    return Set("uci_bank_marketing", "bank", "label",
               "AUC 0.80 (neural network, rolling windows; Moro, Cortez & Rita 2014, doi 10.1016/j.dss.2014.03.001)", 0.80, table)


def default(data: pathlib.Path) -> Set:
    table = pd.read_csv(data / "credit_default_tw/creditcard_default.csv.gz")
    label = table.columns[-1]
    table["label"] = table.pop(label).astype(int)
    return Set("credit_default_tw", "bank", "label", "AUC 0.7815 (gradient boosting; note of the set)", 0.7815, table)


def caravan(data: pathlib.Path) -> Set:
    folder = data / "tic2000_caravan"
    train = pd.read_csv(folder / "ticdata2000.txt", sep="\t", header=None)
    test = pd.read_csv(folder / "ticeval2000.txt", sep="\t", header=None)
    test[85] = pd.read_csv(folder / "tictgts2000.txt", header=None)[0]
    table = pd.concat([train, test], ignore_index=True)
    table.columns = [f"v{i + 1}" for i in range(85)] + ["label"]
    table["v1"] = "type " + table["v1"].astype(str)  # Customer subtype and main type are codes, not sizes.
    table["v5"] = "main " + table["v5"].astype(str)
    return Set("tic2000_caravan", "insurance", "label",
               "the winner (naive Bayes) found 121 of 238 buyers, 50.8 %, in the top 20 % of 4,000 (van der Putten, de Ruiter & "
               "van Someren 2000, CoIL Challenge 2000)", None, table, known_found=121 / 238)


def lead(data: pathlib.Path) -> Set:
    table = pd.read_csv(data / "health_insurance_lead/train_Df64byy.csv").drop(columns="ID")
    table["label"] = table.pop("Response").astype(int)
    return Set("health_insurance_lead", "insurance", "label", "AUC 0.667 (gradient boosting; note of the set)", 0.667, table)


ALL = [telco, mlc, bank, marketing, default, caravan, lead]
ROWS_MAX = 20_000


def drawn(one: Set) -> Set:
    """At most ROWS_MAX rows, drawn without replacement by one seed: the whole command ends within minutes."""
    if len(one.table) > ROWS_MAX:
        one.table = one.table.sample(ROWS_MAX, random_state=1).reset_index(drop=True)
    return one


def write(table: pd.DataFrame, path: pathlib.Path) -> None:
    """With a key of its own in front."""
    keyed = table.copy()
    keyed.insert(0, "customer_id", [f"R{i:06d}" for i in range(len(table))])
    keyed.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL)
