"""The side of lifetimes in the benchmark of lifetime value: its BG/NBD fit, and a forecast of 39 periods for each.

lifetime_lifetimes.py CUSTOMERS FILE   prints one JSON line.
"""
import json
import sys
import time
import warnings

import lifetimes
import numpy
from lifetimes import BetaGeoFitter


def main():
    customers = int(sys.argv[1])
    frequency, recency, age = numpy.fromfile(sys.argv[2]).reshape(3, customers)
    warnings.simplefilter("ignore")
    fitter = BetaGeoFitter()
    start = time.perf_counter()
    fitter.fit(frequency, recency, age)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    expected = fitter.conditional_expected_number_of_purchases_up_to_time(39, frequency, recency, age)
    forecast = time.perf_counter() - start
    parameters = [float(fitter.params_[name]) for name in ("r", "alpha", "a", "b")]
    # Its own is the penalised mean over customers, of frequencies scaled in time; no penalty here.
    loglik = -float(BetaGeoFitter._negative_log_likelihood(
        numpy.log(parameters), frequency, recency, age, numpy.ones(customers), 0.0))
    print(json.dumps({"seconds": seconds, "forecast": forecast, "parameters": parameters, "loglik": loglik,
                      "expected": float(numpy.sum(expected)), "version": lifetimes.__version__}))


if __name__ == "__main__":
    main()
