"""The feature benchmark in DuckDB: the same 53 features at the same 12 cutoffs.

usage: features_duckdb.py FOLDER memory | parquet OUT

Prints one JSON line.
"""

import json
import pathlib
import resource
import sys
import time

import duckdb

CUTOFFS = [f"2023-{month:02}-01" for month in range(1, 13)]
WINDOWS = [30, 90, 180, 365]


def query(cutoff: str) -> str:
    made = ["customer_id", f"DATE '{cutoff}' AS cutoff",
            "count(*)::DOUBLE AS events_count_all",
            "sum(amount) AS events_amount_sum_all",
            "arg_max(amount, position) AS events_amount_last_all",
            f"DATE '{cutoff}' - max(day) AS events_days_since_last",
            f"DATE '{cutoff}' - min(day) AS events_days_since_first"]
    for window in WINDOWS:
        inside = f"day >= DATE '{cutoff}' - {window}"
        made += [f"count(*) FILTER ({inside}) AS events_count_{window}d",
                 f"coalesce(sum(amount) FILTER ({inside}), 0) AS events_amount_sum_{window}d",
                 f"avg(amount) FILTER ({inside}) AS events_amount_mean_{window}d",
                 f"min(amount) FILTER ({inside}) AS events_amount_min_{window}d",
                 f"max(amount) FILTER ({inside}) AS events_amount_max_{window}d",
                 f"stddev_samp(amount) FILTER ({inside}) AS events_amount_sd_{window}d",
                 # Faster here than count(DISTINCT kind) with a filter.
                 f"coalesce(bit_count(bit_or(1 << enum_code(kind)) FILTER ({inside})), 0) AS events_kind_distinct_{window}d",
                 f"coalesce(sum(amount) FILTER ({inside} AND kind = 'a'), 0) AS events_amount_sum_{window}d_a"]
        made += [f"count(*) FILTER ({inside} AND kind = '{k}') AS events_count_{window}d_{k}" for k in "abcd"]
    return f"SELECT {', '.join(made)} FROM events WHERE day < DATE '{cutoff}' GROUP BY customer_id"


def main(folder: pathlib.Path, mode: str, out: str) -> None:
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"""CREATE TABLE events AS
        SELECT customer_id, day, kind::ENUM('a', 'b', 'c', 'd', 'e') AS kind, amount::DOUBLE AS amount,
               file_row_number AS position
        FROM read_parquet('{folder / "events.parquet"}', file_row_number = true)""")
    everything = " UNION ALL ".join(query(cutoff) for cutoff in CUTOFFS)
    if mode == "parquet":
        connection.execute(f"COPY ({everything}) TO '{out}' (FORMAT parquet)")
        rows = 0
    else:
        # A table in memory costs DuckDB less than handing the rows to Python.
        connection.execute(f"CREATE TABLE matrix AS {everything}")
        rows = connection.execute("SELECT count(*) FROM matrix").fetchone()[0]
    seconds = time.perf_counter() - start
    print(json.dumps({"mode": mode, "seconds": seconds, "rows": rows, "features": 53,
                      "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
