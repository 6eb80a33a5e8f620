#!/usr/bin/env bash
# How long the core plans and rehearses; and how long the independent checker then judges a year.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
cmake --build "$here/build/release" --target bench_core loaxa loaxa-check >/dev/null
"$here/build/release/bench/bench_core"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$here/build/release/bin/loaxa" simulate --demo --days 365 --seed 1 --no-check --out "$folder" >/dev/null
TIMEFORMAT='loaxa-check over that year: %U s of CPU'
time "$here/build/release/bin/loaxa-check" "$folder/diary.jsonl" "$folder/relay.jsonl" >/dev/null
