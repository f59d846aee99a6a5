"""lifelines' side of the survival benchmarks.

survival_lifelines.py cox|concordance ROWS COLUMNS DATA   prints one JSON line.
"""
import json
import sys
import time

import lifelines
import numpy as np
import pandas as pd
from lifelines.utils import concordance_index


def main():
    rows, columns = int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[4], "rb") as file:
        x = np.fromfile(file, dtype=np.float64, count=rows * columns).reshape(rows, columns)
        exit_time = np.fromfile(file, dtype=np.float64, count=rows)
        event = np.fromfile(file, dtype=np.uint8, count=rows)
    if sys.argv[1] == "concordance":
        score = x[:, 0].copy()
        start = time.perf_counter()
        found = concordance_index(exit_time, score, event)
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "concordance": found, "version": lifelines.__version__}))
        return
    frame = pd.DataFrame(x, columns=[f"x{c}" for c in range(columns)])
    frame["time"], frame["event"] = exit_time, event
    model = lifelines.CoxPHFitter()
    start = time.perf_counter()
    model.fit(frame, "time", "event")
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "loglik": model.log_likelihood_, "beta": list(model.params_),
                      "version": lifelines.__version__}))


main()
