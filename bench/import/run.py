"""Import of a CSV to a sorted history, against DuckDB writing the same sorted Parquet.

usage: run.py --program DIR --scratch DIR [--events N] [--customers N] [--threads N]
Prints one JSON line: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"}.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

STUDY = """
[study]
name = "import benchmark"
time_zone = "UTC"

[table.events]
role = "event"
files = ["events.csv"]
encoding = "utf-8"
delimiter = ","
header_row = 1
customer_key = "customer_id"
event_time = "event_time"
kind = "kind"
amount = "amount"

[table.events.columns]
customer_id = { type = "text", mark = "identifier" }
event_time = { type = "day", date_format = "yyyy-MM-dd" }
kind = { type = "text" }
amount = { type = "money" }

[churn]
kind = "inactivity"
table = "events"
inactive_days = 180

[cutoffs]
every_months = 3
"""


def measured(*command: object) -> dict:
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--customers", type=int, default=400_000)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    folder = options.scratch / "import"
    # An earlier run's events are used again where they are the same.
    made = folder / "made.json"
    asked = {"events": options.events, "customers": options.customers}
    if not made.exists() or json.loads(made.read_text()) != asked:
        make = [sys.executable, HERE / "make_events.py", folder, options.events,
                            options.customers]
        subprocess.run([str(part) for part in make], check=True)
        made.write_text(json.dumps(asked))
    study = folder / "study.toml"
    study.write_text(STUDY)
    peer = measured(sys.executable, HERE.parent / "peers" / "import_duckdb.py",
                    folder / "events.csv", folder / "duckdb", options.threads)
    ours = measured(options.program / "import_run", study, options.threads)
    if ours["rows"] != peer["rows"]:
        sys.exit(f"different work: {ours['rows']} and {peer['rows']} rows")
    print(json.dumps({
        "bench": "import", "peer": "duckdb", "ours_s": ours["seconds"], "peer_s": peer["seconds"],
        "ratio": round(peer["seconds"] / ours["seconds"], 2), "ours_mib": ours["mib"],
        "peer_mib": peer["mib"]}))
    shutil.rmtree(folder / "duckdb", ignore_errors=True)
    shutil.rmtree(folder / "store", ignore_errors=True)


if __name__ == "__main__":
    main()
