"""The feature benchmark: 20 M events, 400 k customers, 12 cutoffs x 53 features, against DuckDB and Polars.

usage: run.py --program BIN [--scratch FOLDER] [--events N] [--customers N]

Prints JSON lines {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"}. A ratio over 1: we are
faster. Against "decode", the peer is our own reading of the same columns, so the ratio is below 1.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE.parent / "peers"


def last_line(command: list) -> dict:
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def fastest(command: list) -> dict:
    """The fastest of three runs, or of two that take over 10 s each.

    A virtual machine's first touch of fresh memory can cost more than the work; the next run is spared it.
    """
    runs = [last_line(command)]
    while len(runs) < (3 if runs[0]["seconds"] < 10 else 2):
        runs.append(last_line(command))
    return min(runs, key=lambda run: run["seconds"])


def report(bench: str, peer: str, ours: dict, theirs: dict) -> None:
    print(json.dumps({"bench": bench, "peer": peer, "ours_s": round(ours["seconds"], 3),
                      "peer_s": round(theirs["seconds"], 3),
                      "ratio": round(theirs["seconds"] / ours["seconds"], 2),
                      "ours_mib": round(ours["mib"]), "peer_mib": round(theirs["mib"])}), flush=True)


def check_same(ours: pathlib.Path, theirs: pathlib.Path) -> None:
    """Every 97th customer has the same values, to 1e-9 of their size."""
    import polars as pl

    sample = pl.col("customer_id").str.slice(1).cast(pl.Int64) % 97 == 0
    mine = pl.scan_parquet(ours).rename({"customer_key": "customer_id"}).filter(sample).collect()
    peer = pl.scan_parquet(theirs).filter(sample).collect()
    names = [name for name in peer.columns if name not in ("customer_id", "cutoff")]
    both = mine.join(peer, on=["customer_id", "cutoff"], suffix="_peer", how="full", coalesce=True)
    if not both.height == mine.height == peer.height:
        sys.exit(f"rows differ: {mine.height} and {peer.height}")
    for name in names:
        a, b = pl.col(name).cast(pl.Float64), pl.col(f"{name}_peer").cast(pl.Float64)
        # A difference of sums of squares is good to fewer digits than a sum.
        limit = 1e-6 if "_sd_" in name else 1e-9
        differs = (a.is_null() != b.is_null()) | ((a - b).abs() > limit * (1 + b.abs()))
        wrong = both.filter(differs.fill_null(False))
        if wrong.height:
            sys.exit(f"{name} differs in {wrong.height} rows: {wrong.select('customer_id', 'cutoff', name, name + '_peer').head(3)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--scratch", dest="folder", type=pathlib.Path)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--customers", type=int, default=400_000)
    options = parser.parse_args()
    options.program = options.program / "features_run"
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or pathlib.Path(temporary)
        if not (folder / "events.parquet").exists():
            subprocess.run([sys.executable, HERE / "make_events.py", folder, str(options.events), str(options.customers)],
                           check=True)
        if not (folder / "store").exists():
            last_line([options.program, "import", folder])
        ours = {mode: fastest([options.program, mode, folder, folder / "ours.parquet"])
                for mode in ("decode", "memory", "parquet")}
        report("features/memory", "decode", ours["memory"], ours["decode"])
        for peer in ("polars", "duckdb"):
            for mode in ("memory", "parquet"):
                theirs = fastest([sys.executable, PEERS / f"features_{peer}.py", folder, mode, folder / f"{peer}.parquet"])
                report(f"features/{mode}", peer, ours[mode], theirs)
            check_same(folder / "ours.parquet", folder / f"{peer}.parquet")
        customer = last_line([options.program, "customer", folder, "C0000001"])
        print(json.dumps({"bench": "features/customer_cold", "peer": "limit", "ours_s": customer["seconds"],
                          "peer_s": 0.1, "ratio": round(0.1 / customer["seconds"], 2),
                          "ours_mib": customer["mib"], "peer_mib": 0}))


if __name__ == "__main__":
    main()
