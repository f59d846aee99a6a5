"""Writes values.csv: expected purchases, chances alive and spend by the package lifetimes, and contract fits by SciPy.

usage: python make.py
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, hyp2f1
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from lifetimes.datasets import load_cdnow_summary, load_cdnow_summary_data_with_monetary_value

CUSTOMERS = [(0, 0, 38.86), (0, 0, 27.0), (1, 1.71, 38.86), (2, 30.43, 38.86), (7, 29.43, 38.86), (26, 30.86, 31.0),
             (5, 12.0, 12.0), (3, 0.29, 20.0)]
HORIZONS = [1, 13, 39, 200]


def write(out, name, values):
    out.write(name + "," + " ".join(repr(float(v)) for v in np.ravel(values)) + "\n")


def purchases(out, name, fitter, keys, params):
    fitter.params_ = pd.Series(params, index=keys)
    x, t_x, age = (np.array(c, dtype=float) for c in zip(*CUSTOMERS))
    write(out, f"{name}.parameters", params)
    write(out, f"{name}.alive", fitter.conditional_probability_alive(x, t_x, age))
    for t in HORIZONS:
        values = [float(np.ravel(fitter.conditional_expected_number_of_purchases_up_to_time(t, *c))[0]) for c in CUSTOMERS]
        write(out, f"{name}.expected.{t}", values)
    write(out, f"{name}.new", [float(np.ravel(fitter.expected_number_of_purchases_up_to_time(t))[0]) for t in HORIZONS])


def counts(out):
    """Chances of n purchases: of a new customer (BG/NBD) and after a history (Pareto/NBD)."""
    fitter = BetaGeoFitter()
    fitter.params_ = pd.Series([0.243, 4.414, 0.793, 2.426], index=["r", "alpha", "a", "b"])
    write(out, "bg.chances.39", [float(fitter.probability_of_n_purchases_up_to_time(39, n)) for n in range(12)])
    fitter = ParetoNBDFitter()
    fitter.params_ = pd.Series([0.553, 10.578, 0.606, 11.669], index=["r", "alpha", "s", "beta"])
    for i, (x, t_x, age) in enumerate(CUSTOMERS):
        values = [float(fitter.conditional_probability_of_n_purchases_up_to_time(n, 39, x, t_x, age)) for n in range(12)]
        write(out, f"pareto.chances.{i}", values)


def fitted(out, name, fitter):
    data = load_cdnow_summary(index_col=[0])
    fitter.fit(data["frequency"], data["recency"], data["T"])
    write(out, f"{name}.fit", fitter.params_.values)


CASES = {
    "regular": [1000, 631, 468, 382, 326, 289, 262, 241],
    "high_end": [1000, 869, 743, 653, 593, 551, 517, 491],
}


def contracts(out, name, alive, has_power):
    alive = np.array(alive, dtype=float)
    t = np.arange(len(alive))

    def log_survival(theta):
        gamma, delta = np.exp(theta[:2])
        power = np.exp(theta[2]) if has_power else 1.0
        return betaln(gamma, delta + t**power) - betaln(gamma, delta)

    def cost(theta):
        log_s = log_survival(theta)
        s = np.exp(log_s)
        return -np.sum((alive[:-1] - alive[1:]) * np.log(s[:-1] - s[1:])) - alive[-1] * log_s[-1]

    best = np.zeros(3 if has_power else 2)
    for _ in range(20):
        best = minimize(cost, best, method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-13, "maxiter": 20000}).x
    write(out, name + ".fit", np.exp(best))
    write(out, name + ".loglik", [-cost(best)])


def main():
    with open("values.csv", "w", encoding="ascii") as out:
        purchases(out, "bg", BetaGeoFitter(), ["r", "alpha", "a", "b"], [0.243, 4.414, 0.793, 2.426])
        purchases(out, "mbg", ModifiedBetaGeoFitter(), ["r", "alpha", "a", "b"], [0.525, 6.183, 0.891, 1.614])
        purchases(out, "pareto", ParetoNBDFitter(), ["r", "alpha", "s", "beta"], [0.553, 10.578, 0.606, 11.669])
        counts(out)
        for name, fitter in (("bg", BetaGeoFitter()), ("mbg", ModifiedBetaGeoFitter()), ("pareto", ParetoNBDFitter())):
            fitted(out, name, fitter)
        spend = load_cdnow_summary_data_with_monetary_value()
        spend = spend[spend["frequency"] > 0]
        fitter = GammaGammaFitter()
        fitter.fit(spend["frequency"], spend["monetary_value"])
        write(out, "spend.fit", fitter.params_.values)
        fitter.params_ = pd.Series([6.25, 3.74, 15.44], index=["p", "q", "v"])
        x = np.array([0.0, 1, 2, 10])
        write(out, "spend.expected", fitter.conditional_expected_average_profit(x, np.array([0.0, 5, 40, 80])))
        for name, alive in CASES.items():
            contracts(out, "sbg." + name, alive, False)
            contracts(out, "bdw." + name, alive, True)
        # Fader & Hardie 2010, equation 6, for the published high-end segment at 10 % a year.
        alpha, beta, d = 0.668, 3.806, 0.1
        write(out, "sbg.derl", [(beta + n - 1) / (alpha + beta + n - 1) * hyp2f1(1, beta + n, alpha + beta + n, 1 / (1 + d))
                                for n in range(1, 6)])


main()
