#!/bin/bash
# An oracle from outside: after normalisation espeak-ng finds nothing that it takes for English. Its
# phonemes show "(en)" where it does, as it shows for the same lines unread.
set -eu
command -v espeak-ng >/dev/null || { echo "espeak-ng is not installed"; exit 77; }
folder=$(dirname "$0")/golden
export LC_ALL=C.UTF-8 LOAXA_STATION=/nonexistent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed '/^#/d; s/\t.*//' "$folder"/*.tsv >"$work/written"
"$LOAXA_BIN/loaxa" normalise "$work/written" >"$work/spoken"
for seed in "${LOAXA_SHARED:-/nonexistent}"/seeds/*.txt; do
    [ ! -e "$seed" ] || "$LOAXA_BIN/loaxa" normalise --document "$seed" >>"$work/spoken" 2>/dev/null || true
done
sed -n 's/$/./; 1~9p' "$work/written" | espeak-ng -v vi --ipa -q -b 1 >"$work/before"
sed 's/$/./' "$work/spoken" | espeak-ng -v vi --ipa -q -b 1 >"$work/after"
echo "$(grep -c '(en)' "$work/before") lines in the English voice before, $(grep -c '(en)' "$work/after" || true) after"
grep -q '(en)' "$work/before" || { echo "the oracle is blind"; exit 1; }
if grep -n '(en)' "$work/after"; then
    exit 1
fi
if LC_ALL=C.UTF-8 grep -nP "[^\p{Ll} ,.;:?]" "$work/spoken"; then
    echo "something else than small letters and marks"
    exit 1
fi
