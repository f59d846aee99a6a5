"""Makes the events of the feature benchmark: FOLDER/events.parquet, sorted by customer and day.

usage: make_events.py FOLDER [EVENTS] [CUSTOMERS]
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST_DAY = 18628  # 2021-01-01
DAYS = 1095        # to 2023-12-31


def main(folder: pathlib.Path, events: int, customers: int) -> None:
    random = np.random.default_rng(20240331)
    folder.mkdir(parents=True, exist_ok=True)
    # Everyone comes once in the first month, so that all are active at every cutoff.
    customer = np.concatenate([np.arange(customers), random.integers(0, customers, events - customers)])
    day = np.concatenate([random.integers(0, 31, customers), random.integers(0, DAYS, events - customers)])
    order = np.lexsort((day, customer))
    customer, day = customer[order].astype(np.int32), day[order].astype(np.int32)
    kind = random.choice(5, size=events, p=[0.35, 0.25, 0.2, 0.12, 0.08]).astype(np.int8)
    cents = random.integers(1, 100_000, events)
    keys = pa.array([f"C{i:07d}" for i in range(customers)])
    kinds = pa.array(["a", "b", "c", "d", "e"])
    # Money as decimal(18,2): low words of 128-bit numbers.
    words = np.zeros((events, 2), dtype=np.int64)
    words[:, 0] = cents
    amount = pa.Array.from_buffers(pa.decimal128(18, 2), events, [None, pa.py_buffer(words)])
    table = pa.table({
        "customer_id": pa.DictionaryArray.from_arrays(pa.array(customer), keys).cast(pa.string()),
        "day": pa.array(day + FIRST_DAY, pa.int32()).cast(pa.date32()),
        "kind": pa.DictionaryArray.from_arrays(pa.array(kind), kinds).cast(pa.string()),
        "amount": amount,
    })
    pq.write_table(table, folder / "events.parquet", row_group_size=1_000_000)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000_000,
         int(sys.argv[3]) if len(sys.argv) > 3 else 400_000)
