"""Makes the reference values of naive, tree-augmented and searched networks with pgmpy.

usage: make.py          (in this folder; needs pgmpy, numpy, pandas)
"""

import json
import pathlib

import numpy as np
import pandas as pd
from pgmpy.estimators import BIC, BDeu, HillClimbSearch, TreeSearch
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE_SIZE = 10


def draw(rows, seed):
    """Six variables: y → a, b; a → c; (y, c) → d; e alone."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, rows)
    a = (random.random(rows) < np.where(y == 1, 0.7, 0.3)).astype(int)
    b = np.where(random.random(rows) < 0.6, y, random.integers(0, 3, rows))
    c = np.where(random.random(rows) < 0.7, a, random.integers(0, 3, rows))
    d = np.where(random.random(rows) < 0.5, (y + c) % 4, random.integers(0, 4, rows))
    e = random.integers(0, 2, rows)
    return pd.DataFrame({"y": y, "a": a, "b": b, "c": c, "d": d, "e": e})


def fitted(edges, data):
    states = {name: sorted(data[name].unique().tolist()) for name in data}
    model = DiscreteBayesianNetwork(edges)
    model.add_nodes_from([name for name in data if name not in model.nodes()])
    from pgmpy.estimators import BayesianEstimator
    estimator = BayesianEstimator(model, data, state_names=states)
    model.add_cpds(*estimator.get_parameters(prior_type="BDeu", equivalent_sample_size=SAMPLE_SIZE))
    return model


def main():
    data = draw(1500, 20240331)
    data.to_csv(HERE / "data.csv", index=False)
    # The root is fixed to the column that tells most of the class, as Holdfast takes it.
    root = max((name for name in data if name != "y"), key=lambda name: information(data[name], data["y"]))
    tan = TreeSearch(data, root_node=root).estimate(estimator_type="tan", class_node="y", show_progress=False)
    model = fitted(list(tan.edges()), data)
    infer = VariableElimination(model)
    queries = []
    random = np.random.default_rng(7)
    for _ in range(40):
        row = data.iloc[int(random.integers(0, len(data)))]
        known = [name for name in data if name != "y" and random.random() < 0.6]
        evidence = {name: int(row[name]) for name in known}
        p = infer.query(["y"], evidence=evidence, show_progress=False).values
        queries.append({"evidence": evidence, "p": p.tolist()})
    search = HillClimbSearch(data)
    best = {}
    for name, score in (("bic", BIC(data)), ("bdeu", BDeu(data, equivalent_sample_size=SAMPLE_SIZE))):
        found = search.estimate(scoring_method=score, show_progress=False, max_indegree=3)
        best[name] = {"edges": sorted(map(list, found.edges())),
                      "score": sum(score.local_score(v, list(found.get_parents(v)) if v in found.nodes() else []) for v in data)}
    truth = [["y", "a"], ["y", "b"], ["a", "c"], ["y", "d"], ["c", "d"]]
    scores = {name: score.local_score("d", ["c", "y"])
              for name, score in (("bic", BIC(data)), ("bdeu", BDeu(data, equivalent_sample_size=SAMPLE_SIZE)))}
    net = fitted([tuple(edge) for edge in truth], data)
    infer = VariableElimination(net)
    backwards = []
    for evidence in ({"d": 1}, {"c": 2}, {"b": 0, "d": 3}, {"a": 1, "e": 0}, {}):
        p = infer.query(["y"], evidence=evidence, show_progress=False).values
        backwards.append({"evidence": evidence, "p": p.tolist()})
    (HERE / "expected.json").write_text(json.dumps(
        {"root": root, "tan_edges": sorted(map(list, tan.edges())), "tan_queries": queries, "search": best,
         "truth": truth, "truth_queries": backwards, "local_score_d": scores}, indent=1) + "\n")


def information(a, b):
    """Mutual information in nats."""
    joint = pd.crosstab(a, b).to_numpy() / len(a)
    outer = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    inside = joint > 0
    return float((joint[inside] * np.log(joint[inside] / outer[inside])).sum())


if __name__ == "__main__":
    main()
