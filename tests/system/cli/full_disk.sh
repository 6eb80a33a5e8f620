# A disk that is full (here: files that may not grow) ends in a sentence and status 3; what was there stays whole.
. "$(dirname "$0")/expect.bash"
expect 0 "" init
expect 0 "" column add "Trước"
title=$(head -c 500 /dev/zero | tr '\0' x)
(
    ulimit -f 80
    expect 3 "" backup
    for i in $(seq 1 300); do
        said=$("$loaxa" document add "$i/2026/NĐ-CP" --title "$title" 2>&1) && continue
        got=$?
        [ $got = 3 ] || wrong "exit $got, want 3: $said"
        case $said in *"no room"*) ;; *) wrong "it does not say that there is no room: $said" ;; esac
        break
    done
    [ "${got:-0}" = 3 ] || wrong "the limit was never reached"
    exit $fault
) || fault=1
[ -z "$(ls "$LOAXA_STATION/backup")" ] || wrong "half a backup was left: $(ls "$LOAXA_STATION/backup")"
same "the columns" "$(json '[.[].title] | join(",")' column)" "Trước"
expect 0 "" document add "1/2027/NĐ-CP" --title "sau đó"
same "the databases" "$("$loaxa" doctor --json | jq -r '[.[] | select(.part | endswith(".db")) | .health] | unique | join(",")')" ok
exit $fault
