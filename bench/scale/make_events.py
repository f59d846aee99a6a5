"""Makes the events of the scale benchmark: FOLDER/events.csv, in order of time, a piece at a time.

usage: make_events.py FOLDER [EVENTS [CUSTOMERS]]
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

FIRST_DAY = 18628  # 2021-01-01
DAYS = 1095        # to 2023-12-31
FIRST_DAYS = 31    # Everyone comes once within these, so that all are active at every cutoff.
PIECE = 1_000_000
KINDS = ["a", "b", "c", "d", "e"]
SHARES = [0.35, 0.25, 0.2, 0.12, 0.08]


def pieces(events: int, customers: int):
    """Tables of PIECE rows; the seed of each is its number."""
    keys = pa.array([f"C{i:07d}" for i in range(customers)])
    kinds = pa.array(KINDS)
    for number, begin in enumerate(range(0, events, PIECE)):
        place = np.arange(begin, min(begin + PIECE, events))
        random = np.random.default_rng([20240331, number])
        is_first = place < customers
        later = FIRST_DAYS + (place - customers) * (DAYS - FIRST_DAYS) // max(events - customers, 1)
        day = np.where(is_first, place * FIRST_DAYS // customers, later)
        customer = np.where(is_first, place, random.integers(0, customers, len(place)))
        words = np.zeros((len(place), 2), dtype=np.int64)  # Low words of 128-bit decimals.
        words[:, 0] = random.integers(1, 100_000, len(place))
        yield pa.table({
            "customer_id": keys.take(pa.array(customer)),
            "day": pa.array((FIRST_DAY + day).astype(np.int32)).cast(pa.date32()),
            "kind": kinds.take(pa.array(random.choice(len(KINDS), size=len(place), p=SHARES))),
            "amount": pa.Array.from_buffers(pa.decimal128(18, 2), len(place),
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
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000_000,
         int(sys.argv[3]) if len(sys.argv) > 3 else 2_000_000)
