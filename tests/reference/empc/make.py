"""Writes samples.csv and expected.csv: EMPC, its fraction and MPC by empulse. See SOURCE.md."""

import csv
import pathlib

import numpy as np
from empulse.metrics import empc_score, mpc_score

HERE = pathlib.Path(__file__).parent
COSTS = [  # alpha, beta, clv, incentive_cost, contact_cost
    (6, 14, 200, 10, 1),      # Verbraken et al. (2013).
    (2, 8, 350, 40, 3),
    (1, 1, 120, 5, 0.5),
    (20, 5, 1000, 300, 25),
]


def samples():
    random = np.random.default_rng(20130501)
    for name, rows, rate, signal, digits in [
        ("small", 24, 0.3, 1.0, 3),
        ("strong", 300, 0.2, 2.0, 6),
        ("weak", 300, 0.1, 0.3, 6),
        ("ties", 400, 0.25, 1.0, 1),
        ("rare", 500, 0.03, 1.5, 4),
        ("useless", 200, 0.4, 0.0, 4),
    ]:
        y = (random.random(rows) < rate).astype(int)
        score = 1 / (1 + np.exp(-(random.normal(size=rows) + signal * (y - 0.5) - 1)))
        yield name, y, np.round(score, digits)


def main():
    with open(HERE / "samples.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sample", "y", "score"])
        for name, y, score in samples():
            writer.writerows((name, int(a), repr(float(b))) for a, b in zip(y, score))
    with open(HERE / "expected.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sample", "alpha", "beta", "clv", "incentive_cost", "contact_cost", "empc", "fraction", "mpc"])
        for name, y, score in samples():
            for alpha, beta, clv, offer, contact in COSTS:
                costs = dict(clv=clv, incentive_cost=offer, contact_cost=contact)
                empc = empc_score(y, score, alpha=alpha, beta=beta, **costs)
                fraction = empc_score.optimal_rate(y, score, alpha=alpha, beta=beta, **costs)
                mpc = mpc_score(y, score, accept_rate=alpha / (alpha + beta), **costs)
                writer.writerow([name, alpha, beta, clv, offer, contact, *(repr(float(v)) for v in (empc, fraction, mpc))])


if __name__ == "__main__":
    main()
