# What the scripts here share: a station of their own, and words that make a failure readable.
set -u
loaxa=$LOAXA_BIN/loaxa
work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
export LOAXA_STATION=$work/station
PATH=$LOAXA_BIN:$PATH
fault=0
wrong() { echo "WRONG: $*"; fault=1; }
# expect STATUS TEXT ARGUMENT...: loaxa ends so, and says TEXT on either output
expect() {
    local status=$1 text=$2; shift 2
    said=$("$loaxa" "$@" 2>&1 </dev/null); local got=$?
    [ "$got" = "$status" ] || wrong "loaxa $*: exit $got, want $status: $said"
    case $said in *"$text"*) ;; *) wrong "loaxa $*: does not say '$text': $said" ;; esac
}
# json FILTER ARGUMENT...: what jq makes of loaxa's data
json() { local filter=$1; shift; "$loaxa" "$@" --json | jq -r "$filter"; }
same() { [ "$2" = "$3" ] || wrong "$1 is '$2', not '$3'"; }
speaks() { # whether this machine can speak; the demo and bulletins need it
    "$LOAXA_BIN/loaxa-speak" --engine >/dev/null 2>&1
}
team() { # an writes, binh approves, lan plans
    "$loaxa" user add an --roles editor && "$loaxa" user add binh --roles approver && "$loaxa" user add lan --roles operator
}
command -v jq >/dev/null || { echo "skipped: no jq"; exit 77; }
