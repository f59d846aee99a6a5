"""DuckDB's side of the import benchmark: the same CSV to the same rows, sorted by (hash of the
customer, customer, time), in Parquet files of 64 MB with row groups as large as ours.

usage: import_duckdb.py EVENTS_CSV OUT_FOLDER [THREADS]; prints seconds and MiB as JSON.
"""

import json
import pathlib
import resource
import shutil
import sys
import time

import duckdb


def main(events: str, out: str, threads: int) -> None:
    shutil.rmtree(out, ignore_errors=True)
    pathlib.Path(out).mkdir(parents=True)
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute(f"SET temp_directory = '{out}/spill'")
    begin = time.perf_counter()
    connection.execute(f"""
        COPY (
            SELECT *, hash(customer_id) AS customer_hash
            FROM read_csv('{events}', header = true, columns = {{
                'customer_id': 'VARCHAR', 'event_time': 'DATE', 'kind': 'VARCHAR',
                'amount': 'DECIMAL(18, 2)'}})
            ORDER BY customer_hash, customer_id, event_time
        ) TO '{out}/events' (FORMAT parquet, ROW_GROUP_SIZE 131072, FILE_SIZE_BYTES '64MB')
    """)
    seconds = time.perf_counter() - begin
    rows = connection.execute(f"SELECT count(*) FROM '{out}/events/*.parquet'").fetchone()[0]
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": round(seconds, 3), "mib": mib, "rows": rows}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 2)
