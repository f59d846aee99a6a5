"""Writes samples.csv and expected.csv: AUCs with DeLong's intervals from all pairs. See SOURCE.md."""

import csv
import pathlib
from statistics import NormalDist

import numpy as np

HERE = pathlib.Path(__file__).parent


def samples():
    random = np.random.default_rng(19880901)
    for name, rows, rate, digits in [
        ("small", 20, 0.4, 3),
        ("medium", 250, 0.3, 6),
        ("ties", 300, 0.2, 1),
        ("rare", 600, 0.03, 4),
        ("separated", 40, 0.5, 4),
    ]:
        y = (random.random(rows) < rate).astype(int)
        y[:2], y[2:4] = 1, 0
        shared = random.normal(size=rows)
        signal = 12.0 if name == "separated" else 1.0
        a = 1 / (1 + np.exp(-(shared + signal * y)))
        b = 1 / (1 + np.exp(-(0.7 * shared + 0.7 * random.normal(size=rows) + 0.6 * y)))
        yield name, y, np.round(a, digits), np.round(b, digits)


def components(y, score):
    # psi over all pairs: 1 where the churner scores higher, 1/2 for a tie (DeLong et al. 1988, eq. 1).
    churners, stayers = score[y == 1], score[y == 0]
    psi = (churners[:, None] > stayers[None, :]) + 0.5 * (churners[:, None] == stayers[None, :])
    return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)


def covariance(first, second):
    _, v10_a, v01_a = first
    _, v10_b, v01_b = second
    return np.cov(v10_a, v10_b)[0, 1] / len(v10_a) + np.cov(v01_a, v01_b)[0, 1] / len(v01_a)


def main():
    z = NormalDist().inv_cdf(0.975)
    with open(HERE / "samples.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sample", "y", "a", "b"])
        for name, y, a, b in samples():
            writer.writerows((name, int(t), repr(float(p)), repr(float(q))) for t, p, q in zip(y, a, b))
    with open(HERE / "expected.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sample", "auc_a", "lower_a", "upper_a", "auc_b", "difference", "difference_lower",
                         "difference_upper", "p_value"])
        for name, y, a, b in samples():
            ca, cb = components(y, a), components(y, b)
            error = covariance(ca, ca) ** 0.5
            difference = ca[0] - cb[0]
            spread = (covariance(ca, ca) + covariance(cb, cb) - 2 * covariance(ca, cb)) ** 0.5
            p = 2 * NormalDist().cdf(-abs(difference / spread))
            row = [ca[0], max(0, ca[0] - z * error), min(1, ca[0] + z * error), cb[0], difference,
                   max(-1, difference - z * spread), min(1, difference + z * spread), p]
            writer.writerow([name, *(repr(float(v)) for v in row)])


if __name__ == "__main__":
    main()
