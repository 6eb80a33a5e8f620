#!/usr/bin/env bash
# How fast the diary is written, verified and asked over 220,000 events.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
cmake --build "$here/build/release" --target bench_diary >/dev/null
"$here/build/release/bench/bench_diary"
