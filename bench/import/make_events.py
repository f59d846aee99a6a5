"""Makes the events of the import benchmark: FOLDER/events.csv, in order of time.

usage: make_events.py FOLDER [EVENTS [CUSTOMERS]]
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

FIRST_DAY = 18628  # 2021-01-01
DAYS = 1095        # to 2023-12-31
PIECE = 1_000_000
KINDS = ["payment", "claim", "call", "complaint", "visit", "reminder", "refund", "change"]


def pieces(events: int, customers: int):
    """Tables of PIECE rows; the seed of each is its number, so any prefix is always the same."""
    keys = pa.array([f"C{i:07d}" for i in range(customers)])
    kinds = pa.array(KINDS)
    for number, begin in enumerate(range(0, events, PIECE)):
        rows = min(PIECE, events - begin)
        random = np.random.default_rng([20240331, number])
        customer = random.integers(0, customers, rows)
        day = FIRST_DAY + (np.arange(begin, begin + rows) * DAYS) // events
        words = np.zeros((rows, 2), dtype=np.int64)  # Low words of 128-bit decimals.
        words[:, 0] = random.integers(1, 100_000, rows)
        yield pa.table({
            "customer_id": keys.take(pa.array(customer)),
            "event_time": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "kind": kinds.take(pa.array(random.integers(0, len(KINDS), rows))),
            "amount": pa.Array.from_buffers(pa.decimal128(18, 2), rows,
                                            [None, pa.py_buffer(words)]),
        })


def main(folder: pathlib.Path, events: int, customers: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    writer = None
    options = csv.WriteOptions(quoting_style="none")
    for piece in pieces(events, customers):
        if writer is None:
            writer = csv.CSVWriter(folder / "events.csv", piece.schema, write_options=options)
        writer.write_table(piece)
    writer.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000_000,
         int(sys.argv[3]) if len(sys.argv) > 3 else 400_000)
