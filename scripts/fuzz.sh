#!/usr/bin/env bash
# Builds the libFuzzer targets with clang and runs each for a short while on its corpus.
# usage: fuzz.sh [SECONDS_EACH]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}

mkdir -p build
cmake --preset fuzz >build/configure.log || { cat build/configure.log; exit 1; }
cmake --build --preset fuzz --target fuzzers
passed=0
for target in build/fuzz/bin/*_fuzz; do
  name=$(basename "$target" _fuzz)
  scratch=$(mktemp -d)
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$scratch/" "$scratch" "fuzz/corpus/$name" >"$scratch/log" 2>&1 ||
    { tail -40 "$scratch/log"; echo "fuzz target $name failed; input kept in $scratch"; exit 1; }
  grep -E 'number_of_executed_units' "$scratch/log" | sed "s/^/$name: /"
  rm -rf "$scratch"
  passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
