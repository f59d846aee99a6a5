"""The feature benchmark in Polars: the same 53 features at the same 12 cutoffs.

usage: features_polars.py FOLDER memory | parquet OUT

Prints one JSON line.
"""

import datetime
import json
import pathlib
import resource
import sys
import time

import polars as pl

CUTOFFS = [datetime.date(2023, month, 1) for month in range(1, 13)]
WINDOWS = [30, 90, 180, 365]


def aggregates(cutoff: datetime.date) -> list[pl.Expr]:
    day, amount, kind = pl.col("day"), pl.col("amount"), pl.col("kind")
    made = [pl.lit(cutoff).alias("cutoff"),
            pl.len().cast(pl.Float64).alias("events_count_all"),
            amount.sum().alias("events_amount_sum_all"),
            amount.last().alias("events_amount_last_all"),
            (pl.lit(cutoff) - day.max()).dt.total_days().alias("events_days_since_last"),
            (pl.lit(cutoff) - day.min()).dt.total_days().alias("events_days_since_first")]
    for window in WINDOWS:
        inside = day >= cutoff - datetime.timedelta(days=window)
        money = amount.filter(inside)
        made += [inside.sum().alias(f"events_count_{window}d"),
                 money.sum().alias(f"events_amount_sum_{window}d"),
                 money.mean().alias(f"events_amount_mean_{window}d"),
                 money.min().alias(f"events_amount_min_{window}d"),
                 money.max().alias(f"events_amount_max_{window}d"),
                 money.std().alias(f"events_amount_sd_{window}d"),
                 kind.filter(inside).n_unique().alias(f"events_kind_distinct_{window}d"),
                 amount.filter(inside & (kind == "a")).sum().alias(f"events_amount_sum_{window}d_a")]
        made += [(inside & (kind == k)).sum().alias(f"events_count_{window}d_{k}") for k in "abcd"]
    return made


def main(folder: pathlib.Path, mode: str, out: str) -> None:
    start = time.perf_counter()
    events = pl.scan_parquet(folder / "events.parquet").with_columns(
        pl.col("amount").cast(pl.Float64), pl.col("kind").cast(pl.Categorical)).collect()
    parts = [events.lazy().filter(pl.col("day") < cutoff).group_by("customer_id").agg(aggregates(cutoff))
             for cutoff in CUTOFFS]
    matrix = pl.concat([part.collect() for part in parts])
    if mode == "parquet":
        matrix.write_parquet(out)
    seconds = time.perf_counter() - start
    print(json.dumps({"mode": mode, "seconds": seconds, "rows": matrix.height, "features": matrix.width - 2,
                      "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
