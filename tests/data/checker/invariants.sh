# The independent checker passes a valid diary and catches every broken one at its line.
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$LOAXA_SOURCE/tests/data/checker/invariants.py" "$LOAXA_BIN/loaxa-check"
