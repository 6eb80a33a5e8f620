#!/bin/bash
# Benchmark of the normaliser: MB/s, and whether ten times the text takes ten times the time (linear)
# for plain bulletins, digits, commas, brackets and one endless word. Not a test: it prints figures.
# Usage: tests/bench/normaliser.sh [BUILD/bin]
set -eu
bin=${1:-build/release/bin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOAXA_STATION=/nonexistent
repeat() { python3 -c 'import sys
unit = sys.argv[1].encode().decode("unicode_escape").encode("latin-1") if sys.argv[3] == "e" else sys.argv[1].encode()
size = int(sys.argv[2])
sys.stdout.buffer.write((unit * (size // len(unit) + 1))[:size].decode("utf-8", "ignore").encode())' "$1" "$2" "$3"; }
# Processor time, the least of some runs: a busy machine does not change it much.
seconds() { python3 -c 'import resource, subprocess, sys
def used():
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime
best = float("inf")
for _ in range(int(sys.argv[1])):
    before = used()
    subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    best = min(best, used() - before)
print("%.3f" % best)' "$@"; }
bulletin='Thực hiện Công văn số 1032-CV/TU, ngày 22/4/2026 của Thường trực Tỉnh ủy, lúc 7h30 tại UBND xã: hỗ trợ 1.500.000đ/hộ, giảm 2,5% hộ nghèo. '
printf '%-12s %9s %9s %7s %7s\n' text '1 MB (s)' '10 MB (s)' ratio MB/s
row() {
    repeat "$2" 1000000 "${3:-p}" >"$work/1"
    repeat "$2" 10000000 "${3:-p}" >"$work/10"
    one=$(seconds 3 "$bin/loaxa" normalise --document "$work/1")
    ten=$(seconds 2 "$bin/loaxa" normalise --document "$work/10")
    python3 -c 'import sys; a, b = map(float, sys.argv[2:]); print("%-12s %9.3f %9.3f %7.1f %7.1f" % (sys.argv[1], a, b, b / a, 10 / b))' "$1" "$one" "$ten"
}
row bulletin "$bulletin"
row paragraphs "$bulletin\n" e 2>/dev/null || true
row digits 7
row commas '1, '
row dashes '1-'
row brackets '((['
row 'one word' a
row slashes 'a/b/'
row dots .
row letters 'A.B.'
row marks 'e̋̂'
