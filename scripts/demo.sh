#!/usr/bin/env bash
# The main job on real data: 105,555 rows of a Spanish motor portfolio, from the raw file to the
# ranked watch list and its report.
# usage: demo.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/$1
cd examples/motor-renewal
rm -rf store out
"$program" run study.toml
