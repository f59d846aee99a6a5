"""mlxtend's side of the benchmark of item sets: its FP-growth on a table it has made already.

pattern_mlxtend.py BASKETS SUPPORT   prints one JSON line.
"""
import json
import sys
import time

import mlxtend
import pandas
from mlxtend.frequent_patterns import fpgrowth
from mlxtend.preprocessing import TransactionEncoder


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        baskets = [[int(item) for item in line.split()] for line in file]
    encoder = TransactionEncoder()
    table = pandas.DataFrame(encoder.fit(baskets).transform(baskets), columns=encoder.columns_)
    start = time.perf_counter()
    sets = fpgrowth(table, min_support=float(sys.argv[2]), max_len=10)
    seconds = time.perf_counter() - start
    counts = int((sets["support"] * len(baskets)).round().sum())
    print(json.dumps({"seconds": seconds, "sets": len(sets), "counts": counts, "version": mlxtend.__version__}))


if __name__ == "__main__":
    main()
