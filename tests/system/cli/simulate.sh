# loaxa simulate: the same seed gives the same digest, another one another; the checker judges it.
set -eu
loaxa=$LOAXA_BIN/loaxa
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$*"; exit 1; }

run() { "$loaxa" simulate --demo --days 6 --power-cuts 4 --clock-steps 3 --people 6 "$@"; }
run --seed 11 >"$folder/1"
run --seed 11 >"$folder/2"
run --seed 12 >"$folder/3"
cmp "$folder/1" "$folder/2" || fail "the same seed gave two results"
cmp -s "$folder/1" "$folder/3" && fail "two seeds gave one result"
grep -q '^digest  [0-9a-f]\{64\}$' "$folder/1" || fail "no digest"
grep -q 'holds     every planned occurrence ends in exactly one outcome' "$folder/1" || fail "nobody judged it"
grep -q '4 power cuts, 3 clock steps, 6 acts of people' "$folder/1" || fail "not as much chaos as asked for"

run --seed 11 --json --out "$folder/kept" >"$folder/json"
python3 - "$folder/json" <<'PY' || fail "the numbers do not add up"
import json, sys
told = json.load(open(sys.argv[1]))
assert told["planned"] == sum(told["outcomes"].values()) > 0, told
assert told["checker"]["clean"] is True
assert told["power_cuts"] == 4 and told["seed"] == 11
PY
"$LOAXA_BIN/loaxa-check" "$folder/kept/diary.jsonl" "$folder/kept/relay.jsonl" >/dev/null || fail "what was kept is not clean"

# A seed that nobody gave is printed, so that the run can be repeated.
"$loaxa" simulate --demo --days 1 | grep -q 'seed [0-9]' || fail "the seed is a secret"

status=0
"$loaxa" simulate --days 0 2>/dev/null || status=$?
[ $status -eq 2 ] || fail "--days 0: exit $status, not 2"
status=0
"$loaxa" --station "$folder/none" simulate --days 1 2>"$folder/words" || status=$?
[ $status -eq 1 ] || fail "no station: exit $status, not 1"
grep -q init "$folder/words" || fail "no cure for a missing station"
