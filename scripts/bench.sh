#!/usr/bin/env bash
# Measures this machine against today's tools on the same work, in one run, and prints one JSON line
# each: {"bench", "peer", "ours_s", "peer_s", "ratio", "ours_mib", "peer_mib"}. ratio = peer ÷ ours.
# usage: bench.sh [NAME]     NAME: a folder under bench/ (import, features, models …); default: all
#                            but scale, which takes 15 GB of disk
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-}
python=$PWD/build/venv/bin/python

mkdir -p build
cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
cmake --build --preset release --target benches >build/bench-build.log || { tail -50 build/bench-build.log; exit 1; }
failed=()
for folder in bench/*/; do
  name=$(basename "$folder")
  [ -f "$folder/run.py" ] || continue
  [ -z "$wanted" ] || [ "$wanted" = "$name" ] || continue
  [ "$name" != scale ] || [ "$wanted" = scale ] || continue
  "$python" "$folder/run.py" --program build/release/bin --scratch "build/bench/$name" || failed+=("$name")
done
[ ${#failed[@]} = 0 ] || { echo "bench: did not end: ${failed[*]}" >&2; exit 1; }
