#!/usr/bin/env bash
# Builds one preset with all its tests and runs them. The closing lines are ctest's own.
# usage: test.sh PRESET JOBS
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
jobs=$2

export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export LSAN_OPTIONS=suppressions=$PWD/tests/suppressions/lsan.txt
export UBSAN_OPTIONS=print_stacktrace=1
# Without suppress_equal_addresses=0 every suppressed report is looked up in a list of all before: the
# tests of boosting, whose XGBoost is full of them, take an hour in place of half a minute.
export TSAN_OPTIONS=suppressions=$PWD/tests/suppressions/tsan.txt:halt_on_error=1:suppress_equal_addresses=0

# Tests run side by side. XGBoost's threads wait for each other by spinning, which takes ten times as
# long once other processes want the cores too.
export OMP_WAIT_POLICY=passive

mkdir -p build
cmake --preset "$preset" >build/configure.log || { cat build/configure.log; exit 1; }
cmake --build --preset "$preset" -- -j"$jobs"

# ThreadSanitizer of gcc 12 knows the usual memory layout only; kernels that spread addresses wider
# (vm.mmap_rnd_bits above 28) kill it at random with "unexpected memory mapping". Without address
# randomisation the layout is always the usual one. Some containers forbid to turn it off.
launcher=()
if [ "$preset" = tsan ]; then
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    launcher=(setarch "$(uname -m)" -R)
  elif [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 ]; then
    echo "test.sh: run 'sysctl vm.mmap_rnd_bits=28' as root if ThreadSanitizer dies at start" >&2
  fi
fi
"${launcher[@]}" ctest --preset "$preset" -j"$jobs" --no-tests=error
