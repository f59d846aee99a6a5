"""The CHAID package's side of the CHAID benchmark.

chaid_package.py ROWS COLUMNS DATA   prints one JSON line.
"""
import importlib.metadata
import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
from CHAID import NominalColumn, OrdinalColumn, Tree  # noqa: E402


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    with open(sys.argv[3], "rb") as file:
        x = np.fromfile(file, dtype=np.float64, count=rows * columns).reshape(columns, rows).astype(np.int64)
        y = np.fromfile(file, dtype=np.uint8, count=rows)
    kinds = [OrdinalColumn(x[c]) if c % 2 == 0 else NominalColumn(x[c]) for c in range(columns)]
    start = time.perf_counter()
    tree = Tree(kinds, NominalColumn(y), {"alpha_merge": 0.05, "max_depth": 3, "min_parent_node_size": 1000,
                                          "min_child_node_size": 1})
    nodes = list(tree)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "version": importlib.metadata.version("CHAID"),
                      "leaves": sum(node.is_terminal for node in nodes), "statistic": float(nodes[0].split.score)}))


main()
