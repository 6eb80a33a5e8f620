# How loaxa speaks: help and examples everywhere, in both languages, and exit statuses that mean something.
set -u
loaxa=$LOAXA_BIN/loaxa
fault=0
wrong() { echo "WRONG: $*"; fault=1; }
expect() { # STATUS TEXT ARGUMENT...: ends so, and says TEXT
    local status=$1 text=$2; shift 2
    said=$("$loaxa" "$@" 2>&1 </dev/null); local got=$?
    [ "$got" = "$status" ] || wrong "loaxa $*: exit $got, want $status: $said"
    case $said in *"$text"*) ;; *) wrong "loaxa $*: does not say '$text': $said" ;; esac
}
commands=$("$loaxa" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 6 ] || wrong "--help lists too few commands"
nowhere=$(mktemp -d)/none

expect 2 "Usage: loaxa"
expect 0 "loaxa " --version
expect 2 "no command 'nonsense'" nonsense
expect 2 "" --nonsense
for command in $commands; do
    expect 0 "Example" "$command" --help
    expect 2 "" "$command" --no-such-option
    LOAXA_LANG=vi expect 0 "Ví dụ:" "$command" --help
done
said=$(env -u LOAXA_LANG LC_ALL=vi_VN.UTF-8 "$loaxa" nonsense 2>&1)
case $said in *"không có lệnh"*) ;; *) wrong "a Vietnamese locale gives: $said" ;; esac
expect 1 "init" --station "$nowhere" ledger
expect 1 "init" --station "$nowhere" diary verify
expect 2 "--from" --station "$nowhere" ledger --from yesterday
expect 2 "cannot be done here" --station "$nowhere" diary burn
if [ -e /dev/full ]; then
    "$loaxa" --help >/dev/full 2>/dev/null && wrong "a full disk goes unnoticed"
fi
exit $fault
