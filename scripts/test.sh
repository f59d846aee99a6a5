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
export TSAN_OPTIONS=suppressions=$PWD/tests/suppressions/tsan.txt:halt_on_error=1

mkdir -p build
cmake --preset "$preset" >build/configure.log || { cat build/configure.log; exit 1; }
cmake --build --preset "$preset" -- -j"$jobs"
ctest --preset "$preset" -j"$jobs" --no-tests=error
