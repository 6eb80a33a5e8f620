#!/usr/bin/env bash
# What the voice chain gains through a horn across a field, by the model under ../shared (skipped where it is absent).
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
model=$here/../shared/loudspeaker/experiment.py
[ -e "$model" ] || { echo "skipped: no loudspeaker model (../shared)"; exit 0; }
/usr/bin/python3 -c 'import numpy, scipy' 2>/dev/null || { echo "skipped: python3-numpy and python3-scipy are missing"; exit 0; }
/usr/bin/python3 "$model" -- "$here/build/release/bin/loaxa-horn" | grep -v '^crest'
/usr/bin/python3 "$here/tests/bench/horn_distortion.py" "$here/build/release/bin/loaxa-horn"
