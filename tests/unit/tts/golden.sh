#!/bin/bash
# The golden tables: each written line is read as its spoken form, word for word; no word of it makes
# espeak-ng change to its English voice. golden/*.tsv are our own rows: written TAB spoken.
set -eu
folder=$(dirname "$0")/golden
export LC_ALL=C.UTF-8
LOAXA_STATION=/nonexistent python3 - "$LOAXA_BIN/loaxa" "$folder"/*.tsv <<'PY'
import re
import subprocess
import sys

rows = []
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.startswith("#"):
                written, spoken = line.rstrip("\n").split("\t")
                rows.append((f"{path.rsplit('/', 1)[-1]}:{number}", written, spoken))
run = subprocess.run([sys.argv[1], "normalise"], input="".join(w + "\n" for _, w, _ in rows).encode(),
                     capture_output=True)
heard = run.stdout.decode().split("\n")[:-1]
faults = 0
if len(heard) != len(rows):
    sys.exit(f"{len(rows)} lines in, {len(heard)} lines out")
for (place, written, spoken), line in zip(rows, heard):
    words = " ".join(re.sub("[,.;:?]", " ", line).split())
    if words != spoken:
        faults += 1
        print(f"{place}: {written}\n  want {spoken}\n  have {words}")
if run.stderr:
    faults += 1
    print(run.stderr.decode())
print(f"{len(rows)} rows, {faults} faults")
sys.exit(1 if faults or len(rows) < 400 else 0)
PY
