"""The largest history we promise: 100 M events of 2 M customers, against the limits of the design.

usage: run.py --program DIR --scratch DIR [--events N] [--customers N] [--steps import,features,customer]

Takes about 15 GB of disk and ten minutes, so `make bench` runs it only when asked: `make bench BENCH=scale`.
Prints JSON lines {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"}, where the peer is the
limit; a figure without a limit is null. Fails where a limit is passed. Events are kept in the scratch folder
and used again, as is the store where the import is not among the steps.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MEMORY_MIB = 4096
CUSTOMER_S = 0.1
CUSTOMERS_READ = 5


def last_line(*command: object) -> dict:
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def forget(folder: pathlib.Path) -> None:
    """Makes the system drop what it holds of the folder's files in memory."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def report(bench: str, ours: dict, limit_s: float | None) -> bool:
    """Prints a line; false where a limit is passed."""
    ratio = round(limit_s / ours["seconds"], 2) if limit_s else None
    print(json.dumps({"bench": bench, "peer": "limit", "ours_s": round(ours["seconds"], 4), "peer_s": limit_s,
                      "ratio": ratio, "ours_mib": round(ours["mib"]), "peer_mib": MEMORY_MIB}), flush=True)
    return ours["mib"] <= MEMORY_MIB and (limit_s is None or ours["seconds"] <= limit_s)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--customers", type=int, default=2_000_000)
    parser.add_argument("--steps", default="import,features,customer")
    options = parser.parse_args()
    steps = options.steps.split(",")
    folder = options.scratch / "scale"
    program = options.program / "features_run"
    made = folder / "made.json"
    asked = {"events": options.events, "customers": options.customers}
    if not made.exists() or json.loads(made.read_text()) != asked:
        shutil.rmtree(folder / "store", ignore_errors=True)
        make = [sys.executable, HERE / "make_events.py", folder, options.events, options.customers]
        subprocess.run([str(part) for part in make], check=True)
        made.write_text(json.dumps(asked))

    is_within = True
    if "import" in steps:
        shutil.rmtree(folder / "store", ignore_errors=True)
        ours = last_line(program, "import", folder)
        if ours["rows"] != options.events:
            sys.exit(f"{ours['rows']} rows in the store, should be {options.events}")
        is_within &= report("scale/import", ours, None)
    if "features" in steps:
        is_within &= report("scale/features", last_line(program, "parquet", folder, folder / "features.parquet"), None)
        (folder / "features.parquet").unlink()
    if "customer" in steps:
        # The slowest of some customers, in a process of its own each, nothing of the store in memory.
        slowest = None
        for i in range(CUSTOMERS_READ):
            forget(folder / "store")
            key = f"C{options.customers * i // CUSTOMERS_READ:07d}"
            ours = last_line(program, "customer", folder, key)
            if slowest is None or ours["seconds"] > slowest["seconds"]:
                slowest = ours
        is_within &= report("scale/customer_cold", slowest, CUSTOMER_S)
    if not is_within:
        sys.exit("a limit is passed")


if __name__ == "__main__":
    main()
