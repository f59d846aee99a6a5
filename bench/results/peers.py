"""scikit-learn, LightGBM and WEKA on the rows and splits of a Holdfast run."""

import pathlib
import subprocess
import sys

import lightgbm
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "peers"))
from weka import jars_of  # noqa: E402


def kinds(x: pd.DataFrame) -> tuple[list[str], list[str]]:
    categories = [c for c in x.columns if x[c].dtype == object or str(x[c].dtype) in ("category", "str", "string")]
    return [c for c in x.columns if c not in categories], categories


def one_hot(x: pd.DataFrame):
    numbers, categories = kinds(x)
    return make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (make_pipeline(SimpleImputer(strategy="constant", fill_value="?"), OneHotEncoder(handle_unknown="ignore")),
         categories))


def ordinal(x: pd.DataFrame):
    numbers, categories = kinds(x)
    return make_column_transformer(
        (SimpleImputer(strategy="median"), numbers),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2), categories))


def sklearn_peers(x: pd.DataFrame) -> dict:
    return {
        "scikit-learn LogisticRegression": make_pipeline(one_hot(x), LogisticRegression(max_iter=2000)),
        "scikit-learn RandomForest": make_pipeline(
            ordinal(x), RandomForestClassifier(500, min_samples_leaf=5, random_state=1, n_jobs=2)),
        "scikit-learn HistGradientBoosting": make_pipeline(
            ordinal(x), HistGradientBoostingClassifier(learning_rate=0.05, early_stopping=True, random_state=1)),
    }


def lightgbm_probability(x, y, validation, validation_y, test) -> np.ndarray:
    _, categories = kinds(x)
    frames = [frame.copy() for frame in (x, validation, test)]
    for column in categories:
        levels = pd.Index(frames[0][column].dropna().unique())
        for frame in frames:
            frame[column] = pd.Categorical(frame[column], categories=levels)
    model = lightgbm.LGBMClassifier(n_estimators=2000, learning_rate=0.03, num_leaves=15, verbose=-1, random_state=1,
                                    n_jobs=2, deterministic=True)
    model.fit(frames[0], y, eval_X=frames[1], eval_y=validation_y, callbacks=[lightgbm.early_stopping(100, verbose=False)])
    return model.predict_proba(frames[2])[:, 1]


def arff(path: pathlib.Path, x: pd.DataFrame, y: np.ndarray, levels: dict[str, list[str]]) -> None:
    with open(path, "w") as out:
        out.write("@relation set\n")
        for column in x.columns:
            kind = "{" + ",".join(f"'{level}'" for level in levels[column]) + "}" if column in levels else "numeric"
            out.write(f"@attribute '{column}' {kind}\n")
        out.write("@attribute label {0,1}\n@data\n")
        for row, label in zip(x.itertuples(index=False), y):
            cells = []
            for column, cell in zip(x.columns, row):
                if pd.isna(cell):
                    cells.append("?")
                elif column in levels:
                    cells.append(f"'{cell}'".replace("\\", "") if str(cell) in levels[column] else "?")
                else:
                    cells.append(repr(float(cell)))
            out.write(",".join(cells) + f",{int(label)}\n")


WEKA = {"WEKA J48": ["weka.classifiers.trees.J48"],
        "WEKA NaiveBayes": ["weka.classifiers.bayes.NaiveBayes", "-D"],
        "WEKA Logistic": ["weka.classifiers.functions.Logistic"]}


def weka_probabilities(x, y, test, test_y, scratch: pathlib.Path) -> dict[str, np.ndarray]:
    jars = jars_of(scratch.parent)
    _, categories = kinds(x)
    levels = {c: [str(v).replace("'", "") for v in x[c].dropna().unique()] for c in categories}
    train_file, test_file = scratch / "train.arff", scratch / "test.arff"
    clean = [frame.apply(lambda s: s.map(lambda v: v.replace("'", "") if isinstance(v, str) else v)) for frame in (x, test)]
    arff(train_file, clean[0], y, levels)
    arff(test_file, clean[1], test_y, levels)
    result = {}
    for name, options in WEKA.items():
        said = subprocess.run(
            ["java", "-Xmx6g", "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", f"{jars}/*", options[0],
             "-t", train_file, "-T", test_file, *options[1:], "-classifications",
             "weka.classifiers.evaluation.output.prediction.CSV -distribution -decimals 9"],
            capture_output=True, text=True, check=True).stdout
        rows = [line for line in said.splitlines() if line[:1].isdigit() and line.count(",") >= 4]
        result[name] = np.array([float(line.split(",")[-1].lstrip("*")) for line in rows])
    return result


def probabilities(table: pd.DataFrame, outcome: str, split: pd.Series, scratch: pathlib.Path) -> dict[str, np.ndarray]:
    """Of the test rows. All learn from the training rows; LightGBM stops by the
    validation rows, as Holdfast stops and calibrates by them."""
    x, y = table.drop(columns=outcome), table[outcome].to_numpy()
    train, validation, test = ((split == s).to_numpy() for s in ("train", "validation", "test"))
    result = {}
    for name, model in sklearn_peers(x).items():
        result[name] = model.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
    result["LightGBM"] = lightgbm_probability(x[train], y[train], x[validation], y[validation], x[test])
    result.update(weka_probabilities(x[train], y[train], x[test], y[test], scratch))
    return result
