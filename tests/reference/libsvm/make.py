"""Decision values of LIBSVM, of scikit-learn's LIBSVM with case weights, and of LIBLINEAR; see SOURCE.md.

usage: make.py          (writes data.csv and decisions.csv beside itself)
"""
import os
import pathlib

import numpy as np
from liblinear.liblinearutil import problem as linear_problem, parameter as linear_parameter, train as linear_train
from libsvm.svmutil import svm_predict, svm_train
from sklearn.svm import SVC, LinearSVC

HERE = pathlib.Path(__file__).parent
TRAINED = 200


def text(value):
    return repr(float(value))


def data():
    rng = np.random.default_rng(20240331)
    x = np.round(rng.normal(size=(260, 5)), 3)
    x[:, 3] = rng.random(260) < 0.3          # An indicator: zeros stay out of LIBSVM's rows.
    x[:, 4] = np.where(rng.random(260) < 0.1, 0, x[:, 4])
    eta = x[:, 0] + x[:, 1] * x[:, 2] + 0.8 * x[:, 3] - 0.6
    y = (rng.random(260) < 1 / (1 + np.exp(-2 * eta))).astype(int)
    weight = rng.integers(1, 4, 260) / 2     # 0.5, 1, 1.5
    return x, y, weight


CASES = {
    "linear": "-t 0 -c 0.7",
    "polynomial": "-t 1 -c 0.5 -g 0.4 -r 1.5 -d 3",
    "rbf": "-t 2 -c 2 -g 0.25",
    "sigmoid": "-t 3 -c 1.5 -g 0.05 -r 0.1",
    "rbf_costs": "-t 2 -c 2 -g 0.25 -w1 3 -w0 0.5",
}


def main():
    x, y, weight = data()
    names = [f"x{c}" for c in range(x.shape[1])]
    with open(HERE / "data.csv", "w") as file:
        file.write(",".join([*names, "y", "weight"]) + "\n")
        for row, outcome, w in zip(x, y, weight):
            file.write(",".join([*map(text, row), str(outcome), text(w)]) + "\n")
    rows = [{c + 1: float(v) for c, v in enumerate(row) if v != 0} for row in x]
    answers = {}
    for name, options in CASES.items():
        model = svm_train(y[:TRAINED].tolist(), rows[:TRAINED], f"-s 0 -e 1e-9 -q {options}")
        first = model.get_labels()[0]
        _, _, values = svm_predict(y.tolist(), rows, model, "-q")
        answers[name] = np.array(values)[:, 0] * (1 if first == 1 else -1)
        answers[name + ".vectors"] = model.get_nr_sv()
        coefficients = np.array(model.get_sv_coef())[:, 0]
        answers[name + ".size"] = np.abs(coefficients).sum()
    weighted = SVC(C=2, gamma=0.25, tol=1e-9).fit(x[:TRAINED], y[:TRAINED], weight[:TRAINED])
    answers["rbf_case_weights"] = weighted.decision_function(x)
    with_bias = linear_train(linear_problem(y[:TRAINED].tolist(), rows[:TRAINED], 1.0),
                             linear_parameter("-s 2 -c 0.3 -B 1 -e 1e-12 -w1 2 -q"))
    w = np.array([with_bias.w[i] for i in range(6)]) * (1 if with_bias.label[0] == 1 else -1)
    answers["liblinear"] = x @ w[:5] + w[5]
    check = LinearSVC(C=0.3, dual=False, tol=1e-12, class_weight={1: 2}, max_iter=100000).fit(x[:TRAINED], y[:TRAINED])
    assert np.allclose(check.decision_function(x), answers["liblinear"], atol=1e-8)
    with open(HERE / "decisions.csv", "w") as file:
        series = [name for name in answers if "." not in name]
        file.write("row," + ",".join(series) + "\n")
        for r in range(len(y)):
            file.write(f"{r}," + ",".join(text(answers[name][r]) for name in series) + "\n")
    with open(HERE / "machines.csv", "w") as file:
        file.write("name,vectors,coefficients_size\n")
        for name in CASES:
            file.write(f"{name},{answers[name + '.vectors']},{text(answers[name + '.size'])}\n")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
