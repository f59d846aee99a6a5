"""Frequent item sets by FP-growth against mlxtend, on groceries, T10I4D100K and made baskets.

run.py --program FOLDER [--python PEER_PYTHON] [--scratch FOLDER] [--data SHARED_DATA]

Prints one JSON line a benchmark: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"} and that both
sides found the same sets. Times are of the mining alone; memory is the peak of the process. The first two data sets
are left out where the shared data are absent. Needs mlxtend in PEER_PYTHON.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE.parent / "peers" / "pattern_mlxtend.py"
SHARED = HERE.parent.parent.parent / "shared" / "data"


def measured(command):
    """The last line of output as JSON, with the process's peak memory."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return {**json.loads(output.strip().splitlines()[-1]), "mib": round(usage.ru_maxrss / 1024, 1)}


def best(command, times=3):
    return min((measured(command) for _ in range(times)), key=lambda result: result["seconds"])


def groceries(data, path):
    numbers = {}
    with open(data / "groceries" / "groceries.csv", encoding="utf-8") as file, open(path, "w", encoding="ascii") as out:
        for row in csv.reader(file):
            print(*(numbers.setdefault(name.strip(), len(numbers)) for name in row), file=out)


def made(path):
    """Baskets of planted groups of four items and of items by themselves."""
    draw = random.Random(20240331)
    groups = [[draw.randrange(500) for _ in range(4)] for _ in range(60)]
    with open(path, "w", encoding="ascii") as out:
        for _ in range(20_000):
            basket = [draw.randrange(500) for _ in range(draw.randint(1, 8))]
            for _ in range(draw.randint(0, 2)):
                basket += [item for item in draw.choice(groups) if draw.random() < 0.8]
            print(*basket, file=out)


def giants(path, giants_count):
    """100,000 small baskets of 5,000 items, and so many of nearly all items beside them."""
    draw = random.Random(20240402)
    with open(path, "w", encoding="ascii") as out:
        for _ in range(100_000):
            basket = [draw.randrange(5000) for _ in range(draw.randint(0, 10))]
            basket += [(item * 7 + 3) % 5000 for item in basket if draw.random() < 0.5]
            print(*basket, file=out)
        for _ in range(giants_count):
            print(*(item for item in range(5000) if draw.random() < 0.9), file=out)


def unharmed(arguments, folder, support):
    """Our own time with thirty giant baskets over that without."""
    seconds, sets = [], []
    for count in (0, 30):
        giants(folder / "giants.txt", count)
        found = best([pathlib.Path(arguments.program) / "pattern_run", folder / "giants.txt", support])
        seconds.append(found["seconds"])
        sets.append(found["sets"])
    print(json.dumps({"bench": f"item_sets with 30 baskets of 4,500 items {support}", "peer": "without them",
                      "ours_s": seconds[1], "peer_s": seconds[0], "ratio": round(seconds[0] / seconds[1], 2),
                      "ours_mib": found["mib"], "sets": sets[1]}), flush=True)


def compare(arguments, name, path, supports):
    for support in supports:
        ours = best([pathlib.Path(arguments.program) / "pattern_run", path, support])
        theirs = best([arguments.python, PEER, path, support])
        if (ours["sets"], ours["counts"]) != (theirs["sets"], theirs["counts"]):
            sys.exit(f"{name} {support}: {ours} and {theirs}")
        print(json.dumps({"bench": f"item_sets {name} {support}", "peer": f"mlxtend {theirs['version']}",
                          "ours_s": ours["seconds"], "peer_s": round(theirs["seconds"], 4),
                          "ratio": round(theirs["seconds"] / ours["seconds"], 2), "ours_mib": ours["mib"],
                          "peer_mib": theirs["mib"], "sets": ours["sets"]}), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="folder of our executables")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch")
    parser.add_argument("--data", type=pathlib.Path, default=SHARED)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.scratch or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        made(folder / "made.txt")
        compare(arguments, "made", folder / "made.txt", [0.002])
        unharmed(arguments, folder, 0.001)
        if (arguments.data / "groceries").exists():
            groceries(arguments.data, folder / "groceries.txt")
            compare(arguments, "groceries", folder / "groceries.txt", [0.006, 0.001])
        quest = arguments.data / "t10i4d100k" / "T10I4D100K.dat"
        if quest.exists():
            compare(arguments, "T10I4D100K", quest, [0.005, 0.001])


if __name__ == "__main__":
    main()
