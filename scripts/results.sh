#!/usr/bin/env bash
# Makes docs/results.md: the whole shelf on the shared sets, and today's tools on the same rows.
# usage: results.sh     SETS="telco caravan" (functions of bench/results/sets.py) in the environment does those only
set -euo pipefail
cd "$(dirname "$0")/.."
build/venv/bin/python bench/results/results.py --program build/release/bin --scratch build/bench/results \
  --data ../shared/data --write docs/results.md
